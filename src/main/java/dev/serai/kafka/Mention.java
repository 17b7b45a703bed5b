package dev.serai.kafka;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Whether an id may stand in a record, told by its bytes: most records are ruled out without being parsed. An id that JSON
 * might write in another way may be in any. Hazard: so might any id be whose letters somebody has written as escapes, and
 * that is not looked for.
 */
public final class Mention {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_.:@-]+");

    private final byte[] id;

    public Mention(String id) {
        this.id = PLAIN.matcher(id).matches() ? id.getBytes(StandardCharsets.US_ASCII) : new byte[0];
    }

    /** @param value null for a record without one */
    public boolean mayBeIn(byte[] value) {
        if (value == null) {
            return false;
        }
        for (int i = 0; i <= value.length - id.length; i++) {
            int j = 0;
            while (j < id.length && value[i + j] == id[j]) {
                j++;
            }
            if (j == id.length) {
                return true;
            }
        }
        return false;
    }
}
