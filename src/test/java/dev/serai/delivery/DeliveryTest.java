package dev.serai.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.delivery.PartnerServer.Reply;
import dev.serai.delivery.PartnerServer.Request;
import dev.serai.kafka.TestKafka;
import dev.serai.kafka.Topics;
import dev.serai.model.DeadLetter;
import dev.serai.model.Event;
import dev.serai.model.Json;
import dev.serai.model.SettingsException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Queues, the shipped partner folders and a partner that answers badly, with a real broker and real HTTP. */
class DeliveryTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Backoff QUICK = new Backoff(Duration.ofMillis(5), Duration.ofMillis(40),
            Duration.ofHours(4), Duration.ofMillis(150), () -> 1);

    private final Vertx vertx = Vertx.vertx();
    private final PartnerServer partner = new PartnerServer();
    private TestKafka kafka;
    private String name;
    private String queue;

    @BeforeEach
    void queueOfItsOwn(TestInfo test) throws Exception {
        kafka = TestKafka.get();
        name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        queue = Topics.deliveries(name);
        kafka.topics(3, queue);
    }

    @AfterEach
    void stop() {
        partner.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private DeliveryContext hub(String slug, Map<String, String> settings, Backoff backoff) throws Exception {
        Map<String, String> all = new HashMap<>();
        all.put("serai.destinations." + name + ".partner", slug);
        all.put("serai.destinations." + name + ".allowPrivateAddresses", "true");
        settings.forEach((key, value) -> all.put("serai.destinations." + name + "." + key, value));
        return new DeliveryContext(all).bind("publisher", kafka.publisher()).bind("vertx", vertx)
                .bind("kafkaConnection", kafka.connection()).bind("backoff", backoff).startPartner(slug);
    }

    private DeliveryContext webhook() throws Exception {
        return hub("webhook", Map.of("url", partner.url()), QUICK);
    }

    private DeliveryContext amplitude() throws Exception {
        return hub("amplitude", Map.of("apiKey", "0123456789abcdef", "endpoint", partner.url()), QUICK);
    }

    private boolean isAllCommitted(int events) {
        return kafka.committed("serai-deliveries-" + name) == events;
    }

    private static List<String> insertIds(Request request) {
        try {
            List<String> ids = new ArrayList<>();
            for (JsonNode event : Json.MAPPER.readTree(request.body()).get("events")) {
                ids.add(event.get("insert_id").asText());
            }
            return ids;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertInOrderPerUser(List<String> ids, int users, int perUser) {
        for (int user = 0; user < users; user++) {
            String prefix = "user" + user + "-";
            List<String> expected = new ArrayList<>();
            for (int number = 0; number < perUser; number++) {
                expected.add(prefix + number);
            }
            assertThat(ids.stream().filter(id -> id.startsWith(prefix)).distinct().toList())
                    .containsExactlyElementsOf(expected);
        }
    }

    @Test
    void aUsersEventsStayInOrderWhileRequestsFailAtRandom() throws Exception {
        List<String> taken = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger count = new AtomicInteger();
        partner.replies(request -> {
            if (count.incrementAndGet() % 4 == 0) {
                return Reply.of(503);
            }
            taken.add(request.headers().get("webhook-id"));
            return Reply.of(204);
        });
        try (DeliveryContext hub = webhook()) {
            kafka.write(queue, Events.interleaved(20, 25));

            await().atMost(PATIENCE).until(() -> isAllCommitted(500));

            assertThat(hub.meters().counter("serai.deliveries", "destination", name, "outcome", "delivered").count())
                    .isEqualTo(500);
        }
        assertThat(taken).hasSize(500);
        assertInOrderPerUser(taken, 20, 25);
    }

    @Test
    void aRestartAmidRetriesLosesAndRepeatsNothing() throws Exception {
        AtomicBoolean up = new AtomicBoolean();
        partner.replies(request -> !up.get() && request.headers().get("webhook-id").startsWith("user1-")
                ? Reply.of(500) : Reply.of(200));
        List<Event> events = Events.interleaved(4, 10);
        try (DeliveryContext hub = webhook()) {
            kafka.write(queue, events);
            await().atMost(PATIENCE).until(() -> new HashSet<>(partner.ids()).size() == 31);
        }
        int before = partner.ids().size();
        up.set(true);

        try (DeliveryContext hub = webhook()) {
            await().atMost(PATIENCE).until(() -> isAllCommitted(40));
        }

        assertThat(partner.ids().subList(before, partner.ids().size()))
                .containsExactly("user1-0", "user1-1", "user1-2", "user1-3", "user1-4", "user1-5", "user1-6",
                        "user1-7", "user1-8", "user1-9");
    }

    @Test
    void hubsThatComeAndGoShareAQueueWithoutLossOrDisorder() throws Exception {
        List<String> taken = Collections.synchronizedList(new ArrayList<>());
        partner.replies(request -> {
            taken.add(request.headers().get("webhook-id"));
            return new Reply(200, Map.of(), "", 3);
        });
        List<Event> events = Events.interleaved(20, 45);
        DeliveryContext first = webhook();
        try (DeliveryContext second = new DeliveryContext(Map.of(
                "serai.destinations." + name + ".partner", "webhook", "serai.destinations." + name + ".url",
                partner.url(), "serai.destinations." + name + ".allowPrivateAddresses", "true"))) {
            kafka.write(queue, events.subList(0, 300));
            await().atMost(PATIENCE).until(() -> taken.size() > 50);

            second.bind("publisher", kafka.publisher()).bind("vertx", vertx)
                    .bind("kafkaConnection", kafka.connection()).bind("backoff", QUICK).startPartner("webhook");
            kafka.write(queue, events.subList(300, 600));
            await().atMost(PATIENCE).until(() -> taken.size() > 450);
            first.close();
            kafka.write(queue, events.subList(600, 900));

            await().atMost(PATIENCE).until(() -> isAllCommitted(900));
        }
        assertInOrderPerUser(taken, 20, 45);
    }

    @Test
    void redirectsAreNotFollowed() throws Exception {
        partner.replies(request -> request.path().equals("/hook")
                ? new Reply(302, Map.of("Location", partner.url() + "/elsewhere"), "", 0) : Reply.of(200));
        try (DeliveryContext hub = webhook()) {
            kafka.write(queue, List.of(Events.track("m1", "u", "A")));
            await().atMost(PATIENCE).until(() -> hub.status(name).stoppedBy().isPresent());
            assertThat(hub.status(name).stoppedBy()).contains("http_302");
        }
        assertThat(partner.requests()).extracting(Request::path).containsOnly("/hook");
    }

    @Test
    void theSignatureIsWhatStandardWebhooksSays() throws Exception {
        byte[] key = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        Event event = Events.track("m1", "u", "Tea ☕");
        try (DeliveryContext hub = hub("webhook", Map.of("url", partner.url(),
                "secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), QUICK)) {
            kafka.write(queue, List.of(event));
            await().atMost(PATIENCE).until(() -> partner.requests().size() == 1);
        }
        Request request = partner.requests().get(0);
        assertThat(request.body()).isEqualTo(event.toBytes());
        long timestamp = Long.parseLong(request.headers().get("webhook-timestamp"));
        assertThat(Instant.ofEpochSecond(timestamp)).isCloseTo(Instant.now(), within(5, ChronoUnit.MINUTES));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        String signed = "m1." + timestamp + "." + new String(request.body(), StandardCharsets.UTF_8);
        assertThat(request.headers().get("webhook-signature")).isEqualTo("v1," + Base64.getEncoder()
                .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void retryAfterIsHonoured() throws Exception {
        AtomicBoolean asked = new AtomicBoolean();
        partner.replies(request -> asked.getAndSet(true) ? Reply.of(200)
                : new Reply(429, Map.of("Retry-After", "2"), "slow down", 0));
        try (DeliveryContext hub = webhook()) {
            kafka.write(queue, List.of(Events.track("m1", "u", "A")));
            await().atMost(PATIENCE).until(() -> hub.status(name).waiting() == 1);

            // with this back-off it would have come again after five milliseconds
            await().during(Duration.ofSeconds(1)).atMost(Duration.ofSeconds(2)).until(() ->
                    partner.requests().size() == 1);
            await().atMost(PATIENCE).until(() -> isAllCommitted(1));
        }
        assertThat(partner.ids()).containsExactly("m1", "m1");
    }

    @Test
    void a400WithPlacesRemovesJustThose() throws Exception {
        partner.replies(request -> {
            List<String> ids = insertIds(request);
            int bad = ids.indexOf("user1-1");
            return bad < 0 ? Reply.of(200, "{\"code\":200}") : Reply.of(400,
                    "{\"code\":400,\"error\":\"bad time\",\"events_with_invalid_fields\":{\"time\":[" + bad + "]}}");
        });
        kafka.write(queue, Events.interleaved(3, 3));
        try (DeliveryContext hub = amplitude()) {
            await().atMost(PATIENCE).until(() -> isAllCommitted(9));
        }
        Set<String> accepted = new HashSet<>();
        partner.requests().stream().map(DeliveryTest::insertIds).filter(ids -> !ids.contains("user1-1"))
                .forEach(accepted::addAll);
        assertThat(accepted).hasSize(8).doesNotContain("user1-1");
        assertThat(kafka.deadLetters("delivery." + name)).singleElement().satisfies(letter -> {
            assertThat(letter.id()).isEqualTo("user1-1:" + name);
            assertThat(letter.code()).isEqualTo("invalid_fields");
            assertThat(letter.raw()).isEqualTo(Events.interleaved(3, 3).get(4).toBytes());
        });
    }

    @Test
    void oneThrottledUserWaitsAndTheOthersGoOn() throws Exception {
        partner.replies(request -> {
            List<String> ids = insertIds(request);
            List<Integer> throttled = new ArrayList<>();
            for (int i = 0; i < ids.size(); i++) {
                if (ids.get(i).startsWith("user0-")) {
                    throttled.add(i);
                }
            }
            return throttled.isEmpty() ? Reply.of(200, "{}")
                    : Reply.of(429, "{\"code\":429,\"throttled_events\":" + throttled + "}");
        });
        try (DeliveryContext hub = amplitude()) {
            kafka.write(queue, Events.interleaved(10, 10));

            await().atMost(PATIENCE).until(() -> partner.requests().stream().map(DeliveryTest::insertIds)
                    .filter(ids -> ids.stream().noneMatch(id -> id.startsWith("user0-")))
                    .flatMap(List::stream).distinct().count() == 90);
            assertThat(hub.status(name).waiting()).isEqualTo(10);
            assertThat(hub.status(name).stoppedBy()).isEmpty();
        }
    }

    @Test
    void aRequestThatIsTooLargeIsSplitUntilItFits() throws Exception {
        List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
        Set<String> accepted = ConcurrentHashMap.newKeySet();
        partner.replies(request -> {
            List<String> ids = insertIds(request);
            sizes.add(ids.size());
            if (ids.size() > 10 || ids.contains("user3-0")) {
                return Reply.of(413);
            }
            accepted.addAll(ids);
            return Reply.of(200, "{}");
        });
        kafka.write(queue, Events.interleaved(8, 20));
        try (DeliveryContext hub = amplitude()) {
            await().atMost(PATIENCE).until(() -> isAllCommitted(160));
        }
        assertThat(accepted).hasSize(159);
        assertThat(sizes).anyMatch(size -> size > 10);
        assertThat(kafka.deadLetters("delivery." + name)).extracting(DeadLetter::id, DeadLetter::code)
                .containsExactly(Tuple.tuple("user3-0:" + name, "http_413"));
    }

    @Test
    void anUnauthorisedDestinationStopsAndLosesNothing() throws Exception {
        AtomicBoolean valid = new AtomicBoolean();
        partner.replies(request -> Reply.of(valid.get() ? 200 : 401, "bad token"));
        try (DeliveryContext hub = webhook()) {
            kafka.write(queue, Events.interleaved(5, 2));
            await().atMost(PATIENCE).until(() -> hub.status(name).stoppedBy().isPresent());
            assertThat(hub.status(name).stoppedBy()).contains("http_401");
            assertThat(isAllCommitted(10)).isFalse();

            valid.set(true);

            await().atMost(PATIENCE).until(() -> isAllCommitted(10));
            assertThat(hub.status(name).stoppedBy()).isEmpty();
        }
        assertThat(kafka.deadLetters("delivery." + name)).isEmpty();
    }

    @Test
    void whatIsRefusedForGoodBecomesADeadLetterWithoutSecrets() throws Exception {
        partner.replies(request -> Reply.of(422, "total must not be negative, token=s3cr3t-t0ken " + "x".repeat(2000)));
        Event event = Events.track("m1", "u", "Order Completed");
        try (DeliveryContext hub = hub("webhook", Map.of("url", partner.url() + "?token=s3cr3t-t0ken"), QUICK)) {
            kafka.write(queue, List.of(event));
            await().atMost(PATIENCE).until(() -> isAllCommitted(1));
        }
        assertThat(kafka.deadLetters("delivery." + name)).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("http_422");
            assertThat(letter.message()).contains("total must not be negative").doesNotContain("s3cr3t")
                    .hasSizeLessThan(600);
            assertThat(letter.raw()).isEqualTo(event.toBytes());
        });
    }

    @Test
    void afterItsTimeIsUpAnEventIsGivenUp() throws Exception {
        partner.replies(request -> Reply.of(503, "down"));
        Backoff impatient = new Backoff(Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofMillis(100),
                Duration.ofSeconds(1), () -> 1);
        try (DeliveryContext hub = hub("webhook", Map.of("url", partner.url()), impatient)) {
            kafka.write(queue, List.of(Events.track("m1", "u", "A")));
            await().atMost(PATIENCE).until(() -> isAllCommitted(1));
        }
        assertThat(kafka.deadLetters("delivery." + name)).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("retries_exhausted");
            assertThat(letter.message()).contains("http_503");
        });
        assertThat(partner.requests()).hasSizeGreaterThan(2);
    }

    @Test
    void aSlowDestinationDelaysNoOther() throws Exception {
        String quick = name + "-quick";
        kafka.topics(3, Topics.deliveries(quick));
        partner.replies(request -> request.path().startsWith("/hook") ? new Reply(200, Map.of(), "", -1)
                : Reply.of(200));
        Map<String, String> settings = Map.of(
                "serai.destinations." + name + ".partner", "webhook",
                "serai.destinations." + name + ".url", partner.url(),
                "serai.destinations." + name + ".allowPrivateAddresses", "true",
                "serai.destinations." + quick + ".partner", "webhook",
                "serai.destinations." + quick + ".url", partner.url().replace("/hook", "/quick"),
                "serai.destinations." + quick + ".allowPrivateAddresses", "true");
        try (DeliveryContext hub = new DeliveryContext(settings).bind("publisher", kafka.publisher())
                .bind("vertx", vertx).bind("kafkaConnection", kafka.connection()).startPartner("webhook")) {
            kafka.write(queue, Events.interleaved(20, 5));
            await().atMost(PATIENCE).until(() -> partner.requests().size() == 16);

            kafka.write(Topics.deliveries(quick), Events.interleaved(20, 5));

            await().atMost(PATIENCE).until(() -> kafka.committed("serai-deliveries-" + quick) == 100);
            assertThat(isAllCommitted(100)).isFalse();
            partner.release();
            await().atMost(PATIENCE).until(() -> isAllCommitted(100));
        }
    }

    @Test
    void anEventThatTheMappingFailsOnCostsNoOther(@TempDir Path routes) throws Exception {
        Path folder = Files.createDirectories(routes.resolve("shop"));
        Files.writeString(folder.resolve("partner.yaml"), """
                title: Shop
                description: A partner of this test.
                destination:
                  maxItems: 10
                  settings:
                    url: {description: Where to, type: url, required: true}
                """);
        Files.writeString(folder.resolve("shop.jslt"),
                "if (.event == \"Boom\") error(\"no such thing\") else {\"id\": .messageId}");
        Files.writeString(folder.resolve("shop-events.camel.yaml"), """
                - route:
                    id: shop-events
                    from:
                      uri: kamelet:deliveries-source
                      parameters: {partner: shop, mapping: shop.jslt}
                      steps:
                        - to:
                            uri: kamelet:request-sink
                            parameters: {partner: shop}
                """);
        kafka.write(queue, List.of(Events.track("m1", "u", "A"), Events.track("m2", "u", "Boom"),
                Events.track("m3", "u", "A")));
        try (DeliveryContext hub = new DeliveryContext(routes, Map.of(
                "serai.destinations." + name + ".partner", "shop",
                "serai.destinations." + name + ".allowPrivateAddresses", "true",
                "serai.destinations." + name + ".url", partner.url()))) {
            hub.bind("publisher", kafka.publisher()).bind("vertx", vertx)
                    .bind("kafkaConnection", kafka.connection()).bind("backoff", QUICK).startPartner("shop");
            await().atMost(PATIENCE).until(() -> isAllCommitted(3));
            assertThat(hub.meters().counter("serai.deliveries", "destination", name, "outcome", "dead-letter").count())
                    .isEqualTo(1);
        }
        assertThat(partner.requests()).singleElement().satisfies(request ->
                assertThat(new String(request.body(), StandardCharsets.UTF_8))
                        .isEqualTo("[{\"id\":\"m1\"},{\"id\":\"m3\"}]"));
        assertThat(kafka.deadLetters("delivery." + name)).extracting(DeadLetter::code)
                .containsExactly("mapping_failed");
    }

    @Test
    void aMappingThatDoesNotCompileKeepsItsRouteFromStartingAndSaysWhere(@TempDir Path routes) throws Exception {
        Path folder = Files.createDirectories(routes.resolve("shop"));
        Files.writeString(folder.resolve("partner.yaml"),
                "title: Shop\ndescription: A partner of this test.\ndestination: {}\n");
        Files.writeString(folder.resolve("shop.jslt"), "{\n  \"id\": .messageId,\n  \"x\" oops\n}");
        try (DeliveryContext hub = new DeliveryContext(routes, Map.of())) {
            hub.start();
            assertThat(catchThrowable(() -> hub.loadYaml(folder, "shop-events", """
                    - route:
                        from:
                          uri: kamelet:deliveries-source
                          parameters: {partner: shop, mapping: shop.jslt}
                          steps:
                            - to:
                                uri: kamelet:request-sink
                                parameters: {partner: shop}
                    """))).rootCause().isInstanceOf(SettingsException.class).hasMessageContaining("shop.jslt:3:");
        }
    }

    @Test
    void whatIsNoEventBecomesADeadLetter() throws Exception {
        try (DeliveryContext hub = webhook()) {
            kafka.writeBytes(queue, List.of(Map.entry("u", "{\"no\":\"event\"}".getBytes(StandardCharsets.UTF_8)),
                    Map.entry("u", Events.track("m1", "u", "A").toBytes())));
            await().atMost(PATIENCE).until(() -> isAllCommitted(2));
        }
        assertThat(partner.ids()).containsExactly("m1");
        assertThat(kafka.deadLetters("delivery." + name)).extracting(DeadLetter::code).containsExactly("unreadable");
    }

    @Test
    void aPrivateAddressIsRefusedUnlessAllowedAndTheEventWaits() throws Exception {
        try (DeliveryContext hub = hub("webhook", Map.of("url", "http://localhost:" + partner.port() + "/hook",
                "allowPrivateAddresses", "false"), QUICK)) {
            kafka.write(queue, List.of(Events.track("m1", "u", "A")));
            await().atMost(PATIENCE).until(() -> hub.status(name).stoppedBy().isPresent());
            assertThat(hub.status(name).stoppedBy()).contains("private_address");
        }
        assertThat(partner.requests()).isEmpty();
        assertThat(isAllCommitted(1)).isFalse();
    }
}
