package dev.serai.delivery;

import dev.serai.kafka.TakenRecord;
import java.util.concurrent.TimeUnit;

/**
 * One event on its way to one destination. It has come to its end when all its items have. Belongs to the thread of
 * its queue.
 */
final class Delivery {

    private final Envelope envelope;
    private final TakenRecord taken;
    private int open;
    private long triedSince;
    private Fault fault;

    /**
     * Why an item of it was given up.
     *
     * @param attempt the last one
     */
    record Fault(Verdict verdict, String message, Attempt attempt) { }

    Delivery(Envelope envelope, TakenRecord taken) {
        this.envelope = envelope;
        this.taken = taken;
        this.triedSince = TimeUnit.MINUTES.toMillis(taken.noted());
    }

    Envelope envelope() {
        return envelope;
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

    void opens(int items) {
        open = items;
    }

    /** @return whether it was the last one */
    boolean itemEnded() {
        return --open == 0;
    }

    /** The first is kept: what follows may follow from it. */
    void gaveUp(Fault why) {
        if (fault == null) {
            fault = why;
        }
    }

    /** Null while nothing of it was given up. */
    Fault fault() {
        return fault;
    }

    /** Since when it is tried survives a restart, to the minute. */
    void failed(long now) {
        if (triedSince == 0) {
            triedSince = now;
            taken.note((int) TimeUnit.MILLISECONDS.toMinutes(now));
        }
    }

    long triedFor(long now) {
        return triedSince == 0 ? 0 : now - triedSince;
    }

    void startOver() {
        if (triedSince != 0) {
            triedSince = 0;
            taken.note(0);
        }
    }
}
