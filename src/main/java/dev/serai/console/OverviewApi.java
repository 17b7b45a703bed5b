package dev.serai.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.kafka.KafkaConnection;
import dev.serai.model.Json;
import dev.serai.sync.Syncs;
import dev.serai.trait.Audiences;
import dev.serai.warehouse.Loader;
import dev.serai.warehouse.LoaderStatus;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * {@code GET /api/overview}: sources, warehouses, destinations, audiences and syncs in one answer, each in short. Counts are
 * since {@code startedAt}; who wants rates asks twice. It only looks at what is known, so it may be asked every second.
 */
public final class OverviewApi {

    private final String version;
    private final Instant startedAt;
    private final Clock clock;
    private final KafkaConnection kafka;
    private final SourcesApi sources;
    private final DestinationsApi destinations;
    private final Map<String, Loader> loaders;
    private final Audiences audiences;
    private final Syncs syncs;

    /** What the overview is made of. */
    public record Parts(SourcesApi sources, DestinationsApi destinations, Map<String, Loader> loaders, Audiences audiences, Syncs syncs) { }

    /** @param startedAt since when is counted */
    public OverviewApi(HubHttpServer http, String version, Instant startedAt, Clock clock, KafkaConnection kafka, Parts parts) {
        this.version = version;
        this.startedAt = startedAt;
        this.clock = clock;
        this.kafka = kafka;
        this.sources = parts.sources();
        this.destinations = parts.destinations();
        this.loaders = parts.loaders();
        this.audiences = parts.audiences();
        this.syncs = parts.syncs();
        // many small things are put together, which an event loop need not do
        http.routes().get("/api/overview").handler(http.bodyReader()).blockingHandler(this::answer, false);
    }

    private void answer(RoutingContext ctx) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("startedAt", startedAt.toString()).put("now", clock.instant().toString())
                .put("version", version);
        body.putObject("kafka").put("embedded", kafka.isAlone()).put("brokers", kafka.brokers());
        body.set("sources", sources.list());
        ArrayNode warehouses = body.putArray("warehouses");
        loaders.forEach((name, loader) -> {
            LoaderStatus status = loader.status();
            warehouses.addObject().put("name", name).put("kind", loader.warehouse().kind()).put("healthy", status.isHealthy())
                    .put("error", status.error().orElse(null)).put("lag", status.lag()).put("freshnessP95Millis", status.freshnessP95())
                    .put("eventsLoaded", status.eventsLoaded()).put("objectsLoaded", status.objectsLoaded());
        });
        body.set("destinations", destinations.list());
        body.putObject("audiences").put("definitions", audiences.definitionCount()).put("problems", audiences.problemCount());
        List<ObjectNode> collections = syncs.statuses();
        body.putObject("syncs").put("collections", collections.size()).put("running", count(collections, "running"))
                .put("failed", count(collections, "failed") + count(collections, "stopped"));
        Answers.json(ctx, 200, body);
    }

    private static long count(List<ObjectNode> collections, String phase) {
        return collections.stream().filter(one -> one.path("phase").asText().equals(phase)).count();
    }
}
