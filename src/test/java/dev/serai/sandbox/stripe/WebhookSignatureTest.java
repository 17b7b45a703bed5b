package dev.serai.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.exception.SignatureVerificationException;
import com.stripe.model.Event;
import com.stripe.net.Webhook;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.stripe.StripeFake.SignedEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The SDK accepts what the fake signs, and only that. */
class WebhookSignatureTest {

    private static final String SECRET = "whsec_one";

    private final SandboxClock clock = new SandboxClock();
    private final StripeFake stripe;

    WebhookSignatureTest() {
        clock.set(StripeSandbox.NOW);
        stripe = new StripeFake(new Population(7), clock, new Faults(), 5);
    }

    private Event construct(SignedEvent signed, String secret) throws SignatureVerificationException {
        String body = new String(signed.body(), StandardCharsets.UTF_8);
        return Webhook.constructEvent(body, signed.signature(), secret, 300, clock);
    }

    @Test
    void eventOfTheRightSecretIsAccepted() throws SignatureVerificationException {
        // Given
        var event = stripe.events().get(0);

        // When
        Event read = construct(stripe.signed(event, SECRET), SECRET);

        // Then
        assertThat(read.getId()).isEqualTo(event.get("id").asText());
        assertThat(read.getType()).isEqualTo(event.get("type").asText());
    }

    @Test
    void otherSecretAndChangedBodyAreRefused() {
        SignedEvent signed = stripe.signed(stripe.events().get(0), SECRET);
        assertThatThrownBy(() -> construct(signed, "whsec_two")).isInstanceOf(SignatureVerificationException.class);
        byte[] changed = signed.body().clone();
        changed[changed.length - 1] = ' ';
        assertThatThrownBy(() -> construct(new SignedEvent(changed, signed.signature()), SECRET)).isInstanceOf(Exception.class);
    }

    @Test
    void whileASecretIsReplacedEitherVerifies() throws SignatureVerificationException {
        SignedEvent signed = stripe.signed(stripe.events().get(0), "whsec_old", "whsec_new");
        assertThat(construct(signed, "whsec_old")).isNotNull();
        assertThat(construct(signed, "whsec_new")).isNotNull();
    }

    @Test
    void signatureOlderThanTheToleranceIsRefused() {
        SignedEvent signed = stripe.signed(stripe.events().get(0), SECRET);
        clock.advance(Duration.ofSeconds(301));
        assertThatThrownBy(() -> construct(signed, SECRET)).isInstanceOf(SignatureVerificationException.class)
                .hasMessageContaining("tolerance");
    }
}
