package dev.serai.warehouse;

import dev.serai.observe.Latencies;
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
    private final AtomicLong objects = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong deadLetters = new AtomicLong();
    private final AtomicReference<Instant> lastLoad = new AtomicReference<>();
    private final Latencies freshness = new Latencies();
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
        objects.addAndGet(batch.objects().size());
        batch.events().forEach(event -> freshness.record(millis - event.receivedAt / 1_000, millis));
        batch.objects().forEach(object -> freshness.record(millis - object.receivedAt / 1_000, millis));
        synchronized (tables) {
            batch.all().forEach(rows -> note(rows, now));
        }
    }

    void gaveUp() {
        deadLetters.incrementAndGet();
        lastLoad.set(Instant.now());
    }

    private void note(Batch.TableRows rows, Instant now) {
        String name = rows.table().schema + "." + rows.table().name;
        long newest = rows.newest();
        Instant received = Instant.ofEpochSecond(Math.floorDiv(newest, 1_000_000L), Math.floorMod(newest, 1_000_000L) * 1_000);
        TableStatus before = tables.get(name);
        tables.put(name, before == null
                ? new TableStatus(name, rows.size(), received, now)
                : new TableStatus(name, before.rows() + rows.size(),
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

    long objects() {
        return objects.get();
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

    Latencies freshness() {
        return freshness;
    }
}
