package dev.serai.ingest;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * Closes connections whose client is too slow: idle for too long, or dripping the head or body of a request. Vert.x
 * has an idle time-out, which a byte now and then defeats, and none for the head.
 *
 * <p>Each connection is in one phase since some moment; a sweep each second closes what has been there too long. The
 * first byte of a head is only visible in Netty's pipeline, so a handler sits there.
 */
final class ConnectionGuard {

    private static final long SWEEP_MILLIS = 1000;

    private enum Phase { IDLE, HEAD, BODY, ANSWER }

    private final HttpLimits limits;
    private final Map<HttpConnection, Watch> watches = new ConcurrentHashMap<>();

    ConnectionGuard(Vertx vertx, HttpLimits limits) {
        this.limits = limits;
        vertx.setPeriodic(SWEEP_MILLIS, id -> sweep());
    }

    /** Takes a new connection under watch, or closes it when there are too many. */
    void opened(HttpConnection connection) {
        if (watches.size() >= limits.maxConnections()) {
            connection.close();
            return;
        }
        Watch watch = new Watch();
        watches.put(connection, watch);
        ((ConnectionBase) connection).channelHandlerContext().pipeline().addFirst(watch);
        connection.closeHandler(closed -> watches.remove(connection));
    }

    int connections() {
        return watches.size();
    }

    /** A request has come; one at a time comes of a connection. */
    void asks(HttpConnection connection, String path) {
        Watch watch = watches.get(connection);
        if (watch != null) {
            watch.asked = path;
        }
    }

    /** Its request is not looked at yet, which is no fault of the client's. */
    void waits(HttpConnection connection) {
        enter(connection, Phase.ANSWER);
        asks(connection, null);
    }

    /** Whether a request for such a path is under way. */
    boolean isAsked(Predicate<String> path) {
        return watches.values().stream().map(watch -> watch.asked).anyMatch(asked -> asked != null && path.test(asked));
    }

    void bodyAwaited(HttpConnection connection) {
        enter(connection, Phase.BODY);
    }

    void bodyCame(HttpConnection connection) {
        enter(connection, Phase.ANSWER);
    }

    void answered(HttpConnection connection) {
        Watch watch = watches.get(connection);
        if (watch != null) {
            watch.asked = null;
            watch.enter(Phase.IDLE);
        }
    }

    private void enter(HttpConnection connection, Phase phase) {
        Watch watch = watches.get(connection);
        if (watch != null) {
            watch.enter(phase);
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        watches.forEach((connection, watch) -> {
            long limit = switch (watch.phase) {
                case IDLE -> limits.idle().toNanos();
                case HEAD -> limits.head().toNanos();
                case BODY -> limits.body().toNanos();
                case ANSWER -> Long.MAX_VALUE;
            };
            if (now - watch.since > limit) {
                // the connection's own close would first wait until the client has read everything
                ((ConnectionBase) connection).channelHandlerContext().close();
            }
        });
    }

    private static final class Watch extends ChannelInboundHandlerAdapter {

        private volatile Phase phase = Phase.IDLE;
        private volatile long since = System.nanoTime();
        private volatile String asked;

        void enter(Phase next) {
            since = System.nanoTime();
            phase = next;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (phase == Phase.IDLE) {
                enter(Phase.HEAD);
            }
            context.fireChannelRead(message);
        }
    }
}
