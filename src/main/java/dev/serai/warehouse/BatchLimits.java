package dev.serai.warehouse;

import java.time.Duration;

/**
 * When a batch is due: what comes first. The age is most of an event's way to a queryable row; the size bounds the
 * memory, and lets a loader that lags write larger and so cheaper transactions.
 *
 * @param records at most this many, give or take one poll
 * @param bytes   of Kafka values
 * @param age     of the oldest record, since it was read
 */
record BatchLimits(int records, int bytes, Duration age) {

    static final BatchLimits DEFAULT = new BatchLimits(20_000, 16 * 1024 * 1024, Duration.ofMillis(500));
}
