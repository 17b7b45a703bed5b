package dev.serai.sandbox.stripe;

import com.stripe.net.RequestOptions;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import java.time.Instant;
import java.util.List;

/** A sandbox with Stripe alone, at noon of a day in March, and what the SDK needs to reach it. */
public final class StripeSandbox implements AutoCloseable {

    public static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    public final SandboxClock clock = new SandboxClock();
    public final Faults faults = new Faults();
    public final StripeFake stripe;
    private final Sandbox sandbox;

    public StripeSandbox(int customers) {
        clock.set(NOW);
        stripe = new StripeFake(new Population(7), clock, faults, customers);
        sandbox = Sandbox.start(0, clock, faults, List.of(stripe));
    }

    public StripeSandbox(long charges) {
        clock.set(NOW);
        stripe = StripeFake.large(charges, clock, faults);
        sandbox = Sandbox.start(0, clock, faults, List.of(stripe));
    }

    public String url() {
        return sandbox.url("stripe");
    }

    /** Of the version that the hub asks for, and without repeats by the SDK itself. */
    public RequestOptions options() {
        return options(StripeFake.KEY);
    }

    public RequestOptions options(String key) {
        RequestOptions.RequestOptionsBuilder builder = RequestOptions.builder().setApiKey(key).setBaseUrl(url())
                .setMaxNetworkRetries(0);
        RequestOptions.RequestOptionsBuilder.unsafeSetStripeVersionOverride(builder, StripeFake.VERSION);
        return builder.build();
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
