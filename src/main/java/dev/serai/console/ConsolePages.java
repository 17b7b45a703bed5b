package dev.serai.console;

import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * {@code GET /}: the console, one page that asks {@code /api} for all it shows; its files are under
 * {@code /console/<version>/}. They hold no data and need no token: who may see anything is decided by {@code /api}.
 *
 * <p>The page runs scripts of its own and no others, and asks nobody but this hub; the browser is told to see to that,
 * whatever is in an event.
 */
public final class ConsolePages {

    static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
            + "connect-src 'self'; font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    private static final String FOR_EVER = "public, max-age=31536000, immutable";
    private static final String ASK_FIRST = "no-cache";

    private final CompletableFuture<ConsoleFiles> files = CompletableFuture.supplyAsync(ConsoleFiles::new);

    public ConsolePages(HubHttpServer http) {
        // all of them are read and compressed at the start; who is quicker must not hold up the event loop while that lasts
        http.routes().get("/").handler(http.bodyReader()).blockingHandler(ctx -> answer(ctx, files.join().index(), ASK_FIRST), false);
        http.routes().get("/console").handler(http.bodyReader()).handler(ctx -> ctx.redirect("/"));
        http.routes().get("/console/:version/*").handler(http.bodyReader()).blockingHandler(this::file, false);
    }

    /** A page that was opened before the hub was exchanged asks under the old version; it gets what there is, not to keep. */
    private void file(RoutingContext ctx) {
        String version = ctx.pathParam("version");
        Optional<ConsoleFiles.File> file = files.join().file(Optional.ofNullable(ctx.pathParam("*")).orElse(""));
        if (file.isEmpty()) {
            Answers.error(ctx, 404, "not_found", "the console has no such file");
        } else {
            answer(ctx, file.get(), version.equals(files.join().version()) ? FOR_EVER : ASK_FIRST);
        }
    }

    private static void answer(RoutingContext ctx, ConsoleFiles.File file, String cache) {
        HttpServerResponse response = ctx.response().putHeader("Cache-Control", cache).putHeader("ETag", file.etag())
                .putHeader("Vary", "Accept-Encoding").putHeader("Content-Security-Policy", CONTENT_SECURITY_POLICY)
                .putHeader("X-Content-Type-Options", "nosniff").putHeader("Referrer-Policy", "no-referrer");
        if (file.etag().equals(ctx.request().getHeader("If-None-Match"))) {
            response.setStatusCode(304).end();
            return;
        }
        response.putHeader("Content-Type", file.contentType());
        if (takesGzip(ctx.request().getHeader("Accept-Encoding"))) {
            response.putHeader("Content-Encoding", "gzip").end(Buffer.buffer(file.gzip()));
        } else {
            response.end(Buffer.buffer(file.bytes()));
        }
    }

    private static boolean takesGzip(String accepted) {
        return accepted != null && accepted.matches("(?i).*\\bgzip\\b(?!\\s*;\\s*q=0(\\.0*)?\\s*(,|$)).*");
    }
}
