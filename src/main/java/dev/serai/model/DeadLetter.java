package dev.serai.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Objects;

/**
 * What the hub gave up on: where, why, and the original bytes. On topic {@code dead-letters} it is the JSON object
 * {@code {"id","source","stage","code","message","at","raw"}}, of a delivery also {@code request} and {@code response};
 * {@code raw} is text when the bytes are UTF-8, otherwise {@code rawBase64} stands in its place.
 *
 * @param id      unique; made from the original where it had an id
 * @param source  the source by which it came
 * @param stage   where: {@code ingest}, {@code mapping}, {@code warehouse}, {@code routing}, or
 *                {@code delivery.<destination>}
 * @param code    why, as one of the closed lists of the stage, for instance {@code no_user_anon_id}
 * @param message what happened and what to do, in a sentence; never a secret
 * @param at      when the hub gave up
 * @param raw     the original bytes, nothing added
 * @param request  what the partner was asked, no secret in it; null if nothing was
 * @param response what it answered; null if nothing
 */
public record DeadLetter(String id, String source, String stage, String code, String message, Instant at, byte[] raw,
                         JsonNode request, JsonNode response) {

    public DeadLetter(String id, String source, String stage, String code, String message, Instant at, byte[] raw) {
        this(id, source, stage, code, message, at, raw, null, null);
    }

    public DeadLetter {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(message, "message");
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(raw, "raw");
    }

    public byte[] toBytes() {
        ObjectNode json = Json.MAPPER.createObjectNode()
                .put("id", id).put("source", source).put("stage", stage)
                .put("code", code).put("message", message).put("at", at.toString());
        if (request != null) {
            json.set("request", request);
        }
        if (response != null) {
            json.set("response", response);
        }
        try {
            json.put("raw", StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString());
        } catch (CharacterCodingException e) {
            json.put("rawBase64", Base64.getEncoder().encodeToString(raw));
        }
        try {
            return Json.MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an object of texts can be written", e);
        }
    }

    /** @throws IOException if the bytes are no dead letter */
    public static DeadLetter parse(byte[] bytes) throws IOException {
        JsonNode json = Json.MAPPER.readTree(bytes);
        for (String field : new String[] {"id", "source", "stage", "code", "message", "at"}) {
            if (!json.path(field).isTextual()) {
                throw new IOException("a dead letter needs the text field '" + field + "'");
            }
        }
        byte[] raw = json.has("rawBase64")
                ? Base64.getDecoder().decode(json.get("rawBase64").textValue())
                : json.path("raw").asText().getBytes(StandardCharsets.UTF_8);
        return new DeadLetter(json.get("id").textValue(), json.get("source").textValue(),
                json.get("stage").textValue(), json.get("code").textValue(), json.get("message").textValue(),
                Instant.parse(json.get("at").textValue()), raw, json.get("request"), json.get("response"));
    }
}
