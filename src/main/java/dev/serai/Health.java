package dev.serai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
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
 * <p>Live means that the process works; only ready also means that everything behind it does, so that a restart is
 * not tried against a fault that a restart cannot mend.
 */
final class Health {

    private final Map<String, Supplier<Optional<String>>> checks = new ConcurrentHashMap<>();
    private volatile boolean started;

    /** @param check what is wrong in a sentence, or empty */
    void check(String name, Supplier<Optional<String>> check) {
        checks.put(name, check);
    }

    void started(boolean isStarted) {
        started = isStarted;
    }

    void live(RoutingContext ctx) {
        answer(ctx, true, Map.of());
    }

    void ready(RoutingContext ctx) {
        Map<String, String> faults = new LinkedHashMap<>();
        if (!started) {
            faults.put("hub", "starting or stopping");
        }
        checks.forEach((name, check) -> check.get().ifPresent(fault -> faults.put(name, fault)));
        answer(ctx, faults.isEmpty(), faults);
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
