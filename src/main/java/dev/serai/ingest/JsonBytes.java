package dev.serai.ingest;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.serai.ingest.RawEvent.Field;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Assembles a JSON object from byte ranges of a request. Copies; checks nothing. */
final class JsonBytes {

    private byte[] buffer;
    private int length;

    JsonBytes(int capacity) {
        this.buffer = new byte[capacity];
    }

    /** Text of ASCII characters that need no escape. */
    @SuppressWarnings("deprecation") // the charset-free copy is what is wanted: every character is ASCII
    JsonBytes ascii(String text) {
        int count = text.length();
        room(count);
        text.getBytes(0, count, buffer, length);
        length += count;
        return this;
    }

    JsonBytes bytes(byte[] from, int start, int end) {
        int count = end - start;
        room(count);
        System.arraycopy(from, start, buffer, length, count);
        length += count;
        return this;
    }

    /** {@code ,"name":value}, if the event has the field. */
    JsonBytes member(String name, RawEvent event, Field field) {
        if (event.has(field)) {
            ascii(",\"").ascii(name).ascii("\":").bytes(event.bytes(), event.from(field), event.to(field));
        }
        return this;
    }

    /** {@code ,"name":value} for a name that a client chose. */
    JsonBytes member(String name, byte[] from, int start, int end) {
        return ascii(",").name(name).bytes(from, start, end);
    }

    /**
     * An object of the event, with the members that only the object around the batch has, and the sender's device
     * where it is told and the event does not already say.
     *
     * @param outer the request around the event; null when there is none
     */
    JsonBytes merged(String name, RawEvent event, ContextFields own, Field field, RawEvent outer,
                     EventGate.Client client) {
        ContextFields around = outer == null ? ContextFields.NONE
                : field == Field.CONTEXT ? outer.context() : outer.integrations();
        boolean ip = client.ip() != null && !own.has("ip") && !around.has("ip");
        boolean userAgent = client.userAgent() != null && !own.has("userAgent") && !around.has("userAgent");
        if (around.members().isEmpty() && !ip && !userAgent) {
            return member(name, event, field);
        }
        ascii(",\"").ascii(name).ascii("\":{");
        int empty = length;
        for (ContextFields.Member member : own.members()) {
            comma(empty).name(member.name()).bytes(event.bytes(), member.from(), member.to());
        }
        for (ContextFields.Member member : around.members()) {
            if (!own.has(member.name())) {
                comma(empty).name(member.name()).bytes(outer.bytes(), member.from(), member.to());
            }
        }
        if (ip) {
            comma(empty).name("ip").text(client.ip());
        }
        if (userAgent) {
            comma(empty).name("userAgent").text(client.userAgent());
        }
        return ascii("}");
    }

    byte[] toByteArray() {
        return length == buffer.length ? buffer : Arrays.copyOf(buffer, length);
    }

    private JsonBytes comma(int empty) {
        return length == empty ? this : ascii(",");
    }

    private JsonBytes name(String name) {
        return text(name).ascii(":");
    }

    private JsonBytes text(String text) {
        byte[] quoted = quoted(text);
        return ascii("\"").bytes(quoted, 0, quoted.length).ascii("\"");
    }

    /** Half of a surrogate pair, which no UTF-8 can write, comes out as the escape that it came as. */
    private static byte[] quoted(String text) {
        try {
            return JsonStringEncoder.getInstance().quoteAsUTF8(text);
        } catch (IllegalArgumentException e) {
            StringBuilder escaped = new StringBuilder(text.length() + 16);
            for (char c : JsonStringEncoder.getInstance().quoteAsString(text)) {
                if (Character.isSurrogate(c)) {
                    escaped.append("\\u").append(HexFormat.of().toHexDigits(c));
                } else {
                    escaped.append(c);
                }
            }
            return escaped.toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    private void room(int more) {
        if (length + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }
}
