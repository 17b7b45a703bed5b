package dev.serai.ingest;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.CorsHandler;
import java.util.Set;
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

    private static final int EVENT_LOOPS = Runtime.getRuntime().availableProcessors();

    private final Vertx vertx;
    private final ConnectionGuard guard;
    private final BodyReader bodies;
    private final Router always;
    private final Router observe;
    private final Router routes;
    private volatile boolean ready;
    private volatile int port;

    public HubHttpServer(HttpLimits limits, IngestMetrics metrics) {
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(EVENT_LOOPS)
                .setWorkerPoolSize(4)
                .setInternalBlockingPoolSize(2)
                .setFileSystemOptions(new FileSystemOptions()
                        .setClassPathResolvingEnabled(false).setFileCachingEnabled(false)));
        this.guard = new ConnectionGuard(vertx, limits);
        this.bodies = new BodyReader(limits, guard, metrics);
        this.always = Router.router(vertx);
        this.observe = Router.router(vertx);
        this.routes = Router.router(vertx);
        routes.errorHandler(404, ctx -> Answers.error(ctx, 404, "not_found", "there is nothing at this path"));
        routes.errorHandler(405, ctx -> Answers.error(ctx, 405, "method_not_allowed",
                "this path does not take " + ctx.request().method()));
        routes.errorHandler(415, ctx -> Answers.error(ctx, 415, "unsupported_media_type",
                "this path does not take that Content-Type"));
        routes.errorHandler(400, ctx -> Answers.error(ctx, 400, "bad_request", "the request cannot be read"));
        routes.errorHandler(500, ctx -> Answers.failure(ctx, ctx.failure()));
        // Segment's browser SDK posts with an Authorization header, so it asks first; from any page, without cookies
        routes.route("/v1/*").handler(CorsHandler.create().addOrigin("*")
                .allowedMethods(Set.of(HttpMethod.GET, HttpMethod.POST, HttpMethod.OPTIONS))
                .allowedHeaders(Set.of("Authorization", "Content-Type", "Content-Encoding", "X-Retry-Count"))
                .maxAgeSeconds((int) TimeUnit.HOURS.toSeconds(24)));
        // a partner's webhook without a source means the source that is named like the partner
        routes.route("/webhooks/:partner").handler(ctx ->
                ctx.reroute("/webhooks/" + ctx.pathParam("partner") + "/" + ctx.pathParam("partner")));
        always.route().handler(this::admit);
        always.route("/*").subRouter(routes);
    }

    /** Mounts a page that answers at any time, {@code /observe/...}: also while the hub starts. */
    public void observe(String path, Handler<RoutingContext> handler) {
        observe.get(path.substring("/observe".length())).handler(handler);
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
        if (observed) {
            always.route("/observe/*").order(-1).subRouter(observe);
        }
        listen(host, wantedPort, always, "camel.server.port");
    }

    /** A second port that serves only what answers at any time. */
    public void listenForManagement(String host, int wantedPort) {
        Router management = Router.router(vertx);
        management.route("/observe/*").subRouter(observe);
        listen(host, wantedPort, management, "camel.management.port");
    }

    private void listen(String host, int wantedPort, Router router, String setting) {
        // HTTP/2 would carry many requests in one connection past the guard
        HttpServerOptions options = new HttpServerOptions()
                .setHost(host)
                // one free port for all event loops, where 0 would find one for each
                .setPort(wantedPort == 0 ? -1 : wantedPort)
                .setHttp2ClearTextEnabled(false)
                .setTcpNoDelay(true)
                .setMaxInitialLineLength(8 * 1024)
                .setMaxHeaderSize(16 * 1024);
        try {
            vertx.deployVerticle(() -> new Listener(options, router, setting),
                    new DeploymentOptions().setInstances(router == always ? EVENT_LOOPS : 1))
                    .toCompletionStage().toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new SettingsException(new Problem(setting + "=" + wantedPort, 0, 0, "cannot listen on " + host + ":"
                    + wantedPort + ": " + e.getCause().getMessage(),
                    "is another hub running? stop it, or set another " + setting));
        }
    }

    /** From now on requests reach the routes. */
    public void ready() {
        ready = true;
    }

    private void admit(RoutingContext ctx) {
        if (!ready) {
            ctx.response().putHeader("Retry-After", "2").putHeader("Connection", "close");
            Answers.error(ctx, 503, "not_ready", "the hub is starting or stopping; send the request again shortly");
            return;
        }
        ctx.addEndHandler(end -> guard.answered(ctx.request().connection()));
        ctx.next();
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
        private final Router router;
        private final String setting;

        Listener(HttpServerOptions options, Router router, String setting) {
            this.options = options;
            this.router = router;
            this.setting = setting;
        }

        @Override
        public void start(Promise<Void> started) {
            vertx.createHttpServer(options)
                    .connectionHandler(guard::opened)
                    .requestHandler(router)
                    .listen()
                    .onSuccess(server -> {
                        if (setting.equals("camel.server.port")) {
                            port = server.actualPort();
                        }
                    })
                    .<Void>mapEmpty().onComplete(started);
        }
    }
}
