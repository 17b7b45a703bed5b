package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The objects of one type, newest first, found by id, by place and by the fields that lists are narrowed by. An object
 * keeps its place when it changes. Deleted ones are remembered as they last were.
 */
final class Shelf {

    /** A place in the list: later first, of one second the one made last first. */
    record Place(long created, long number) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            int order = Long.compare(other.created, created);
            return order != 0 ? order : Long.compare(other.number, number);
        }
    }

    /** @param visibleFrom the second from which lists show it; an object can be read by id before */
    record Row(Place place, ObjectNode node, long visibleFrom) {
        String id() {
            return node.get("id").textValue();
        }
    }

    private final List<String> indexed;
    private final NavigableMap<Place, Row> rows = new TreeMap<>();
    private final Map<String, Row> byId = new HashMap<>();
    private final Map<String, NavigableMap<Place, Row>> byField = new HashMap<>();
    private final Map<String, ObjectNode> deleted = new LinkedHashMap<>();

    Shelf(List<String> indexed) {
        this.indexed = indexed;
    }

    void add(Place place, ObjectNode node, long visibleFrom) {
        put(new Row(place, node, visibleFrom));
    }

    void replace(ObjectNode node) {
        Row old = byId.get(node.get("id").textValue());
        unindex(old);
        put(new Row(old.place, node, old.visibleFrom));
    }

    void remove(String id) {
        Row row = byId.remove(id);
        rows.remove(row.place);
        unindex(row);
        deleted.put(id, row.node);
    }

    /** Takes it away without remembering it. */
    void forget(String id) {
        remove(id);
        deleted.remove(id);
    }

    Optional<ObjectNode> find(String id) {
        return row(id).map(Row::node);
    }

    Optional<Row> row(String id) {
        return Optional.ofNullable(byId.get(id));
    }

    NavigableMap<Place, Row> rows() {
        return rows;
    }

    NavigableMap<Place, Row> rows(String field, String value) {
        return byField.getOrDefault(field + "=" + value, new TreeMap<>());
    }

    List<ObjectNode> of(String field, String value) {
        return rows(field, value).values().stream().map(Row::node).toList();
    }

    List<ObjectNode> all() {
        return rows.values().stream().map(Row::node).toList();
    }

    Map<String, ObjectNode> deleted() {
        return deleted;
    }

    int size() {
        return rows.size();
    }

    private void put(Row row) {
        rows.put(row.place, row);
        byId.put(row.id(), row);
        for (String field : indexed) {
            if (row.node.hasNonNull(field)) {
                byField.computeIfAbsent(field + "=" + row.node.get(field).asText(), key -> new TreeMap<>())
                        .put(row.place, row);
            }
        }
    }

    private void unindex(Row row) {
        for (String field : indexed) {
            if (row.node.hasNonNull(field)) {
                byField.computeIfPresent(field + "=" + row.node.get(field).asText(), (key, part) -> {
                    part.remove(row.place);
                    return part.isEmpty() ? null : part;
                });
            }
        }
    }
}
