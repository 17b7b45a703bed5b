package dev.serai.console;

import dev.serai.ingest.Answers;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who may use {@code /api} and {@code /docs}: with {@code serai.console.token}, whoever has it, or a session that was begun with it;
 * without, only people at this machine. Who has the viewer's token sees, changes nothing, and gets no personal data.
 *
 * <p>Without a token the danger is the browser that runs here and shows a page from elsewhere. The page must not
 * reach {@code /api} under a name of its own that it lets point here (so the {@code Host} must be one that nobody can
 * give away), nor ask across sites (so no CORS headers, and a foreign {@code Origin} is refused). A proxy on this
 * machine makes every caller look local, so what was forwarded needs the token too. A session's cookie comes by itself,
 * so whatever changes something by it must have a header too that a form of another site cannot send.
 */
public final class ApiAccess implements Handler<RoutingContext> {

    private static final String SETTING = "serai.console.token";
    private static final Pattern BEARER = Pattern.compile("(?i)bearer +(\\S+) *");
    private static final Pattern HOST = Pattern.compile("(\\[[0-9a-f:.]+]|[^\\[\\]:@/]+?)\\.?(?::\\d{1,5})?");
    private static final Pattern ADDRESS = Pattern.compile("\\[.+]|\\d{1,3}(\\.\\d{1,3}){3}");

    private static final String HEADER = "X-Serai-Console";
    /** What viewers are not let see. */
    private static final Pattern PRIVATE = Pattern.compile("/api/(profiles/.*|audiences/[^/]+/preview)");

    private final Tokens tokens;
    private final String host;
    private final boolean onLoopback;

    /** @param host the address that the hub is told to listen on */
    public ApiAccess(Tokens tokens, String host) {
        this.tokens = tokens;
        this.host = host.toLowerCase(Locale.ROOT);
        this.onLoopback = isLoopback(host);
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (tokens.areThere()) {
            byToken(ctx);
        } else {
            byPlace(ctx);
        }
    }

    private void byToken(RoutingContext ctx) {
        List<String> given = ctx.request().headers().getAll("Authorization");
        Matcher bearer = BEARER.matcher(given.size() == 1 ? given.get(0) : "");
        Optional<Role> role = bearer.matches() ? tokens.roleOf(bearer.group(1)) : Optional.empty();
        Cookie cookie = given.isEmpty() ? ctx.request().getCookie(SessionApi.COOKIE) : null;
        if (cookie != null) {
            role = tokens.roleOfSession(cookie.getValue());
            if (isForeignPage(ctx.request())) {
                refuseForeignPage(ctx);
                return;
            }
            if (role.isPresent() && changes(ctx.request()) && !ctx.request().headers().contains(HEADER)) {
                refuse(ctx, "header_missing", "what changes something needs the header '" + HEADER + ": 1' with a session");
                return;
            }
        }
        if (role.isPresent()) {
            letIn(ctx, role.get());
            return;
        }
        ctx.response().putHeader("WWW-Authenticate", "Bearer");
        Answers.error(ctx, 401, "unauthorized", given.isEmpty()
                ? "this needs the header 'Authorization: Bearer <token>' with the token in " + SETTING
                : "the Authorization header does not have the token in " + SETTING);
    }

    private static boolean changes(HttpServerRequest request) {
        return !request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD);
    }

    private static void letIn(RoutingContext ctx, Role role) {
        role.note(ctx);
        String path = ctx.normalizedPath();
        if (role == Role.VIEWER) {
            if (PRIVATE.matcher(path).matches() || changes(ctx.request()) && !path.equals("/api/session")) {
                refuse(ctx, "viewer", "this needs the token in " + SETTING + "; with the viewer's there is only a look at what is nobody's");
                return;
            }
            Answers.filter(ctx, PersonalData::masked);
        }
        ctx.next();
    }

    private void byPlace(RoutingContext ctx) {
        MultiMap headers = ctx.request().headers();
        if (!onLoopback) {
            refuse(ctx, "token_required", "the hub listens beyond this machine (camel.server.host=" + host
                    + "), so this needs a token; set " + SETTING);
        } else if (!isLoopback(ctx.request().remoteAddress().hostAddress())
                || headers.contains("X-Forwarded-For") || headers.contains("Forwarded")) {
            refuse(ctx, "token_required", "the request comes from another machine or through a proxy, "
                    + "so this needs a token; set " + SETTING);
        } else if (!isLocalName(headers.getAll("Host"))) {
            refuse(ctx, "foreign_host", "the request names a host that is not this machine; use http://127.0.0.1, "
                    + "or set " + SETTING);
        } else if (isForeignPage(ctx.request())) {
            refuseForeignPage(ctx);
        } else {
            letIn(ctx, Role.OPERATOR);
        }
    }

    private boolean isLocalName(List<String> given) {
        Matcher name = HOST.matcher(given.size() == 1 ? given.get(0).toLowerCase(Locale.ROOT) : "");
        if (!name.matches()) {
            return false;
        }
        String text = name.group(1);
        // a page cannot give itself an address for a name
        return text.equals("localhost") || text.endsWith(".localhost") || text.equals(host)
                || ADDRESS.matcher(text).matches();
    }

    /** Behind a proxy that speaks TLS, pages of the hub's own come from https. */
    static boolean isForeignPage(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        String site = request.getHeader("Sec-Fetch-Site");
        String scheme = "https".equalsIgnoreCase(request.getHeader("X-Forwarded-Proto")) ? "https://" : "http://";
        return origin != null && !origin.equalsIgnoreCase(scheme + request.getHeader("Host"))
                || site != null && !site.equals("same-origin") && !site.equals("none");
    }

    static void refuseForeignPage(RoutingContext ctx) {
        refuse(ctx, "foreign_origin", "a page of another site must not read this");
    }

    private static void refuse(RoutingContext ctx, String code, String message) {
        Answers.error(ctx, 403, code, message);
    }

    /** Whether only this machine can reach it. */
    public static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
