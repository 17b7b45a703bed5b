package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The Graph API's custom audiences and server events: a request is taken whole or not at all. */
final class FacebookFake extends RecordingFake {

    private static final String TOKEN = "sandbox-facebook-token";
    private static final String SECRET = "sandbox-facebook-secret";
    private static final String AUDIENCE = "/v25.0/6000000000001/users";
    private static final String DATASET = "/v25.0/7000000000001/events";
    private static final Set<String> PLAIN = Set.of("EXTERN_ID", "MADID");
    private static final List<String> HASHED = List.of("em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country", "external_id");
    private static final int MAX_ROWS = 10_000;
    private static final int MAX_EVENTS = 1_000;
    private static final long WEEK_SECONDS = 7 * 24 * 3600;

    private final SandboxClock clock;

    FacebookFake(SandboxClock clock) {
        super("facebook", "accessToken " + TOKEN + ", appSecret " + SECRET);
        this.clock = clock;
    }

    @Override
    boolean isLetIn(SandboxRequest request, JsonNode body) {
        boolean isProven = !body.has("appsecret_proof") || body.path("appsecret_proof").asText().equals(proof());
        return isProven && TOKEN.equals(request.parameter("access_token").orElse(body.path("access_token").asText()));
    }

    private static String proof() {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(TOKEN.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    @Override
    SandboxAnswer refused(int status, String message) {
        return switch (status) {
            case 401 -> error(401, 190, 0, "Invalid OAuth access token");
            case 403 -> error(403, 200, 0, "Permissions error");
            case 404 -> error(400, 100, 33, "Unsupported request. Object does not exist");
            case 429 -> error(400, 4, 0, "Application request limit reached");
            case 500 -> error(500, 2, 0, "Service temporarily unavailable");
            default -> error(400, 100, 0, message);
        };
    }

    private static SandboxAnswer error(int status, int code, int subcode, String message) {
        ObjectNode answer = json();
        ObjectNode error = answer.putObject("error").put("message", message).put("type", "OAuthException").put("code", code)
                .put("fbtrace_id", "sandbox");
        if (subcode != 0) {
            error.put("error_subcode", subcode);
        }
        return SandboxAnswer.json(status, answer);
    }

    @Override
    SandboxAnswer take(SandboxRequest request, JsonNode body, byte[] bytes) {
        return switch (request.method() + " " + request.path()) {
            case "POST " + AUDIENCE, "DELETE " + AUDIENCE -> rows(body.path("payload"));
            case "POST " + DATASET -> events(body.path("data"));
            default -> refused(404, "");
        };
    }

    private SandboxAnswer rows(JsonNode payload) {
        JsonNode schema = payload.path("schema");
        JsonNode data = payload.path("data");
        if (schema.isEmpty() || data.isEmpty() || data.size() > MAX_ROWS) {
            return refused(400, "payload must have a schema and one to 10,000 rows");
        }
        for (JsonNode row : data) {
            for (int i = 0; i < schema.size(); i++) {
                String value = row.path(i).asText();
                if (row.size() != schema.size() || !value.isEmpty() && !PLAIN.contains(schema.get(i).asText())
                        && !Hashes.isOne(row.get(i))) {
                    return refused(400, "a value of " + schema.get(i).asText() + " is not a SHA-256 hash");
                }
            }
        }
        data.forEach(row -> keep(row, ""));
        return SandboxAnswer.json(200, json().put("audience_id", "6000000000001").put("num_received", data.size())
                .put("num_invalid_entries", 0));
    }

    private SandboxAnswer events(JsonNode data) {
        if (data.isEmpty() || data.size() > MAX_EVENTS) {
            return refused(400, "data must have one to 1,000 events");
        }
        for (JsonNode event : data) {
            long age = clock.instant().getEpochSecond() - event.path("event_time").asLong();
            if (!hasText(event, "event_name") || !hasText(event, "action_source") || event.path("user_data").isEmpty()) {
                return refused(400, "event_name, action_source and user_data are required");
            }
            if (age > WEEK_SECONDS) {
                return error(400, 100, 2804003, "Event Timestamp Too Old");
            }
            for (String field : HASHED) {
                if (event.path("user_data").has(field) && !Hashes.isOne(event.path("user_data").get(field))) {
                    return refused(400, "user_data." + field + " is not a SHA-256 hash");
                }
            }
        }
        data.forEach(event -> keep(event, event.path("event_name").asText() + " " + event.path("event_id").asText()));
        return SandboxAnswer.json(200, json().put("events_received", data.size()).put("fbtrace_id", "sandbox"));
    }
}
