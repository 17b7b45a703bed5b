package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** HTTP V2: refuses a request whole for one bad event and says which; at most thirty events of a user in a second. */
final class AmplitudeFake extends RecordingFake {

    private static final String KEY = "sandbox-amplitude-key";
    private static final int MAX_EVENTS = 2_000;
    private static final int MAX_PER_USER = 30;

    private final SandboxClock clock;
    private final Map<String, Integer> ofSecond = new HashMap<>();
    private long second;

    AmplitudeFake(SandboxClock clock) {
        super("amplitude", "apiKey " + KEY);
        this.clock = clock;
    }

    @Override
    boolean isJson() {
        return false;
    }

    @Override
    int maxBytes() {
        return 1_000_000;
    }

    @Override
    boolean isLetIn(SandboxRequest request, JsonNode body) {
        return true;
    }

    @Override
    SandboxAnswer refused(int status, String message) {
        return SandboxAnswer.json(status, json().put("code", status).put("error", message));
    }

    @Override
    SandboxAnswer take(SandboxRequest request, JsonNode unread, byte[] bytes) {
        try {
            return request.path().equals("/groupidentify") ? groups(new String(bytes, StandardCharsets.UTF_8))
                    : request.path().equals("/2/httpapi") ? events(Json.MAPPER.readTree(bytes)) : refused(404, "not found");
        } catch (java.io.IOException e) {
            return refused(400, "Invalid JSON request body");
        }
    }

    private SandboxAnswer groups(String form) throws java.io.IOException {
        Map<String, String> fields = new HashMap<>();
        for (String field : form.split("&")) {
            String[] parts = field.split("=", 2);
            fields.put(parts[0], parts.length < 2 ? "" : URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
        }
        if (!KEY.equals(fields.get("api_key"))) {
            return refused(400, "Invalid API key: " + fields.get("api_key"));
        }
        for (JsonNode group : Json.MAPPER.readTree(fields.getOrDefault("identification", "[]"))) {
            if (!hasText(group, "group_type") || !hasText(group, "group_value")) {
                return refused(400, "missing group_type or group_value");
            }
            keep(group, "");
        }
        return SandboxAnswer.text(200, "text/html", "success");
    }

    private synchronized SandboxAnswer events(JsonNode body) {
        if (!KEY.equals(body.path("api_key").asText())) {
            return refused(400, "Invalid API key: " + body.path("api_key").asText());
        }
        JsonNode events = body.path("events");
        if (events.size() > MAX_EVENTS) {
            return refused(413, "Payload too large");
        }
        int shortest = body.path("options").path("min_id_length").asInt(5);
        ArrayNode missing = Json.MAPPER.createArrayNode();
        ArrayNode tooShort = Json.MAPPER.createArrayNode();
        ArrayNode times = Json.MAPPER.createArrayNode();
        ArrayNode throttled = Json.MAPPER.createArrayNode();
        if (clock.instant().getEpochSecond() != second) {
            second = clock.instant().getEpochSecond();
            ofSecond.clear();
        }
        for (int i = 0; i < events.size(); i++) {
            JsonNode event = events.get(i);
            String user = event.path("user_id").asText(event.path("device_id").asText());
            if (!hasText(event, "event_type") || user.isEmpty()) {
                missing.add(i);
            } else if (user.length() < shortest) {
                tooShort.add(i);
            } else if (event.has("time") && !event.path("time").isIntegralNumber()) {
                times.add(i);
            } else if (ofSecond.merge(user, 1, Integer::sum) > MAX_PER_USER) {
                throttled.add(i);
            }
        }
        if (!missing.isEmpty() || !tooShort.isEmpty() || !times.isEmpty()) {
            ObjectNode answer = json().put("code", 400).put("error", "Request missing required field");
            answer.putObject("events_with_missing_fields").set("event_type", missing);
            answer.putObject("events_with_invalid_fields").set("time", times);
            answer.putObject("events_with_invalid_id_lengths").set("user_id", tooShort);
            return SandboxAnswer.json(400, answer);
        }
        if (!throttled.isEmpty()) {
            ObjectNode answer = json().put("code", 429).put("error", "Too many requests for some devices and users")
                    .put("eps_threshold", MAX_PER_USER);
            answer.set("throttled_events", throttled);
            return SandboxAnswer.json(429, answer);
        }
        events.forEach(event -> keep(event, event.path("insert_id").asText()));
        return SandboxAnswer.json(200, json().put("code", 200).put("events_ingested", events.size())
                .put("server_upload_time", clock.instant().toEpochMilli()));
    }
}
