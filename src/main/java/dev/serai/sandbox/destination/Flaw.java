package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * Why a partner does not take an item.
 *
 * @param index   its place in the request, or in its list of the request
 * @param reason  in the partner's word, where it has words
 * @param field   which of its fields is to blame
 * @param message for people
 */
record Flaw(int index, String reason, String field, String message) {

    /** What a partner asks of each item. */
    interface Rule {
        /** @return the first flaw, with any index */
        Optional<Flaw> of(JsonNode item);
    }

    static Optional<Flaw> of(String reason, String field, String message) {
        return Optional.of(new Flaw(0, reason, field, message));
    }

    Flaw at(int place) {
        return new Flaw(place, reason, field, message);
    }
}
