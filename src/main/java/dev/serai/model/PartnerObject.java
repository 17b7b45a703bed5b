package dev.serai.model;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The envelope of an object on topic {@code objects}: one state of one thing at a partner. Written as
 * <pre>{"source":"stripe","collection":"charges","id":"ch_1","version":1767225600000000,
 * "receivedAt":"2026-01-01T00:00:01.000Z","isDeleted":false,"parent":"customers/cus_1","text":["name"],"properties":{...}}</pre>
 * where {@code parent} and {@code text} may be absent, and so may {@code properties} of a deleted object.
 *
 * @param version    microseconds since 1970, by the partner's clock, at which the object was so; of two states the one
 *                   with the larger version holds, of two with the same the later record
 * @param parent     collection and id of the object it was read with, for collections that are compared parent by parent
 * @param text       fields whose text only looks like a time: the column is to be text
 * @param properties JSON object, bytes as they are written; null for a deleted object of which nothing else is known
 */
public record PartnerObject(String source, String collection, String id, long version, Instant receivedAt,
                            boolean isDeleted, Optional<String> parent, List<String> text, byte[] properties) {

    private static volatile Written lastWritten;

    private record Written(Instant time, String text) { }

    public PartnerObject {
        text = List.copyOf(text);
    }

    /** The key of its record: all states of one object are in one partition, in order. */
    public byte[] key() {
        return key(source, collection, id);
    }

    public static byte[] key(String source, String collection, String id) {
        return (source + "/" + collection + "/" + id).getBytes(StandardCharsets.UTF_8);
    }

    /** Written by hand: most of the bytes are there already, and a million objects are written in a minute. */
    public byte[] toBytes() {
        StringBuilder head = new StringBuilder(200);
        quoted(head.append("{\"source\":"), source);
        quoted(head.append(",\"collection\":"), collection);
        quoted(head.append(",\"id\":"), id);
        head.append(",\"version\":").append(version).append(",\"receivedAt\":\"").append(written(receivedAt))
                .append("\",\"isDeleted\":").append(isDeleted);
        parent.ifPresent(of -> quoted(head.append(",\"parent\":"), of));
        if (!text.isEmpty()) {
            head.append(",\"text\":");
            char before = '[';
            for (String field : text) {
                quoted(head.append(before), field);
                before = ',';
            }
            head.append(']');
        }
        head.append(properties == null ? "}" : ",\"properties\":");
        byte[] first = head.toString().getBytes(StandardCharsets.UTF_8);
        if (properties == null) {
            return first;
        }
        byte[] bytes = Arrays.copyOf(first, first.length + properties.length + 1);
        System.arraycopy(properties, 0, bytes, first.length, properties.length);
        bytes[bytes.length - 1] = '}';
        return bytes;
    }

    /** The objects of a page were received at the same time, nearly all. */
    private static String written(Instant time) {
        Written before = lastWritten;
        if (before != null && before.time().equals(time)) {
            return before.text();
        }
        Written now = new Written(time, IsoTime.format(time.toEpochMilli() * 1_000));
        lastWritten = now;
        return now.text();
    }

    private static void quoted(StringBuilder to, String text) {
        to.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, to);
        to.append('"');
    }
}
