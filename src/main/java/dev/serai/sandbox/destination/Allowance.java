package dev.serai.sandbox.destination;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * So many in so long a time for each key, by the sandbox's clock: it stands still between requests if the clock does. A
 * window begins with the first request after the last one was over; what is refused does not count.
 */
final class Allowance {

    private final Clock clock;
    private final int most;
    private final Duration window;
    private final Map<String, Integer> used = new HashMap<>();
    private Instant begin = Instant.MIN;

    Allowance(Clock clock, int most, Duration window) {
        this.clock = clock;
        this.most = most;
        this.window = window;
    }

    /** @return the keys of which there are too many; if none, all of them are counted now */
    synchronized List<String> take(Map<String, Integer> wanted) {
        turn();
        List<String> over = wanted.entrySet().stream()
                .filter(one -> used.getOrDefault(one.getKey(), 0) + one.getValue() > most).map(Map.Entry::getKey).toList();
        if (over.isEmpty()) {
            wanted.forEach((key, count) -> used.merge(key, count, Integer::sum));
        }
        return over;
    }

    /** One request, of whatever key. */
    boolean take(String key) {
        return take(Map.of(key, 1)).isEmpty();
    }

    /** Until the next window begins; at least one. */
    synchronized long secondsLeft() {
        turn();
        return Math.max(1, Duration.between(clock.instant(), begin.plus(window)).toSeconds());
    }

    private void turn() {
        Instant now = clock.instant();
        if (begin == Instant.MIN || now.isBefore(begin) || !now.isBefore(begin.plus(window))) {
            begin = now;
            used.clear();
        }
    }
}
