package dev.serai.delivery;

import java.time.Instant;
import java.util.Collection;
import java.util.Locale;

/** What became of each event at each destination, for a day at least: nothing is delivered twice, and one can ask. */
interface Fates {

    /** How an event stands with a destination. */
    enum Fate {
        DELIVERED, FILTERED, RETRYING, DEAD_LETTERED;

        /** As the API writes it. */
        String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /** Remembers nothing. */
    Fates NONE = new Fates() {
        @Override
        public boolean isDelivered(String destination, String id) {
            return false;
        }

        @Override
        public void save(String destination, Fate fate, String code, Collection<String> ids, Instant at) {
            // nobody asks
        }
    };

    /** Whether it was delivered there within the last 24 hours. */
    boolean isDelivered(String destination, String id);

    /** @param code why, or by what; empty where there is nothing to say */
    void save(String destination, Fate fate, String code, Collection<String> ids, Instant at);
}
