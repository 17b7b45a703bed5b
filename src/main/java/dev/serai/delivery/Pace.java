package dev.serai.delivery;

import java.time.Duration;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.Partner;
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
    private static final double MINUTE = 60_000;
    private static final double SECOND = 1_000;
    private static final double AT_ONCE = 100;

    private final String destination;
    private final Backoff backoff;
    private final double perRequest;
    private final double perItem;
    private double free;
    private long notBefore;
    private int failures;
    private volatile String stoppedBy;

    Pace(ConfiguredDestination destination, Backoff backoff) {
        this.destination = destination.name();
        this.backoff = backoff;
        this.perRequest = destination.number(Partner.REQUESTS_PER_MINUTE).map(most -> MINUTE / most).orElse(0.0);
        this.perItem = destination.number(Partner.ITEMS_PER_SECOND).map(most -> SECOND / most).orElse(0.0);
    }

    /** A request of so many items begins: what the partner takes in a minute, or a second, is not to be exceeded. */
    void began(long now, int items) {
        free = Math.max(free, now) + Math.max(perRequest, perItem * items);
        // a little at once, since no clock is exact; the rate over a second is kept all the same
        long next = (long) (free - Math.min(AT_ONCE, free - now));
        if (perRequest >= AT_ONCE) {
            next = (long) Math.ceil(free);
        }
        notBefore = Math.max(notBefore, next);
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
