package dev.serai.ingest;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;

/**
 * The one HTTP port. Listens before the rest of the hub is up, so that a taken port ends the start at once; until
 * {@link #ready} it answers 503, except for what was mounted as always open (health).
 *
 * <p>Over the limits of {@link HttpLimits} it answers 413 or 429 in front of every route; nothing is queued.
 */
public final class HubHttpServer implements AutoCloseable {

    private static final String OBSERVE = "/observe/";
    private static final String PORT_SETTING = "camel.server.port";
    private static final Buffer NOT_READY = Buffer.buffer("{\"error\":\"not_ready\",\"message\":"
            + "\"the hub is starting or stopping; send the request again shortly\"}");
    /** Whoever opened it in a browser has the page as soon as there is one. */
    private static final Buffer STARTING = Buffer.buffer("<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Serai</title>"
            + "<meta http-equiv=\"refresh\" content=\"2\"><p>The hub is starting or stopping. This page tries again by itself.</p></html>");
    private static final long EXCHANGE_PATIENCE_MILLIS = 5_000;
    private static final int MAX_LINE_BYTES = 8 * 1024;
    private static final int MAX_HEAD_BYTES = 16 * 1024;
    private static final int EVENT_LOOPS = Runtime.getRuntime().availableProcessors();

    private final Vertx vertx;
    private final ConnectionGuard guard;
    private final BodyReader bodies;
    private final Turnstile turnstile;
    private final Router observe;
    private final Router routes;
    private volatile boolean ready;
    private volatile int port;

    public HubHttpServer(HttpLimits limits, IngestMetrics metrics) {
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(EVENT_LOOPS)
                // four queries of the warehouse, and runs of minutes, must leave room for whoever looks on
                .setWorkerPoolSize(16)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));
        this.guard = new ConnectionGuard(vertx, limits);
        this.bodies = new BodyReader(limits, guard, metrics);
        this.turnstile = new Turnstile(vertx, guard);
        this.observe = Router.router(vertx);
        this.routes = Router.router(vertx);
        routes.errorHandler(404, ctx -> Answers.error(ctx, 404, "not_found", "there is nothing at this path"));
        routes.errorHandler(405, ctx -> Answers.error(ctx, 405, "method_not_allowed",
                "this path does not take " + ctx.request().method()));
        routes.errorHandler(415, ctx -> Answers.error(ctx, 415, "unsupported_media_type",
                "this path does not take that Content-Type"));
        routes.errorHandler(400, ctx -> Answers.error(ctx, 400, "bad_request", "the request cannot be read"));
        routes.errorHandler(500, ctx -> Answers.failure(ctx, ctx.failure()));
        // a partner's webhook without a source means the source that is named like the partner
        routes.route("/webhooks/:partner").handler(ctx ->
                ctx.reroute("/webhooks/" + ctx.pathParam("partner") + "/" + ctx.pathParam("partner")));
        // a partner that can show nothing else has a secret at the end of its address
        routes.route("/webhooks/:partner/:source/:secret").handler(ctx -> {
            ctx.put(WebhookRequest.PATH_SECRET, ctx.pathParam("secret"));
            ctx.reroute("/webhooks/" + ctx.pathParam("partner") + "/" + ctx.pathParam("source"));
        });
    }

    /** Mounts a page that answers at any time, {@code /observe/...}: also while the hub starts. */
    public void observe(String path, Handler<RoutingContext> handler) {
        observe.get(path).handler(handler);
    }

    /** Where paths besides the Camel routes are mounted; {@link #bodyReader} goes before a handler that needs one. */
    public Router routes() {
        return routes;
    }

    public Handler<RoutingContext> bodyReader() {
        return bodies;
    }

    public Vertx vertx() {
        return vertx;
    }

    /** The port listened on, which differs from the setting when that is 0. */
    public int port() {
        return port;
    }

    public int connections() {
        return guard.connections();
    }

    public int inFlight() {
        return bodies.inFlight();
    }

    /** Gives Camel's platform-http component this server. */
    public void bindTo(CamelContext context, int configuredPort) {
        String name = VertxPlatformHttpRouter.getRouterNameFromPort(configuredPort);
        context.getRegistry().bind(name, new VertxPlatformHttpRouter(null, vertx, routes, name) {
            @Override
            public Handler<RoutingContext> bodyHandler() {
                return bodies;
            }
        });
    }

    /**
     * @param observed whether health and metrics are served on this port
     * @throws SettingsException if the address cannot be listened on
     */
    public void listen(String host, int wantedPort, boolean observed) {
        listen(host, wantedPort, request -> {
            if (observed && request.path() != null && request.path().startsWith(OBSERVE)) {
                observe.handle(request);
            } else {
                admit(request);
            }
        }, EVENT_LOOPS, PORT_SETTING);
    }

    /** A second port that serves only what answers at any time. */
    public void listenForManagement(String host, int wantedPort) {
        listen(host, wantedPort, observe, 1, "camel.management.port");
    }

    private void listen(String host, int wantedPort, Handler<HttpServerRequest> handler, int instances,
                        String setting) {
        // HTTP/2 would carry many requests in one connection past the guard
        HttpServerOptions options = new HttpServerOptions()
                .setHost(host)
                // one free port for all event loops, where 0 would find one for each
                .setPort(wantedPort == 0 ? -1 : wantedPort)
                .setHttp2ClearTextEnabled(false)
                .setTcpNoDelay(true)
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_HEAD_BYTES);
        try {
            vertx.deployVerticle(() -> new Listener(options, handler, setting),
                    new DeploymentOptions().setInstances(instances))
                    .toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new SettingsException(new Problem(setting + "=" + wantedPort, 0, 0, "cannot listen on " + host + ":"
                    + wantedPort + ": " + e.getCause().getMessage(),
                    "is another hub running? stop it, or set another " + setting));
        }
    }

    /**
     * A head that is too long or broken. Nothing behind it on this connection can be found any more, and the sender must
     * be told that: Vert.x closes in silence, and the next request of a sender who keeps the connection gets no answer.
     */
    private static void unreadable(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        HttpServerResponse response = request.response();
        response.putHeader("Connection", "close").putHeader("Content-Type", "application/json");
        if (cause instanceof TooLongHttpLineException) {
            response.setStatusCode(414).end(refusal("uri_too_long", "the address is longer than " + MAX_LINE_BYTES + " bytes"));
        } else if (cause instanceof TooLongHttpHeaderException) {
            response.setStatusCode(431).end(refusal("headers_too_large", "the headers are larger than " + MAX_HEAD_BYTES
                    + " bytes"));
        } else {
            response.setStatusCode(400).end(refusal("bad_request", "this is no HTTP request that can be read"));
        }
        response.close();
    }

    private static Buffer refusal(String code, String message) {
        return Buffer.buffer("{\"error\":\"" + code + "\",\"message\":\"" + message + "\"}");
    }

    /** From now on requests reach the routes. */
    public void ready() {
        ready = true;
    }

    /** In front of the router, where it costs least: whether the hub is up, and what browsers must be told. */
    private void admit(HttpServerRequest request) {
        if (!ready) {
            String accepted = request.getHeader("Accept");
            boolean isBrowser = accepted != null && accepted.startsWith("text/html");
            request.response().setStatusCode(503)
                    .putHeader("Retry-After", "2").putHeader("Connection", "close")
                    .putHeader("Content-Type", isBrowser ? "text/html; charset=utf-8" : "application/json").end(isBrowser ? STARTING : NOT_READY);
            return;
        }
        request.response().endHandler(end -> guard.answered(request.connection()));
        if (request.headers().contains("Origin") && request.path() != null && request.path().startsWith("/v1/")
                && allowOrigin(request)) {
            return;
        }
        turnstile.pass(request, routes);
    }

    /**
     * Lets requests wait while the routes that serve them are exchanged: those under way come to their end before, those
     * that come meanwhile find the new routes.
     *
     * @param paths as in a route's address, such as {@code /webhooks/braze/{source}}
     */
    public void exchange(Collection<String> paths, Runnable exchange) {
        try {
            turnstile.hold(paths.stream().map(path -> path.replaceFirst("\\{.*", "").replaceFirst("/?$", "/")).toList(),
                    EXCHANGE_PATIENCE_MILLIS);
            exchange.run();
        } finally {
            turnstile.release();
        }
    }

    /**
     * Segment's browser SDK posts with an Authorization header, so the browser asks first. Any page may; no cookies
     * are in play, the write key is all that counts.
     *
     * @return whether that was the question, and is answered
     */
    private static boolean allowOrigin(HttpServerRequest request) {
        HttpServerResponse response = request.response().putHeader("Access-Control-Allow-Origin", "*");
        if (request.method() != HttpMethod.OPTIONS) {
            return false;
        }
        response.setStatusCode(204)
                .putHeader("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
                .putHeader("Access-Control-Allow-Headers",
                        "Authorization, Content-Type, Content-Encoding, X-Retry-Count")
                .putHeader("Access-Control-Max-Age", "86400").end();
        return true;
    }

    /** Refuses new requests and waits up to {@code seconds} for those in flight. */
    public void drain(int seconds) throws InterruptedException {
        ready = false;
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (bodies.inFlight() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private final class Listener extends AbstractVerticle {

        private final HttpServerOptions options;
        private final Handler<HttpServerRequest> handler;
        private final String setting;

        Listener(HttpServerOptions options, Handler<HttpServerRequest> handler, String setting) {
            this.options = options;
            this.handler = handler;
            this.setting = setting;
        }

        @Override
        public void start(Promise<Void> started) {
            vertx.createHttpServer(options)
                    .connectionHandler(guard::opened)
                    .requestHandler(handler)
                    .invalidRequestHandler(HubHttpServer::unreadable)
                    .listen()
                    .onSuccess(server -> {
                        if (setting.equals(PORT_SETTING)) {
                            port = server.actualPort();
                        }
                    })
                    .<Void>mapEmpty().onComplete(started);
        }
    }
}
