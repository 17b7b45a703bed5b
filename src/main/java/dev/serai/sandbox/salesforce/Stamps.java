package dev.serai.sandbox.salesforce;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Times as Salesforce writes them: all in UTC and of one width, so that their text sorts as they do. */
final class Stamps {

    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'+0000'")
            .withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter WITH_COLON = DateTimeFormatter.ISO_OFFSET_DATE_TIME;
    private static final DateTimeFormatter WITHOUT_COLON = DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss[.SSS]xx");

    private Stamps() {
    }

    /** Salesforce keeps seconds. */
    static String text(Instant time) {
        return STAMP.format(time.truncatedTo(ChronoUnit.SECONDS));
    }

    static Instant instant(String text) {
        return OffsetDateTime.parse(text, WITHOUT_COLON).toInstant();
    }

    /** A literal of SOQL in the form in which stamps are held. */
    static Optional<String> ofLiteral(String literal) {
        for (DateTimeFormatter form : new DateTimeFormatter[] {WITH_COLON, WITHOUT_COLON}) {
            try {
                return Optional.of(STAMP.format(OffsetDateTime.parse(literal, form)));
            } catch (DateTimeParseException e) {
                // the other form may fit
                continue;
            }
        }
        return Optional.empty();
    }

    /** As results of the Bulk API have it. */
    static String inCsv(String stamp) {
        return stamp.replace("+0000", "Z");
    }
}
