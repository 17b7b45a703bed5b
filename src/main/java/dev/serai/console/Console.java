package dev.serai.console;

import dev.serai.ingest.HubHttpServer;
import dev.serai.kafka.KafkaConnection;
import io.vertx.ext.web.Router;
import java.util.Optional;

/**
 * Mounts what people look through on the one HTTP port: the access check in front of all of {@code /api}, whoever
 * mounted it and when, and the live stream.
 *
 * <p>Close it before the server waits for pending requests: a stream is one that would never end.
 */
public final class Console implements AutoCloseable {

    /** Before every route that is mounted without an order. */
    private static final int FIRST = -1;

    private final EventStream events;

    /**
     * @param token {@code serai.console.token}
     * @param host  {@code camel.server.host}
     */
    public Console(HubHttpServer http, KafkaConnection kafka, Optional<String> token, String host) {
        this(http, kafka, token, host, StreamLimits.DEFAULT);
    }

    Console(HubHttpServer http, KafkaConnection kafka, Optional<String> token, String host, StreamLimits limits) {
        events = new EventStream(http.vertx(), kafka, limits);
        Router routes = http.routes();
        routes.route("/api/*").order(FIRST).handler(new ApiAccess(token, host));
        // the body reader also tells the connection guard that this request is read and only waits for its answer
        routes.get("/api/events/stream").handler(http.bodyReader()).handler(events);
    }

    EventStream events() {
        return events;
    }

    @Override
    public void close() {
        events.close();
    }
}
