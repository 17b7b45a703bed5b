package dev.serai.stripe;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.stripe.exception.SignatureVerificationException;
import dev.serai.sandbox.stripe.StripeFake;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StripeSignatureTest {

    private static final long NOW = 1_772_366_400L;
    private static final byte[] BODY =
            "{\"id\":\"evt_1\",\"object\":\"event\",\"name\":\"Björn\"}".getBytes(StandardCharsets.UTF_8);

    private static StripeSignature signature(long tolerance, String... secrets) {
        return new StripeSignature(List.of(secrets), tolerance, Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC));
    }

    private static String header(long second, String... secrets) {
        return StripeFake.signature(second, BODY, secrets);
    }

    @Test
    void anyOfTheSecretsVerifiesAndNoOther() {
        assertThatCode(() -> signature(300, "whsec_new", "whsec_old").verify(BODY, header(NOW, "whsec_old")))
                .doesNotThrowAnyException();
        assertThatCode(() -> signature(300, "whsec_new").verify(BODY, header(NOW, "whsec_old", "whsec_new")))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> signature(300, "whsec_new").verify(BODY, header(NOW, "whsec_old")))
                .isInstanceOf(SignatureVerificationException.class);
    }

    @Test
    void changedBodyIsRefused() {
        byte[] changed = new String(BODY, StandardCharsets.UTF_8).replace("evt_1", "evt_2").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> signature(300, "whsec_a").verify(changed, header(NOW, "whsec_a")))
                .isInstanceOf(SignatureVerificationException.class);
    }

    @Test
    void onlyAgeCountsAgainstTheToleranceAndZeroMeansNone() {
        assertThatCode(() -> signature(300, "whsec_a").verify(BODY, header(NOW - 300, "whsec_a"))).doesNotThrowAnyException();
        assertThatThrownBy(() -> signature(300, "whsec_a").verify(BODY, header(NOW - 301, "whsec_a")))
                .isInstanceOf(SignatureVerificationException.class);
        assertThatCode(() -> signature(300, "whsec_a").verify(BODY, header(NOW + 9999, "whsec_a"))).doesNotThrowAnyException();
        assertThatCode(() -> signature(0, "whsec_a").verify(BODY, header(1, "whsec_a"))).doesNotThrowAnyException();
    }

    @Test
    void otherSchemesAreIgnored() {
        String good = header(NOW, "whsec_a");
        assertThatCode(() -> signature(300, "whsec_a").verify(BODY, good + ",v0=beef,v2=cafe")).doesNotThrowAnyException();
        assertThatThrownBy(() -> signature(300, "whsec_a").verify(BODY, good.replace("v1=", "v0=")))
                .isInstanceOf(SignatureVerificationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "t", "t=", "t=x,v1=00", "v1=00", "t=1772366400", "t=1772366400,v1", "=,=", ",",
        "t=1772366400,v1="})
    void anyOtherHeaderIsRefusedAndNothingElseHappens(String header) {
        assertThatThrownBy(() -> signature(300, "whsec_a").verify(BODY, header))
                .isInstanceOf(SignatureVerificationException.class);
    }

    @Test
    void noHeaderAndBodyThatIsNoTextAreRefused() {
        byte[] noText = {'{', (byte) 0xff, '}'};
        assertThatThrownBy(() -> signature(300, "whsec_a").verify(BODY, null))
                .isInstanceOf(SignatureVerificationException.class);
        assertThatThrownBy(() -> signature(300, "whsec_a").verify(noText, StripeFake.signature(NOW, noText, "whsec_a")))
                .isInstanceOf(SignatureVerificationException.class).hasMessageContaining("UTF-8");
    }

    @Test
    void signatureWithoutASecretCannotBe() {
        assertThatThrownBy(() -> new StripeSignature(List.of())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new StripeSignature(List.of(" "))).isInstanceOf(IllegalArgumentException.class);
    }
}
