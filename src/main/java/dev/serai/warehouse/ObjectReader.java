package dev.serai.warehouse;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.serai.model.IsoTime;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Reads the envelope of an object ({@link dev.serai.model.PartnerObject}). Of the properties one that only repeats the
 * envelope's id is left out, and texts that the envelope says only look like times become plain texts.
 */
final class ObjectReader extends FlatReader<FlatObject> {

    private final Set<String> texts = new HashSet<>();

    ObjectReader(FieldPaths paths, Values values) {
        super("an object", paths, values);
    }

    @Override
    FlatObject begin() {
        texts.clear();
        return new FlatObject();
    }

    @Override
    void field(JsonParser parser, String name, JsonToken token, FlatObject flat) throws IOException {
        switch (name) {
            case "source" -> flat.source = text(parser, token);
            case "collection" -> flat.collection = text(parser, token);
            case "id" -> flat.id = text(parser, token);
            case "version" -> flat.version = version(parser, token);
            case "receivedAt" -> {
                String text = text(parser, token);
                flat.receivedAt = text == null ? IsoTime.NONE : IsoTime.micros(text);
            }
            case "isDeleted" -> flat.isDeleted = truth(parser, token);
            case "text" -> names(parser, token);
            case "properties" -> {
                flat.hasProperties = token != JsonToken.VALUE_NULL;
                flat.from = values.size();
                object(parser, token, paths.body(), 1);
                flat.to = values.size();
            }
            default -> parser.skipChildren();
        }
    }

    private static long version(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_NUMBER_INT || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                || !IsoTime.holds(parser.getLongValue())) {
            throw new IOException("'version' must be microseconds since 1970, of a year from 1 to 9999");
        }
        return parser.getLongValue();
    }

    private static boolean truth(JsonParser parser, JsonToken token) throws IOException {
        if (!token.isBoolean()) {
            throw new IOException("'" + parser.currentName() + "' must be true or false");
        }
        return token == JsonToken.VALUE_TRUE;
    }

    private void names(JsonParser parser, JsonToken token) throws IOException {
        if (token != JsonToken.START_ARRAY) {
            throw new IOException("'text' must be an array of names");
        }
        while (parser.nextToken() == JsonToken.VALUE_STRING) {
            texts.add(parser.getText());
        }
        if (parser.currentToken() != JsonToken.END_ARRAY) {
            throw new IOException("'text' must be an array of names");
        }
    }

    @Override
    void end(FlatObject flat) throws IOException {
        if (isEmpty(flat.source) || isEmpty(flat.collection) || isEmpty(flat.id) || flat.version == IsoTime.NONE
                || flat.receivedAt == IsoTime.NONE) {
            throw new IOException("an object needs 'source', 'collection', 'id', 'version' and the time 'receivedAt'");
        }
        if (!flat.hasProperties && !flat.isDeleted) {
            throw new IOException("an object that is not deleted needs 'properties'");
        }
        for (int index = flat.from; index < flat.to; index++) {
            FieldPath path = values.path(index);
            if (path.column().equals(Standard.ID.column()) && flat.id.equals(values.text(index))) {
                values.drop(index);
            } else if (!texts.isEmpty() && values.kind(index) == Kind.TIME && isText(path)) {
                values.makeText(index);
            }
        }
    }

    /** True if the field itself was named, or one that it is part of. */
    private boolean isText(FieldPath path) {
        for (FieldPath at = path; at != null; at = at.parent()) {
            if (texts.contains(at.dotted())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isEmpty(String text) {
        return text == null || text.isEmpty();
    }
}
