package dev.serai.warehouse;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The fingerprints of message ids seen in the last 24 hours, by the hour in which the event was received. The newest
 * hours are in memory, up to a bound; what does not fit any more is asked of the database, one statement per batch
 * ({@link DuckDbLedger#known}), which costs time in proportion to its rows.
 *
 * <p>A batch's ids are kept apart until it is committed: if it fails, they were never seen.
 */
final class MessageIds {

    /** A full day, and the hour that has begun. */
    static final int HOURS_KEPT = 25;

    private final int capacity;
    private final TreeMap<Integer, LongSet> hours = new TreeMap<>();
    private LongSet pending = new LongSet();
    private List<FlatEvent> pendingEvents = new ArrayList<>();
    private int firstInMemory = Integer.MIN_VALUE;
    private int newest = Integer.MIN_VALUE;

    MessageIds(int capacity) {
        this.capacity = capacity;
    }

    /** Takes an id that was stored earlier; the newest hours must come first, so that the bound drops the oldest. */
    void restore(int hour, long fingerprint) {
        newest = Math.max(newest, hour);
        if (hour >= firstInMemory) {
            hours.computeIfAbsent(hour, key -> new LongSet()).add(fingerprint);
        }
    }

    boolean isFull() {
        return room() <= 0;
    }

    /** How many more ids memory takes. */
    long room() {
        return capacity - hours.values().stream().mapToLong(LongSet::size).sum();
    }

    /** Hours before this one are in the database only. */
    int firstInMemory() {
        return firstInMemory;
    }

    void forgetBefore(int hour) {
        firstInMemory = Math.max(firstInMemory, hour);
        hours.headMap(firstInMemory).clear();
    }

    /** The first hour that still counts. */
    int firstKept() {
        return newest == Integer.MIN_VALUE ? Integer.MIN_VALUE : newest - HOURS_KEPT + 1;
    }

    /** True if the event is new in memory and in this batch; it is then part of the batch. */
    boolean add(FlatEvent event) {
        if (isKnown(event.fingerprint) || !pending.add(event.fingerprint)) {
            return false;
        }
        pendingEvents.add(event);
        return true;
    }

    List<FlatEvent> pending() {
        return pendingEvents;
    }

    void commit() {
        // a clock that once ran ahead must not make the ids of the last day look old
        int now = (int) (System.currentTimeMillis() / 3_600_000L) + 1;
        for (FlatEvent event : pendingEvents) {
            int hour = event.receivedHour();
            newest = Math.max(newest, Math.min(hour, now));
            if (hour >= firstInMemory) {
                hours.computeIfAbsent(hour, key -> new LongSet()).add(event.fingerprint);
            }
        }
        forgetOld();
        rollback();
    }

    void rollback() {
        pending = new LongSet();
        pendingEvents = new ArrayList<>();
    }

    private void forgetOld() {
        hours.headMap(firstKept()).clear();
        while (hours.size() > 1 && isFull()) {
            forgetBefore(hours.firstKey() + 1);
        }
        // one hour alone beyond the bound: nothing of it can stay
        if (isFull()) {
            forgetBefore(hours.firstKey() + 1);
        }
    }

    private boolean isKnown(long fingerprint) {
        for (LongSet hour : hours.values()) {
            if (hour.contains(fingerprint)) {
                return true;
            }
        }
        return false;
    }
}
