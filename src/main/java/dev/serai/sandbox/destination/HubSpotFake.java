package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import java.util.HashSet;
import java.util.Set;

/** Batch upsert of contacts: a hundred, no id twice, and a 207 that names the refused ones by their trace id. */
final class HubSpotFake extends RecordingFake {

    private static final String TOKEN = "sandbox-hubspot-token";
    private static final int MAX_CONTACTS = 100;

    HubSpotFake() {
        super("hubspot", "accessToken " + TOKEN);
    }

    @Override
    boolean isLetIn(SandboxRequest request, JsonNode body) {
        return hasBearer(request, TOKEN);
    }

    @Override
    SandboxAnswer refused(int status, String message) {
        return SandboxAnswer.json(status, json().put("status", "error").put("message", message).put("category",
                status == 401 ? "INVALID_AUTHENTICATION" : status == 429 ? "RATE_LIMITS" : "VALIDATION_ERROR")
                .put("policyName", status == 429 ? "TEN_SECONDLY_ROLLING" : null));
    }

    @Override
    SandboxAnswer take(SandboxRequest request, JsonNode body, byte[] bytes) {
        JsonNode inputs = body.path("inputs");
        if (!request.path().endsWith("/contacts/batch/upsert")) {
            return refused(404, "not found");
        }
        Set<String> ids = new HashSet<>();
        for (JsonNode input : inputs) {
            if (!ids.add(input.path("id").asText())) {
                return refused(400, "Duplicate IDs found in batch input: " + input.path("id").asText());
            }
        }
        if (inputs.isEmpty() || inputs.size() > MAX_CONTACTS) {
            return refused(400, "one to 100 inputs are expected");
        }
        ArrayNode results = Json.MAPPER.createArrayNode();
        ArrayNode errors = Json.MAPPER.createArrayNode();
        for (JsonNode input : inputs) {
            if (input.path("id").asText().matches("[^@\\s]+@[^@\\s]+\\.[^@\\s]+")) {
                keep(input, "");
                results.addObject().put("id", String.valueOf(1_000 + count())).put("new", true)
                        .put("objectWriteTraceId", input.path("objectWriteTraceId").asText());
            } else {
                ObjectNode error = errors.addObject().put("status", "error").put("category", "VALIDATION_ERROR")
                        .put("message", "Email address " + input.path("id").asText() + " is invalid");
                error.putObject("context").putArray("objectWriteTraceId").add(input.path("objectWriteTraceId").asText());
            }
        }
        ObjectNode answer = json().put("status", "COMPLETE");
        answer.set("results", results);
        if (errors.isEmpty()) {
            return SandboxAnswer.json(200, answer);
        }
        answer.put("numErrors", errors.size()).set("errors", errors);
        return SandboxAnswer.json(207, answer);
    }
}
