package dev.serai.sync;

import dev.serai.partner.Sync;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Keeps one source's requests within the partner's limits: so many in any minute, and none while the partner has asked
 * for a pause. Shared by the source's collections, which one hub has together for that reason.
 */
final class Pace {

    private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

    private final Map<String, Integer> perMinute;
    private final Map<String, Deque<Long>> sent = new HashMap<>();
    private long pausedUntil = System.nanoTime();

    Pace(Map<String, Integer> perMinute) {
        this.perMinute = Map.copyOf(perMinute);
    }

    /** Waits until a request may be sent that counts for this limit and for that of all. */
    synchronized void await(String limit) throws InterruptedException {
        while (true) {
            long now = System.nanoTime();
            long wait = Math.max(pausedUntil - now, Math.max(until(Sync.ALL, now), until(limit, now)));
            if (wait <= 0) {
                count(Sync.ALL, now);
                if (!limit.equals(Sync.ALL)) {
                    count(limit, now);
                }
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, wait);
        }
    }

    /** The partner asked for a pause. */
    synchronized void pause(Duration pause) {
        pausedUntil = Math.max(pausedUntil, System.nanoTime() + pause.toNanos());
    }

    private long until(String limit, long now) {
        Integer most = perMinute.get(limit);
        if (most == null) {
            return 0;
        }
        Deque<Long> times = sent.computeIfAbsent(limit, key -> new ArrayDeque<>());
        while (!times.isEmpty() && now - times.peekFirst() >= MINUTE) {
            times.removeFirst();
        }
        return times.size() < most ? 0 : times.peekFirst() + MINUTE - now;
    }

    private void count(String limit, long now) {
        if (perMinute.containsKey(limit)) {
            sent.computeIfAbsent(limit, key -> new ArrayDeque<>()).addLast(now);
        }
    }
}
