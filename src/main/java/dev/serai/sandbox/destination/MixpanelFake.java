package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** {@code /import} takes the good events of a request and names the bad ones; {@code /engage} and {@code /groups} profiles. */
final class MixpanelFake extends RecordingFake {

    private static final String LOGIN = "sandbox-user:sandbox-mixpanel-secret";
    private static final String TOKEN = "sandbox-mixpanel-token";
    private static final String PROJECT = "1000001";
    private static final int MAX_ITEMS = 2_000;
    private static final long EARLIEST_SECONDS = 31_536_000;

    private final SandboxClock clock;

    MixpanelFake(SandboxClock clock) {
        super("mixpanel", "username and secret " + LOGIN + ", token " + TOKEN);
        this.clock = clock;
    }

    @Override
    int maxBytes() {
        return 10_000_000;
    }

    @Override
    boolean isLetIn(SandboxRequest request, JsonNode body) {
        return !request.path().equals("/import") || request.parameter("project_id").filter(PROJECT::equals).isPresent()
                && request.header("authorization").filter(("Basic " + Base64.getEncoder().encodeToString(
                        LOGIN.getBytes(StandardCharsets.UTF_8)))::equals).isPresent();
    }

    @Override
    SandboxAnswer refused(int status, String message) {
        return SandboxAnswer.json(status, json().put("code", status).put("error", message).put("status", "error"));
    }

    @Override
    SandboxAnswer take(SandboxRequest request, JsonNode body, byte[] bytes) {
        if (!body.isArray() || body.size() > MAX_ITEMS) {
            return refused(body.isArray() ? 413 : 400, "an array of at most 2,000 items is expected");
        }
        return switch (request.path()) {
            case "/import" -> events(body);
            case "/engage", "/groups" -> profiles(body);
            default -> refused(404, "not found");
        };
    }

    private SandboxAnswer events(JsonNode body) {
        ArrayNode failed = Json.MAPPER.createArrayNode();
        for (int i = 0; i < body.size(); i++) {
            JsonNode properties = body.get(i).path("properties");
            long millis = properties.path("time").asLong();
            String field = !hasText(body.get(i), "event") ? "event"
                    : !properties.path("$insert_id").asText().matches("[A-Za-z0-9-]{1,36}") ? "properties.$insert_id"
                    : millis < EARLIEST_SECONDS * 1_000 || millis > clock.millis() + 3_600_000 ? "properties.time"
                    : properties.path("distinct_id").asText().matches("(?i)anonymous|nil|null|none|undefined|0+") ? "properties.distinct_id"
                    : "";
            if (field.isEmpty()) {
                keep(body.get(i), properties.path("$insert_id").asText());
            } else {
                failed.addObject().put("index", i).put("insert_id", properties.path("$insert_id").asText()).put("field", field)
                        .put("message", "'" + field + "' is invalid");
            }
        }
        if (!failed.isEmpty()) {
            return SandboxAnswer.json(400, json().put("code", 400).put("error", "some data points in the request failed validation")
                    .put("num_records_imported", body.size() - failed.size()).put("status", "Bad Request")
                    .set("failed_records", failed));
        }
        return SandboxAnswer.json(200, json().put("code", 200).put("num_records_imported", body.size()).put("status", "OK"));
    }

    private SandboxAnswer profiles(JsonNode body) {
        for (JsonNode item : body) {
            if (!TOKEN.equals(item.path("$token").asText())
                    || !hasText(item, "$distinct_id") && !hasText(item, "$group_id")) {
                return SandboxAnswer.json(200, json().put("status", 0).put("error", "token or distinct_id is missing or wrong"));
            }
        }
        body.forEach(item -> keep(item, ""));
        return SandboxAnswer.json(200, json().put("status", 1).putNull("error"));
    }
}
