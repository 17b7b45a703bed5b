package dev.serai.sandbox.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.sandbox.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WebhookFakeTest {

    private static final String BODY = "{\"event\":\"Order Completed\"}";
    /**
     * printf '%s' 'm-1.1795514400.{"event":"Order Completed"}' | openssl dgst -sha256 -hmac sandbox-webhook-secret-123456
     * -binary | base64
     */
    private static final String SIGNATURE = "6APa2hCk54seNbxP6vGnzigKRJhnmgmbtfYQNRNOu+k=";

    private final Destination<WebhookFake> webhook = new Destination<>(WebhookFake::new);

    @AfterEach
    void stop() {
        webhook.close();
    }

    private Destination.Answer signed(String id, String seconds, String signature) {
        return webhook.with("webhook-id", id, "webhook-timestamp", seconds, "webhook-signature", signature)
                .post("/orders", BODY);
    }

    @Test
    void takesWhatIsSignedWithTheSecret() {
        assertThat(signed("m-1", "1795514400", "v1," + SIGNATURE).status()).isEqualTo(200);
        assertThat(signed("m-1", "1795514400", "v1,b3RoZXI= v1," + SIGNATURE).status()).as("several").isEqualTo(200);
        assertThat(webhook.kinds()).containsExactly("/orders");
        assertThat(webhook.fake.duplicates()).as("the same webhook-id").isEqualTo(1);
    }

    @Test
    void refusesWhatIsSignedOtherwise() {
        assertThat(signed("m-1", "1795514400", "v1,b3RoZXI=").status()).isEqualTo(401);
        assertThat(signed("m-2", "1795514400", "v1," + SIGNATURE).status()).as("another id").isEqualTo(401);
        assertThat(signed("m-1", "1795514401", "v1," + SIGNATURE).status()).as("another time").isEqualTo(401);
        assertThat(signed("m-1", "now", "v1," + SIGNATURE).status()).isEqualTo(401);
        webhook.with("webhook-signature", "v1," + SIGNATURE);
        assertThat(webhook.post("/orders", BODY).status()).as("no id").isEqualTo(401);
        assertThat(webhook.fake.received()).isEmpty();
    }

    @Test
    void refusesASignatureOlderThanFiveMinutes() {
        webhook.pass(300);
        assertThat(signed("m-1", "1795514400", "v1," + SIGNATURE).status()).isEqualTo(200);
        webhook.pass(1);
        assertThat(signed("m-1", "1795514400", "v1," + SIGNATURE).status()).isEqualTo(401);
    }

    @Test
    void takesUnsignedJsonAtAnyPath() {
        assertThat(webhook.post("/a/b", "{'n':1}").status()).isEqualTo(200);
        assertThat(webhook.send("PUT", "/", "{'n':2}").status()).isEqualTo(200);
        assertThat(webhook.post("/", "no JSON").status()).isEqualTo(400);
        assertThat(webhook.send("GET", "/", "").status()).isEqualTo(405);
        assertThat(webhook.items()).hasSize(2);
    }

    @Test
    void aWrongZipIsA400() {
        webhook.with("Content-Encoding", "gzip");
        assertThat(webhook.post("/", "{}").at("/error").asText()).isEqualTo("the body is not gzip");
    }

    @Test
    void faultsAreStatusCodes() {
        webhook.strike(Fault.Kind.GONE);
        assertThat(webhook.post("/", "{}").status()).isEqualTo(410);
        webhook.strike(Fault.Kind.RATE_LIMIT);
        assertThat(webhook.post("/", "{}").header("Retry-After")).isEqualTo("7");
        webhook.strike(Fault.Kind.REFUSE_ITEMS);
        assertThat(webhook.post("/", "{}").status()).isEqualTo(422);
    }
}
