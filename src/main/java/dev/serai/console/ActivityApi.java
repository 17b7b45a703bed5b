package dev.serai.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.console.Activities.Activity;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.Json;
import io.vertx.ext.web.RoutingContext;
import java.util.Locale;

/** {@code GET /api/activity[?after=<number>]}: {@link Activities}, the oldest first, of this hub only. */
public final class ActivityApi {

    private final Activities activities;

    public ActivityApi(HubHttpServer http, Activities activities) {
        this.activities = activities;
        http.routes().get("/api/activity").handler(http.bodyReader()).handler(this::list);
    }

    private void list(RoutingContext ctx) {
        String after = ctx.request().getParam("after");
        if (after != null && !after.matches("\\d{1,18}")) {
            Answers.error(ctx, 400, "bad_request", "after must be the number of an activity");
            return;
        }
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode list = body.putArray("activities");
        for (Activity one : activities.after(after == null ? 0 : Long.parseLong(after))) {
            list.addObject().put("number", one.number()).put("at", one.at().toString()).put("action", word(one.action()))
                    .put("subject", one.subject()).put("state", word(one.state())).put("text", one.text());
        }
        Answers.json(ctx, 200, body);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
