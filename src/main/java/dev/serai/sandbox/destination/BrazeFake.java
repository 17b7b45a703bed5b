package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import java.util.List;

/** {@code /users/track}: takes what it can of 75 objects together, and names the others by list and place. */
final class BrazeFake extends RecordingFake {

    private static final String KEY = "sandbox-braze-key";
    private static final int MAX_OBJECTS = 75;
    private static final List<String> LISTS = List.of("attributes", "events", "purchases");

    BrazeFake() {
        super("braze", "apiKey " + KEY);
    }

    @Override
    boolean isLetIn(SandboxRequest request, JsonNode body) {
        return hasBearer(request, KEY);
    }

    @Override
    SandboxAnswer take(SandboxRequest request, JsonNode body, byte[] bytes) {
        if (!request.path().equals("/users/track")) {
            return refused(404, "not found");
        }
        int objects = LISTS.stream().mapToInt(list -> body.path(list).size()).sum();
        if (objects == 0 || objects > MAX_OBJECTS) {
            return refused(400, objects == 0 ? "No attributes, events or purchases" : "Too many objects, 75 are allowed");
        }
        ArrayNode errors = Json.MAPPER.createArrayNode();
        ObjectNode answer = json().put("message", "success");
        for (String list : LISTS) {
            int taken = 0;
            for (int i = 0; i < body.path(list).size(); i++) {
                JsonNode item = body.path(list).get(i);
                String wrong = wrong(list, item);
                if (wrong.isEmpty()) {
                    keep(item, "");
                    taken++;
                } else {
                    errors.addObject().put("type", wrong).put("input_array", list).put("index", i);
                }
            }
            if (body.has(list)) {
                answer.put(list + "_processed", taken);
            }
        }
        if (!errors.isEmpty()) {
            answer.set("errors", errors);
        }
        return SandboxAnswer.json(201, answer);
    }

    private static String wrong(String list, JsonNode item) {
        if (!hasText(item, "external_id") && !hasText(item.path("user_alias"), "alias_name") && !hasText(item, "braze_id")
                && !hasText(item, "email") && !hasText(item, "phone")) {
            return "'external_id', 'braze_id', 'user_alias', 'email' or 'phone' is required";
        }
        return switch (list) {
            case "events" -> !hasText(item, "name") ? "'name' is required" : !hasText(item, "time") ? "'time' is required" : "";
            case "purchases" -> !hasText(item, "product_id") ? "'product_id' is required"
                    : !item.path("price").isNumber() ? "'price' must be a number"
                    : !item.path("currency").asText().matches("[A-Z]{3}") ? "'currency' is not valid" : "";
            default -> "";
        };
    }
}
