package dev.serai.sync;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before a request is sent again, and when a run gives up until its next turn.
 *
 * @param first    the limit of the first wait; each further one doubles it, and chance chooses below it
 * @param cap      what the limit does not exceed
 * @param attempts of one request
 * @param longest  a pause that the partner asks for and that a run waits out; for a longer one it ends
 * @param again    how soon a run that failed is tried again at first; doubled up to the collection's own period
 */
record Patience(Duration first, Duration cap, int attempts, Duration longest, Duration again) {

    private static final int MAX_DOUBLINGS = 20;

    static Patience standard() {
        return new Patience(Duration.ofSeconds(1), Duration.ofMinutes(1), 6, Duration.ofMinutes(2), Duration.ofSeconds(30));
    }

    /** @param failures of this request so far, from 1 */
    Duration before(int failures) {
        long limit = Math.min(cap.toMillis(), first.toMillis() << Math.min(MAX_DOUBLINGS, failures - 1));
        return Duration.ofMillis(ThreadLocalRandom.current().nextLong(limit + 1));
    }

    /** @param failures runs in a row, from 1 */
    Duration beforeRun(int failures, Duration period) {
        long wait = again.toMillis() << Math.min(MAX_DOUBLINGS, failures - 1);
        return Duration.ofMillis(Math.min(period.toMillis(), wait));
    }
}
