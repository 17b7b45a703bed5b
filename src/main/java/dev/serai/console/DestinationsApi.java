package dev.serai.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.delivery.DeliveriesComponent;
import dev.serai.delivery.DeliverySample;
import dev.serai.delivery.DestinationReport;
import dev.serai.delivery.DestinationReport.Counts;
import dev.serai.delivery.DestinationReport.Stage;
import dev.serai.delivery.DestinationReports;
import dev.serai.delivery.DestinationStatus;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.Json;
import dev.serai.observe.Remedies;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.SettingKey;
import dev.serai.warehouse.Loader;
import dev.serai.warehouse.LoaderStatus;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /api/destinations/<name>}: how far events came on their way to a destination since the hub's start, why not
 * further and what to do, with samples, and what it got last. The overview has the short form of each. Of a warehouse as a
 * destination the loader tells.
 */
public final class DestinationsApi {

    private static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);
    private static final double HALF = 0.5;
    private static final double MOST = 0.95;

    private final Deployment deployment;
    private final DeliveriesComponent deliveries;
    private final DestinationReports reports;
    private final Map<String, Loader> loaders;

    public DestinationsApi(HubHttpServer http, Deployment deployment, DeliveriesComponent deliveries, DestinationReports reports,
                           Map<String, Loader> loaders) {
        this.deployment = deployment;
        this.deliveries = deliveries;
        this.reports = reports;
        this.loaders = loaders;
        // samples are many small documents
        http.routes().get("/api/destinations/:name").handler(http.bodyReader()).blockingHandler(this::one, false);
    }

    /** The overview's part of each. */
    ArrayNode list() {
        ArrayNode list = Json.MAPPER.createArrayNode();
        deliveries.statuses().forEach(status -> list.add(summary(status)));
        return list;
    }

    private void one(RoutingContext ctx) {
        String name = ctx.pathParam("name");
        List<DestinationStatus> all = deliveries.statuses();
        Optional<DestinationStatus> found = all.stream().filter(status -> status.destination().equals(name)).findFirst();
        ConfiguredDestination destination = deployment.destinations().byName().get(name);
        if (found.isEmpty() || destination == null) {
            Answers.error(ctx, 404, "unknown_destination", "there is no destination '" + name + "'; there are "
                    + String.join(", ", all.stream().map(DestinationStatus::destination).toList()));
            return;
        }
        ObjectNode body = summary(found.get());
        body.set("settings", SettingsJson.of(SettingKey.DESTINATIONS_PREFIX + name + ".", destination.limits().settings(),
                destination.settings()));
        body.put("documentation", "/docs/" + destination.partner().slug());
        Optional<DestinationReport> report = reports.of(name);
        ObjectNode latency = body.putObject("latency");
        latency.put("p50Millis", latency(name, report, HALF)).put("p95Millis", latency(name, report, MOST));
        stages(body.putArray("stages"), counts(name));
        ArrayNode reasons = body.putArray("reasons");
        report.ifPresent(told -> told.reasons().forEach(reason -> reasons.add(reason(reason, destination))));
        ArrayNode recent = body.putArray("recent");
        report.ifPresent(told -> told.recent().forEach(sample -> recent.add(json(sample).put("millis",
                sample.millis() < 0 ? null : sample.millis()))));
        Answers.json(ctx, 200, body);
    }

    private ObjectNode summary(DestinationStatus status) {
        String name = status.destination();
        ObjectNode json = Json.MAPPER.createObjectNode().put("name", name).put("partner", status.partner()).put("title",
                Optional.ofNullable(deployment.destinations().byName().get(name)).map(one -> one.partner().title()).orElse(name))
                .put("on", status.on());
        ArrayNode missing = json.putArray("missing");
        status.missing().forEach(missing::add);
        Counts counts = counts(name);
        return json.put("stoppedBy", status.stoppedBy().orElse(null))
                .put("lag", loader(name).map(LoaderStatus::lag).orElse(status.lag())).put("waiting", status.waiting())
                .put("delivered", counts.delivered()).put("filtered", counts.filteredAtSource() + counts.filtered())
                .put("retrying", counts.retrying()).put("failed", counts.failed());
    }

    private Counts counts(String name) {
        Counts counts = reports.of(name).map(DestinationReport::counts).orElse(NONE);
        return loader(name).map(status -> new Counts(counts.received(), counts.filteredAtSource(), counts.filtered(), counts.retrying(),
                counts.failed() + status.deadLetters(), status.eventsLoaded() + status.objectsLoaded())).orElse(counts);
    }

    /** Of a warehouse that is a destination. */
    private Optional<LoaderStatus> loader(String name) {
        return Optional.ofNullable(loaders.get(name)).filter(loader -> loader.warehouse().settings().isDestination()).map(Loader::status);
    }

    /** Null while nothing was delivered. */
    private Long latency(String name, Optional<DestinationReport> report, double share) {
        long millis = loader(name).map(status -> share == HALF ? status.freshnessP50() : status.freshnessP95())
                .orElseGet(() -> report.map(told -> told.latency(share)).orElse(0L));
        return millis == 0 ? null : Long.valueOf(millis);
    }

    private static void stages(ArrayNode stages, Counts counts) {
        stages.addObject().put("stage", "received").put("count", counts.received());
        stages.addObject().put("stage", Stage.FILTERED_AT_SOURCE.word()).put("count", counts.filteredAtSource());
        stages.addObject().put("stage", Stage.FILTERED.word()).put("count", counts.filtered());
        stages.addObject().put("stage", Stage.RETRYING.word()).put("count", counts.retrying());
        stages.addObject().put("stage", Stage.FAILED.word()).put("count", counts.failed());
        stages.addObject().put("stage", "delivered").put("count", counts.delivered());
    }

    private static ObjectNode reason(DestinationReport.Reason reason, ConfiguredDestination destination) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("stage", reason.stage().word()).put("code", reason.code())
                .put("text", reason.text().isEmpty() ? Words.of(reason.code(), destination.partner().title()) : reason.text())
                .put("remedy", Remedies.of(reason.code())).put("count", reason.count())
                .put("lastAt", reason.lastAt() == null ? null : reason.lastAt().toString());
        ArrayNode samples = json.putArray("samples");
        reason.samples().forEach(sample -> samples.add(json(sample)));
        return json;
    }

    static ObjectNode json(DeliverySample sample) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("at", sample.at().toString()).put("messageId", sample.messageId())
                .put("event", sample.event());
        json.set("request", sample.request());
        json.set("response", sample.response());
        return json;
    }
}
