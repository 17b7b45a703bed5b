package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Rows in memory. What is put is never changed afterwards, only put anew, so that a selection stays as it was. A late row
 * is the truth at once but shows in queries only from a later time on: the transaction that wrote it took its stamp when
 * it began.
 */
final class HeldRows implements Rows {

    private static final Set<String> ACTIVITIES = Set.of("Task", "Event");

    private final Map<String, ObjectNode> rows = new LinkedHashMap<>();
    /** The same ids, to pick one by chance. */
    private final List<String> ids = new ArrayList<>();
    private final Map<String, Late> late = new HashMap<>();
    private final Supplier<Instant> now;

    /** @param before what shows until then; null if nothing did */
    private record Late(ObjectNode before, Instant until) { }

    private record Held(List<ObjectNode> all) implements Selection {
        @Override
        public int size() {
            return all.size();
        }

        @Override
        public List<ObjectNode> rows(int from, int count) {
            return all.subList(Math.min(from, all.size()), Math.min(from + count, all.size()));
        }
    }

    HeldRows(Supplier<Instant> now) {
        this.now = now;
    }

    void put(String id, ObjectNode row) {
        late.remove(id);
        keep(id, row);
    }

    void putLate(String id, ObjectNode row, Instant until) {
        Late before = late.get(id);
        late.put(id, new Late(before != null ? before.before() : rows.get(id), until));
        keep(id, row);
    }

    private void keep(String id, ObjectNode row) {
        if (rows.put(id, row) == null) {
            ids.add(id);
        }
    }

    void remove(String id) {
        late.remove(id);
        if (rows.remove(id) != null) {
            ids.remove(id);
        }
    }

    Optional<String> anyId(Random random) {
        return ids.isEmpty() ? Optional.empty() : Optional.of(Values.pick(ids, random));
    }

    /** All that is, late rows included. */
    Map<String, ObjectNode> truth() {
        return rows;
    }

    @Override
    public Optional<ObjectNode> find(String id) {
        return Optional.ofNullable(rows.get(id)).flatMap(row -> Optional.ofNullable(shown(row)));
    }

    @Override
    public Selection select(Soql query, boolean deletedToo) {
        Stream<ObjectNode> found = rows.values().stream().map(this::shown)
                .filter(row -> row != null && (deletedToo || !isPutAway(query.sobject(), row))
                        && (query.where() == null || query.where().holds(row::get)));
        if (!query.order().isEmpty()) {
            found = found.sorted(comparator(query.order()));
        }
        return new Held(found.skip(query.offset()).limit(query.limit()).toList());
    }

    /** Whether only queryAll gives it: it is deleted, or an activity so old that it is archived. */
    private static boolean isPutAway(SObject sobject, ObjectNode row) {
        return row.path("IsDeleted").asBoolean() || ACTIVITIES.contains(sobject.name()) && row.path("IsArchived").asBoolean();
    }

    private ObjectNode shown(ObjectNode row) {
        Late hidden = late.isEmpty() ? null : late.get(row.path("Id").textValue());
        if (hidden == null) {
            return row;
        }
        return now.get().isBefore(hidden.until()) ? hidden.before() : row;
    }

    private static Comparator<ObjectNode> comparator(List<Soql.Order> order) {
        return (one, other) -> {
            for (Soql.Order by : order) {
                int compared = compare(by, one.get(by.field().name()), other.get(by.field().name()));
                if (compared != 0) {
                    return compared;
                }
            }
            return 0;
        };
    }

    private static int compare(Soql.Order by, JsonNode one, JsonNode other) {
        if (one == null || other == null) {
            return one == other ? 0 : (one == null) == by.nullsFirst() ? -1 : 1;
        }
        int compared = Condition.order(by.field(), one, other);
        return by.isDescending() ? -compared : compared;
    }
}
