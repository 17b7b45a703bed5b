package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;

/** Somebody's own address: takes everything, once by its {@code webhook-id}. */
final class WebhookFake extends RecordingFake {

    WebhookFake() {
        super("webhook", "");
    }

    @Override
    boolean isLetIn(SandboxRequest request, JsonNode body) {
        return true;
    }

    @Override
    SandboxAnswer take(SandboxRequest request, JsonNode body, byte[] bytes) {
        keep(body, request.header("webhook-id").orElse(""));
        return SandboxAnswer.json(200, json().put("success", true));
    }
}
