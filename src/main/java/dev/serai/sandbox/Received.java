package dev.serai.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What a fake of a destination took, in the order in which it came: each as {@code {"kind": "events", "item": {...}}}. All
 * are counted, the latest are kept. A partner with an id for each item counts one that it has as a duplicate; ids are
 * forgotten after the partner's time, and the oldest when there are too many, so no test may send more than
 * {@link #MOST_IDS} before it repeats the first. Thread-safe.
 */
public final class Received {

    static final int MOST_IDS = 1_000_000;
    static final int MOST_ITEMS = 10_000;

    private final Clock clock;
    private final Duration remembers;
    private final boolean isOverwritten;
    private final Map<String, Taken> ids = new LinkedHashMap<>();
    private final Map<Long, JsonNode> items = new LinkedHashMap<>();
    private int keeps = MOST_ITEMS;
    private long count;
    private long duplicates;

    private record Taken(Instant when, long number) {
    }

    /**
     * @param remembers     how long the partner knows an id
     * @param isOverwritten whether a duplicate takes the place of the first; else it is dropped
     */
    public Received(Clock clock, Duration remembers, boolean isOverwritten) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.remembers = Objects.requireNonNull(remembers, "remembers");
        this.isOverwritten = isOverwritten;
    }

    /** @param id by which the partner knows a repetition; null if it knows none */
    public synchronized void add(String kind, String id, JsonNode item) {
        ObjectNode entry = Json.MAPPER.createObjectNode().put("kind", kind).set("item", item);
        Instant now = clock.instant();
        String key = kind + "\n" + id;
        Taken first = id == null ? null : ids.get(key);
        if (first != null && now.isBefore(first.when.plus(remembers))) {
            duplicates++;
            if (isOverwritten) {
                items.computeIfPresent(first.number, (number, old) -> entry);
            }
            return;
        }
        count++;
        items.put(count, entry);
        dropOldest(items, keeps);
        if (id != null) {
            ids.remove(key);
            ids.put(key, new Taken(now, count));
            dropOldest(ids, MOST_IDS);
        }
    }

    /** The latest, oldest first. */
    public synchronized List<JsonNode> items() {
        return List.copyOf(items.values());
    }

    /** How many items came, those that are no longer kept among them, duplicates not. */
    public synchronized long count() {
        return count;
    }

    public synchronized long duplicates() {
        return duplicates;
    }

    /** How many items are kept from now on; {@link #MOST_ITEMS} at first. */
    public synchronized void keep(int most) {
        keeps = most;
        dropOldest(items, keeps);
    }

    /** The ids too: what comes again is new. */
    public synchronized void clear() {
        ids.clear();
        items.clear();
        count = 0;
        duplicates = 0;
    }

    synchronized ObjectNode summary(int last) {
        ObjectNode summary = Json.MAPPER.createObjectNode().put("count", count).put("duplicates", duplicates);
        summary.putArray("items").addAll(items.values().stream().skip(Math.max(0, items.size() - last)).toList());
        return summary;
    }

    private static void dropOldest(Map<?, ?> map, int most) {
        Iterator<?> oldest = map.keySet().iterator();
        while (map.size() > most) {
            oldest.next();
            oldest.remove();
        }
    }
}
