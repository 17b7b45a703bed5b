package dev.serai.warehouse;

import java.time.Duration;

/**
 * What one query may take.
 *
 * @param rows       answered at most
 * @param time       after which it is cancelled
 * @param concurrent queries at a time; one more is refused
 */
public record QueryLimits(int rows, Duration time, int concurrent) {

    public static final QueryLimits DEFAULT = new QueryLimits(10_000, Duration.ofSeconds(30), 4);

    public QueryLimits {
        if (rows < 1 || concurrent < 1 || time.isNegative() || time.isZero()) {
            throw new IllegalArgumentException("limits must be positive");
        }
    }
}
