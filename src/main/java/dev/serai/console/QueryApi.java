package dev.serai.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
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

/**
 * {@code POST /api/query} with {@code {"sql":"..."}} answers {@code {"columns":[...],"rows":[[...]]}}, and
 * {@code "truncated":true} where there were more rows than a query may answer. A query blocks, so it runs on Vert.x's
 * worker pool; how many at a time is the {@link Query}'s limit.
 */
public final class QueryApi implements Handler<RoutingContext> {

    private final Query query;

    public QueryApi(Query query) {
        this.query = query;
    }

    @Override
    public void handle(RoutingContext ctx) {
        String sql = sql(ctx);
        if (sql == null) {
            Answers.error(ctx, 400, "bad_request", "post {\"sql\":\"SELECT ...\"}");
            return;
        }
        ctx.vertx().executeBlocking(() -> query.run(sql), false).onComplete(done -> {
            if (done.succeeded()) {
                answer(ctx, done.result());
            } else if (done.cause() instanceof QueryException refused) {
                refuse(ctx, refused);
            } else {
                Answers.failure(ctx, done.cause());
            }
        });
    }

    private static String sql(RoutingContext ctx) {
        try {
            JsonNode body = Json.MAPPER.readTree(ctx.body().buffer().getBytes());
            JsonNode sql = body == null ? null : body.get("sql");
            return sql != null && sql.isTextual() && !sql.textValue().isBlank() ? sql.textValue() : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static void answer(RoutingContext ctx, QueryResult result) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.set("columns", Json.MAPPER.valueToTree(result.columns()));
        body.set("rows", Json.MAPPER.valueToTree(result.rows()));
        if (result.truncated()) {
            body.put("truncated", true);
        }
        try {
            ctx.response().putHeader("Content-Type", "application/json")
                    .end(Buffer.buffer(Json.MAPPER.writeValueAsBytes(body)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    private static void refuse(RoutingContext ctx, QueryException refused) {
        int status = switch (refused.code()) {
            case INVALID -> 400;
            case FORBIDDEN -> 403;
            case TIMEOUT -> 408;
            case BUSY -> 429;
            case FAILED -> 503;
        };
        if (status == 429) {
            ctx.response().putHeader("Retry-After", "1");
        }
        Answers.error(ctx, status, "query_" + refused.code().name().toLowerCase(Locale.ROOT), refused.getMessage());
    }
}
