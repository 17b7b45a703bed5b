package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;

/** Bulk calls say which users they refused, by e-mail address or user id. */
final class IterableFake extends RecordingFake {

    private static final String KEY = "sandbox-iterable-key";
    private static final int MAX_ITEMS = 1_000;

    IterableFake() {
        super("iterable", "apiKey " + KEY);
    }

    @Override
    boolean isLetIn(SandboxRequest request, JsonNode body) {
        return request.header("api-key").filter(KEY::equals).isPresent();
    }

    @Override
    SandboxAnswer refused(int status, String message) {
        return SandboxAnswer.json(status, json().put("msg", message).put("code", status == 401 ? "BadApiKey" : "BadParams"));
    }

    @Override
    SandboxAnswer take(SandboxRequest request, JsonNode body, byte[] bytes) {
        return switch (request.path()) {
            case "/api/events/trackBulk" -> all(body.path("events"), true);
            case "/api/users/bulkUpdate" -> all(body.path("users"), false);
            case "/api/lists/subscribe", "/api/lists/unsubscribe" -> body.path("listId").isIntegralNumber()
                    ? all(body.path("subscribers"), false) : refused(400, "listId is required");
            case "/api/commerce/trackPurchase" -> {
                if (body.path("items").isEmpty() || !body.path("total").isNumber()) {
                    yield refused(400, "items and total are required");
                }
                keep(body, body.path("id").asText());
                yield SandboxAnswer.json(200, json().put("code", "Success").put("msg", ""));
            }
            default -> refused(404, "not found");
        };
    }

    private SandboxAnswer all(JsonNode items, boolean named) {
        if (!items.isArray() || items.isEmpty() || items.size() > MAX_ITEMS) {
            return refused(400, "one to 1,000 items are expected");
        }
        ArrayNode emails = Json.MAPPER.createArrayNode();
        ArrayNode ids = Json.MAPPER.createArrayNode();
        int failed = 0;
        for (JsonNode item : items) {
            boolean hasUser = hasText(item, "userId");
            boolean isEmailRight = item.path("email").asText().matches("[^@\\s]+@[^@\\s]+\\.[^@\\s]+");
            if (named && !hasText(item, "eventName") || !hasUser && !isEmailRight) {
                failed++;
                if (item.has("email")) {
                    emails.add(item.path("email"));
                } else {
                    ids.add(item.path("userId"));
                }
            } else {
                keep(item, item.path("id").asText());
            }
        }
        ObjectNode answer = json().put("successCount", items.size() - failed).put("failCount", failed);
        answer.set("invalidEmails", emails);
        answer.set("invalidUserIds", ids);
        return SandboxAnswer.json(200, answer);
    }
}
