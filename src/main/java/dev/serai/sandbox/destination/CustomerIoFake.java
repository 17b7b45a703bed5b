package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.serai.model.Json;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Track v2: takes the good items of a batch, and names the others by their place with a 207. */
final class CustomerIoFake extends RecordingFake {

    private static final String LOGIN = "sandbox-site:sandbox-customerio-key";
    private static final int MAX_ITEMS = 1_000;
    private static final int MAX_ITEM_BYTES = 32 * 1024;

    CustomerIoFake() {
        super("customerio", "siteId and apiKey " + LOGIN);
    }

    @Override
    int maxBytes() {
        return 500 * 1024;
    }

    @Override
    boolean isLetIn(SandboxRequest request, JsonNode body) {
        return request.header("authorization").filter(("Basic " + Base64.getEncoder().encodeToString(
                LOGIN.getBytes(StandardCharsets.UTF_8)))::equals).isPresent();
    }

    @Override
    SandboxAnswer take(SandboxRequest request, JsonNode body, byte[] bytes) {
        JsonNode batch = body.path("batch");
        if (!request.path().equals("/api/v2/batch")) {
            return refused(404, "not found");
        }
        if (!batch.isArray() || batch.size() > MAX_ITEMS) {
            return refused(400, "'batch' must be an array of at most 1,000 items");
        }
        ArrayNode errors = Json.MAPPER.createArrayNode();
        for (int i = 0; i < batch.size(); i++) {
            JsonNode item = batch.get(i);
            boolean isMerge = item.path("action").asText().equals("merge");
            String field = !item.path("type").asText().matches("person|object|delivery") ? "type" : !hasText(item, "action") ? "action"
                    : !isMerge && item.path("identifiers").isEmpty() ? "identifiers"
                    : item.path("action").asText().equals("event") && !hasText(item, "name") ? "name"
                    : item.toString().getBytes(StandardCharsets.UTF_8).length > MAX_ITEM_BYTES ? "size" : "";
            if (field.isEmpty()) {
                keep(item, item.path("id").asText());
            } else {
                errors.addObject().put("batch_index", i).put("reason", "invalid").put("field", field)
                        .put("message", "'" + field + "' is invalid");
            }
        }
        return errors.isEmpty() ? SandboxAnswer.json(200, json()) : SandboxAnswer.json(207, json().set("errors", errors));
    }
}
