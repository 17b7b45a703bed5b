package dev.serai.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.kafka.Overloaded;
import dev.serai.model.Json;
import dev.serai.model.RequestRefused;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.apache.kafka.common.errors.ApiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers with JSON, above all those that are not a success: {@code {"error":code,"message":sentence}} with the status of whose fault it is.
 * Stack traces go to the log and never to the client.
 */
public final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final String FILTER = Answers.class.getName() + ".filter";
    private static final int TOO_MANY = 429;
    private static final int UNAVAILABLE = 503;
    private static final long WARNING_PERIOD_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final AtomicLong WARNED = new AtomicLong(System.nanoTime() - WARNING_PERIOD_NANOS);
    private static final AtomicLong REFUSED = new AtomicLong();

    private Answers() {
    }

    static RequestRefused overload() {
        return new RequestRefused(TOO_MANY, "overloaded", "too many requests are in flight; try again in a second");
    }

    public static void refusal(RoutingContext ctx, RequestRefused refusal) {
        if (refusal.status() == TOO_MANY) {
            ctx.response().putHeader("Retry-After", "1").putHeader("X-RateLimit-Reset", "1");
        }
        error(ctx, refusal.status(), refusal.code(), refusal.getMessage());
    }

    /** Whatever a route failed with. */
    public static void failure(RoutingContext ctx, Throwable failure) {
        if (failure instanceof RequestRefused refusal) {
            refusal(ctx, refusal);
        } else if (failure instanceof Overloaded) {
            refusal(ctx, overload());
        } else if (failure instanceof ApiException) {
            warnOfKafka(failure);
            ctx.response().putHeader("Retry-After", "5");
            error(ctx, UNAVAILABLE, "kafka_unavailable", "Kafka does not take events now; nothing was accepted, "
                    + "send the request again later");
        } else {
            LOG.error("Request failed inside the hub path={}", ctx.normalizedPath(), failure);
            error(ctx, 500, "internal", "the hub failed; its log says why");
        }
    }

    /** Once in ten seconds: while Kafka is away every request fails, and a log of that helps nobody. */
    private static void warnOfKafka(Throwable failure) {
        REFUSED.incrementAndGet();
        long now = System.nanoTime();
        long last = WARNED.get();
        if (now - last > WARNING_PERIOD_NANOS && WARNED.compareAndSet(last, now)) {
            LOG.warn("Kafka does not take requests refused={} reason={}", REFUSED.getAndSet(0), failure.toString());
        }
    }

    public static void error(RoutingContext ctx, int status, String code, String message) {
        if (!ctx.response().ended() && !ctx.response().closed()) {
            json(ctx, status, Json.MAPPER.createObjectNode().put("error", code).put("message", message));
        }
    }

    /** What the answer of a request must go through before it is written. */
    public static void filter(RoutingContext ctx, UnaryOperator<JsonNode> filter) {
        ctx.put(FILTER, filter);
    }

    public static void json(RoutingContext ctx, int status, JsonNode body) {
        try {
            UnaryOperator<JsonNode> filter = ctx.get(FILTER);
            ctx.response().setStatusCode(status).putHeader("Content-Type", "application/json")
                    .end(Buffer.buffer(Json.MAPPER.writeValueAsBytes(filter == null ? body : filter.apply(body))));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }
}
