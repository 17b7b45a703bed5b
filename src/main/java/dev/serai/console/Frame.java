package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.kafka.Topics;
import dev.serai.model.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * One record of {@code events} or {@code dead-letters} as a server-sent event, with what a filter asks about it.
 *
 * <p>The data is the record as it lies on the topic, except that it is on one line: a line end can only stand between
 * two tokens of JSON, so it may become a space. The id is the place in Kafka, which no other record shares.
 *
 * @param type  null where a rejected original does not tell it
 * @param event null where there is none
 * @param head  what goes before the data
 * @param json  the record
 */
record Frame(Kind kind, String source, String type, String event, String head, JsonNode json, Buffer bytes) {

    private static final int LONGEST_ORIGINAL = 64 * 1024;

    /** Empty for what is no JSON object; the hub writes no such records. */
    static Optional<Frame> of(ConsumerRecord<byte[], byte[]> entry) {
        JsonNode json = object(entry.value());
        if (json == null) {
            return Optional.empty();
        }
        String source = text(json, "source");
        if (entry.topic().equals(Topics.DEAD_LETTERS)) {
            JsonNode original = original(json.path("raw").asText());
            return Optional.of(frame(Kind.REJECTED, source, original, json, entry));
        }
        return Optional.of(frame(json.path("unplanned").asBoolean(false) ? Kind.UNPLANNED : Kind.ACCEPTED, source, json, json, entry));
    }

    private static Frame frame(Kind kind, String source, JsonNode told, JsonNode json, ConsumerRecord<byte[], byte[]> entry) {
        String head = "event: " + kind.wireName() + "\nid: " + entry.topic() + '/' + entry.partition() + '/' + entry.offset() + "\ndata: ";
        return new Frame(kind, source, text(told, "type"), text(told, "event"), head, json, bytes(head, entry.value()));
    }

    /** As viewers see it. */
    Frame masked() {
        JsonNode masked = kind == Kind.REJECTED ? PersonalData.masked(json) : PersonalData.ofPeople(json);
        return new Frame(kind, source, type, event, head, masked, bytes(head, masked.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** A server-sent event that is about the stream itself. */
    static Buffer notice(String name, String json) {
        return Buffer.buffer("event: " + name + "\ndata: " + json + "\n\n");
    }

    private static Buffer bytes(String head, byte[] value) {
        byte[] line = value.clone();
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return Buffer.buffer(line.length + 100).appendString(head).appendBytes(line).appendString("\n\n");
    }

    private static JsonNode original(String raw) {
        boolean readable = raw.startsWith("{") && raw.length() <= LONGEST_ORIGINAL;
        return readable ? object(raw.getBytes(StandardCharsets.UTF_8)) : null;
    }

    private static JsonNode object(byte[] json) {
        try {
            JsonNode tree = json == null ? null : Json.MAPPER.readTree(json);
            return tree != null && tree.isObject() ? tree : null;
        } catch (IOException e) {
            return null;
        }
    }

    private static String text(JsonNode json, String field) {
        return json == null ? null : json.path(field).textValue();
    }
}
