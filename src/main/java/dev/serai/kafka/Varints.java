package dev.serai.kafka;

import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.NoSuchElementException;

/** Whole numbers from 0 in few characters of text: base 128, then Base64. */
final class Varints {

    private static final int BITS = 7;
    private static final int MORE = 1 << BITS;
    private static final int LONGEST = 63;

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private byte[] read = new byte[0];
    private int at;

    /** @throws IllegalArgumentException if the text is no Base64 */
    static Varints of(String text) {
        Varints varints = new Varints();
        varints.read = Base64.getDecoder().decode(text);
        return varints;
    }

    Varints add(long number) {
        long rest = number;
        while (rest >= MORE) {
            written.write((int) (rest & (MORE - 1) | MORE));
            rest >>>= BITS;
        }
        written.write((int) rest);
        return this;
    }

    Varints add(Varints others) {
        written.writeBytes(others.written.toByteArray());
        return this;
    }

    boolean hasNext() {
        return at < read.length;
    }

    /** @throws NoSuchElementException if the text ends here, within a number or before one, or is too long for one */
    long next() {
        long number = 0;
        for (int shift = 0; shift < LONGEST && hasNext(); shift += BITS) {
            byte one = read[at++];
            number |= (long) (one & (MORE - 1)) << shift;
            if (one >= 0) {
                return number;
            }
        }
        throw new NoSuchElementException("a number is cut off");
    }

    /** How long {@link #toString} is. */
    int characters() {
        return (written.size() + 2) / 3 * 4;
    }

    @Override
    public String toString() {
        return Base64.getEncoder().encodeToString(written.toByteArray());
    }
}
