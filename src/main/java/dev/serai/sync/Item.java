package dev.serai.sync;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Set;

/**
 * One record of an answer, where it stands in the answer's bytes, or as a tree if it was made of something else.
 *
 * @param version   microseconds since 1970, {@link #UNKNOWN} if the record itself says it or nobody does
 * @param isDeleted whether what brought the record says that the object is gone
 */
record Item(byte[] page, int from, int to, JsonNode made, long version, boolean isDeleted) {

    static final long UNKNOWN = Long.MIN_VALUE;

    static Item at(byte[] page, int from, int to) {
        return new Item(page, from, to, null, UNKNOWN, false);
    }

    static Item of(JsonNode tree, long version, boolean isDeleted) {
        return new Item(null, 0, 0, tree, version, isDeleted);
    }

    JsonNode tree() {
        if (made != null) {
            return made;
        }
        try {
            return Json.MAPPER.readTree(page, from, to - from);
        } catch (IOException e) {
            throw new UncheckedIOException("what was tokenised can be read", e);
        }
    }

    /** Some of the record's own fields, without reading the others; of each that is there. */
    ObjectNode fields(Set<String> names) {
        ObjectNode found = Json.MAPPER.createObjectNode();
        if (made != null) {
            names.stream().filter(made::has).forEach(name -> found.set(name, made.get(name)));
            return found;
        }
        try (JsonParser parser = Json.MAPPER.getFactory().createParser(page, from, to - from)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return found;
            }
            while (found.size() < names.size() && parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (names.contains(name)) {
                    found.set(name, parser.<JsonNode>readValueAsTree());
                } else if (token.isStructStart()) {
                    parser.skipChildren();
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException("what was tokenised can be read", e);
        }
    }

    byte[] bytes() {
        try {
            return made == null ? Arrays.copyOfRange(page, from, to) : Json.MAPPER.writeValueAsBytes(made);
        } catch (IOException e) {
            throw new UncheckedIOException("a tree can be written", e);
        }
    }
}
