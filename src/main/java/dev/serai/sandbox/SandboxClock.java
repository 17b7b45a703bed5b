package dev.serai.sandbox;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The time at the partners: runs with the machine's until it is set, then stands still until it is set again. */
public final class SandboxClock extends Clock {

    private volatile Instant fixed;

    @Override
    public Instant instant() {
        Instant set = fixed;
        return set != null ? set : Instant.now();
    }

    public void set(Instant now) {
        fixed = now;
    }

    public void advance(Duration by) {
        fixed = instant().plus(by);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return Clock.fixed(instant(), zone);
    }
}
