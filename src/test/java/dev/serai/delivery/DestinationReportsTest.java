package dev.serai.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.delivery.DestinationReport.Counts;
import dev.serai.delivery.DestinationReport.Reason;
import dev.serai.delivery.DestinationReport.Stage;
import dev.serai.delivery.PartnerServer.Reply;
import dev.serai.kafka.Routable;
import dev.serai.kafka.TestKafka;
import dev.serai.kafka.Topics;
import dev.serai.model.Event;
import dev.serai.model.Json;
import dev.serai.partner.Destinations;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DestinationReportsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Backoff QUICK = new Backoff(Duration.ofMillis(5), Duration.ofMillis(20), Duration.ofHours(4),
            Duration.ofMillis(50), () -> 1);
    private static final PartnerFolders FOLDERS = PartnerFolders.read(Path.of("routes"));

    private final AtomicLong now = new AtomicLong(Instant.parse("2026-11-24T10:00:00Z").toEpochMilli());
    private final DestinationReports reports = new DestinationReports(() -> Instant.ofEpochMilli(now.get()));

    private static ConfiguredDestination destination(String name, String partner, Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(Map.of("serai.destinations." + name + ".partner", partner));
        more.forEach((key, value) -> settings.put("serai.destinations." + name + "." + key, value));
        return Destinations.from(Settings.of(settings), FOLDERS.partners()).byName().get(name);
    }

    private static Event event(String id) throws IOException {
        return Event.parse(("{\"source\":\"website\",\"type\":\"track\",\"event\":\"Order Completed\",\"messageId\":\"" + id
                + "\",\"userId\":\"u1\",\"receivedAt\":\"" + Instant.now().minusMillis(300) + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    private static Routable routed(String id) throws IOException {
        return Routable.event(event(id).toBytes());
    }

    private static Routable object(String id) throws IOException {
        return Routable.object(("{\"source\":\"shop\",\"collection\":\"charges\",\"id\":\"" + id + "\",\"version\":1}")
                .getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatRoutingDecidedIsCountedForEachDestinationThatWasOnThen() throws Exception {
        reports.made(routed("before"), Map.of());
        DestinationReport amplitude = reports.begin(destination("amplitude", "amplitude", Map.of("apiKey", "0123456789abcdef")));
        DestinationReport webhook = reports.begin(destination("webhook", "webhook", Map.of("url", "https://example.com/x")));

        reports.made(routed("m1"), Map.of("amplitude", "", "webhook", Permission.CONSENT));
        reports.made(routed("m2"), Map.of("webhook", ""));
        reports.made(object("ch_1"), Map.of("amplitude", Permission.MAPPING));
        reports.suppressed(routed("forgotten"));
        reports.failed(routed("m3"), "routing.camel.yaml:3 failed");
        reports.end("amplitude");
        reports.made(routed("m4"), Map.of("webhook", ""));

        // an object is nothing to a destination that takes none
        assertThat(amplitude.counts()).isEqualTo(new Counts(4, 1, 1, 0, 1, 0));
        assertThat(webhook.counts()).isEqualTo(new Counts(6, 2, 1, 0, 1, 0));
        assertThat(amplitude.reasons()).extracting(Reason::code).containsExactly("suppressed", "routing", "routing_failed");
        assertThat(amplitude.reasons().get(0).samples()).isEmpty();
        assertThat(amplitude.reasons().get(1).samples()).extracting(DeliverySample::messageId).containsExactly("m2");
        assertThat(amplitude.reasons().get(2).text()).isEqualTo("routing.camel.yaml:3 failed");
        assertThat(webhook.reasons()).extracting(Reason::code).contains("consent", "routing", "routing_failed", "suppressed");
        assertThat(amplitude.removeSamples(sample -> sample.key().equals("u1"))).isEqualTo(2);
        assertThat(amplitude.countSamples(sample -> true)).isZero();
    }

    @Test
    void aReasonKeepsTheNewestTenAndHowManyThereWere() throws Exception {
        DestinationReport report = reports.begin(destination("webhook", "webhook", Map.of("url", "https://example.com/x")));
        for (int i = 0; i < 200; i++) {
            now.addAndGet(200);
            reports.made(routed("m" + i), Map.of("webhook", Permission.INTEGRATIONS));
        }

        Reason reason = report.reasons().get(0);
        assertThat(reason.count()).isEqualTo(200);
        assertThat(reason.samples()).extracting(DeliverySample::messageId).containsExactly("m199", "m198", "m197", "m196", "m195", "m194",
                "m193", "m192", "m191", "m190");
        assertThat(reason.lastAt()).isEqualTo(Instant.ofEpochMilli(now.get()));
    }

    @Test
    void aPartnersOwnWordsForAReasonCannotGrowWithoutBound() throws Exception {
        DestinationReport report = reports.begin(destination("webhook", "webhook", Map.of("url", "https://example.com/x")));
        for (int i = 0; i < 500; i++) {
            report.stayed(Stage.FAILED, "word" + i, "text", Envelope.of(event("m" + i)), Attempt.NONE, now.get());
        }

        assertThat(report.reasons()).hasSize(41).extracting(Reason::code).contains("word0", "other");
        assertThat(report.counts().failed()).isEqualTo(500);
    }

    @Test
    void aSampleIsBoundedAndHasNoSecret() throws Exception {
        ConfiguredDestination destination = destination("webhook", "webhook", Map.of("url", "https://example.com/hook/4f2e9c7a11"));
        HttpCall call = new HttpCall("POST", java.net.URI.create("https://example.com/hook/4f2e9c7a11"), Map.of("authorization", "Bearer x"),
                new byte[0]);
        HttpAnswer answer = new HttpAnswer(400, Map.of(), ("told 4f2e9c7a11 " + "y".repeat(50_000)).getBytes(StandardCharsets.UTF_8));
        Attempt large = new Attempt(new Correspondence(call, answer), Json.MAPPER.createObjectNode().put("text", "z".repeat(30_000)), 3);
        Attempt small = new Attempt(new Correspondence(call, answer), Json.MAPPER.createObjectNode().put("text", "z"), 3);

        DeliverySample ofLarge = DeliverySample.of(Envelope.of(event("m1")), large, destination, now.get());
        DeliverySample ofSmall = DeliverySample.of(Envelope.of(event("m1")), small, destination, now.get());

        assertThat(ofLarge.correspondence().length).isLessThanOrEqualTo(DeliverySample.MAX_BYTES);
        assertThat(ofLarge.request().path("item").asText()).isEqualTo("too large to be kept here");
        assertThat(ofSmall.request().at("/item/text").asText()).isEqualTo("z");
        assertThat(ofSmall.request().path("items").asInt()).isEqualTo(3);
        assertThat(ofSmall.response().path("body").asText()).startsWith("told *** yyy").hasSizeLessThan(2_000);
        assertThat(new String(ofSmall.correspondence(), StandardCharsets.UTF_8)).doesNotContain("4f2e9c7a11", "Bearer x");
    }

    @Test
    void theQueueTellsWhatIsTriedAgainAndWhatIsDelivered() throws Exception {
        TestKafka kafka = TestKafka.get();
        kafka.topics(1, Topics.deliveries("reported"));
        AtomicInteger asked = new AtomicInteger();
        Vertx vertx = Vertx.vertx();
        DestinationReports live = new DestinationReports(Instant::now);
        try (PartnerServer partner = new PartnerServer();
                DeliveryContext hub = new DeliveryContext(Map.of("serai.destinations.reported.partner", "webhook",
                        "serai.destinations.reported.url", partner.url(), "serai.destinations.reported.allowPrivateAddresses", "true"))) {
            partner.replies(request -> asked.incrementAndGet() == 1 ? Reply.of(503, "not now") : Reply.of(200, "thanks"));
            hub.bind("publisher", kafka.publisher()).bind("vertx", vertx).bind("kafkaConnection", kafka.connection()).bind("backoff", QUICK)
                    .bind("reports", live).startPartner("webhook");

            kafka.write(Topics.deliveries("reported"), List.of(event("r1"), event("r1"), event("r2")));

            DestinationReport report = live.of("reported").orElseThrow();
            await().atMost(PATIENCE).until(() -> report.counts().delivered() >= 2);
            assertThat(report.counts().retrying()).isEqualTo(1);
            assertThat(report.counts().failed()).isZero();
            Reason retried = report.reasons().stream().filter(reason -> reason.stage() == Stage.RETRYING).findFirst().orElseThrow();
            assertThat(retried.code()).isEqualTo("http_503");
            assertThat(retried.text()).contains("503", "not now");
            assertThat(retried.samples().get(0).response().path("body").asText()).isEqualTo("not now");
            assertThat(report.recent().get(0).response().path("body").asText()).isEqualTo("thanks");
            assertThat(report.recent()).allMatch(sample -> sample.millis() >= 300);
            assertThat(report.latency(0.5)).isGreaterThanOrEqualTo(290);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().join();
        }
    }
}
