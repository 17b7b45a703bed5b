package dev.serai.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.kafka.Rewritten;
import dev.serai.kafka.Suppressions;
import dev.serai.kafka.TestKafka;
import dev.serai.kafka.Topics;
import dev.serai.model.DeadLetter;
import dev.serai.model.Event;
import dev.serai.model.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class RoutingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path folder;
    private TestKafka kafka;
    private String topic;

    @BeforeEach
    void topicOfItsOwn(TestInfo test) throws Exception {
        kafka = TestKafka.get();
        topic = "t-" + test.getTestMethod().orElseThrow().getName();
        kafka.topics(3, topic);
    }

    private DeliveryContext hub(Map<String, String> settings) {
        return new DeliveryContext(settings).bind("publisher", kafka.publisher())
                .bind("kafkaConnection", kafka.connection());
    }

    private String route(String steps) {
        return """
                - route:
                    id: under-test
                    from:
                      uri: hub:%s
                      parameters:
                        group: %s
                      steps:
                """.formatted(topic, topic) + steps.indent(8);
    }

    @Test
    void eventsOfAUserComeInOrderWithHeadersForConditions() throws Exception {
        List<Exchange> seen = new CopyOnWriteArrayList<>();
        try (DeliveryContext hub = hub(Map.of())) {
            hub.bind("see", (org.apache.camel.Processor) seen::add).start();
            hub.loadYaml(folder, "a", route("- process:\n    ref: see"));

            kafka.write(topic, Events.interleaved(7, 50));

            await().atMost(PATIENCE).until(() -> seen.size() == 350);
        }
        for (int user = 0; user < 7; user++) {
            String id = "user" + user;
            List<String> ids = seen.stream().filter(one -> id.equals(one.getIn().getHeader("userId")))
                    .map(one -> one.getIn().getHeader("messageId", String.class)).toList();
            assertThat(ids).hasSize(50).isSortedAccordingTo((a, b) -> Integer.compare(number(a), number(b)));
        }
        assertThat(seen.get(0).getIn().getHeaders()).containsEntry("source", "website").containsEntry("type", "track")
                .containsEntry("event", "Song Played").doesNotContainKey("anonymousId");
        assertThat(seen.get(0).getIn().getBody()).isInstanceOf(Event.class);
    }

    private static int number(String id) {
        return Integer.parseInt(id.substring(id.indexOf('-') + 1));
    }

    @Test
    void nothingIsCommittedBeforeItsExchangeIsDone() throws Exception {
        List<AsyncCallback> held = new CopyOnWriteArrayList<>();
        List<String> again = new CopyOnWriteArrayList<>();
        kafka.write(topic, List.of(Events.track("m1", "u", "A"), Events.track("m2", "u", "A"),
                Events.track("m3", "u", "A")));
        try (DeliveryContext hub = hub(Map.of())) {
            hub.bind("hold", new AsyncProcessorSupport() {
                @Override
                public boolean process(Exchange exchange, AsyncCallback callback) {
                    held.add(callback);
                    return false;
                }
            }).start();
            hub.loadYaml(folder, "a", route("- process:\n    ref: hold"));
            await().atMost(PATIENCE).until(() -> held.size() == 3);

            held.get(1).done(false);
            held.get(2).done(false);

            await().during(Duration.ofMillis(1500)).atMost(PATIENCE).until(() -> kafka.committed(topic) == 0);
            held.get(0).done(false);
            await().atMost(PATIENCE).until(() -> kafka.committed(topic) == 3);
        }
        try (DeliveryContext hub = hub(Map.of())) {
            hub.bind("see", (org.apache.camel.Processor) one -> again.add(one.getIn().getHeader("messageId",
                    String.class))).start();
            hub.loadYaml(folder, "a", route("- process:\n    ref: see"));
            kafka.write(topic, List.of(Events.track("m4", "u", "A")));
            await().atMost(PATIENCE).until(() -> again.contains("m4"));
        }
        assertThat(again).containsExactly("m4");
    }

    @Test
    void anEventTheRouteFailsOnBecomesADeadLetterAndTheOthersGoOn() throws Exception {
        List<String> seen = new CopyOnWriteArrayList<>();
        Event bad = Events.track("bad-event", "u", "Boom");
        try (DeliveryContext hub = hub(Map.of())) {
            hub.bind("boom", (org.apache.camel.Processor) one -> {
                if ("Boom".equals(one.getIn().getHeader("event"))) {
                    throw new IllegalStateException("no such property 'total'");
                }
                seen.add(one.getIn().getHeader("messageId", String.class));
            }).start();
            hub.loadYaml(folder, "a", route("- process:\n    ref: boom"));

            kafka.writeBytes(topic, List.of(Map.entry("u", "not json".getBytes(StandardCharsets.UTF_8)),
                    Map.entry("u", bad.toBytes()), Map.entry("u", Events.track("good", "u", "Fine").toBytes())));

            await().atMost(PATIENCE).until(() -> kafka.committed(topic) == 3);
        }
        assertThat(seen).containsExactly("good");
        List<DeadLetter> letters = kafka.deadLetters("routing").stream().filter(letter ->
                letter.id().startsWith("bad-event") || letter.id().startsWith(topic)).toList();
        assertThat(letters).extracting(DeadLetter::code).containsExactlyInAnyOrder("routing_failed", "unreadable");
        DeadLetter failed = letters.stream().filter(one -> one.code().equals("routing_failed")).findFirst().orElseThrow();
        assertThat(failed.message()).contains("under-test").contains("no such property 'total'");
        assertThat(failed.raw()).isEqualTo(bad.toBytes());
    }

    @Test
    void eventsOfForgottenUsersArePassedOverAndCommitted() throws Exception {
        // Given
        List<String> seen = new CopyOnWriteArrayList<>();
        try (DeliveryContext hub = hub(Map.of())) {
            hub.bind("suppressions", Suppressions.of("pia"))
                    .bind("see", (org.apache.camel.Processor) one -> seen.add(one.getIn().getHeader("messageId",
                            String.class))).start();
            hub.loadYaml(folder, "a", route("- process:\n    ref: see"));

            // When
            kafka.write(topic, List.of(Events.track("m1", "pia", "A"), Events.track("m2", "nils", "A"),
                    Events.track("m3", "nils", "A", json -> json.put("previousId", "pia"))));

            // Then
            await().atMost(PATIENCE).until(() -> kafka.committed(topic) == 3);
            assertThat(seen).containsExactly("m2");
            assertThat(hub.meters().counter("serai.events.suppressed", "group", topic).count()).isEqualTo(2);
        }
    }

    @Test
    void copiesOfRewrittenRecordsAreNotHandedOnAgain() throws Exception {
        // Given
        List<String> seen = new CopyOnWriteArrayList<>();
        byte[] old = Events.track("m1", "u", "A").toBytes();
        try (DeliveryContext hub = hub(Map.of())) {
            hub.bind("see", (org.apache.camel.Processor) one -> seen.add(one.getIn().getHeader("messageId",
                    String.class))).start();
            hub.loadYaml(folder, "a", route("- process:\n    ref: see"));
            kafka.writeBytes(topic, List.of(Map.entry("u", old)));
            await().atMost(PATIENCE).until(() -> kafka.committed(topic) == 1);

            // When
            kafka.publisher().publish(List.of(Rewritten.copy(new ConsumerRecord<>(topic, 0, 0, null, old))), done -> { });
            kafka.write(topic, List.of(Events.track("m2", "u", "A")));

            // Then
            await().atMost(PATIENCE).until(() -> kafka.committed(topic) == 3);
        }
        assertThat(seen).containsExactly("m1", "m2");
    }

    @Test
    void theDeadLetterNamesTheRouteBehindTheKamelet() throws Exception {
        try (DeliveryContext hub = hub(Map.of())) {
            hub.start().loadYaml(folder, "policy", """
                    - route:
                        id: our-policy
                        from:
                          uri: kamelet:events-source
                          parameters:
                            group: named
                          steps:
                            - filter:
                                simple: "${header.messageId} == 'named-route'"
                                steps:
                                  - throwException:
                                      exceptionType: java.lang.IllegalStateException
                                      message: refused
                    """);
            kafka.write(Topics.EVENTS, List.of(Events.track("named-route", "u", "A")));

            await().atMost(PATIENCE).untilAsserted(() -> assertThat(kafka.deadLetters("routing"))
                    .extracting(DeadLetter::message).contains("route our-policy failed: refused"));
        }
    }

    @Test
    void whenKafkaDoesNotTakeAnEventItIsReadAgainAndNeverSkipped() throws Exception {
        AtomicBoolean broken = new AtomicBoolean(true);
        List<String> seen = new CopyOnWriteArrayList<>();
        try (DeliveryContext hub = hub(Map.of())) {
            hub.bind("write", (org.apache.camel.Processor) one -> {
                String id = one.getIn().getHeader("messageId", String.class);
                if (id.equals("m2") && broken.getAndSet(false)) {
                    throw new org.apache.kafka.common.errors.TimeoutException("no broker");
                }
                seen.add(id);
            }).start();
            hub.loadYaml(folder, "a", route("- process:\n    ref: write"));

            kafka.write(topic, List.of(Events.track("m1", "u", "A"), Events.track("m2", "u", "A"),
                    Events.track("m3", "u", "A")));

            await().atMost(PATIENCE).until(() -> kafka.committed(topic) == 3);
        }
        assertThat(seen).containsExactly("m1", "m2", "m3");
    }

    @Test
    void theShippedRoutingSendsEveryEventToEveryDestinationThatIsOnAndThatTheEventAllows() throws Exception {
        kafka.topics(2, "deliveries.one", "deliveries.two", "deliveries.off");
        try (DeliveryContext hub = hub(Map.of(
                "serai.destinations.one.partner", "webhook", "serai.destinations.one.url", "https://one.example/",
                "serai.destinations.two.partner", "amplitude", "serai.destinations.two.apiKey", "0123456789abcdef",
                "serai.destinations.off.partner", "webhook"))) {
            hub.start(Path.of("routes/routing.camel.yaml"));

            kafka.write(Topics.EVENTS, List.of(
                    Events.track("all", "u1", "A"),
                    Events.track("not-webhook", "u1", "A", json -> json.putObject("integrations").put("Webhook", false)),
                    Events.track("only-amplitude", "u1", "A", json -> json.putObject("integrations").put("All", false)
                            .putObject("Amplitude").put("session_id", 5)),
                    Events.track("case-matters", "u1", "A", json -> json.putObject("integrations").put("WEBHOOK", false)),
                    Events.track("slug", "u1", "A", json -> json.putObject("integrations").put("amplitude", false)),
                    Events.track("none", "u1", "A", json -> json.putObject("integrations").put("All", false))));

            await().atMost(PATIENCE).until(() -> kafka.committed("serai-routing") == kafka.read(Topics.EVENTS).size());
        }
        assertThat(kafka.messageIds("deliveries.one")).filteredOn(id -> !id.equals("named-route")).containsExactly("all", "case-matters", "slug");
        assertThat(kafka.messageIds("deliveries.two")).filteredOn(id -> !id.equals("named-route"))
                .containsExactly("all", "not-webhook", "only-amplitude", "case-matters");
        assertThat(kafka.messageIds("deliveries.off")).isEmpty();
    }

    @Test
    void theExamplesInTheRoutingFileWork() throws Exception {
        kafka.topics(2, "deliveries.webhook", "deliveries.amplitude");
        Map<String, String> settings = Map.of("serai.destinations.webhook.url", "https://one.example/",
                "serai.destinations.amplitude.apiKey", "0123456789abcdef");
        String shipped = Files.readString(Path.of("routes/routing.camel.yaml"));
        int examples = shipped.indexOf("        # To choose instead");
        String head = shipped.substring(0, shipped.indexOf("        # every event,"))
                .replace("uri: kamelet:routing-source", "uri: hub:" + topic + "\n      parameters:\n        group: "
                        + topic);
        // uncommented, all of them at once: each adds what it lets through
        String steps = shipped.substring(examples).replaceAll("(?m)^        # ([- ])", "        $1")
                .replaceAll("(?m)^        #.*$", "").replaceAll("(?m)^        [A-Z].*$", "");
        try (DeliveryContext hub = hub(settings)) {
            hub.start().loadYaml(folder, "examples", head + steps);

            kafka.write(topic, List.of(
                    Events.track("order", "u1", "Order Completed", json -> json.putObject("properties").put("total", 120)),
                    Events.track("song", "u1", "Song Played"),
                    Events.track("unknown", "u1", "Song Played", json -> {
                        json.remove("userId");
                        json.put("anonymousId", "a1").put("source", "app");
                    })));

            await().atMost(PATIENCE).until(() -> kafka.committed(topic) == 3);
        }
        // once each, however many of the examples choose it
        assertThat(kafka.messageIds("deliveries.webhook")).containsExactlyInAnyOrder("order", "song", "unknown");
        assertThat(kafka.messageIds("deliveries.amplitude")).containsExactlyInAnyOrder("song", "unknown", "order");
    }

    @Test
    void aDestinationThatDoesNotExistKeepsTheRouteFromStarting() throws Exception {
        try (DeliveryContext hub = hub(Map.of())) {
            hub.start();
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> hub.loadYaml(folder, "a",
                    route("- to:\n    uri: kamelet:destination-sink\n    parameters:\n      destination: webhok"))))
                    .rootCause().hasMessage("'webhok' is no destination; did you mean 'webhook'?");
        }
    }

    @Test
    void eventsSurviveAsTheyCameThroughTheQueue() throws Exception {
        kafka.topics(1, "deliveries.exact");
        byte[] bytes = ("{\"source\":\"website\",\"type\":\"track\",\"messageId\":\"exact\",\"event\":\"A\",\"userId\":\"u\","
                + "\"receivedAt\":\"2026-11-24T10:00:00.000Z\",\"properties\":{\"price\":1.10,\"big\":12345678901234567890,"
                + "\"text\":\"grüezi ☕\",\"custom\":null}}").getBytes(StandardCharsets.UTF_8);
        try (DeliveryContext hub = hub(Map.of("serai.destinations.exact.partner", "webhook",
                "serai.destinations.exact.url", "https://one.example/"))) {
            hub.start();
            hub.loadYaml(folder, "a", route("- to:\n    uri: kamelet:destination-sink\n    parameters:\n      destination: exact"));
            kafka.writeBytes(topic, List.of(Map.entry("u", bytes)));
            await().atMost(PATIENCE).until(() -> kafka.committed(topic) == 1);
        }
        assertThat(kafka.read("deliveries.exact")).singleElement()
                .satisfies(value -> assertThat(Json.MAPPER.readTree(value)).isEqualTo(Json.MAPPER.readTree(bytes)));
        assertThat(kafka.read("deliveries.exact").get(0)).isEqualTo(bytes);
    }
}
