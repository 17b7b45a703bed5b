package dev.serai.warehouse;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.serai.model.EventType;
import dev.serai.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Reads an event from its bytes straight into flat values: no tree. Nested objects become longer paths, arrays stay
 * JSON text, byte for byte. What Segment does not write to warehouses (channel, integrations, version, ...) and any
 * other unknown field of the call is skipped. Of a key that comes twice the last value counts, as in every parser.
 */
final class EventReader {

    /** Deeper than the hub lets in; the reader recurses over objects. */
    private static final int MAX_DEPTH = 2 * Json.MAX_EVENT_DEPTH;

    private final JsonFactory factory = Json.MAPPER.getFactory();
    private final FieldPaths paths;
    private final Values values;
    private final Map<String, String> slugs;
    private byte[] bytes;

    EventReader(FieldPaths paths, Values values) {
        this.paths = paths;
        this.slugs = paths.slugs();
        this.values = values;
    }

    /** @throws IOException if the bytes are no event; the sentence says why, and no value was added */
    FlatEvent read(byte[] event) throws IOException {
        int before = values.size();
        bytes = event;
        try (JsonParser parser = factory.createParser(event)) {
            FlatEvent flat = new FlatEvent();
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("an event must be a JSON object");
            }
            Own own = new Own();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                field(parser, flat, own);
            }
            if (parser.nextToken() != null) {
                throw new IOException("there is more after the event's JSON object");
            }
            own.addTo(flat);
            return check(flat);
        } catch (IOException | RuntimeException e) {
            values.truncate(before);
            throw e instanceof IOException unreadable ? unreadable : new IOException("the event cannot be read: " + e, e);
        }
    }

    private void field(JsonParser parser, FlatEvent flat, Own own) throws IOException {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        switch (name) {
            case "context" -> {
                flat.contextFrom = values.size();
                object(parser, token, paths.context(), 1);
                flat.contextTo = values.size();
            }
            case "properties" -> {
                flat.propertiesFrom = values.size();
                object(parser, token, paths.body(), 1);
                flat.propertiesTo = values.size();
            }
            case "traits" -> {
                flat.traitsFrom = values.size();
                object(parser, token, paths.body(), 1);
                flat.traitsTo = values.size();
            }
            case "source" -> flat.source = text(parser, token);
            case "type" -> {
                String type = text(parser, token);
                flat.type = EventType.of(type).orElseThrow(() -> new IOException("'" + type + "' is no type of event"));
            }
            case "messageId" -> flat.messageId = text(parser, token);
            case "anonymousId" -> flat.anonymousId = text(parser, token);
            case "userId" -> flat.userId = text(parser, token);
            case "groupId" -> flat.groupId = text(parser, token);
            case "previousId" -> flat.previousId = text(parser, token);
            case "event" -> flat.event = text(parser, token);
            case "timestamp" -> flat.timestamp = own.time(name, text(parser, token));
            case "originalTimestamp" -> flat.originalTimestamp = own.time(name, text(parser, token));
            case "sentAt" -> flat.sentAt = own.time(name, text(parser, token));
            case "receivedAt" -> flat.receivedAt = own.time(name, text(parser, token));
            case "name" -> own.name = text(parser, token);
            case "category" -> own.category = text(parser, token);
            default -> parser.skipChildren();
        }
    }

    private FlatEvent check(FlatEvent flat) throws IOException {
        if (flat.source == null || flat.source.isEmpty() || flat.type == null || flat.messageId == null
                || flat.receivedAt == IsoTime.NONE) {
            throw new IOException("an event needs 'source', 'type', 'messageId' and the time 'receivedAt'");
        }
        if (flat.type == EventType.TRACK) {
            if (flat.event == null) {
                throw new IOException("a track event needs its name in 'event'");
            }
            flat.slug = slugs.computeIfAbsent(flat.event, Names::table);
        }
        if (flat.timestamp == IsoTime.NONE) {
            flat.timestamp = flat.receivedAt;
        }
        flat.window = (int) Math.floorDiv(flat.receivedAt, MessageIds.WINDOW_MICROS);
        flat.fingerprint = Fingerprint.of(flat.source, flat.messageId);
        return flat;
    }

    private static String text(JsonParser parser, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (!token.isScalarValue()) {
            throw new IOException("'" + parser.currentName() + "' must not be an object or an array");
        }
        return parser.getText();
    }

    private void object(JsonParser parser, JsonToken token, FieldPath path, int depth) throws IOException {
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

    /** Fields of the call that are written like properties; added last, so that each group of values is in one piece. */
    private final class Own {

        private String name;
        private String category;
        private String notATimeName;
        private String notATime;
        private Own next;

        /** A time that cannot be read is kept as text, in a column with {@code _} before the standard one's name. */
        long time(String field, String text) {
            if (text == null) {
                return IsoTime.NONE;
            }
            long micros = IsoTime.micros(text);
            if (micros == IsoTime.NONE) {
                Own kept = new Own();
                kept.notATimeName = field;
                kept.notATime = text;
                kept.next = next;
                next = kept;
            }
            return micros;
        }

        void addTo(FlatEvent flat) {
            flat.ownFrom = values.size();
            add("name", name);
            add("category", category);
            for (Own kept = next; kept != null; kept = kept.next) {
                add(kept.notATimeName, kept.notATime);
            }
            flat.ownTo = values.size();
        }

        private void add(String field, String text) {
            if (text != null) {
                values.add(paths.child(paths.call(), field), Kind.TEXT, 0, text);
            }
        }
    }
}
