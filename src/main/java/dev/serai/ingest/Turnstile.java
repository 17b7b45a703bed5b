package dev.serai.ingest;

import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Lets requests wait in front of the router while the routes that they are for are exchanged. There, because the router
 * shows a request the routes that there were when it came, and none that were made since.
 *
 * <p>Hazard: a request is either seen by {@link #hold} as being under way or sees that it must wait; that takes both to
 * write before they read.
 */
final class Turnstile {

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Vertx vertx;
    private final ConnectionGuard guard;
    private final List<Runnable> waiting = new ArrayList<>();
    private volatile Collection<String> held = List.of();

    Turnstile(Vertx vertx, ConnectionGuard guard) {
        this.vertx = vertx;
        this.guard = guard;
    }

    /** Hands the request to the router, now or when its routes have been exchanged. On its event loop. */
    void pass(HttpServerRequest request, Handler<HttpServerRequest> router) {
        String path = request.path();
        guard.asks(request.connection(), path);
        if (held.isEmpty() || !waits(request, path, router)) {
            router.handle(request);
        }
    }

    private synchronized boolean waits(HttpServerRequest request, String path, Handler<HttpServerRequest> router) {
        if (!isBehind(held, path)) {
            return false;
        }
        guard.waits(request.connection());
        request.pause();
        Context eventLoop = vertx.getOrCreateContext();
        waiting.add(() -> eventLoop.runOnContext(on -> {
            // before it passes: it may be held again, and its body must not flow then
            request.resume();
            pass(request, router);
        }));
        return true;
    }

    /**
     * Requests under these paths wait from now on, and those that are under way come to their end, if they do so soon.
     *
     * @param paths each the beginning of those that it means, with a slash at the end
     */
    void hold(Collection<String> paths, long patienceMillis) {
        held = List.copyOf(paths);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        while (guard.isAsked(path -> isBehind(paths, path)) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    synchronized void release() {
        held = List.of();
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    private static boolean isBehind(Collection<String> paths, String path) {
        return path != null && paths.stream().anyMatch((path + "/")::startsWith);
    }
}
