package dev.serai.delivery;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt: anything up to a limit that doubles with each one ("full jitter"), so that
 * what failed together does not come again together.
 *
 * @param first       the limit after the first failure
 * @param cap         what the limit does not exceed
 * @param giveUpAfter how long an event is tried before it becomes a dead letter; Segment's four hours
 * @param stopped     how long to leave a destination alone that a person must mend
 * @param random      from 0 to 1
 */
public record Backoff(Duration first, Duration cap, Duration giveUpAfter, Duration stopped, DoubleSupplier random) {

    private static final int MAX_DOUBLINGS = 30;

    public static Backoff standard() {
        return new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(5), Duration.ofHours(4), Duration.ofMinutes(5),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** @param failures from 1 */
    long millis(int failures) {
        long limit = Math.min(cap.toMillis(), first.toMillis() << Math.min(MAX_DOUBLINGS, failures - 1));
        return (long) (random.getAsDouble() * limit);
    }
}
