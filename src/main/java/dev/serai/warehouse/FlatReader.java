package dev.serai.warehouse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.serai.model.IsoTime;
import dev.serai.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads what is on a topic from its bytes straight into flat values: no tree. Nested objects become longer paths,
 * arrays stay JSON text, byte for byte. Of a key that comes twice the last value counts, as in every parser.
 *
 * @param <F> what is read
 */
abstract class FlatReader<F> {

    /** Deeper than the hub lets in; the reader recurses over objects. */
    private static final int MAX_DEPTH = 2 * Json.MAX_EVENT_DEPTH;

    final FieldPaths paths;
    final Values values;
    private final JsonFactory factory = Json.MAPPER.getFactory();
    private final String what;
    private byte[] bytes;

    /** @param what is read, for sentences: {@code an event} */
    FlatReader(String what, FieldPaths paths, Values values) {
        this.what = what;
        this.paths = paths;
        this.values = values;
    }

    abstract F begin();

    /** Reads the value of this field of the JSON object, whose first token is given. */
    abstract void field(JsonParser parser, String name, JsonToken token, F flat) throws IOException;

    /** Checks and completes what was read. */
    abstract void end(F flat) throws IOException;

    /** @throws IOException if the bytes are nothing of the kind; the sentence says why, and no value was added */
    final F read(byte[] json) throws IOException {
        int before = values.size();
        bytes = json;
        try (JsonParser parser = factory.createParser(json)) {
            F flat = begin();
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException(what + " must be a JSON object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                field(parser, name, parser.nextToken(), flat);
            }
            if (parser.nextToken() != null) {
                throw new IOException("there is more after the JSON object of " + what);
            }
            end(flat);
            return flat;
        } catch (IOException | RuntimeException e) {
            values.truncate(before);
            throw e instanceof IOException unreadable ? unreadable : new IOException(what + " cannot be read: " + e, e);
        }
    }

    static String text(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (!token.isScalarValue()) {
            throw new IOException("'" + parser.currentName() + "' must not be an object or an array");
        }
        return parser.getText();
    }

    final void object(JsonParser parser, JsonToken token, FieldPath path, int depth) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return;
        }
        if (token != JsonToken.START_OBJECT) {
            throw new IOException("'" + parser.currentName() + "' must be an object");
        }
        if (depth > MAX_DEPTH) {
            throw new IOException("objects are nested deeper than " + MAX_DEPTH + " levels");
        }
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            FieldPath child = paths.child(path, parser.currentName());
            JsonToken next = parser.nextToken();
            if (next == JsonToken.START_OBJECT) {
                object(parser, next, child, depth + 1);
            } else {
                value(parser, next, child);
            }
        }
    }

    private void value(JsonParser parser, JsonToken token, FieldPath path) throws IOException {
        switch (token) {
            case VALUE_STRING -> {
                String text = parser.getText();
                long micros = IsoTime.micros(text);
                if (micros == IsoTime.NONE) {
                    values.add(path, Kind.TEXT, 0, text);
                } else {
                    values.add(path, Kind.TIME, micros, text);
                }
            }
            case VALUE_NUMBER_INT -> {
                if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
                    values.add(path, Kind.BIG, 0, parser.getText());
                } else {
                    values.add(path, Kind.LONG, parser.getLongValue(), null);
                }
            }
            case VALUE_NUMBER_FLOAT -> fraction(parser.getText(), path);
            case VALUE_TRUE -> values.add(path, Kind.BOOLEAN, 1, null);
            case VALUE_FALSE -> values.add(path, Kind.BOOLEAN, 0, null);
            case VALUE_NULL -> values.add(path, Kind.NULL, 0, null);
            case START_ARRAY -> values.add(path, Kind.ARRAY, 0, raw(parser));
            default -> throw new IOException("'" + parser.currentName() + "' has no value");
        }
    }

    private void fraction(String text, FieldPath path) {
        double number = Double.parseDouble(text);
        boolean tooSmall = number == 0 && isNotZero(text);
        if (Double.isInfinite(number) || tooSmall) {
            values.add(path, Kind.BIG, 0, text);
        } else {
            values.add(path, Kind.DOUBLE, Double.doubleToRawLongBits(number), text);
        }
    }

    private static boolean isNotZero(String number) {
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if (c == 'e' || c == 'E') {
                return false;
            }
            if (c >= '1' && c <= '9') {
                return true;
            }
        }
        return false;
    }

    private String raw(JsonParser parser) throws IOException {
        int from = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int to = (int) parser.currentLocation().getByteOffset();
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
