package dev.serai.partner;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.serai.model.Problem;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Where the keys and values of a YAML file stand, by JSON pointer. A value is not enough to point at a mistake: an
 * unknown property is wrong at its name, and a value that is a mapping begins at the name of its first member.
 */
public final class Places {

    private static final YAMLFactory YAML = new YAMLFactory();

    private final String file;
    private final Map<JsonPointer, JsonLocation> keys = new HashMap<>();
    private final Map<JsonPointer, JsonLocation> values = new HashMap<>();

    private Places(String file) {
        this.file = file;
    }

    /** @throws IOException if the text is no YAML */
    static Places of(String file, String text) throws IOException {
        Places places = new Places(file);
        try (JsonParser parser = YAML.createParser(text)) {
            if (parser.nextToken() != null) {
                places.value(parser, JsonPointer.empty());
            }
        }
        return places;
    }

    private void value(JsonParser parser, JsonPointer at) throws IOException {
        values.put(at, parser.currentTokenLocation());
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                JsonPointer member = at.appendProperty(parser.currentName());
                keys.put(member, parser.currentTokenLocation());
                parser.nextToken();
                value(parser, member);
            }
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                value(parser, at.appendIndex(i));
            }
        }
    }

    /** A problem at the name of a member, or where an element begins. */
    public Problem atKey(JsonPointer pointer, String what, String remedy) {
        return problem(keys.getOrDefault(pointer, values.get(pointer)), what, remedy);
    }

    /** A problem at a value. */
    public Problem atValue(JsonPointer pointer, String what, String remedy) {
        return problem(values.get(pointer), what, remedy);
    }

    private Problem problem(JsonLocation place, String what, String remedy) {
        return new Problem(file, place == null ? 1 : place.getLineNr(), place == null ? 1 : place.getColumnNr(), what, remedy);
    }
}
