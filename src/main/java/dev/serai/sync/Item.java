package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.partner.Collection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * One record of an answer, where it stands in the answer's bytes, or as a tree if it was made of something else.
 *
 * @param known     fields of the record that were asked for when it was found; null if none were
 * @param version   microseconds since 1970, {@link #UNKNOWN} if the record itself says it or nobody does
 * @param isDeleted whether what brought the record says that the object is gone
 */
record Item(byte[] page, int from, int to, JsonNode made, ObjectNode known, long version, boolean isDeleted) {

    static final long UNKNOWN = Long.MIN_VALUE;

    static Item at(byte[] page, int from, int to, ObjectNode known) {
        return new Item(page, from, to, null, known, UNKNOWN, false);
    }

    static Item of(JsonNode tree, long version, boolean isDeleted) {
        return new Item(null, 0, 0, tree, null, version, isDeleted);
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

    /** A field of the record itself; one that was asked for when the answer was read costs nothing. */
    JsonNode field(String name) {
        if (known != null && known.has(name)) {
            return known.get(name);
        }
        return known != null && made == null ? MissingNode.getInstance() : tree().path(name);
    }

    /** The id of the object that it belongs to, as it says itself; null for none. */
    String parent(Collection collection) {
        String field = collection.parentField();
        return collection.parent().isPresent() && !field.isEmpty() ? tree().path(field).textValue() : null;
    }

    byte[] bytes() {
        try {
            return made == null ? Arrays.copyOfRange(page, from, to) : Json.bytes(made);
        } catch (IOException e) {
            throw new UncheckedIOException("a tree can be written", e);
        }
    }
}
