package dev.serai.warehouse;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Counts what the loader does, from its own thread, for whoever asks from another. */
final class LoaderMeter {

    /** Of more tables only those written to last are told. */
    private static final int MAX_TABLES = 2_000;

    private final AtomicLong events = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong deadLetters = new AtomicLong();
    private final AtomicReference<Instant> lastLoad = new AtomicReference<>();
    private final Freshness freshness = new Freshness();
    private final Map<String, TableStatus> tables = new LinkedHashMap<>(64, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TableStatus> eldest) {
            return size() > MAX_TABLES;
        }
    };

    void loaded(Batch batch, int duplicatesDropped, int lettersGiven) {
        Instant now = Instant.now();
        long millis = now.toEpochMilli();
        events.addAndGet(batch.events().size());
        duplicates.addAndGet(duplicatesDropped);
        deadLetters.addAndGet(lettersGiven);
        lastLoad.set(now);
        for (FlatEvent event : batch.events()) {
            freshness.record(millis - event.receivedAt / 1_000, millis);
        }
        synchronized (tables) {
            batch.appended().forEach(rows -> note(rows, now));
            batch.states().forEach(rows -> note(rows, now));
        }
    }

    void gaveUp() {
        deadLetters.incrementAndGet();
        lastLoad.set(Instant.now());
    }

    private void note(Batch.Rows rows, Instant now) {
        String name = rows.table().schema + "." + rows.table().name;
        long newest = rows.events().stream().mapToLong(event -> event.receivedAt).max().orElse(0);
        Instant received = Instant.ofEpochSecond(Math.floorDiv(newest, 1_000_000L), Math.floorMod(newest, 1_000_000L) * 1_000);
        TableStatus before = tables.get(name);
        tables.put(name, before == null
                ? new TableStatus(name, rows.events().size(), received, now)
                : new TableStatus(name, before.rows() + rows.events().size(),
                        received.isAfter(before.newest()) ? received : before.newest(), now));
    }

    List<TableStatus> tables() {
        synchronized (tables) {
            List<TableStatus> sorted = new ArrayList<>(tables.values());
            sorted.sort(Comparator.comparing(TableStatus::table));
            return sorted;
        }
    }

    long events() {
        return events.get();
    }

    long duplicates() {
        return duplicates.get();
    }

    long deadLetters() {
        return deadLetters.get();
    }

    Instant lastLoad() {
        return lastLoad.get();
    }

    Freshness freshness() {
        return freshness;
    }
}
