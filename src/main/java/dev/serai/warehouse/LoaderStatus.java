package dev.serai.warehouse;

import java.time.Instant;
import java.util.Optional;

/**
 * What the loader is doing, for health and metrics.
 *
 * @param isRunning        false before the start, after the end, and if the thread died
 * @param eventsLoaded     since the start
 * @param objectsLoaded    states of objects since the start, repeated ones too
 * @param duplicates       events dropped because their message id had been loaded in the last 24 hours
 * @param deadLetters      records given up
 * @param lag              records on the assigned partitions that are not in the warehouse yet; -1 while unknown
 * @param lastLoad         when the last batch was committed
 * @param freshnessP50     milliseconds from receipt to committed row, median of the last minute or two
 * @param freshnessP95     the same, 95th percentile
 * @param error            why loading does not work at the moment, in the database's words; empty when it works
 */
public record LoaderStatus(
        boolean isRunning,
        long eventsLoaded,
        long objectsLoaded,
        long duplicates,
        long deadLetters,
        long lag,
        Optional<Instant> lastLoad,
        long freshnessP50,
        long freshnessP95,
        Optional<String> error) {

    /** True when events are loaded as they come. */
    public boolean isHealthy() {
        return isRunning && error.isEmpty();
    }
}
