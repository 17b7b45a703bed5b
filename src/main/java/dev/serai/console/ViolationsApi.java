package dev.serai.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.Json;
import dev.serai.plan.Plans;
import io.vertx.ext.web.RoutingContext;

/**
 * {@code GET /api/violations[?source=website]}: what was not as the sources' tracking plans say since this hub was started,
 * the most frequent first: {@code {"violations":[{"source","event","kind","field","count","lastSeen","messageId"}]}}.
 */
public final class ViolationsApi {

    private final Plans plans;

    public ViolationsApi(HubHttpServer http, Plans plans) {
        this.plans = plans;
        http.routes().get("/api/violations").handler(http.bodyReader()).handler(this::list);
    }

    private void list(RoutingContext ctx) {
        String source = ctx.request().getParam("source");
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode list = body.putArray("violations");
        plans.tallies().stream().filter(one -> source == null || source.equals(one.source()))
                .forEach(one -> list.add(json(one)));
        Answers.json(ctx, 200, body);
    }

    static ObjectNode json(Plans.Tally one) {
        return Json.MAPPER.createObjectNode().put("source", one.source()).put("event", one.event()).put("kind", one.kind())
                .put("field", one.field()).put("count", one.count()).put("lastSeen", one.lastSeen().toString())
                .put("messageId", one.last());
    }
}
