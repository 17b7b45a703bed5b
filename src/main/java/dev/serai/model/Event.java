package dev.serai.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * An event as it lies on topic {@code events}: Segment's common fields, plus {@code source}, the name of the source
 * it came by. One JSON object, no nesting around it:
 *
 * <pre>{"source":"website","type":"track","messageId":"m1","event":"Order Completed","userId":"u1",
 *  "timestamp":"2026-11-24T10:00:00.000Z","receivedAt":"...","context":{...},"properties":{...}}</pre>
 *
 * <p>The tree is kept whole, so fields that the hub does not know survive. Do not change the tree: an event is shared.
 * The hot path (ingest, loader) reads and writes the same form without building this record.
 */
public record Event(
        String source,
        EventType type,
        String messageId,
        Instant receivedAt,
        ObjectNode json) {

    public Event {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(messageId, "messageId");
        Objects.requireNonNull(receivedAt, "receivedAt");
        Objects.requireNonNull(json, "json");
    }

    /**
     * Reads an event from its form on topic {@code events}.
     *
     * @throws IOException if the bytes are no JSON object, or {@code source}, {@code type}, {@code messageId} or
     *         {@code receivedAt} is missing or of the wrong type
     */
    public static Event parse(byte[] bytes) throws IOException {
        if (!(Json.MAPPER.readTree(bytes) instanceof ObjectNode json)) {
            throw new IOException("an event must be a JSON object");
        }
        return of(json);
    }

    /** @throws IOException as {@link #parse} */
    public static Event of(ObjectNode json) throws IOException {
        EventType type = EventType.of(text(json, "type"))
                .orElseThrow(() -> new IOException("'" + json.get("type") + "' is no type of event"));
        return new Event(text(json, "source"), type, text(json, "messageId"),
                Instant.parse(text(json, "receivedAt")), json);
    }

    private static String text(JsonNode json, String field) throws IOException {
        JsonNode value = json.get(field);
        if (value == null || !value.isTextual()) {
            throw new IOException("an event needs the text field '" + field + "'");
        }
        return value.textValue();
    }

    /** The form on topic {@code events}, UTF-8. */
    public byte[] toBytes() {
        try {
            return Json.MAPPER.writeValueAsBytes(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read can be written", e);
        }
    }

    /** For logs and complaints: no payload. */
    @Override
    public String toString() {
        return "event " + messageId;
    }

    /** The event's name ("Order Completed"); only track events have one. */
    public Optional<String> event() {
        return optionalText("event");
    }

    public Optional<String> userId() {
        return optionalText("userId");
    }

    public Optional<String> anonymousId() {
        return optionalText("anonymousId");
    }

    /** Whose event it is, and so what orders it: the user id, else the anonymous id. */
    public String key() {
        return userId().or(this::anonymousId).orElse(messageId);
    }

    /** A value by JSON Pointer ("/context/ip"); a {@link MissingNode} where there is none. */
    public JsonNode at(String pointer) {
        return json.at(pointer);
    }

    private Optional<String> optionalText(String field) {
        JsonNode value = json.get(field);
        return value != null && value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }
}
