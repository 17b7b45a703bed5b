package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * All objects, and the events that their changes make. An event holds the object as the API showed it at that moment,
 * with the lists within it, so a change of a child is an event of its parent. Not safe for threads; the fake takes turns.
 */
final class Store {

    static final String PARTNER = "stripe";
    static final Duration EVENTS_ARE_KEPT = Duration.ofDays(30);
    /** How much later than its stamp a late row is seen in lists. */
    static final Duration LATENESS = Duration.ofSeconds(120);

    private final Map<ObjectType, Shelf> shelves = new EnumMap<>(ObjectType.class);
    private final Rendering rendering = new Rendering(shelves::get);
    private final Clock clock;
    private final Faults faults;
    private final Ids ids;
    private long number;
    private long at;
    private int newShapeEvery;
    private int eventsMade;

    Store(Clock clock, Faults faults, Ids ids) {
        this.clock = clock;
        this.faults = faults;
        this.ids = ids;
        for (ObjectType type : ObjectType.values()) {
            shelves.put(type, new Shelf(type.filters));
        }
    }

    Shelf shelf(ObjectType type) {
        return shelves.get(type);
    }

    Rendering rendering() {
        return rendering;
    }

    Ids ids() {
        return ids;
    }

    /** Seconds since 1970, by the sandbox's clock unless the past is being made. */
    long now() {
        return at != 0 ? at : clock.instant().getEpochSecond();
    }

    /** What follows happens in this second; 0 for the present. */
    void at(long second) {
        at = second;
    }

    /** Of how many events one comes in the newer shape; 0 for none. */
    void newShapeEvery(int every) {
        newShapeEvery = every;
    }

    /** The rest of an object of which some fields are set, put on its shelf, with an event if the type has any. */
    ObjectNode create(ObjectType type, Consumer<ObjectNode> fill) {
        ObjectNode node = add(type, fill);
        String family = family(type, node);
        boolean isTold = switch (type) {
            case ACCOUNT, FEE_REFUND -> false;
            case PAYMENT_METHOD -> node.hasNonNull("customer");
            default -> !family.isEmpty();
        };
        if (isTold) {
            emit(type == ObjectType.PAYMENT_METHOD ? "payment_method.attached" : family + ".created",
                    rendering.render(node), null);
        }
        return node;
    }

    /** As {@link #create} without an event of its own. */
    ObjectNode add(ObjectType type, Consumer<ObjectNode> fill) {
        ObjectNode node = Shapes.of(type);
        long now = now();
        node.put("id", ids.next(type));
        for (String stamp : List.of("created", "date", "updated")) {
            if (node.has(stamp)) {
                node.put(stamp, now);
            }
        }
        fill.accept(node);
        shelf(type).add(new Shelf.Place(now, number++), node, visibleFrom(type, now));
        return node;
    }

    /** Changes an object and makes events of these types, or {@code updated}, if anything that can be seen is different. */
    ObjectNode update(ObjectType type, String id, Consumer<ObjectNode> change, String... eventTypes) {
        within(type, id, () -> {
            ObjectNode changed = shelf(type).find(id).orElseThrow().deepCopy();
            change.accept(changed);
            if (changed.has("updated")) {
                changed.put("updated", now());
            }
            shelf(type).replace(changed);
        }, eventTypes);
        return shelf(type).find(id).orElseThrow();
    }

    /** Does something to the children of an object; a difference in how the object looks is an event. */
    void within(ObjectType type, String id, Runnable change, String... eventTypes) {
        ObjectNode before = rendering.render(shelf(type).find(id).orElseThrow());
        change.run();
        ObjectNode now = shelf(type).find(id).orElseThrow();
        ObjectNode after = rendering.render(now);
        ObjectNode previous = difference(before, after);
        String family = family(type, now);
        if (previous.isEmpty() || family.isEmpty()) {
            return;
        }
        for (String eventType : eventTypes.length > 0 ? List.of(eventTypes) : List.of(family + ".updated")) {
            emit(eventType, after, eventType.endsWith(".deleted") ? null : previous);
        }
    }

    void delete(ObjectType type, String id) {
        ObjectNode node = shelf(type).find(id).orElseThrow();
        ObjectNode last = rendering.render(node);
        shelf(type).remove(id);
        String family = family(type, node);
        if (!family.isEmpty()) {
            emit(type == ObjectType.ACCOUNT ? "account.application.deauthorized" : family + ".deleted", last, null);
        }
    }

    void emit(String eventType, ObjectNode shown, ObjectNode previous) {
        long now = now();
        if (now < clock.instant().minus(EVENTS_ARE_KEPT).getEpochSecond()) {
            return;
        }
        ObjectNode event = Shapes.of(ObjectType.EVENT);
        event.put("id", ids.next(ObjectType.EVENT)).put("created", now).put("type", eventType);
        ObjectNode data = (ObjectNode) event.get("data");
        data.set("object", shown.deepCopy());
        if (previous != null) {
            data.set("previous_attributes", previous);
        }
        eventsMade++;
        if (newShapeEvery > 0 && eventsMade % newShapeEvery == 0) {
            event.put("api_version", NewShape.VERSION);
            NewShape.apply(data);
        }
        shelf(ObjectType.EVENT).add(new Shelf.Place(now, number++), event, visibleFrom(ObjectType.EVENT, now));
    }

    private long visibleFrom(ObjectType type, long now) {
        boolean late = at == 0 && !type.path.isEmpty()
                && faults.strikes(Fault.Kind.LATE_ROWS, PARTNER, "/v1/" + type.path);
        return late ? now + LATENESS.toSeconds() : now;
    }

    private static String family(ObjectType type, ObjectNode node) {
        boolean isSource = type == ObjectType.CARD || type == ObjectType.BANK_ACCOUNT;
        return isSource && node.hasNonNull("account") ? "account.external_account" : type.family;
    }

    /** What Stripe calls previous_attributes: the old values of what is different now, objects only in part. */
    static ObjectNode difference(ObjectNode before, ObjectNode after) {
        ObjectNode old = Json.MAPPER.createObjectNode();
        TreeSet<String> names = new TreeSet<>();
        before.fieldNames().forEachRemaining(names::add);
        after.fieldNames().forEachRemaining(names::add);
        for (String name : names) {
            JsonNode was = before.get(name);
            JsonNode is = after.get(name);
            if (was instanceof ObjectNode wasObject && is instanceof ObjectNode isObject
                    && !wasObject.path("object").asText().equals("list")) {
                ObjectNode inner = difference(wasObject, isObject);
                if (!inner.isEmpty()) {
                    old.set(name, inner);
                }
            } else if (was == null) {
                old.putNull(name);
            } else if (!was.equals(is)) {
                old.set(name, was);
            }
        }
        return old;
    }

    /** The events that can still be read, newest first. */
    List<ObjectNode> events() {
        long oldest = clock.instant().minus(EVENTS_ARE_KEPT).getEpochSecond();
        return shelf(ObjectType.EVENT).all().stream().filter(event -> event.get("created").asLong() >= oldest).toList();
    }
}
