package dev.serai.console;

import dev.serai.ingest.HubHttpServer;
import dev.serai.kafka.KafkaConnection;
import io.vertx.ext.web.Router;

/**
 * Mounts what people look through on the one HTTP port: the access check in front of all of {@code /api}, whoever
 * mounted it and when, the way in, and the live stream.
 *
 * <p>Close it before the server waits for pending requests: a stream is one that would never end.
 */
public final class Console implements AutoCloseable {

    /** Before every route that is mounted without an order. */
    private static final int FIRST = -1;

    private final EventStream events;

    /** @param version of the hub */
    public Console(HubHttpServer http, KafkaConnection kafka, Tokens tokens, ApiAccess access, String version) {
        this(http, kafka, tokens, access, version, StreamLimits.DEFAULT);
    }

    Console(HubHttpServer http, KafkaConnection kafka, Tokens tokens, ApiAccess access, String version, StreamLimits limits) {
        events = new EventStream(http.vertx(), kafka, limits);
        Router routes = http.routes();
        new SessionApi(http, tokens, version, FIRST - 1, System::nanoTime);
        routes.route("/api/*").order(FIRST).handler(access);
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
