package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The objects of one collection by id, and in the order in which the exports give them. That order is by when Zendesk
 * last wrote the object, by a person's doing or its own, so an object moves to the end with every write; the stamp need
 * not be what {@code updated_at} says.
 */
final class ZendeskCollection {

    /** Where an object stands in the exports: within one second, in the order of the writes. */
    record Place(long second, long order) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return second != other.second ? Long.compare(second, other.second) : Long.compare(order, other.order);
        }
    }

    private final String name;
    private final TreeMap<Long, ObjectNode> objects = new TreeMap<>();
    private final TreeMap<Long, ObjectNode> removed = new TreeMap<>();
    private final TreeMap<Place, ObjectNode> places = new TreeMap<>();
    private final Map<Long, Place> placeOf = new HashMap<>();
    private final Set<Long> unlisted = new HashSet<>();
    private long lastId;
    private long lastOrder;

    ZendeskCollection(String name, long firstId) {
        this.name = name;
        this.lastId = firstId - 1;
    }

    String name() {
        return name;
    }

    long nextId() {
        return ++lastId;
    }

    ObjectNode get(long id) {
        return objects.get(id);
    }

    Collection<ObjectNode> all() {
        return Collections.unmodifiableCollection(objects.values());
    }

    List<ObjectNode> listed() {
        List<ObjectNode> listed = new ArrayList<>(objects.size());
        objects.forEach((id, object) -> {
            if (!unlisted.contains(id)) {
                listed.add(object);
            }
        });
        return listed;
    }

    boolean isListed(long id) {
        return objects.containsKey(id) && !unlisted.contains(id);
    }

    /** Keeps it and gives it its place in the exports. */
    ObjectNode write(ObjectNode object, Instant at) {
        long id = object.path("id").asLong();
        objects.put(id, object);
        Place old = placeOf.get(id);
        if (old != null) {
            places.remove(old);
        }
        Place place = new Place(at.getEpochSecond(), ++lastOrder);
        placeOf.put(id, place);
        places.put(place, object);
        return object;
    }

    /** Leaves the lists, not the exports. */
    void unlist(long id) {
        unlisted.add(id);
    }

    void list(long id) {
        unlisted.remove(id);
    }

    /** Is nowhere any more: no list and no export says that it was. */
    void remove(long id) {
        ObjectNode object = objects.remove(id);
        if (object != null) {
            removed.put(id, object);
            places.remove(placeOf.remove(id));
        }
    }

    Map<Long, ObjectNode> removed() {
        return removed;
    }

    Place place(ObjectNode object) {
        return placeOf.get(object.path("id").asLong());
    }

    /** Behind this place, as far as written by this second. */
    Collection<ObjectNode> after(Place place, long lastSecond) {
        Place end = new Place(lastSecond, Long.MAX_VALUE);
        return place.compareTo(end) >= 0 ? List.of() : places.subMap(place, false, end, true).values();
    }
}
