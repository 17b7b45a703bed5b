package dev.serai.model;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The envelope of an object on topic {@code objects}: one state of one thing at a partner. Written as
 * <pre>{"source":"stripe","collection":"charges","id":"ch_1","version":1767225600000000,
 * "receivedAt":"2026-01-01T00:00:01.000Z","isDeleted":false,"parent":"cus_1","text":["name"],"properties":{...}}</pre>
 * where {@code parent} and {@code text} may be absent, and so may {@code properties} of a deleted object.
 *
 * @param version    microseconds since 1970, by the partner's clock, at which the object was so; of two states the one
 *                   with the larger version holds, of two with the same the later record
 * @param parent     the id of the object it was read with, for collections whose children are compared by parent
 * @param text       fields whose text only looks like a time: the column is to be text
 * @param properties JSON object, bytes as they are written; null for a deleted object of which nothing else is known
 */
public record PartnerObject(String source, String collection, String id, long version, Instant receivedAt,
                            boolean isDeleted, Optional<String> parent, List<String> text, byte[] properties) {

    public PartnerObject {
        text = List.copyOf(text);
    }

    /** The key of its record: all states of one object are in one partition, in order. */
    public byte[] key() {
        return key(source, collection, id);
    }

    public static byte[] key(String source, String collection, String id) {
        return (source + "/" + collection + "/" + id).getBytes(StandardCharsets.UTF_8);
    }

    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(200 + (properties == null ? 0 : properties.length));
        try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("source", source);
            json.writeStringField("collection", collection);
            json.writeStringField("id", id);
            json.writeNumberField("version", version);
            json.writeStringField("receivedAt", receivedAt.toString());
            json.writeBooleanField("isDeleted", isDeleted);
            if (parent.isPresent()) {
                json.writeStringField("parent", parent.get());
            }
            if (!text.isEmpty()) {
                json.writeArrayFieldStart("text");
                for (String field : text) {
                    json.writeString(field);
                }
                json.writeEndArray();
            }
            if (properties != null) {
                json.writeFieldName("properties");
                json.writeRawValue(new String(properties, StandardCharsets.UTF_8));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory can be written", e);
        }
        return bytes.toByteArray();
    }
}
