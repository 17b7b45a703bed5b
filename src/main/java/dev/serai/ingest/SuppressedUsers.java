package dev.serai.ingest;

import dev.serai.ingest.RawEvent.Field;
import dev.serai.kafka.Suppressions;

/**
 * Events of users who are forgotten: the sender is told that all is well, and the event goes nowhere, neither to a
 * topic nor to a dead letter. Asked first of all about an event, since a rejected one would be kept with its bytes.
 */
public final class SuppressedUsers {

    private final Suppressions suppressions;
    private final IngestMetrics metrics;

    public SuppressedUsers(Suppressions suppressions, IngestMetrics metrics) {
        this.suppressions = suppressions;
        this.metrics = metrics;
    }

    /** Whether the event is one's own, or tells that one had another id before. Counts those that are. */
    boolean sent(RawEvent event) {
        if (suppressions.isEmpty() || !suppressions.contains(event.text(Field.USER_ID))
                && !suppressions.contains(event.text(Field.PREVIOUS_ID))) {
            return false;
        }
        metrics.countSuppressed();
        return true;
    }
}
