package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** What the Conversions API asks of an event. Each field of a user is one value, or an array of them. */
record FacebookEvent(Instant now) implements Flaw.Rule {

    private static final Duration OLDEST = Duration.ofDays(7);
    /** Clocks differ. */
    private static final Duration AHEAD = Duration.ofMinutes(1);
    private static final Set<String> PLACES = Set.of("website", "app", "email", "phone_call", "chat", "physical_store",
            "system_generated", "business_messaging", "other");
    private static final Set<String> HASHED = Set.of("em", "ph", "fn", "ln", "ge", "db", "ct", "st", "zp", "country",
            "external_id");
    private static final Pattern CURRENCY = Pattern.compile("[A-Za-z]{3}");

    @Override
    public Optional<Flaw> of(JsonNode event) {
        if (!DestinationFake.isText(event.path("event_name"))) {
            return Flaw.of("", "event_name", "is required");
        }
        JsonNode time = event.path("event_time");
        if (!time.isIntegralNumber()) {
            return Flaw.of("", "event_time", "must be seconds");
        }
        if (time.asLong() < now.minus(OLDEST).getEpochSecond()) {
            return Flaw.of("too_old", "event_time", "is older than 7 days");
        }
        if (time.asLong() > now.plus(AHEAD).getEpochSecond()) {
            return Flaw.of("too_new", "event_time", "is in the future");
        }
        if (!PLACES.contains(event.path("action_source").asText())) {
            return Flaw.of("", "action_source", "must be one of " + PLACES.stream().sorted().toList());
        }
        return user(event).or(() -> website(event)).or(() -> custom(event));
    }

    private static Optional<Flaw> user(JsonNode event) {
        JsonNode user = event.path("user_data");
        if (!user.isObject() || user.isEmpty()) {
            return Flaw.of("", "user_data", "must name somebody");
        }
        for (String field : HASHED) {
            List<JsonNode> values = user.path(field).isArray() ? DestinationFake.list(user.path(field))
                    : user.hasNonNull(field) ? List.of(user.path(field)) : List.of();
            if (values.stream().anyMatch(value -> !Hashes.isHash(value.asText()))) {
                return Flaw.of("", "user_data." + field, "must be a SHA-256 hash, in lower-case hex, of something");
            }
        }
        return Optional.empty();
    }

    private static Optional<Flaw> website(JsonNode event) {
        return event.path("action_source").asText().equals("website")
                && !DestinationFake.isText(event.path("user_data").path("client_user_agent"))
                ? Flaw.of("", "user_data.client_user_agent", "is required of events of a website") : Optional.empty();
    }

    private static Optional<Flaw> custom(JsonNode event) {
        JsonNode custom = event.path("custom_data");
        boolean isPurchase = event.path("event_name").asText().equals("Purchase");
        if ((isPurchase || custom.hasNonNull("currency")) && !CURRENCY.matcher(custom.path("currency").asText()).matches()) {
            return Flaw.of("", "custom_data.currency", "must be an ISO 4217 code");
        }
        return (isPurchase || custom.hasNonNull("value")) && !custom.path("value").isNumber()
                ? Flaw.of("", "custom_data.value", "must be a number") : Optional.empty();
    }
}
