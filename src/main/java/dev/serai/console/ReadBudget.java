package dev.serai.console;

import java.util.function.LongSupplier;

/**
 * How much may be read now: a bucket that fills with so many tokens a second up to the burst. An event costs one, and
 * one more for each 8 KB, so that neither many small nor a few huge ones cost more than they may.
 *
 * <p>Used by one thread.
 */
final class ReadBudget {

    private static final int BYTES_PER_TOKEN = 8 * 1024;
    private static final double NANOS_PER_SECOND = 1e9;

    private final int perSecond;
    private final int burst;
    private final LongSupplier nanoClock;
    private double tokens;
    private long filledAt;

    ReadBudget(int perSecond, int burst, LongSupplier nanoClock) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.nanoClock = nanoClock;
        this.tokens = burst;
        this.filledAt = nanoClock.getAsLong();
    }

    void spend(int bytes) {
        tokens -= 1 + bytes / BYTES_PER_TOKEN;
    }

    /** Nanoseconds until reading may go on; 0 for at once. Run dry, it waits for a quarter of a second's worth. */
    long nanosToWait() {
        long now = nanoClock.getAsLong();
        tokens = Math.min(burst, tokens + (now - filledAt) / NANOS_PER_SECOND * perSecond);
        filledAt = now;
        return tokens > 0 ? 0 : (long) ((perSecond / 4.0 - tokens) / perSecond * NANOS_PER_SECOND);
    }
}
