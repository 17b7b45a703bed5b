package dev.serai.observe;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long events took from the door to where they go, over the last one to two minutes: a histogram whose steps
 * grow by a tenth, so a percentile is right within ten per cent.
 */
public final class Latencies {

    private static final int BUCKETS = 180;
    private static final double STEP = Math.log(1.1);
    private static final long WINDOW_MILLIS = 60_000;

    private volatile AtomicLongArray previous = new AtomicLongArray(BUCKETS);
    private volatile AtomicLongArray current = new AtomicLongArray(BUCKETS);
    private long windowStart;
    private long lastMillis = -1;
    private int lastBucket;

    /** Called by one thread only. */
    public void record(long millis, long now) {
        if (now - windowStart > WINDOW_MILLIS) {
            previous = now - windowStart > 2 * WINDOW_MILLIS ? new AtomicLongArray(BUCKETS) : current;
            current = new AtomicLongArray(BUCKETS);
            windowStart = now;
        }
        if (millis != lastMillis) {
            // events that came in one request have the same time, and a logarithm is dear
            lastMillis = millis;
            lastBucket = Math.min(BUCKETS - 1, (int) (Math.log(Math.max(1, millis)) / STEP));
        }
        current.incrementAndGet(lastBucket);
    }

    /** Milliseconds below which this share (0 to 1) of the events was; 0 if there were none. */
    public long percentile(double share) {
        AtomicLongArray[] windows = {previous, current};
        long total = 0;
        for (AtomicLongArray window : windows) {
            for (int bucket = 0; bucket < BUCKETS; bucket++) {
                total += window.get(bucket);
            }
        }
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS && total > 0; bucket++) {
            seen += previous.get(bucket) + current.get(bucket);
            if (seen >= share * total) {
                return Math.round(Math.exp((bucket + 1) * STEP));
            }
        }
        return 0;
    }
}
