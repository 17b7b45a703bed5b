package dev.serai.delivery;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * The events that are to be sent, a lane for each user. A lane's events are in at most one request at a time, and
 * what must be tried again goes back to the head of its lane; so a user's events stay in order, while a lane that
 * waits for its time holds up no other.
 */
final class Lanes {

    private enum State { READY, WAITING, BUSY }

    /** One user's events, oldest first. */
    private static final class Lane {
        private final String user;
        private final ArrayDeque<Delivery> events = new ArrayDeque<>();
        /** When it became ready, or will. */
        private long due;
        private State state = State.READY;

        Lane(String user) {
            this.user = user;
        }
    }

    private final Map<String, Lane> lanes = new HashMap<>();
    private final ArrayDeque<Lane> ready = new ArrayDeque<>();
    private final PriorityQueue<Lane> waiting = new PriorityQueue<>(Comparator.comparingLong(lane -> lane.due));
    private int readyEvents;
    private long readyBytes;
    private int waitingEvents;

    void add(Delivery delivery, long now) {
        Lane lane = lanes.get(delivery.event().key());
        if (lane == null) {
            lane = new Lane(delivery.event().key());
            lane.due = now;
            lanes.put(lane.user, lane);
            ready.add(lane);
        }
        lane.events.add(delivery);
        count(lane, delivery, 1);
    }

    /** Makes ready the lanes whose time has come. */
    void release(long now) {
        while (!waiting.isEmpty() && waiting.peek().due <= now) {
            Lane lane = waiting.poll();
            become(lane, State.READY);
            ready.add(lane);
        }
    }

    private void become(Lane lane, State state) {
        lane.events.forEach(delivery -> count(lane, delivery, -1));
        lane.state = state;
        lane.events.forEach(delivery -> count(lane, delivery, 1));
    }

    /** What stands in a lane behind an event that is under way is neither ready nor waiting. */
    private void count(Lane lane, Delivery delivery, int sign) {
        if (lane.state == State.WAITING) {
            waitingEvents += sign;
        } else if (lane.state == State.READY) {
            readyEvents += sign;
            readyBytes += (long) sign * delivery.bytes();
        }
    }

    /** The next request's events, as many as fit but at least one; empty when no lane is ready. */
    List<Delivery> next(int maxEvents, int maxBytes) {
        List<Delivery> batch = new ArrayList<>();
        long bytes = 0;
        while (!ready.isEmpty() && batch.size() < maxEvents) {
            Lane lane = ready.peek();
            boolean fits = batch.isEmpty() || bytes + lane.events.peek().bytes() <= maxBytes;
            if (!fits) {
                break;
            }
            ready.poll();
            become(lane, State.BUSY);
            while (!lane.events.isEmpty() && batch.size() < maxEvents
                    && (batch.isEmpty() || bytes + lane.events.peek().bytes() <= maxBytes)) {
                Delivery delivery = lane.events.poll();
                bytes += delivery.bytes();
                batch.add(delivery);
            }
        }
        return batch;
    }

    /**
     * A request of this user's has ended.
     *
     * @param back what must be tried again, in order
     * @param due  when
     * @param first whether it goes before the lanes that are ready already
     */
    void ended(String user, List<Delivery> back, long due, long now, boolean first) {
        Lane lane = lanes.get(user);
        for (ListIterator<Delivery> i = back.listIterator(back.size()); i.hasPrevious();) {
            lane.events.addFirst(i.previous());
        }
        if (lane.events.isEmpty()) {
            lanes.remove(user);
            return;
        }
        lane.due = Math.max(due, now);
        if (due > now) {
            become(lane, State.WAITING);
            waiting.add(lane);
            return;
        }
        become(lane, State.READY);
        if (first) {
            ready.addFirst(lane);
        } else {
            ready.add(lane);
        }
    }

    /** Drops these events. What is under way stays until its request ends. */
    List<Delivery> drop(Predicate<Delivery> which) {
        List<Delivery> dropped = new ArrayList<>();
        for (Iterator<Lane> all = lanes.values().iterator(); all.hasNext();) {
            Lane lane = all.next();
            for (Iterator<Delivery> events = lane.events.iterator(); events.hasNext();) {
                Delivery delivery = events.next();
                if (which.test(delivery)) {
                    count(lane, delivery, -1);
                    events.remove();
                    dropped.add(delivery);
                }
            }
            if (lane.events.isEmpty() && lane.state != State.BUSY) {
                ready.remove(lane);
                waiting.remove(lane);
                all.remove();
            }
        }
        return dropped;
    }

    int readyEvents() {
        return readyEvents;
    }

    long readyBytes() {
        return readyBytes;
    }

    int waitingEvents() {
        return waitingEvents;
    }

    /** Since when the first ready lane is; {@code Long.MAX_VALUE} when none is. */
    long readySince() {
        return ready.isEmpty() ? Long.MAX_VALUE : ready.peek().due;
    }

    /** When the next waiting lane's time comes; {@code Long.MAX_VALUE} when none waits. */
    long nextDue() {
        return waiting.isEmpty() ? Long.MAX_VALUE : waiting.peek().due;
    }
}
