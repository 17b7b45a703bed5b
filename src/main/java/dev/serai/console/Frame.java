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
 */
record Frame(Kind kind, String source, String type, String event, Buffer bytes) {

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
            return Optional.of(new Frame(Kind.REJECTED, source, text(original, "type"), text(original, "event"),
                    bytes(Kind.REJECTED, entry)));
        }
        Kind kind = json.path("unplanned").asBoolean(false) ? Kind.UNPLANNED : Kind.ACCEPTED;
        return Optional.of(new Frame(kind, source, text(json, "type"), text(json, "event"), bytes(kind, entry)));
    }

    /** A server-sent event that is about the stream itself. */
    static Buffer notice(String name, String json) {
        return Buffer.buffer("event: " + name + "\ndata: " + json + "\n\n");
    }

    private static Buffer bytes(Kind kind, ConsumerRecord<byte[], byte[]> entry) {
        byte[] line = entry.value().clone();
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return Buffer.buffer(line.length + 100)
                .appendString("event: " + kind.wireName() + "\nid: " + entry.topic() + '/' + entry.partition() + '/'
                        + entry.offset() + "\ndata: ")
                .appendBytes(line).appendString("\n\n");
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
