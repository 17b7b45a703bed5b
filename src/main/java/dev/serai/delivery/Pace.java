package dev.serai.delivery;

import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many requests a destination gets at once. Whole requests that fail in a row slow it down to one probe at a time
 * with pauses between; an answer that only a person can change (a wrong key, an endpoint that is gone) stops it but
 * for a rare probe, with one alert. The first success undoes either.
 */
final class Pace {

    private static final Logger LOG = LoggerFactory.getLogger(Pace.class);
    private static final int FAILURES_TO_PROBE = 5;

    private final String destination;
    private final Backoff backoff;
    private long notBefore;
    private int failures;
    private volatile String stoppedBy;

    Pace(String destination, Backoff backoff) {
        this.destination = destination;
        this.backoff = backoff;
    }

    int allowed(long now, int maxRequests) {
        if (now < notBefore) {
            return 0;
        }
        return stoppedBy != null || failures >= FAILURES_TO_PROBE ? 1 : maxRequests;
    }

    /** When requests are allowed again. */
    long notBefore() {
        return notBefore;
    }

    void succeeded() {
        if (stoppedBy != null) {
            LOG.info("Destination delivers again destination={}", destination);
        }
        stoppedBy = null;
        failures = 0;
    }

    /** @param after what the partner asked for; null if nothing */
    void failed(long now, Duration after) {
        failures++;
        if (after != null) {
            notBefore = Math.max(notBefore, now + after.toMillis());
        } else if (failures >= FAILURES_TO_PROBE) {
            notBefore = Math.max(notBefore, now + backoff.millis(failures - FAILURES_TO_PROBE + 1));
        }
    }

    void stop(long now, Verdict verdict) {
        if (stoppedBy == null) {
            LOG.error("Destination stopped until somebody mends it; its events wait destination={} code={} remedy={}",
                    destination, verdict.code(), "check its settings and the partner's side");
        }
        stoppedBy = verdict.code();
        notBefore = now + backoff.stopped().toMillis();
    }

    /** Why it is stopped, if it is. From any thread. */
    Optional<String> stoppedBy() {
        return Optional.ofNullable(stoppedBy);
    }
}
