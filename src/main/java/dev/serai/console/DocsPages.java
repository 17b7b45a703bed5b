package dev.serai.console;

import dev.serai.docs.Docs;
import dev.serai.docs.Format;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.partner.PartnerFolders;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;

/**
 * {@code GET /docs}: the pages about the partners, {@code GET /docs/<partner>} one of them; what {@code serai docs} writes.
 * READMEs and samples of a deployment's own folders are not everybody's, so who may see them is who may use
 * {@code /api}.
 *
 * <p>The pages run no script and load nothing, and the browser is told to see to that, whatever is in a folder.
 */
public final class DocsPages {

    private final Supplier<PartnerFolders> folders;

    /** @param folders as they are now */
    public DocsPages(HubHttpServer http, Supplier<PartnerFolders> folders, ApiAccess access) {
        this.folders = folders;
        // files are read, which must not hold up the event loop
        http.routes().get("/docs").handler(access).handler(http.bodyReader())
                .blockingHandler(ctx -> page(ctx, docs().index()), false);
        http.routes().get("/docs/:partner").handler(access).handler(http.bodyReader()).blockingHandler(this::partner, false);
    }

    private Docs docs() {
        return new Docs(folders.get(), Format.HTML, slug -> slug.equals(Docs.INDEX) ? "/docs" : "/docs/" + slug);
    }

    private void partner(RoutingContext ctx) {
        docs().partner(ctx.pathParam("partner")).ifPresentOrElse(page -> page(ctx, page), () ->
                Answers.error(ctx, 404, "unknown_partner", "there is no such partner folder; /docs lists those there are"));
    }

    private static void page(RoutingContext ctx, String page) {
        ctx.response().putHeader("Content-Type", "text/html; charset=utf-8")
                .putHeader("Content-Security-Policy", Format.CONTENT_SECURITY_POLICY + "; frame-ancestors 'none'")
                .putHeader("X-Content-Type-Options", "nosniff").putHeader("Referrer-Policy", "no-referrer").end(page);
    }
}
