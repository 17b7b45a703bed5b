package dev.serai.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/**
 * A state of an object as it lies on topic {@code objects}, read: see {@link PartnerObject} for its form. Do not change
 * the tree: it is shared.
 *
 * @param version microseconds since 1970, by the partner's clock, since when it is so
 */
public record ObjectState(String source, String collection, String id, long version, boolean isDeleted, ObjectNode json) {

    /** @throws IOException if the bytes are no state of an object */
    public static ObjectState parse(byte[] bytes) throws IOException {
        if (!(Json.MAPPER.readTree(bytes) instanceof ObjectNode json)) {
            throw new IOException("an object's state must be a JSON object");
        }
        return of(json);
    }

    /** @throws IOException as {@link #parse} */
    public static ObjectState of(ObjectNode json) throws IOException {
        for (String field : new String[] {"source", "collection", "id"}) {
            if (!json.path(field).isTextual()) {
                throw new IOException("an object's state needs the text field '" + field + "'");
            }
        }
        return new ObjectState(json.get("source").textValue(), json.get("collection").textValue(),
                json.get("id").textValue(), json.path("version").asLong(), json.path("isDeleted").asBoolean(), json);
    }

    /** Whose states are in order. */
    public String key() {
        return source + "/" + collection + "/" + id;
    }

    /** Unique among all states. */
    public String stateId() {
        return key() + "@" + version;
    }

    /** For logs and complaints: no payload. */
    @Override
    public String toString() {
        return "object " + stateId();
    }

    /** A value by JSON Pointer ("/properties/amount"). */
    public JsonNode at(String pointer) {
        return json.at(pointer);
    }

    /** The form on topic {@code objects}, UTF-8. */
    public byte[] toBytes() {
        try {
            return Json.MAPPER.writeValueAsBytes(json);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("a tree that was read can be written", e);
        }
    }
}
