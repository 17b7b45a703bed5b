package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** Times as partners write them, in microseconds since 1970. */
final class Times {

    static final long MICROS = 1_000_000L;

    /** Seconds beyond this are milliseconds. */
    private static final long LAST_SECOND = 100_000_000_000L;

    /** Salesforce writes +0000 where others write +00:00 or Z. */
    private static final DateTimeFormatter ISO = new DateTimeFormatterBuilder().append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendPattern("[XXX][XX][X]").toFormatter();

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
        try {
            return micros(OffsetDateTime.parse(text, ISO).toInstant());
        } catch (DateTimeException e) {
            return Item.UNKNOWN;
        }
    }

    static long micros(Instant time) {
        return time.getEpochSecond() * MICROS + time.getNano() / 1_000;
    }

    static Instant instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000);
    }
}
