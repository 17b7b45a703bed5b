package dev.serai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * {@code /observe/health}, {@code /ready} and {@code /live}. A check tells what is wrong, or nothing; checks only look
 * at what is already known, so they may run on the event loop.
 *
 * <p>Ready means that requests are taken, which needs Kafka and nothing else: a warehouse that does not load or a
 * destination that refuses everything must not take the door away, so they show in {@code /observe/health} alone.
 */
final class Health {

    private final Map<String, Supplier<Optional<String>>> checks = new ConcurrentHashMap<>();
    private final MeterRegistry meters;
    private volatile boolean started;

    Health(MeterRegistry meters) {
        this.meters = meters;
    }

    /** @param check what is wrong in a sentence, or empty */
    void check(String name, Supplier<Optional<String>> check) {
        checks.put(name, check);
        Gauge.builder("serai.health", check, of -> of.get().isEmpty() ? 1 : 0).tag("check", name).strongReference(true)
                .description("1 while /observe/health has nothing to say against it").register(meters);
    }

    void started(boolean isStarted) {
        started = isStarted;
    }

    void live(RoutingContext ctx) {
        answer(ctx, true, Map.of());
    }

    void ready(RoutingContext ctx) {
        answer(ctx, started, Map.of());
    }

    /** Every check; the status is that of {@link #ready}. */
    void all(RoutingContext ctx) {
        Map<String, String> faults = new LinkedHashMap<>();
        checks.forEach((name, check) -> check.get().ifPresent(fault -> faults.put(name, fault)));
        answer(ctx, started, faults);
    }

    private void answer(RoutingContext ctx, boolean up, Map<String, String> faults) {
        ObjectNode body = Json.MAPPER.createObjectNode().put("status", up ? "UP" : "DOWN");
        ArrayNode list = body.putArray("checks");
        checks.keySet().stream().sorted().forEach(name -> list.addObject().put("name", name)
                .put("status", faults.containsKey(name) ? "DOWN" : "UP"));
        faults.forEach((name, fault) -> body.withObject("/faults").put(name, fault));
        try {
            ctx.response().setStatusCode(up ? 200 : 503).putHeader("Content-Type", "application/json")
                    .end(Buffer.buffer(Json.MAPPER.writeValueAsBytes(body)));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an object of texts can be written", e);
        }
    }
}
