package dev.serai.privacy;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.kafka.Topics;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Tells a person's records from others'. A record is theirs when its {@code userId} or {@code previousId} is their id;
 * a dead letter, when that holds for an event in its original bytes; an object, by {@link PersonFields}.
 *
 * <p>An original may be anything: a partner's payload, or no JSON at all. Where it names no user in a way that the hub
 * knows, the id as a JSON string in it is enough. Hazard: so an id such as {@code "track"} takes such letters of others
 * with it; keeping a person's by mistake would be worse.
 */
final class Person {

    private static final List<String> ID_FIELDS = List.of("userId", "previousId");

    private static final byte[] ESCAPE = {'\\'};
    private static final byte[] BASE64 = "\"rawBase64\"".getBytes(StandardCharsets.US_ASCII);

    private enum Named { THIS, ANOTHER, NOBODY }

    private final String userId;
    private final byte[] plain;
    private final byte[] quoted;

    Person(String userId) {
        this.userId = userId;
        this.plain = userId.getBytes(StandardCharsets.UTF_8);
        this.quoted = ("\"" + new String(JsonStringEncoder.getInstance().quoteAsString(userId)) + "\"")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** @param value null for a record without one */
    boolean owns(String topic, byte[] value) {
        if (value == null || !mayName(value)) {
            return false;
        }
        try {
            return switch (topic) {
                case Topics.DEAD_LETTERS -> ownsOriginal(DeadLetter.parse(value).raw());
                case Topics.OBJECTS -> ownsObject(Json.MAPPER.readTree(value));
                default -> named(Json.MAPPER.readTree(value)) == Named.THIS;
            };
        } catch (IOException | RuntimeException e) {
            return mentions(value);
        }
    }

    private boolean ownsObject(JsonNode envelope) {
        if (PersonFields.COLLECTIONS_OF_PEOPLE.contains(envelope.path("collection").asText())
                && envelope.path("id").asText().equals(userId)) {
            return true;
        }
        for (Map.Entry<String, JsonNode> property : envelope.path("properties").properties()) {
            if (userId.equals(property.getValue().textValue()) && PersonFields.isOfPeople(property.getKey())) {
                return true;
            }
        }
        return false;
    }

    private boolean ownsOriginal(byte[] raw) {
        try {
            Named named = named(Json.MAPPER.readTree(raw));
            return named == Named.NOBODY ? mentions(raw) : named == Named.THIS;
        } catch (IOException e) {
            return mentions(raw);
        }
    }

    private Named named(JsonNode json) {
        Named named = Named.NOBODY;
        for (String field : ID_FIELDS) {
            JsonNode id = json.path(field);
            if (id.isValueNode() && !id.isNull()) {
                if (id.asText().equals(userId)) {
                    return Named.THIS;
                }
                named = Named.ANOTHER;
            }
        }
        for (JsonNode event : json.path("batch")) {
            Named inside = named(event);
            if (inside == Named.THIS) {
                return Named.THIS;
            }
            named = inside == Named.NOBODY ? named : inside;
        }
        return named;
    }

    /** Most records are ruled out by their bytes: without an escape or base64, a JSON string is what it says. */
    private boolean mayName(byte[] value) {
        return indexOf(value, plain, 0) >= 0 || indexOf(value, ESCAPE, 0) >= 0
                || indexOf(value, BASE64, 0) >= 0;
    }

    /** Whether the id stands there as a JSON string that is no name of a member. */
    private boolean mentions(byte[] text) {
        for (int at = indexOf(text, quoted, 0); at >= 0; at = indexOf(text, quoted, at + 1)) {
            int next = at + quoted.length;
            while (next < text.length && Character.isWhitespace(text[next])) {
                next++;
            }
            if (next == text.length || text[next] != ':') {
                return true;
            }
        }
        return false;
    }

    private static int indexOf(byte[] text, byte[] part, int from) {
        for (int i = from; i <= text.length - part.length; i++) {
            int j = 0;
            while (j < part.length && text[i + j] == part[j]) {
                j++;
            }
            if (j == part.length) {
                return i;
            }
        }
        return -1;
    }
}
