package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.SandboxAnswer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Google's OAuth token endpoint, for refresh tokens only; its errors are not those of Google's other APIs. */
final class GoogleTokens {

    static final String CLIENT_ID = "sandbox-client";
    static final String CLIENT_SECRET = "sandbox-google-secret";
    static final String REFRESH_TOKEN = "sandbox-google-refresh";

    private static final Duration LIFE = Duration.ofHours(1);

    private final Clock clock;
    private final Map<String, Instant> ends = new HashMap<>();

    GoogleTokens(Clock clock) {
        this.clock = clock;
    }

    SandboxAnswer answer(Map<String, String> form) {
        if (!form.getOrDefault("grant_type", "").equals("refresh_token")) {
            return error(400, "unsupported_grant_type", "Invalid grant_type: " + form.getOrDefault("grant_type", ""));
        }
        if (!form.getOrDefault("client_id", "").equals(CLIENT_ID)
                || !form.getOrDefault("client_secret", "").equals(CLIENT_SECRET)) {
            return error(401, "invalid_client", "The OAuth client was not found.");
        }
        if (!form.getOrDefault("refresh_token", "").equals(REFRESH_TOKEN)) {
            return error(400, "invalid_grant", "Bad Request");
        }
        ObjectNode token = DestinationFake.object().put("access_token", given()).put("expires_in", LIFE.toSeconds() - 1)
                .put("scope", "https://www.googleapis.com/auth/datamanager").put("token_type", "Bearer");
        return SandboxAnswer.json(200, token);
    }

    private synchronized String given() {
        Instant now = clock.instant();
        ends.values().removeIf(end -> !now.isBefore(end));
        String token = "ya29.sandbox-" + UUID.randomUUID();
        ends.put(token, now.plus(LIFE));
        return token;
    }

    synchronized boolean isValid(String token) {
        return ends.containsKey(token) && clock.instant().isBefore(ends.get(token));
    }

    synchronized void revoke() {
        ends.clear();
    }

    static SandboxAnswer error(int status, String error, String description) {
        return SandboxAnswer.json(status, DestinationFake.object().put("error", error).put("error_description", description));
    }
}
