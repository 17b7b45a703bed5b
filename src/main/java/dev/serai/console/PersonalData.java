package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.model.Json;
import dev.serai.sample.Masking;
import java.io.IOException;
import java.util.Set;

/**
 * Answers as viewers get them: what people sent, and what was sent of them, masked as a sample is; names of sources, counts
 * and codes as they are. An event keeps its {@code messageId}, by which the rest of it is found.
 *
 * <p>Hazard: it goes by the names of members. Whoever adds an answer with people's data in it uses one of these names.
 */
final class PersonalData {

    private static final Set<String> OF_PEOPLE = Set.of("event", "object", "raw", "request", "response", "sample");
    /** Sentences of partners and databases, which may quote a value. */
    private static final Set<String> SENTENCES = Set.of("message", "text", "error", "problem");
    private static final String ID = "messageId";

    private PersonalData() {
    }

    static JsonNode masked(JsonNode answer) {
        if (answer instanceof ObjectNode object) {
            ObjectNode masked = Json.MAPPER.createObjectNode();
            object.properties().forEach(field -> masked.set(field.getKey(), member(field.getKey(), field.getValue())));
            return masked;
        }
        if (answer instanceof ArrayNode array) {
            ArrayNode masked = Json.MAPPER.createArrayNode();
            array.forEach(one -> masked.add(masked(one)));
            return masked;
        }
        return answer;
    }

    private static JsonNode member(String name, JsonNode value) {
        if (OF_PEOPLE.contains(name) && value.isContainerNode()) {
            return ofPeople(value);
        }
        if (name.equals("raw") && value.isTextual()) {
            return TextNode.valueOf(raw(value.textValue()));
        }
        return SENTENCES.contains(name) && value.isTextual() ? TextNode.valueOf(new Masking().mask(value.textValue())) : masked(value);
    }

    /** A whole event, object, request or answer. */
    static JsonNode ofPeople(JsonNode value) {
        JsonNode masked = new Masking().mask(value);
        if (masked instanceof ObjectNode object && value.has(ID)) {
            object.set(ID, value.get(ID));
        }
        return masked;
    }

    private static String raw(String text) {
        try {
            JsonNode json = Json.MAPPER.readTree(text);
            if (json != null && json.isContainerNode()) {
                return ofPeople(json).toString();
            }
        } catch (IOException e) {
            // it is no JSON, or broken
        }
        return new Masking().mask(text);
    }
}
