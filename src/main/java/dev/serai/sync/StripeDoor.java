package dev.serai.sync;

import com.stripe.exception.SignatureVerificationException;
import dev.serai.model.RequestRefused;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Sources.ConfiguredSource;
import dev.serai.stripe.StripeSignature;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Lets in what Stripe has signed with one of the source's secrets. Without a secret everything is let in while the hub
 * listens on loopback only, so that a sample can be tried, and nothing otherwise.
 */
public final class StripeDoor implements Processor {

    /** The header that the server must let through. */
    public static final String SIGNATURE = "Stripe-Signature";

    private final Clock clock;
    private final boolean isOnLoopback;

    public StripeDoor(Clock clock, boolean isOnLoopback) {
        this.clock = clock;
        this.isOnLoopback = isOnLoopback;
    }

    @Override
    public void process(Exchange exchange) {
        ConfiguredSource source = exchange.getProperty(PushedObjects.SOURCE, ConfiguredSource.class);
        String setting = SettingKey.SOURCES_PREFIX + source.name() + ".webhookSecret";
        List<String> secrets = Arrays.stream(source.setting("webhookSecret").orElse("").split(",")).map(String::strip)
                .filter(secret -> !secret.isEmpty()).toList();
        if (secrets.isEmpty() && isOnLoopback) {
            return;
        }
        if (secrets.isEmpty()) {
            throw new RequestRefused(403, "no_secret", "set " + setting + "; without it no webhook is taken from outside");
        }
        byte[] body = exchange.getMessage().getBody(byte[].class);
        try {
            new StripeSignature(secrets, StripeSignature.DEFAULT_TOLERANCE_SECONDS, clock).verify(body == null ? new byte[0]
                    : body, exchange.getMessage().getHeader(SIGNATURE, String.class));
        } catch (SignatureVerificationException e) {
            throw new RequestRefused(401, "bad_signature", "this was not signed with " + setting + ": " + e.getMessage());
        }
    }
}
