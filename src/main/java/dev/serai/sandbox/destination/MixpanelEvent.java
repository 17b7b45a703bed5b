package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What Mixpanel's import asks of an event. A time is seconds, or milliseconds if it is large enough. */
record MixpanelEvent(Instant now) implements Flaw.Rule {

    private static final Pattern INSERT_ID = Pattern.compile("[A-Za-z0-9-]{1,36}");
    private static final int MOST_BYTES = 1024 * 1024;
    private static final int MOST_PROPERTIES = 255;
    private static final int MOST_ELEMENTS = 255;
    private static final int MOST_DEPTH = 3;
    private static final int HOUR = 3600;
    private static final long NO_SECONDS = 100_000_000_000L;
    private static final Instant FIRST = Instant.parse("1971-01-01T00:00:00Z");
    /** Mixpanel's page on importing events names these; upper and lower case are one. */
    private static final Set<String> PLACEHOLDERS = Set.of("00000000-0000-0000-0000-000000000000", "anon", "anonymous",
            "nil", "none", "null", "n/a", "na", "undefined", "unknown", "<nil>", "0", "-1", "true", "false", "[]", "{}",
            "lmy47d");

    @Override
    public Optional<Flaw> of(JsonNode event) {
        JsonNode properties = event.path("properties");
        if (!DestinationFake.isText(event.path("event"))) {
            return flaw("event", "is invalid: must not be missing or empty");
        }
        if (!properties.isObject()) {
            return flaw("properties", "is invalid: must be an object");
        }
        JsonNode time = properties.path("time");
        if (!time.isNumber()) {
            return flaw("properties.time", "is invalid: must be specified as seconds since epoch");
        }
        if (!isOfOurTime(time.decimalValue())) {
            return flaw("properties.time", "is invalid: must be after 1971 and at most an hour ahead");
        }
        JsonNode user = properties.path("distinct_id");
        if (user.isMissingNode() || user.isNull() || user.isContainerNode()
                || PLACEHOLDERS.contains(user.asText().toLowerCase(Locale.ROOT))) {
            return flaw("properties.distinct_id", "is invalid: must not be missing or a placeholder");
        }
        if (!INSERT_ID.matcher(properties.path("$insert_id").asText()).matches()) {
            return flaw("properties.$insert_id", "is invalid: must have 1 to 36 letters, digits and hyphens");
        }
        if (properties.size() > MOST_PROPERTIES) {
            return flaw("properties", "is invalid: must have at most 255 properties");
        }
        if (DestinationFake.bytes(event) > MOST_BYTES) {
            return flaw("event", "is invalid: must be smaller than 1 MB");
        }
        for (JsonNode value : properties) {
            if (isTooMuch(value, 1)) {
                return flaw("properties", "is invalid: must have at most 3 levels and arrays of 255");
            }
        }
        return Optional.empty();
    }

    static String id(JsonNode event) {
        JsonNode properties = event.path("properties");
        return String.join("\n", properties.path("$insert_id").asText(), properties.path("distinct_id").asText(),
                properties.path("time").asText(), event.path("event").asText());
    }

    private boolean isOfOurTime(BigDecimal time) {
        BigDecimal seconds = time.compareTo(BigDecimal.valueOf(NO_SECONDS)) >= 0 ? time.movePointLeft(3) : time;
        return seconds.compareTo(BigDecimal.valueOf(FIRST.getEpochSecond())) >= 0
                && seconds.compareTo(BigDecimal.valueOf(now.getEpochSecond() + HOUR)) <= 0;
    }

    private static boolean isTooMuch(JsonNode value, int depth) {
        if (!value.isContainerNode()) {
            return false;
        }
        if (depth > MOST_DEPTH || value.isArray() && value.size() > MOST_ELEMENTS) {
            return true;
        }
        for (JsonNode child : value) {
            if (isTooMuch(child, value.isArray() ? depth : depth + 1)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<Flaw> flaw(String field, String message) {
        return Flaw.of("", field, "'" + field + "' " + message);
    }
}
