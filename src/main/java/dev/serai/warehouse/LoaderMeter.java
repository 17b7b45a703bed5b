package dev.serai.warehouse;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Counts what the loader does, from its own thread, for whoever asks from another. */
final class LoaderMeter {

    private final AtomicLong events = new AtomicLong();
    private final AtomicLong duplicates = new AtomicLong();
    private final AtomicLong deadLetters = new AtomicLong();
    private final AtomicReference<Instant> lastLoad = new AtomicReference<>();
    private final Freshness freshness = new Freshness();

    void loaded(List<FlatEvent> loaded, int duplicatesDropped, int lettersGiven) {
        long now = System.currentTimeMillis();
        events.addAndGet(loaded.size());
        duplicates.addAndGet(duplicatesDropped);
        deadLetters.addAndGet(lettersGiven);
        lastLoad.set(Instant.ofEpochMilli(now));
        for (FlatEvent event : loaded) {
            freshness.record(now - event.receivedAt / 1_000, now);
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
