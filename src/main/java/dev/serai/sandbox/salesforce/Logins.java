package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The OAuth endpoints: who may call the API. One client is registered, for the grants {@code client_credentials},
 * {@code refresh_token} and {@code password}; its refresh token may be made to rotate, so that each is good for once.
 */
public final class Logins {

    public static final String CLIENT_ID = "sandbox-client";
    public static final String CLIENT_SECRET = "sandbox-secret";
    public static final String FIRST_REFRESH_TOKEN = "sandbox-refresh-1";
    public static final String USER = "api@serai.example";
    public static final String PASSWORD = "sandbox-password";

    private static final String ORG_ID = "00Dxx0000001gPLEAY";
    private static final String USER_ID = "005xx000001X8UzAAK";

    private final SandboxClock clock;
    private final Set<String> accessTokens = new HashSet<>();
    private final Set<String> refreshTokens = new HashSet<>(Set.of(FIRST_REFRESH_TOKEN));
    private boolean isRotating;
    private boolean isClientAllowed = true;
    private int lastToken;
    private int lastRefreshToken = 1;
    private int logins;

    Logins(SandboxClock clock) {
        this.clock = clock;
    }

    /** Sessions end; a new login is needed for each. */
    public synchronized void expireSessions() {
        accessTokens.clear();
    }

    /** Whether each refresh answers a new refresh token, and ends the old one. */
    public synchronized void rotateRefreshTokens(boolean rotating) {
        isRotating = rotating;
    }

    /** Takes away what the administrator of the org gave: no login succeeds, and sessions end. */
    public synchronized void revokeClient() {
        isClientAllowed = false;
        refreshTokens.clear();
        accessTokens.clear();
    }

    /** Gives it back. */
    public synchronized void restoreClient() {
        isClientAllowed = true;
        refreshTokens.add(FIRST_REFRESH_TOKEN);
    }

    /** How many logins succeeded so far. */
    public synchronized int count() {
        return logins;
    }

    /** The refresh tokens that are good now. */
    public synchronized Set<String> refreshTokens() {
        return Set.copyOf(refreshTokens);
    }

    synchronized boolean isValid(String authorization) {
        return (authorization.startsWith("Bearer ") || authorization.startsWith("OAuth "))
                && accessTokens.contains(authorization.substring(authorization.indexOf(' ') + 1).trim());
    }

    synchronized SandboxAnswer answer(SandboxRequest request) {
        Map<String, String> form = form(request);
        if (request.path().endsWith("/revoke")) {
            String token = form.getOrDefault("token", "");
            accessTokens.remove(token);
            refreshTokens.remove(token);
            return new SandboxAnswer(200, Map.of(), new byte[0]);
        }
        if (!request.path().endsWith("/token") || !request.method().equals("POST")) {
            return error(404, "not_found", "there are token and revoke");
        }
        String host = "http://" + request.header("host").orElse("127.0.0.1");
        return refusal(form).orElseGet(() -> granted(form, host));
    }

    private Optional<SandboxAnswer> refusal(Map<String, String> form) {
        String grant = form.getOrDefault("grant_type", "");
        if (!form.getOrDefault("client_id", "").equals(CLIENT_ID)) {
            return Optional.of(error(400, "invalid_client_id", "client identifier invalid"));
        }
        if (!form.getOrDefault("client_secret", "").equals(CLIENT_SECRET)) {
            return Optional.of(error(400, "invalid_client", "invalid client credentials"));
        }
        return switch (grant) {
            case "client_credentials" -> isClientAllowed ? Optional.empty()
                    : Optional.of(error(400, "invalid_grant", "no client credentials user enabled"));
            case "refresh_token" -> refreshTokens.contains(form.getOrDefault("refresh_token", "")) ? Optional.empty()
                    : Optional.of(error(400, "invalid_grant", "expired access/refresh token"));
            case "password" -> isClientAllowed && form.getOrDefault("username", "").equals(USER)
                    && form.getOrDefault("password", "").equals(PASSWORD) ? Optional.empty()
                    : Optional.of(error(400, "invalid_grant", "authentication failure"));
            default -> Optional.of(error(400, "unsupported_grant_type", "grant type not supported"));
        };
    }

    private SandboxAnswer granted(Map<String, String> form, String host) {
        logins++;
        String token = "00Dxx0000001gPL!sandbox." + ++lastToken;
        accessTokens.add(token);
        ObjectNode granted = Json.MAPPER.createObjectNode().put("access_token", token).put("signature", "c2FuZGJveA==")
                .put("scope", "refresh_token api").put("instance_url", host + "/" + SalesforceFake.PARTNER)
                .put("id", host + "/id/" + ORG_ID + "/" + USER_ID).put("token_type", "Bearer")
                .put("issued_at", String.valueOf(clock.millis()));
        if (isRotating && form.containsKey("refresh_token")) {
            refreshTokens.remove(form.get("refresh_token"));
            String next = "sandbox-refresh-" + ++lastRefreshToken;
            refreshTokens.add(next);
            granted.put("refresh_token", next);
        }
        return SandboxAnswer.json(200, granted);
    }

    private static SandboxAnswer error(int status, String code, String description) {
        return SandboxAnswer.json(status, Json.MAPPER.createObjectNode().put("error", code)
                .put("error_description", description));
    }

    private static Map<String, String> form(SandboxRequest request) {
        Map<String, String> form = new HashMap<>();
        request.query().forEach((name, values) -> form.put(name, values.get(0)));
        for (String pair : request.text().split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        return form;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
