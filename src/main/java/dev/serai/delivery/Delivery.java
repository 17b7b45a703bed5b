package dev.serai.delivery;

import dev.serai.kafka.TakenRecord;
import dev.serai.model.Event;

/** One event on its way to one destination. Belongs to the thread of its queue. */
final class Delivery {

    private final Event event;
    private final TakenRecord taken;
    private int attempts;
    private long triedSince;

    Delivery(Event event, TakenRecord taken) {
        this.event = event;
        this.taken = taken;
    }

    Event event() {
        return event;
    }

    TakenRecord taken() {
        return taken;
    }

    int bytes() {
        return taken.value().length;
    }

    boolean isOurs() {
        return taken.isOurs();
    }

    void begins(long now) {
        if (triedSince == 0) {
            triedSince = now;
        }
    }

    /** @return how many attempts have failed, this one included */
    int failed() {
        return ++attempts;
    }

    long triedFor(long now) {
        return now - triedSince;
    }

    /** What was tried against a destination that is shut counts for nothing. */
    void startOver() {
        attempts = 0;
        triedSince = 0;
    }
}
