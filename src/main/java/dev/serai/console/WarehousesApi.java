package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.console.Activities.Action;
import dev.serai.console.Activities.End;
import dev.serai.console.Activities.State;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.Json;
import dev.serai.model.RequestRefused;
import dev.serai.warehouse.Analysis;
import dev.serai.warehouse.BackfillStatus;
import dev.serai.warehouse.Layout;
import dev.serai.warehouse.Loader;
import dev.serai.warehouse.LoaderStatus;
import dev.serai.warehouse.QueryException;
import dev.serai.warehouse.TableStatus;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Semaphore;

/**
 * {@code GET /api/warehouses}: how each warehouse is loaded, how fresh its tables are, and its back-fills.
 * {@code GET /api/warehouses/<name>/schema}: its tables with columns and about how many rows they have.
 * {@code POST /api/warehouses/<name>/backfills} with {@code {"table":"website.order_completed"}} begins one and answers
 * 202 with its state. All but the schema tells of this hub; another hub of the group loads other partitions.
 */
public final class WarehousesApi {

    private static final int SCHEMAS_AT_ONCE = 2;

    private final Map<String, Loader> loaders;
    private final Map<String, Analysis> analyses;
    private final Activities activities;
    private final Layout.Limits limits;
    private final Semaphore places = new Semaphore(SCHEMAS_AT_ONCE);

    /**
     * @param loaders  by the name of the warehouse
     * @param analyses of those that can be asked
     */
    public WarehousesApi(HubHttpServer http, Map<String, Loader> loaders, Map<String, Analysis> analyses, Activities activities) {
        this(http, loaders, analyses, activities, Layout.Limits.DEFAULT);
    }

    WarehousesApi(HubHttpServer http, Map<String, Loader> loaders, Map<String, Analysis> analyses, Activities activities,
            Layout.Limits limits) {
        this.activities = activities;
        this.loaders = loaders;
        this.analyses = analyses;
        this.limits = limits;
        http.routes().get("/api/warehouses").handler(http.bodyReader()).handler(this::list);
        // the database is asked, which must not hold up the event loop
        http.routes().get("/api/warehouses/:name/schema").handler(http.bodyReader()).blockingHandler(this::schema, false);
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
            unknown(ctx);
        } else if (table == null) {
            Answers.error(ctx, 400, "bad_request", "post {\"table\":\"website.order_completed\"}");
        } else {
            try {
                BackfillStatus begun = loader.backfill(table);
                String subject = name + "/" + begun.table();
                activities.begin(Action.BACKFILL, subject, "Fills table " + begun.table() + " of " + name + " from what Kafka has.", () ->
                        loader.backfills().stream().filter(one -> one.table().equals(begun.table()) && one.ended()).findFirst()
                                .map(one -> new End(State.ENDED, "Table " + one.table() + " of " + name + " has all that Kafka has, "
                                        + one.rows() + " rows more.")));
                Answers.json(ctx, 202, backfill(begun));
            } catch (IllegalArgumentException e) {
                Answers.error(ctx, 400, "bad_table", e.getMessage());
            } catch (IllegalStateException e) {
                Answers.error(ctx, 409, "not_loading", e.getMessage());
            }
        }
    }

    private void unknown(RoutingContext ctx) {
        Answers.error(ctx, 404, "unknown_warehouse", loaders.isEmpty() ? "this hub loads no warehouse; serai.warehouse.url is 'none'"
                : "there is no warehouse of this name; there are " + String.join(", ", loaders.keySet()));
    }

    private void schema(RoutingContext ctx) {
        String name = ctx.pathParam("name");
        Analysis analysis = analyses.get(name);
        if (analysis == null && loaders.containsKey(name)) {
            Answers.error(ctx, 409, "not_asked", loaders.get(name).warehouse().kind() + " is asked with its own tools, not through the hub");
        } else if (analysis == null) {
            unknown(ctx);
        } else if (!places.tryAcquire()) {
            Answers.refusal(ctx, new RequestRefused(429, "busy", "the schema is being read for others; try again"));
        } else {
            try {
                Answers.json(ctx, 200, schema(analysis.layout(limits)));
            } catch (QueryException e) {
                QueryApi.refuse(ctx, e);
            } finally {
                places.release();
            }
        }
    }

    private static ObjectNode schema(Layout layout) {
        ObjectNode json = Json.MAPPER.createObjectNode();
        ArrayNode schemas = json.putArray("schemas");
        ObjectNode schema = null;
        for (Layout.Listed table : layout.tables()) {
            if (schema == null || !schema.path("name").textValue().equals(table.schema())) {
                schema = schemas.addObject().put("name", table.schema());
                schema.putArray("tables");
            }
            ObjectNode one = schema.withArray("/tables").addObject().put("name", table.name()).put("rows", table.rows());
            one.putArray("columns");
            table.columns().forEach(column -> one.withArray("/columns").addObject().put("name", column.name()).put("type", column.type()));
        }
        return layout.truncated() ? json.put("truncated", true) : json;
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
