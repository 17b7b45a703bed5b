package dev.serai.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a fake answers; {@code Date} is added by the server, from the sandbox's clock. */
public record SandboxAnswer(int status, Map<String, String> headers, byte[] body) {

    public SandboxAnswer {
        headers = Map.copyOf(headers);
    }

    public static SandboxAnswer json(int status, JsonNode body) {
        try {
            return new SandboxAnswer(status, Map.of("Content-Type", "application/json;charset=utf-8"),
                    Json.MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    public static SandboxAnswer text(int status, String contentType, String body) {
        return new SandboxAnswer(status, Map.of("Content-Type", contentType), body.getBytes(StandardCharsets.UTF_8));
    }

    public SandboxAnswer with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new SandboxAnswer(status, more, body);
    }
}
