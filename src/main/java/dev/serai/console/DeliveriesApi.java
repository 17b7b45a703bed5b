package dev.serai.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.delivery.DeliveriesComponent;
import dev.serai.delivery.DestinationStatus;
import dev.serai.delivery.StoredFates;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.Json;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code GET /api/deliveries}: how each destination does. With {@code ?messageId=} how that event stands with each:
 * {@code delivered}, {@code filtered} (by consent, integrations, routing or the partner's mapping), {@code queued},
 * {@code retrying} or {@code dead-lettered}; for a day, and as far as it went through the hub that is asked.
 */
public final class DeliveriesApi {

    private final DeliveriesComponent deliveries;
    private final StoredFates fates;

    public DeliveriesApi(HubHttpServer http, DeliveriesComponent deliveries, StoredFates fates) {
        this.deliveries = deliveries;
        this.fates = fates;
        // the fates are on disk, which must not hold up the event loop
        http.routes().get("/api/deliveries").handler(http.bodyReader()).blockingHandler(this::answer, false);
    }

    private void answer(RoutingContext ctx) {
        List<String> ids = ctx.queryParam("messageId");
        if (ids.isEmpty()) {
            destinations(ctx);
        } else {
            event(ctx, ids.get(0));
        }
    }

    private void destinations(RoutingContext ctx) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode list = body.putArray("destinations");
        for (DestinationStatus status : deliveries.statuses()) {
            ObjectNode one = list.addObject().put("destination", status.destination()).put("partner", status.partner())
                    .put("on", status.on());
            if (status.on()) {
                one.put("waiting", status.waiting()).put("lag", status.lag())
                        .put("stoppedBy", status.stoppedBy().orElse(null));
                ObjectNode outcomes = one.putObject("outcomes");
                status.outcomes().forEach(outcomes::put);
            } else {
                ArrayNode missing = one.putArray("missing");
                status.missing().forEach(missing::add);
            }
        }
        Answers.json(ctx, 200, body);
    }

    private void event(RoutingContext ctx, String id) {
        List<String> on = deliveries.statuses().stream().filter(DestinationStatus::on)
                .map(DestinationStatus::destination).toList();
        Optional<Map<String, StoredFates.Entry>> known = fates.of(id, on);
        if (known.isEmpty()) {
            Answers.error(ctx, 404, "unknown_message", "nothing is known of '" + id + "': it was not routed in the last day, "
                    + "or by another hub, or no destination is on");
            return;
        }
        ObjectNode body = Json.MAPPER.createObjectNode().put("messageId", id);
        ArrayNode list = body.putArray("deliveries");
        known.get().forEach((destination, entry) -> {
            ObjectNode one = list.addObject().put("destination", destination).put("fate", entry.fate());
            if (!entry.code().isEmpty()) {
                one.put(entry.fate().equals("filtered") ? "by" : "code", entry.code());
            }
            if (entry.at() != null) {
                one.put("at", entry.at().toString());
            }
        });
        Answers.json(ctx, 200, body);
    }
}
