package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/**
 * What is to be put through again: dead letters, or all events for one destination. Each condition that is present must
 * hold.
 *
 * @param events      whether events of topic {@code events} are meant; then {@code destination} must be present
 * @param destination of dead letters, those of this destination only
 * @param stage       of dead letters: {@code routing}, {@code delivery.braze}, ...
 * @param code        of dead letters, why they were given up
 * @param event       the event's name
 * @param source      the source it came by
 * @param messageId   the event's
 * @param since       given up, or received, at this time or later
 * @param until       and before this one
 */
public record Replay(boolean events, Optional<String> destination, Optional<String> stage, Optional<String> code,
                     Optional<String> event, Optional<String> source, Optional<String> messageId,
                     Optional<Instant> since, Optional<Instant> until) {

    private static final String DELIVERY = "delivery.";

    public Replay {
        if (events && destination.isEmpty()) {
            throw new IllegalArgumentException("events are replayed to one destination; name it");
        }
        if (events && (code.isPresent() || stage.isPresent())) {
            throw new IllegalArgumentException("events have neither code nor stage; those are dead letters'");
        }
    }

    /** Whether the letter is meant. */
    public boolean matches(DeadLetter letter) {
        return destination.map(name -> letter.stage().equals(DELIVERY + name)).orElse(true)
                && stage.map(letter.stage()::equals).orElse(true) && code.map(letter.code()::equals).orElse(true)
                && source.map(letter.source()::equals).orElse(true) && isWithin(letter.at())
                && (event.isEmpty() && messageId.isEmpty() || matchesOriginal(letter.raw()));
    }

    private boolean matchesOriginal(byte[] raw) {
        try {
            return matches(Json.MAPPER.readTree(raw));
        } catch (IOException e) {
            return false;
        }
    }

    /** Whether the event, in its form on topic {@code events}, is meant; by what can be asked of events. */
    boolean matches(JsonNode json) {
        return event.map(name -> name.equals(json.path("event").textValue())).orElse(true)
                && messageId.map(id -> id.equals(json.path("messageId").textValue())).orElse(true)
                && (!events || source.map(name -> name.equals(json.path("source").textValue())).orElse(true));
    }

    boolean isWithin(Instant time) {
        return since.map(begin -> !time.isBefore(begin)).orElse(true) && until.map(time::isBefore).orElse(true);
    }

    /** The destination of a letter, if it was given up on its way to one. */
    static Optional<String> destinationOf(DeadLetter letter) {
        return letter.stage().startsWith(DELIVERY) ? Optional.of(letter.stage().substring(DELIVERY.length()))
                : Optional.empty();
    }
}
