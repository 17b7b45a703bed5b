package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.Json;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * {@code GET /api/session}: who asks, as {@code {"role","login","version"}}. {@code POST /api/session} with {@code {"token"}} lets a
 * browser in by a cookie that no script reads and no other site sends, {@code DELETE} lets it out.
 *
 * <p>Whoever guesses is slowed down for all: after some wrong tokens there is one attempt more every few seconds.
 */
final class SessionApi {

    static final String COOKIE = "serai_session";
    private static final int BURST = 10;
    private static final long NANOS_PER_GUESS = TimeUnit.SECONDS.toNanos(5);

    private final Tokens tokens;
    private final String version;
    private final LongSupplier nanoClock;
    private long wrongUntil;

    /** @param order before that of {@link ApiAccess}: whoever logs in has no session */
    SessionApi(HubHttpServer http, Tokens tokens, String version, int order, LongSupplier nanoClock) {
        this.tokens = tokens;
        this.version = version;
        this.nanoClock = nanoClock;
        this.wrongUntil = nanoClock.getAsLong();
        http.routes().post("/api/session").order(order).handler(http.bodyReader()).handler(this::begin);
        http.routes().get("/api/session").handler(http.bodyReader()).handler(this::tell);
        http.routes().delete("/api/session").handler(http.bodyReader()).handler(this::end);
    }

    private void tell(RoutingContext ctx) {
        Answers.json(ctx, 200, Json.MAPPER.createObjectNode().put("role", Role.of(ctx).wireName()).put("login", tokens.areThere())
                .put("version", version));
    }

    private void begin(RoutingContext ctx) {
        if (ApiAccess.isForeignPage(ctx.request())) {
            ApiAccess.refuseForeignPage(ctx);
            return;
        }
        if (!tokens.areThere()) {
            ctx.response().setStatusCode(204).end();
            return;
        }
        String token = token(ctx);
        if (token == null) {
            Answers.error(ctx, 400, "bad_request", "post {\"token\":\"...\"}");
            return;
        }
        synchronized (this) {
            if (wrongUntil - nanoClock.getAsLong() > BURST * NANOS_PER_GUESS) {
                ctx.response().putHeader("Retry-After", "5");
                Answers.error(ctx, 429, "too_many_attempts", "there were too many wrong tokens; try again in some seconds");
                return;
            }
        }
        Optional<Role> role = tokens.roleOf(token);
        if (role.isEmpty()) {
            synchronized (this) {
                wrongUntil = Math.max(wrongUntil, nanoClock.getAsLong()) + NANOS_PER_GUESS;
            }
            Answers.error(ctx, 401, "unauthorized", "this is not the token in serai.console.token");
            return;
        }
        ctx.response().addCookie(cookie(ctx, tokens.session(role.get())).setMaxAge(Tokens.SESSION.toSeconds())).setStatusCode(204).end();
    }

    private void end(RoutingContext ctx) {
        ctx.response().addCookie(cookie(ctx, "").setMaxAge(0)).setStatusCode(204).end();
    }

    private static Cookie cookie(RoutingContext ctx, String value) {
        return Cookie.cookie(COOKIE, value).setHttpOnly(true).setSameSite(CookieSameSite.STRICT).setPath("/")
                .setSecure("https".equalsIgnoreCase(ctx.request().getHeader("X-Forwarded-Proto")));
    }

    private static String token(RoutingContext ctx) {
        try {
            JsonNode body = Json.MAPPER.readTree(ctx.body().buffer().getBytes());
            return body == null ? null : body.path("token").textValue();
        } catch (IOException e) {
            return null;
        }
    }
}
