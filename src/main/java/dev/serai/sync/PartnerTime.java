package dev.serai.sync;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * A partner's clock, by what it last said and the time since. Versions of objects are compared with one another by it,
 * so the hub's own clock, which may differ, only stands in until the partner has said something.
 */
final class PartnerTime {

    private final Clock clock;
    private volatile Heard heard;

    private record Heard(Instant said, Instant when) { }

    PartnerTime(Clock clock) {
        this.clock = clock;
    }

    void heard(Instant date) {
        heard = new Heard(date, clock.instant());
    }

    Instant now() {
        Heard last = heard;
        return last == null ? clock.instant() : last.said().plus(Duration.between(last.when(), clock.instant()));
    }
}
