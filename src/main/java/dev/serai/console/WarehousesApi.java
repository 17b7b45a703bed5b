package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.Json;
import dev.serai.warehouse.BackfillStatus;
import dev.serai.warehouse.Loader;
import dev.serai.warehouse.LoaderStatus;
import dev.serai.warehouse.TableStatus;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Map;

/**
 * {@code GET /api/warehouses}: how each warehouse is loaded, how fresh its tables are, and its back-fills.
 * {@code POST /api/warehouses/<name>/backfills} with {@code {"table":"website.order_completed"}} begins one and answers
 * 202 with its state. Both tell of this hub; another hub of the group loads other partitions.
 */
public final class WarehousesApi {

    private final Map<String, Loader> loaders;

    /** @param loaders by the name of the warehouse */
    public WarehousesApi(HubHttpServer http, Map<String, Loader> loaders) {
        this.loaders = loaders;
        http.routes().get("/api/warehouses").handler(http.bodyReader()).handler(this::list);
        http.routes().post("/api/warehouses/:name/backfills").handler(http.bodyReader()).handler(this::backfill);
    }

    private void list(RoutingContext ctx) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        loaders.forEach((name, loader) -> body.withArray("/warehouses").add(warehouse(name, loader)));
        Answers.json(ctx, 200, body);
    }

    private void backfill(RoutingContext ctx) {
        String name = ctx.pathParam("name");
        Loader loader = loaders.get(name);
        String table = table(ctx);
        if (loader == null) {
            Answers.error(ctx, 404, "unknown_warehouse", "there is no warehouse of this name; there are "
                    + String.join(", ", loaders.keySet()));
        } else if (table == null) {
            Answers.error(ctx, 400, "bad_request", "post {\"table\":\"website.order_completed\"}");
        } else {
            try {
                Answers.json(ctx, 202, backfill(loader.backfill(table)));
            } catch (IllegalArgumentException e) {
                Answers.error(ctx, 400, "bad_table", e.getMessage());
            } catch (IllegalStateException e) {
                Answers.error(ctx, 409, "not_loading", e.getMessage());
            }
        }
    }

    private static String table(RoutingContext ctx) {
        try {
            JsonNode body = Json.MAPPER.readTree(ctx.body().buffer().getBytes());
            return body == null ? null : body.path("table").textValue();
        } catch (IOException e) {
            // as good as none: the answer says what is expected
            return null;
        }
    }

    private static ObjectNode warehouse(String name, Loader loader) {
        LoaderStatus status = loader.status();
        ObjectNode json = Json.MAPPER.createObjectNode().put("name", name).put("kind", loader.warehouse().kind())
                .put("healthy", status.isHealthy()).put("error", status.error().orElse(null)).put("lag", status.lag())
                .put("eventsLoaded", status.eventsLoaded()).put("objectsLoaded", status.objectsLoaded())
                .put("duplicates", status.duplicates()).put("deadLetters", status.deadLetters())
                .put("lastLoad", status.lastLoad().map(Object::toString).orElse(null))
                .put("freshnessP50Millis", status.freshnessP50()).put("freshnessP95Millis", status.freshnessP95());
        json.putArray("tables");
        for (TableStatus table : loader.tables()) {
            json.withArray("/tables").addObject().put("table", table.table()).put("rows", table.rows())
                    .put("newest", table.newest().toString()).put("loadedAt", table.loadedAt().toString());
        }
        json.putArray("backfills");
        loader.backfills().forEach(one -> json.withArray("/backfills").add(backfill(one)));
        return json;
    }

    private static ObjectNode backfill(BackfillStatus status) {
        return Json.MAPPER.createObjectNode().put("table", status.table()).put("done", status.done())
                .put("total", status.total()).put("rows", status.rows()).put("ended", status.ended())
                .put("error", status.error().orElse(null));
    }
}
