package dev.serai.sandbox.destination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Fakes;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Received;
import dev.serai.sandbox.SandboxClock;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is told of what destinations took. */
class ReceivedTest {

    private final Destination<WebhookFake> webhook = new Destination<>(WebhookFake::new);

    @AfterEach
    void stop() {
        webhook.close();
    }

    @Test
    void theLastHundredAreToldOverHttpUntilTheyAreForgotten() {
        for (int i = 0; i < 101; i++) {
            webhook.with("webhook-id", "m-" + i).post("/", "{'n':" + i + "}");
        }
        webhook.post("/", "{'n':100}");
        Destination.Answer answer = webhook.received("GET");
        assertThat(answer.at("/count").asInt()).isEqualTo(101);
        assertThat(answer.at("/duplicates").asInt()).isEqualTo(1);
        assertThat(answer.body().path("items")).hasSize(100);
        assertThat(answer.at("/items/0/item/n").asInt()).isEqualTo(1);
        assertThat(answer.at("/items/99/item/n").asInt()).isEqualTo(100);

        assertThat(webhook.received("DELETE").at("/count").asInt()).isZero();
        assertThat(webhook.received("POST").status()).isEqualTo(405);
        webhook.post("/", "{'n':100}");
        assertThat(webhook.received("GET").at("/count").asInt()).as("ids are forgotten too").isEqualTo(1);
    }

    @Test
    void allAreCountedAndTheLatestKept() {
        Received received = new Received(new SandboxClock(), Duration.ofDays(1), false);
        received.keep(10);
        IntStream.range(0, 25).forEach(i -> received.add("numbers", null, IntNode.valueOf(i)));
        assertThat(received.count()).isEqualTo(25);
        assertThat(received.items()).extracting(one -> one.path("item").asInt())
                .containsExactly(15, 16, 17, 18, 19, 20, 21, 22, 23, 24);
    }

    @Test
    void severalThreadsLoseNothing() {
        Received received = new Received(new SandboxClock(), Duration.ofDays(1), false);
        IntStream.range(0, 20_000).parallel().forEach(i -> received.add("numbers", "id-" + i % 8000, IntNode.valueOf(i)));
        assertThat(received.count()).isEqualTo(8000);
        assertThat(received.duplicates()).isEqualTo(12_000);
    }

    @Test
    void anAnswerThatIsCutOffHasTakenTheItem() {
        webhook.strike(Fault.Kind.HALF_PAGE);
        assertThatThrownBy(() -> webhook.with("webhook-id", "m-1").post("/", "{}")).isInstanceOf(UncheckedIOException.class);
        webhook.post("/", "{}");
        assertThat(webhook.fake.received()).hasSize(1);
        assertThat(webhook.fake.duplicates()).isEqualTo(1);
    }

    @Test
    void anAnswerThatNeverComesHasNotTakenTheItem() {
        webhook.faults.add(new Fault("webhook", "", Fault.Kind.HANG, 1, Duration.ofMillis(50)));
        assertThatThrownBy(() -> webhook.post("/", "{}")).isInstanceOf(UncheckedIOException.class);
        assertThat(webhook.fake.received()).isEmpty();
    }

    @Test
    void theSandboxServesAllDestinations() {
        assertThat(Fakes.all(1, 5, new SandboxClock(), new Faults()).stream().filter(fake -> fake.recorded().isPresent())
                .map(fake -> fake.partner()).toList()).isEqualTo(List.of("amplitude", "braze", "customerio", "facebook",
                        "google", "hubspot", "iterable", "mixpanel", "slack", "webhook"));
    }
}
