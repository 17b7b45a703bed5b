package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** What an object of each type looks like before anything is set: {@code shapes.json}, fields by API 2022-11-15. */
final class Shapes {

    private static final JsonNode ALL = read();

    private Shapes() {
    }

    static ObjectNode of(ObjectType type) {
        return ((ObjectNode) ALL.get(type.object)).deepCopy().put("object", type.object);
    }

    private static JsonNode read() {
        try (InputStream file = Shapes.class.getResourceAsStream("shapes.json")) {
            return Json.MAPPER.readTree(file);
        } catch (IOException e) {
            throw new UncheckedIOException("a file of the jar can be read", e);
        }
    }
}
