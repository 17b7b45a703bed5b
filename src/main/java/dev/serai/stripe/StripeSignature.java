package dev.serai.stripe;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.net.Webhook;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;

/**
 * Whether a webhook request comes from Stripe: its {@code Stripe-Signature} must fit its body, byte by byte as it came,
 * with one of the secrets, and be no older than the tolerance. The SDK compares, in constant time. A body that was parsed
 * and written again does not verify; a time in the future does, as Stripe's own clients let it pass.
 *
 * @param secrets          {@code whsec_...}; more than one while a secret is being replaced
 * @param toleranceSeconds 0 for a signature of any age
 */
public record StripeSignature(List<String> secrets, long toleranceSeconds, Clock clock) {

    public static final long DEFAULT_TOLERANCE_SECONDS = 300;

    public StripeSignature {
        secrets = List.copyOf(secrets);
        if (secrets.isEmpty() || secrets.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException("a webhook needs its secret: one that is not empty");
        }
        if (toleranceSeconds < 0) {
            throw new IllegalArgumentException("toleranceSeconds is " + toleranceSeconds + "; 0 or more can be");
        }
    }

    public StripeSignature(List<String> secrets) {
        this(secrets, DEFAULT_TOLERANCE_SECONDS, Clock.systemUTC());
    }

    /** @param header may be null: a request without it is refused too */
    public void verify(byte[] body, String header) throws SignatureVerificationException {
        if (header == null || header.isBlank()) {
            throw new SignatureVerificationException("no Stripe-Signature header", header);
        }
        String payload = new String(body, StandardCharsets.UTF_8);
        if (!Arrays.equals(payload.getBytes(StandardCharsets.UTF_8), body)) {
            throw new SignatureVerificationException("the body is not UTF-8, so Stripe has not written it", header);
        }
        SignatureVerificationException last = null;
        for (String secret : secrets) {
            try {
                Webhook.Signature.verifyHeader(payload, header, secret, toleranceSeconds, clock);
                return;
            } catch (SignatureVerificationException e) {
                last = e;
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                // the SDK takes a number and a value for granted
                throw new SignatureVerificationException("Stripe-Signature cannot be read", header);
            }
        }
        throw last;
    }

    /** Secrets are not for logs. */
    @Override
    public String toString() {
        return "StripeSignature[secrets=" + secrets.size() + ", toleranceSeconds=" + toleranceSeconds + "]";
    }
}
