package dev.serai.ingest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One JSON object of a request as ranges of its bytes: where each common field stands, not what it says. Reading it
 * tokenises the bytes once and builds no tree; writing the event copies the ranges.
 *
 * <p>Hazard: ranges are only valid for the very bytes that were read. Of a field that occurs twice the last counts.
 */
final class RawEvent {

    /** The fields that the gate looks at; everything else is carried along unread. */
    enum Field {
        TYPE, EVENT, USER_ID, ANONYMOUS_ID, GROUP_ID, PREVIOUS_ID, MESSAGE_ID, TIMESTAMP, SENT_AT, CONTEXT,
        INTEGRATIONS, PROPERTIES, TRAITS, NAME, CATEGORY, WRITE_KEY, CHANNEL, BATCH, ORIGINAL_TIMESTAMP, RECEIVED_AT,
        SOURCE, VERSION, UNPLANNED;

        private static final Map<String, Field> BY_NAME = Map.ofEntries(
                Map.entry("type", TYPE), Map.entry("event", EVENT), Map.entry("userId", USER_ID),
                Map.entry("anonymousId", ANONYMOUS_ID), Map.entry("groupId", GROUP_ID),
                Map.entry("previousId", PREVIOUS_ID), Map.entry("messageId", MESSAGE_ID),
                Map.entry("timestamp", TIMESTAMP), Map.entry("sentAt", SENT_AT), Map.entry("context", CONTEXT),
                Map.entry("integrations", INTEGRATIONS), Map.entry("properties", PROPERTIES),
                Map.entry("traits", TRAITS), Map.entry("name", NAME), Map.entry("category", CATEGORY),
                Map.entry("writeKey", WRITE_KEY), Map.entry("channel", CHANNEL), Map.entry("batch", BATCH),
                Map.entry("originalTimestamp", ORIGINAL_TIMESTAMP), Map.entry("receivedAt", RECEIVED_AT),
                Map.entry("source", SOURCE), Map.entry("version", VERSION), Map.entry("unplanned", UNPLANNED));

        private static final Field[] ALL = values();
    }

    /** A field that the hub does not know. */
    record Extra(String name, int from, int to) { }

    /** Levels that nothing has. */
    static final int UNREADABLE = 1 << 28;

    private static final int MAX_EXPONENT_DIGITS = 9;

    private final byte[] bytes;
    private final int[] from = new int[Field.ALL.length];
    private final int[] to = new int[Field.ALL.length];
    private final JsonToken[] tokens = new JsonToken[Field.ALL.length];
    private final String[] texts = new String[Field.ALL.length];

    private int start;
    private int end;
    private int depth;
    private boolean object;
    private ContextFields context = ContextFields.NONE;
    private ContextFields integrations = ContextFields.NONE;
    private List<Extra> extras = List.of();
    private List<RawEvent> batch;

    private RawEvent(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Reads the value that the parser stands on.
     *
     * @param withBatch whether a {@code batch} array is read as events
     * @throws IOException if the JSON is broken
     */
    static RawEvent read(JsonParser parser, byte[] bytes, boolean withBatch) throws IOException {
        RawEvent event = new RawEvent(bytes);
        event.start = (int) parser.currentTokenLocation().getByteOffset();
        event.object = parser.currentToken() == JsonToken.START_OBJECT;
        if (!event.object) {
            event.depth = skip(parser);
        } else {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                event.readField(parser, withBatch);
            }
        }
        event.end = (int) parser.currentLocation().getByteOffset();
        return event;
    }

    private void readField(JsonParser parser, boolean withBatch) throws IOException {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        int valueStart = (int) parser.currentTokenLocation().getByteOffset();
        Field field = Field.BY_NAME.get(name);
        if (field == null) {
            depth = Math.max(depth, 1 + skip(parser));
            if (extras.isEmpty()) {
                extras = new ArrayList<>(4);
            }
            extras.add(new Extra(name, valueStart, (int) parser.currentLocation().getByteOffset()));
            return;
        }
        int i = field.ordinal();
        texts[i] = null;
        if (token == JsonToken.VALUE_STRING) {
            texts[i] = parser.getText();
            depth = Math.max(depth, 1);
        } else if (field == Field.BATCH && withBatch && token == JsonToken.START_ARRAY) {
            batch = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                batch.add(read(parser, bytes, false));
            }
        } else if (token == JsonToken.START_OBJECT && (field == Field.CONTEXT || field == Field.INTEGRATIONS)) {
            ContextFields fields = ContextFields.read(parser);
            depth = Math.max(depth, 1 + fields.depth());
            if (field == Field.CONTEXT) {
                context = fields;
            } else {
                integrations = fields;
            }
        } else {
            depth = Math.max(depth, 1 + skip(parser));
        }
        tokens[i] = token == JsonToken.VALUE_NULL ? null : token;
        from[i] = valueStart;
        to[i] = (int) parser.currentLocation().getByteOffset();
    }

    /**
     * Passes over the current value and tells how deep it is nested: 0 for a scalar, {@link #UNREADABLE} and more for what
     * holds a number that nobody behind the door could read.
     */
    static int skip(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (!token.isStructStart()) {
            // a string is read lazily; only then is its end known, and its escapes checked
            parser.finishToken();
            return isReadable(parser) ? 0 : UNREADABLE;
        }
        int open = 1;
        int deepest = 1;
        while (open > 0) {
            token = parser.nextToken();
            if (token == null) {
                throw new IOException("the JSON ends too early");
            }
            if (token.isStructStart()) {
                deepest = Math.max(deepest, ++open);
            } else if (token.isStructEnd()) {
                open--;
            } else if (!isReadable(parser)) {
                deepest = Math.max(deepest, UNREADABLE);
            }
        }
        return deepest;
    }

    /** Whether the current token is no number, or has an exponent that a {@link java.math.BigDecimal} can have. */
    private static boolean isReadable(JsonParser parser) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_FLOAT || parser.getTextLength() <= MAX_EXPONENT_DIGITS + 2) {
            return true;
        }
        String number = parser.getText();
        int exponent = Math.max(number.lastIndexOf('e'), number.lastIndexOf('E'));
        if (exponent < 0) {
            return true;
        }
        int digit = exponent + 1;
        while (digit < number.length() && "+-0".indexOf(number.charAt(digit)) >= 0) {
            digit++;
        }
        return number.length() - digit <= MAX_EXPONENT_DIGITS;
    }

    boolean isObject() {
        return object;
    }

    /** Whether the field is there and not null. */
    boolean has(Field field) {
        return tokens[field.ordinal()] != null;
    }

    /** What the field's value starts with; null when it is missing or null. */
    JsonToken token(Field field) {
        return tokens[field.ordinal()];
    }

    /** The value of a text field; null when it is missing or no text. */
    String text(Field field) {
        return texts[field.ordinal()];
    }

    int from(Field field) {
        return from[field.ordinal()];
    }

    int to(Field field) {
        return to[field.ordinal()];
    }

    ContextFields context() {
        return context;
    }

    ContextFields integrations() {
        return integrations;
    }

    List<Extra> extras() {
        return extras;
    }

    /** The events of a batch; null when there was no array of that name. */
    List<RawEvent> batch() {
        return batch;
    }

    /** Bytes that this request gives to each event of its batch. */
    int around() {
        return to(Field.CONTEXT) - from(Field.CONTEXT) + to(Field.INTEGRATIONS) - from(Field.INTEGRATIONS);
    }

    byte[] bytes() {
        return bytes;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** Bytes of the JSON text. */
    int length() {
        return end - start;
    }

    /** Levels of objects and arrays. */
    int depth() {
        return depth;
    }
}
