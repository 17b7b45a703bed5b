package dev.serai.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.ingest.Answers;
import dev.serai.model.Json;
import dev.serai.warehouse.Query;
import dev.serai.warehouse.QueryException;
import dev.serai.warehouse.QueryResult;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;

/**
 * {@code POST /api/query} with {@code {"sql":"..."}}, and {@code "warehouse":"<name>"} for another than the hub's own, answers
 * {@code {"columns":[...],"rows":[[...]]}}, and {@code "truncated":true} where there were more rows than a query may answer. With {@code Accept: text/csv} the rows are
 * {@link ResultCsv}; that there were more a header tells, {@code X-Serai-Truncated: true}. A query blocks, so it runs on Vert.x's
 * worker pool; how many at a time is the {@link Query}'s limit.
 */
public final class QueryApi implements Handler<RoutingContext> {

    private static final String TRUNCATED = "X-Serai-Truncated";

    private final Map<String, Query> queries;

    /** @param queries by the name of the warehouse; the first is asked unless the request names another */
    public QueryApi(Map<String, Query> queries) {
        this.queries = queries;
    }

    @Override
    public void handle(RoutingContext ctx) {
        JsonNode body = body(ctx);
        String sql = text(body, "sql");
        if (sql == null) {
            Answers.error(ctx, 400, "bad_request", "post {\"sql\":\"SELECT ...\"}");
            return;
        }
        String warehouse = text(body, "warehouse");
        Query query = warehouse == null ? queries.values().stream().findFirst().orElse(null) : queries.get(warehouse);
        if (query == null) {
            Answers.error(ctx, 404, "unknown_warehouse", queries.isEmpty()
                    ? "this hub loads no warehouse; serai.warehouse.url is 'none'"
                    : "there is no warehouse of this name; there are " + String.join(", ", queries.keySet()));
            return;
        }
        boolean asCsv = ctx.request().headers().getAll("Accept").stream()
                .anyMatch(types -> types.toLowerCase(Locale.ROOT).contains("text/csv"));
        ctx.vertx().executeBlocking(() -> answer(query.run(sql), asCsv), false).onComplete(done -> {
            if (done.succeeded()) {
                send(ctx, done.result(), asCsv);
            } else if (done.cause() instanceof QueryException refused) {
                refuse(ctx, refused);
            } else {
                Answers.failure(ctx, done.cause());
            }
        });
    }

    private static JsonNode body(RoutingContext ctx) {
        try {
            JsonNode body = Json.MAPPER.readTree(ctx.body().buffer().getBytes());
            return body == null ? MissingNode.getInstance() : body;
        } catch (IOException e) {
            // as good as none: the answer says what is expected
            return MissingNode.getInstance();
        }
    }

    private static String text(JsonNode body, String field) {
        JsonNode value = body.get(field);
        return value != null && value.isTextual() && !value.textValue().isBlank() ? value.textValue() : null;
    }

    /** @param body as it goes out, written where the query ran: a large one takes a while */
    private record Answer(Buffer body, boolean truncated) { }

    private static Answer answer(QueryResult result, boolean asCsv) {
        return new Answer(Buffer.buffer(asCsv ? ResultCsv.of(result) : json(result)), result.truncated());
    }

    private static byte[] json(QueryResult result) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.set("columns", Json.MAPPER.valueToTree(result.columns()));
        body.set("rows", Json.MAPPER.valueToTree(result.rows()));
        if (result.truncated()) {
            body.put("truncated", true);
        }
        try {
            return Json.MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    private static void send(RoutingContext ctx, Answer answer, boolean asCsv) {
        ctx.response().putHeader("Content-Type", asCsv ? "text/csv; charset=utf-8; header=present" : "application/json");
        if (asCsv) {
            ctx.response().putHeader("Content-Disposition", "attachment; filename=\"query.csv\"");
        }
        if (answer.truncated()) {
            ctx.response().putHeader(TRUNCATED, "true");
        }
        ctx.response().end(answer.body());
    }

    static void refuse(RoutingContext ctx, QueryException refused) {
        int status = switch (refused.code()) {
            case INVALID -> 400;
            case FORBIDDEN -> 403;
            // not 408: a browser then takes its connection for stale, and asks the same once more by itself
            case TIMEOUT -> 422;
            case BUSY -> 429;
            case FAILED -> 503;
        };
        if (status == 429) {
            ctx.response().putHeader("Retry-After", "1");
        }
        Answers.error(ctx, status, "query_" + refused.code().name().toLowerCase(Locale.ROOT), refused.getMessage());
    }
}
