package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.IsoTime;
import java.time.Instant;

/** Times as partners write them, in microseconds since 1970. */
final class Times {

    static final long MICROS = 1_000_000L;

    /** Seconds beyond this are milliseconds. */
    private static final long LAST_SECOND = 100_000_000_000L;

    private Times() {
    }

    /** {@link Item#UNKNOWN} if it is no time. */
    static long micros(JsonNode value) {
        if (value.isNumber()) {
            long number = value.asLong();
            return number > LAST_SECOND ? number * 1_000 : number * MICROS + (long) ((value.asDouble() - number) * MICROS);
        }
        return value.isTextual() ? micros(value.textValue()) : Item.UNKNOWN;
    }

    static long micros(String text) {
        long micros = IsoTime.micros(text);
        return micros == IsoTime.NONE ? Item.UNKNOWN : micros;
    }

    static long micros(Instant time) {
        return time.getEpochSecond() * MICROS + time.getNano() / 1_000;
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000);
    }
}
