package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The items that are to be sent, a lane for each user. A lane's items are in at most one request at a time, and what
 * must be tried again goes back to the head of its lane; so a user's events stay in order, while a lane that waits for
 * its time holds up no other. Lanes are ready under the kind of request that their first item belongs to.
 */
final class Lanes {

    private static final long SECOND = 1_000;

    /** IDLE is an empty lane that is kept only because its user's second is not over yet. */
    private enum State { READY, WAITING, BUSY, IDLE }

    /** One user's items, oldest first. */
    private static final class Lane {
        private final String user;
        private final ArrayDeque<Item> items = new ArrayDeque<>();
        /** When it became ready, or will. */
        private long due;
        private State state = State.IDLE;
        private long secondEnds;
        private int sentInSecond;

        Lane(String user) {
            this.user = user;
        }
    }

    /** The lanes that are ready for one kind of request. What a lane holds of other kinds counts as of this one. */
    private static final class Ready {
        private final ArrayDeque<Lane> lanes = new ArrayDeque<>();
        private int items;
        private long bytes;
    }

    private final int perUserAndSecond;
    private final Map<String, Lane> lanes = new HashMap<>();
    private final Map<Kind, Ready> ready = new LinkedHashMap<>();
    private final PriorityQueue<Lane> waiting = new PriorityQueue<>(Comparator.comparingLong(lane -> lane.due));
    private final ArrayDeque<Lane> idle = new ArrayDeque<>();
    private int waitingItems;

    /**
     * @param kinds            the partner's
     * @param perUserAndSecond items of a user in a second, at most; 0 for any number
     */
    Lanes(Collection<Kind> kinds, int perUserAndSecond) {
        kinds.forEach(kind -> ready.put(kind, new Ready()));
        this.perUserAndSecond = perUserAndSecond;
    }

    void add(Item item, long now) {
        Lane lane = lanes.computeIfAbsent(item.delivery().envelope().key(), Lane::new);
        if (lane.state == State.IDLE) {
            lane.items.add(item);
            place(lane, now, now, false);
        } else {
            lane.items.add(item);
            count(lane, item, 1);
        }
    }

    /** Makes ready the lanes whose time has come. */
    void release(long now) {
        while (!waiting.isEmpty() && waiting.peek().due <= now) {
            Lane lane = waiting.poll();
            become(lane, State.READY);
            ready(lane).lanes.add(lane);
        }
        while (!idle.isEmpty() && idle.peek().secondEnds <= now) {
            Lane lane = idle.poll();
            if (lane.state == State.IDLE) {
                lanes.remove(lane.user, lane);
            }
        }
    }

    private Ready ready(Lane lane) {
        return ready.get(lane.items.peek().kind());
    }

    private void become(Lane lane, State state) {
        lane.items.forEach(item -> count(lane, item, -1));
        lane.state = state;
        lane.items.forEach(item -> count(lane, item, 1));
    }

    /** What stands in a lane behind an item that is under way is neither ready nor waiting. */
    private void count(Lane lane, Item item, int sign) {
        if (lane.state == State.WAITING) {
            waitingItems += sign;
        } else if (lane.state == State.READY) {
            Ready of = ready(lane);
            of.items += sign;
            of.bytes += (long) sign * item.bytes();
        }
    }

    /** The kind whose first lane has been ready for longest among those that are full, else among all; null if none. */
    Kind next(long now, boolean isFull) {
        Kind next = null;
        long since = Long.MAX_VALUE;
        for (Map.Entry<Kind, Ready> entry : ready.entrySet()) {
            Ready of = entry.getValue();
            Kind kind = entry.getKey();
            boolean full = of.items >= kind.maxItems() || of.bytes >= kind.limits().maxBytes();
            if (!of.lanes.isEmpty() && (full || !isFull) && of.lanes.peek().due < since) {
                next = kind;
                since = of.lanes.peek().due;
            }
        }
        return next;
    }

    /** The next request's items of this kind, as many as fit but at least one, if any lane is ready for it. */
    List<Item> take(Kind kind, long now) {
        Ready of = ready.get(kind);
        List<Item> taken = new ArrayList<>();
        Set<JsonNode> keys = new HashSet<>();
        long bytes = 0;
        int maxItems = kind.maxItems();
        while (!of.lanes.isEmpty() && taken.size() < maxItems) {
            Lane lane = of.lanes.peek();
            if (!fits(kind, maxItems, lane.items.peek(), taken, bytes, keys)) {
                break;
            }
            of.lanes.poll();
            become(lane, State.BUSY);
            int allowed = allowed(lane, now);
            while (!lane.items.isEmpty() && allowed > 0 && lane.items.peek().kind() == kind
                    && fits(kind, maxItems, lane.items.peek(), taken, bytes, keys)) {
                Item item = lane.items.poll();
                bytes += item.bytes();
                taken.add(item);
                maxItems = Math.min(maxItems, item.maxCompany());
                kind.limits().key(item.body()).ifPresent(keys::add);
                allowed--;
                lane.sentInSecond++;
            }
        }
        return taken;
    }

    private static boolean fits(Kind kind, int maxItems, Item item, List<Item> taken, long bytes, Set<JsonNode> keys) {
        return taken.isEmpty() || taken.size() < maxItems && taken.size() < item.maxCompany()
                && bytes + item.bytes() <= kind.limits().maxBytes()
                && kind.limits().key(item.body()).filter(keys::contains).isEmpty();
    }

    private int allowed(Lane lane, long now) {
        if (perUserAndSecond == 0) {
            return Integer.MAX_VALUE;
        }
        if (now >= lane.secondEnds) {
            lane.secondEnds = now + SECOND;
            lane.sentInSecond = 0;
        }
        return perUserAndSecond - lane.sentInSecond;
    }

    /**
     * A request of this user's has ended.
     *
     * @param back  what must be tried again, in order
     * @param due   when
     * @param first whether it goes before the lanes that are ready already
     */
    void ended(String user, List<Item> back, long due, long now, boolean first) {
        Lane lane = lanes.get(user);
        for (ListIterator<Item> i = back.listIterator(back.size()); i.hasPrevious();) {
            lane.items.addFirst(i.previous());
        }
        place(lane, due, now, first);
    }

    /** A lane that is in none of the queues comes into that which is right for it. */
    private void place(Lane lane, long due, long now, boolean first) {
        boolean isSpent = perUserAndSecond > 0 && now < lane.secondEnds && lane.sentInSecond >= perUserAndSecond;
        long from = isSpent ? Math.max(due, lane.secondEnds) : due;
        if (lane.items.isEmpty()) {
            if (now < lane.secondEnds) {
                lane.state = State.IDLE;
                idle.add(lane);
            } else {
                lanes.remove(lane.user);
            }
            return;
        }
        lane.due = Math.max(from, now);
        if (from > now) {
            become(lane, State.WAITING);
            waiting.add(lane);
            return;
        }
        become(lane, State.READY);
        if (first) {
            ready(lane).lanes.addFirst(lane);
        } else {
            ready(lane).lanes.add(lane);
        }
    }

    /** Drops these items. What is under way stays until its request ends. */
    List<Item> drop(Predicate<Item> which) {
        List<Item> dropped = new ArrayList<>();
        for (Iterator<Lane> all = lanes.values().iterator(); all.hasNext();) {
            Lane lane = all.next();
            if (lane.items.stream().noneMatch(which)) {
                continue;
            }
            Ready of = lane.state == State.READY ? ready(lane) : null;
            State state = lane.state;
            become(lane, State.BUSY);
            lane.items.removeIf(item -> which.test(item) && dropped.add(item));
            if (lane.items.isEmpty() && state != State.BUSY) {
                if (of != null) {
                    of.lanes.remove(lane);
                }
                waiting.remove(lane);
                all.remove();
                continue;
            }
            become(lane, state);
            if (of != null && ready(lane) != of) {
                of.lanes.remove(lane);
                ready(lane).lanes.add(lane);
            }
        }
        return dropped;
    }

    boolean hasReady() {
        return ready.values().stream().anyMatch(of -> !of.lanes.isEmpty());
    }

    int waitingItems() {
        return waitingItems;
    }

    /** Since when the first ready lane is; {@code Long.MAX_VALUE} when none is. */
    long readySince() {
        return ready.values().stream().filter(of -> !of.lanes.isEmpty()).mapToLong(of -> of.lanes.peek().due).min()
                .orElse(Long.MAX_VALUE);
    }

    /** When the next waiting lane's time comes; {@code Long.MAX_VALUE} when none waits. */
    long nextDue() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.peek().due;
    }
}
