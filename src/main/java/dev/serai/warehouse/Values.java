package dev.serai.warehouse;

import java.util.Arrays;
import java.util.Objects;

/**
 * The values of a batch of events, one after the other in parallel arrays: no object per value but its text. Of a
 * BOOLEAN the bits are 0 or 1, of a LONG the value, of a DOUBLE its raw bits, of a TIME the microseconds since 1970;
 * the text of all but NULL, BOOLEAN and LONG is the value as it was written.
 */
final class Values {

    private FieldPath[] paths;
    private Kind[] kinds;
    private long[] bits;
    private String[] texts;
    private int size;

    /** @param capacity how many values are expected, so that the arrays need not grow */
    Values(int capacity) {
        paths = new FieldPath[capacity];
        kinds = new Kind[capacity];
        bits = new long[capacity];
        texts = new String[capacity];
    }

    void add(FieldPath path, Kind kind, long bit, String text) {
        if (size == paths.length) {
            int wider = size * 2;
            paths = Arrays.copyOf(paths, wider);
            kinds = Arrays.copyOf(kinds, wider);
            bits = Arrays.copyOf(bits, wider);
            texts = Arrays.copyOf(texts, wider);
        }
        paths[size] = path;
        kinds[size] = kind;
        bits[size] = bit;
        texts[size++] = text;
    }

    int size() {
        return size;
    }

    /** Drops all values from this index on. */
    void truncate(int newSize) {
        Arrays.fill(paths, newSize, size, null);
        Arrays.fill(texts, newSize, size, null);
        size = newSize;
    }

    /** Makes a value count for nothing. */
    void drop(int index) {
        kinds[index] = Kind.NULL;
        texts[index] = null;
    }

    /** Makes a time the text that it was written as. */
    void makeText(int index) {
        kinds[index] = Kind.TEXT;
        bits[index] = 0;
    }

    FieldPath path(int index) {
        return paths[index];
    }

    Kind kind(int index) {
        return kinds[index];
    }

    long bits(int index) {
        return bits[index];
    }

    double number(int index) {
        return Double.longBitsToDouble(bits[index]);
    }

    /** The value as text: a string as it is, a number as it was written, an array as JSON. */
    String text(int index) {
        return switch (kinds[index]) {
            case NULL -> null;
            case BOOLEAN -> bits[index] == 0 ? "false" : "true";
            case LONG -> Long.toString(bits[index]);
            default -> texts[index];
        };
    }

    boolean areEqual(int one, int other) {
        return kinds[one] == kinds[other] && bits[one] == bits[other] && Objects.equals(texts[one], texts[other]);
    }
}
