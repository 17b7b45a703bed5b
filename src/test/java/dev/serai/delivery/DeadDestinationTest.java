package dev.serai.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.delivery.PartnerServer.Reply;
import dev.serai.kafka.TestKafka;
import dev.serai.kafka.Topics;
import dev.serai.model.DeadLetter;
import dev.serai.model.Event;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Destinations side by side, one of them dead for hours of a clock that the test sets. */
class DeadDestinationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int USERS = 40;
    private static final int EACH = 100;
    private static final int ALL = USERS * EACH;

    private static final AtomicInteger RUNS = new AtomicInteger();

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T10:00:00Z"));
    private final PartnerServer dead = new PartnerServer();
    private final PartnerServer slow = new PartnerServer();
    private final PartnerServer healthy = new PartnerServer();
    private final Vertx vertx = Vertx.vertx();
    private final Map<String, PartnerServer> partners = new HashMap<>();
    private TestKafka kafka;

    @BeforeEach
    void queuesOfItsOwn(TestInfo test) throws Exception {
        kafka = TestKafka.get();
        String prefix = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT).substring(0, 20)
                + RUNS.incrementAndGet();
        for (Map.Entry<String, PartnerServer> one : Map.of("-dead", dead, "-slow", slow, "-healthy", healthy).entrySet()) {
            partners.put(prefix + one.getKey(), one.getValue());
            kafka.topics(3, Topics.deliveries(prefix + one.getKey()));
            kafka.write(Topics.deliveries(prefix + one.getKey()), Events.interleaved(USERS, EACH));
        }
    }

    @AfterEach
    void stop() {
        partners.values().forEach(PartnerServer::close);
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private DeliveryContext hub() throws Exception {
        Map<String, String> settings = new HashMap<>();
        partners.forEach((name, server) -> {
            settings.put("serai.destinations." + name + ".partner", "webhook");
            settings.put("serai.destinations." + name + ".url", server.url());
            settings.put("serai.destinations." + name + ".allowPrivateAddresses", "true");
        });
        return new DeliveryContext(settings).bind("publisher", kafka.publisher()).bind("vertx", vertx)
                .bind("kafkaConnection", kafka.connection()).bind("clock", (InstantSource) now::get).startPartner("webhook");
    }

    private String name(PartnerServer server) {
        return partners.entrySet().stream().filter(one -> one.getValue() == server).findFirst().orElseThrow().getKey();
    }

    private boolean isDone(PartnerServer server) {
        return kafka.committed("serai-deliveries-" + name(server)) == ALL;
    }

    private void move(Duration by) {
        now.updateAndGet(time -> time.plus(by));
    }

    private static void assertEachOnceInOrder(List<String> ids) {
        assertThat(ids).hasSize(ALL).doesNotHaveDuplicates();
        for (int user = 0; user < USERS; user++) {
            String prefix = "user" + user + "-";
            assertThat(ids.stream().filter(id -> id.startsWith(prefix))).containsExactlyElementsOf(
                    Events.interleaved(USERS, EACH).stream().map(Event::messageId).filter(id -> id.startsWith(prefix)).toList());
        }
    }

    @Test
    void oneThatIsDeadForAnHourLosesNothingAndHoldsUpNoOther() throws Exception {
        dead.replies(request -> Reply.of(503));
        slow.replies(request -> new Reply(200, Map.of(), "", 20));
        try (DeliveryContext hub = hub()) {
            await().atMost(PATIENCE).until(() -> isDone(healthy));
            await().atMost(PATIENCE).until(() -> isDone(slow));
            for (int minutes = 0; minutes < 60; minutes += 5) {
                int asked = dead.requests().size();
                move(Duration.ofMinutes(5));
                await().atMost(PATIENCE).until(() -> {
                    move(Duration.ofSeconds(10)); // a refusal that comes after the leap waits from then on
                    return dead.requests().size() > asked;
                });
            }
            assertThat(isDone(dead)).isFalse();
            dead.requests().clear();
            dead.replies(request -> Reply.of(200));

            await().atMost(PATIENCE).until(() -> {
                move(Duration.ofMinutes(1));
                return isDone(dead);
            });
        }
        assertEachOnceInOrder(dead.ids());
        assertEachOnceInOrder(slow.ids());
        assertEachOnceInOrder(healthy.ids());
        assertThat(kafka.deadLetters("delivery." + name(dead))).isEmpty();
    }

    @Test
    void theFourHoursOfAnEventGoOnOverARestart() throws Exception {
        dead.replies(request -> request.headers().get("webhook-id").equals("user0-0") ? Reply.of(500) : Reply.of(200));
        try (DeliveryContext hub = hub()) {
            await().atMost(PATIENCE).until(() -> dead.requests().size() >= ALL - EACH + 1
                    && hub.status(name(dead)).waiting() == EACH);
            await().atMost(PATIENCE).until(() -> hub.status(name(dead)).lag() == 0);
        }
        move(Duration.ofHours(3));
        dead.requests().clear();
        try (DeliveryContext hub = hub()) {
            await().atMost(PATIENCE).until(() -> dead.ids().contains("user0-0"));
            move(Duration.ofMinutes(61));
            await().atMost(PATIENCE).until(() -> isDone(dead));
        }

        assertThat(dead.ids()).filteredOn(id -> !id.startsWith("user0-")).as("what was delivered before").isEmpty();
        assertThat(kafka.deadLetters("delivery." + name(dead))).singleElement().satisfies(letter -> {
            assertThat(letter.id()).startsWith("user0-0:");
            assertThat(letter.code()).isEqualTo("retries_exhausted");
        });
        assertThat(dead.ids().stream().distinct().filter(id -> !id.equals("user0-0"))).hasSize(EACH - 1);
        assertThat(kafka.deadLetters("delivery." + name(dead))).extracting(DeadLetter::response).doesNotContainNull();
    }
}
