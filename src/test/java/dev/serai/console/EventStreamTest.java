package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.console.Stream.Said;
import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import dev.serai.kafka.EmbeddedBroker;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Overloaded;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Rewritten;
import dev.serai.kafka.Topics;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStreamTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Tokens TOKENS = new Tokens(Optional.empty(), Optional.empty(), Clock.systemUTC());
    private static final StreamLimits LIMITS =
            new StreamLimits(200, 500, 3, 64 * 1024, Duration.ofMillis(100));

    @TempDir
    private static Path directory;
    private static EmbeddedBroker broker;
    private static KafkaConnection kafka;
    private static Publisher publisher;

    private HubHttpServer http;
    private Console console;

    @BeforeAll
    static void startKafka() throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        kafka = new KafkaConnection(broker.brokers());
        try (Admin admin = Admin.create(kafka.admin())) {
            Topics.create(admin, List.of());
        }
        publisher = new Publisher(kafka);
        publisher.open(Topics.EVENTS);
        publisher.open(Topics.DEAD_LETTERS);
    }

    @AfterAll
    static void stopKafka() {
        publisher.close();
        broker.close();
    }

    @BeforeEach
    void startHub() {
        // a head must come within a second, so that a stream that is taken for a slow head would be cut
        http = new HubHttpServer(new HttpLimits(1 << 20, 100, 100, Duration.ofSeconds(1), Duration.ofSeconds(1),
                Duration.ofSeconds(1)), new IngestMetrics(new SimpleMeterRegistry()));
        console = new Console(http, kafka, TOKENS, new ApiAccess(TOKENS, "127.0.0.1"), "test", LIMITS);
        http.listen("127.0.0.1", 0, false);
        http.ready();
    }

    @AfterEach
    void stopHub() {
        console.close();
        http.close();
        await().atMost(PATIENCE).until(() -> !isReading());
    }

    @Test
    void showsAcceptedUnplannedAndRejectedUnderTheirNames() throws Exception {
        try (Stream stream = listening("")) {
            String accepted = track("website", "Order Completed", "\"properties\":{\n \"total\":1.10}");
            String unplanned = track("braze", "Ordr Completed", "\"unplanned\":true");
            DeadLetter rejected = rejected("website", "{\"type\":\"track\"}");
            events(accepted, unplanned);
            publish(new ProducerRecord<>(Topics.DEAD_LETTERS, rejected.toBytes()));

            await().atMost(PATIENCE).until(() -> stream.said().size() == 4);
            Said first = stream.said("accepted").get(0);
            assertThat(first.data()).isEqualTo(accepted.replace('\n', ' '));
            assertThat(first.id()).matches("events/\\d+/\\d+");
            assertThat(stream.said("unplanned")).extracting(Said::data).containsExactly(unplanned);
            JsonNode deadLetter = Json.MAPPER.readTree(stream.said("rejected").get(0).data());
            assertThat(deadLetter.fieldNames()).toIterable()
                    .containsExactly("id", "source", "stage", "code", "message", "at", "raw");
            assertThat(deadLetter.get("raw").asText()).isEqualTo("{\"type\":\"track\"}");
        }
    }

    @Test
    void beginsWithWhatCameBeforeForWhoeverAsks() throws Exception {
        // Given
        events(track("earlier", "First", "\"properties\":{}"), track("earlier", "Second", "\"properties\":{}"));
        try (Stream before = listening("?source=earlier")) {
            assertThat(before.said("accepted")).isEmpty();
        }

        // When
        try (Stream stream = listening("?recent=500&source=earlier")) {
            events(track("earlier", "Third", "\"properties\":{}"));

            // Then
            await().atMost(PATIENCE).until(() -> stream.said("accepted").size() == 3);
            assertThat(stream.said("accepted")).extracting(said -> Json.MAPPER.readTree(said.data()).path("event").asText())
                    .containsExactlyInAnyOrder("First", "Second", "Third");
        }
    }

    @Test
    void aViewerSeesEventsWithoutWhoseTheyAre() throws Exception {
        // Given
        Tokens tokens = new Tokens(Optional.of("operators"), Optional.of("viewers"), Clock.systemUTC());
        HubHttpServer elsewhere = new HubHttpServer(new HttpLimits(1 << 20, 100, 100, PATIENCE, PATIENCE, PATIENCE),
                new IngestMetrics(new SimpleMeterRegistry()));
        try (Console console = new Console(elsewhere, kafka, tokens, new ApiAccess(tokens, "127.0.0.1"), "test", LIMITS)) {
            elsewhere.listen("127.0.0.1", 0, false);
            elsewhere.ready();
            try (Stream viewer = Stream.open(elsewhere.port(), "?source=people", "Authorization", "Bearer viewers");
                 Stream operator = Stream.open(elsewhere.port(), "?source=people", "Authorization", "Bearer operators")) {
                await().atMost(PATIENCE).until(() -> viewer.isListening() && operator.isListening());

                // When
                events(track("people", "Signed Up", "\"context\":{\"traits\":{\"email\":\"ann@real.example\"}},\"properties\":{\"plan\":\"pro\"}"));
                publish(new ProducerRecord<>(Topics.DEAD_LETTERS, rejected("people", "{\"email\":\"ann@real.example\"}").toBytes()));

                // Then
                await().atMost(PATIENCE).until(() -> viewer.said("accepted").size() + viewer.said("rejected").size() == 2
                        && operator.said("accepted").size() + operator.said("rejected").size() == 2);
                assertThat(operator.said("accepted").get(0).data() + operator.said("rejected").get(0).data()).contains("ann@real.example");
                assertThat(viewer.said("accepted").get(0).data()).doesNotContain("ann@").contains("Signed Up", "\"plan\":\"pro\"");
                assertThat(viewer.said("rejected").get(0).data()).doesNotContain("ann@");
            }
        } finally {
            elsewhere.close();
        }
    }

    @Test
    void tellsBrowsersAndProxiesToKeepNothing() throws Exception {
        try (Stream stream = listening("")) {
            assertThat(stream.response().headers().firstValue("Content-Type")).contains("text/event-stream");
            assertThat(stream.response().headers().firstValue("Cache-Control")).contains("no-store");
            assertThat(stream.response().headers().firstValue("X-Accel-Buffering")).contains("no");
            assertThat(stream.response().headers().map()).doesNotContainKey("access-control-allow-origin");
            // long after what the connection guard grants a head of a request or an idle connection
            await().atMost(PATIENCE).until(() -> stream.comments().size() > 25);
            assertThat(stream.ended()).isFalse();
        }
    }

    @Test
    void showsOnlyWhatWasAskedFor() throws Exception {
        try (Stream bySource = listening("?source=braze&source=app");
             Stream byName = listening("?type=track&event=Order%20Completed&kind=accepted&kind=rejected")) {
            events(track("website", "Order Completed", "\"n\":1"), track("braze", "Email Opened", "\"n\":2"),
                    track("app", "Order Completed", "\"unplanned\":true,\"n\":3"),
                    track("app", "Order Completed", "\"n\":4"));
            publish(new ProducerRecord<>(Topics.DEAD_LETTERS, rejected("website", "no JSON").toBytes()));
            publish(new ProducerRecord<>(Topics.DEAD_LETTERS,
                    rejected("website", "{\"event\":\"Email Opened\"}").toBytes()));
            publish(new ProducerRecord<>(Topics.DEAD_LETTERS,
                    rejected("app", "{\"event\":\"Order Completed\"}").toBytes()));

            await().atMost(PATIENCE).until(() -> bySource.said().size() == 5 && byName.said().size() == 5);
            assertThat(numbers(bySource)).containsExactlyInAnyOrder(2, 3, 4);
            assertThat(bySource.said("rejected")).hasSize(1);
            assertThat(numbers(byName)).containsExactlyInAnyOrder(1, 4);
            assertThat(byName.said("rejected"))
                    .extracting(said -> Json.MAPPER.readTree(said.data()).get("raw").asText())
                    .containsExactlyInAnyOrder("no JSON", "{\"event\":\"Order Completed\"}");
        }
    }

    @Test
    void showsNoEventAgainThatARewritingCopied() throws Exception {
        try (Stream stream = listening("")) {
            // Given
            byte[] seen = track("website", "Order Completed", "\"n\":1").getBytes(StandardCharsets.UTF_8);

            // When
            publish(Rewritten.copy(new ConsumerRecord<>(Topics.EVENTS, 0, 0, null, seen)));
            events(track("website", "Order Completed", "\"n\":2"));
            publish(Rewritten.copy(new ConsumerRecord<>(Topics.EVENTS, 0, 0, null, seen)));
            publish(new ProducerRecord<>(Topics.EVENTS, 0, null,
                    track("website", "Order Completed", "\"n\":3").getBytes(StandardCharsets.UTF_8)));

            // Then
            await().atMost(PATIENCE).until(() -> numbers(stream).contains(3));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(numbers(stream)).containsExactlyInAnyOrder(2, 3));
        }
    }

    @Test
    void refusesAFilterThatCanNotMatch() throws Exception {
        for (String query : List.of("?typ=track", "?type=tracks", "?kind=all", "?source=")) {
            try (Stream stream = Stream.open(http.port(), query)) {
                assertThat(stream.response().statusCode()).as(query).isEqualTo(400);
            }
        }
        assertThat(console.events().listeners()).isZero();
    }

    @Test
    void skipsWhatIsTooMuchAndSaysHowMany() throws Exception {
        int flood = 50_000;
        try (Stream stream = listening("")) {
            for (int sent = 0; sent < flood; sent += 1000) {
                events(IntStream.range(0, 1000).mapToObj(i -> track("website", "Product Viewed", "\"a\":1"))
                        .toArray(String[]::new));
            }

            await().atMost(PATIENCE).until(() -> stream.said("accepted").size() + skipped(stream) >= flood);
            assertThat(stream.said("accepted").size() + skipped(stream)).isEqualTo(flood);
            assertThat(stream.said("accepted")).hasSizeLessThan(flood / 4);
            assertThat(console.events().mostWaitingBytes()).isLessThan(LIMITS.listenerBytes() + 1024);
            events(track("website", "After The Flood", "\"a\":1"));
            await().atMost(PATIENCE).until(() -> stream.said("accepted").stream()
                    .anyMatch(said -> said.data().contains("After The Flood")));
        }
    }

    @Test
    void aFloodOfEventsDoesNotHideADeadLetter() throws Exception {
        try (Stream stream = listening("?kind=rejected")) {
            for (int i = 0; i < 10; i++) {
                events(IntStream.range(0, 1000).mapToObj(n -> track("website", "Product Viewed", "\"a\":1"))
                        .toArray(String[]::new));
                publish(new ProducerRecord<>(Topics.DEAD_LETTERS, rejected("website", "{}").toBytes()));
            }

            await().atMost(PATIENCE).until(() -> stream.said("rejected").size() == 10);
        }
    }

    @Test
    void aClientThatDoesNotReadCostsABoundedBufferAndIsCutOff() throws Exception {
        try (Socket deaf = new Socket(); Stream reading = listening("")) {
            deaf.setReceiveBufferSize(4096);
            deaf.connect(new InetSocketAddress("127.0.0.1", http.port()));
            deaf.getOutputStream().write("GET /api/events/stream HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            await().atMost(PATIENCE).until(() -> console.events().listeners() == 2);
            String large = track("website", "Product Viewed", "\"a\":\"" + "x".repeat(30_000) + '"');

            await().atMost(PATIENCE).until(() -> {
                events(large, large, large, large, large);
                assertThat(console.events().mostWaitingBytes())
                        .isLessThan(LIMITS.listenerBytes() + large.length() + 1024);
                return console.events().listeners() == 1;
            });
            int seen = reading.said("accepted").size();
            events(large);
            await().atMost(PATIENCE).until(() -> reading.said("accepted").size() > seen);
        }
    }

    @Test
    void readsFromKafkaOnlyWhileSomebodyLooks() throws Exception {
        assertThat(isReading()).isFalse();
        try (Stream first = listening("")) {
            try (Stream second = listening("")) {
                assertThat(isReading()).isTrue();
            }
            await().atMost(PATIENCE).until(() -> console.events().listeners() == 1);
            assertThat(isReading()).isTrue();
        }
        await().atMost(PATIENCE).until(() -> !isReading());
        assertThat(console.events().listeners()).isZero();
        assertThat(http.inFlight()).isZero();

        try (Stream again = listening("")) {
            events(track("website", "Back Again", "\"a\":1"));
            await().atMost(PATIENCE).until(() -> !again.said("accepted").isEmpty());
        }
    }

    @Test
    void refusesMoreClientsThanItHasPlacesFor() throws Exception {
        try (Stream one = listening(""); Stream two = listening(""); Stream three = listening("");
             Stream four = Stream.open(http.port(), "")) {
            assertThat(four.response().statusCode()).isEqualTo(429);
            assertThat(four.response().headers().firstValue("Retry-After")).isPresent();
            assertThat(List.of(one, two, three)).noneMatch(Stream::ended);
        }
    }

    @Test
    void endsItsStreamsSoThatTheHubCanStop() throws Exception {
        try (Stream stream = listening("")) {
            console.close();

            await().atMost(PATIENCE).until(stream::ended);
            assertThat(http.inFlight()).isZero();
        }
        try (Stream late = Stream.open(http.port(), "")) {
            assertThat(late.response().statusCode()).isEqualTo(429);
        }
    }

    @Test
    void waitsOutAKafkaThatCanNotBeReadYet(@TempDir Path other) throws Exception {
        HubHttpServer elsewhere = new HubHttpServer(new HttpLimits(1 << 20, 100, 100, PATIENCE, PATIENCE, PATIENCE),
                new IngestMetrics(new SimpleMeterRegistry()));
        try (EmbeddedBroker empty = EmbeddedBroker.start(other.resolve("kafka"), 0);
             Console waiting = new Console(elsewhere, new KafkaConnection(empty.brokers()), TOKENS,
                     new ApiAccess(TOKENS, "127.0.0.1"), "test", LIMITS);
             Admin admin = Admin.create(new KafkaConnection(empty.brokers()).admin())) {
            elsewhere.listen("127.0.0.1", 0, false);
            elsewhere.ready();
            try (Stream stream = Stream.open(elsewhere.port(), "")) {
                await().atMost(PATIENCE).until(() -> !stream.said("interrupted").isEmpty());
                Topics.create(admin, List.of());

                await().atMost(PATIENCE).until(stream::isListening);
                assertThat(stream.ended()).isFalse();
            }
            await().atMost(PATIENCE).until(() -> waiting.events().listeners() == 0);
        } finally {
            elsewhere.close();
        }
    }

    private Stream listening(String query) throws IOException, InterruptedException {
        Stream stream = Stream.open(http.port(), query);
        await().atMost(PATIENCE).until(stream::isListening);
        return stream;
    }

    private static boolean isReading() {
        return Thread.getAllStackTraces().keySet().stream().anyMatch(thread -> thread.getName().equals("event-stream"));
    }

    private static List<Integer> numbers(Stream stream) throws IOException {
        List<Integer> numbers = new ArrayList<>();
        for (Said said : stream.said()) {
            JsonNode number = Json.MAPPER.readTree(said.data()).get("n");
            if (number != null) {
                numbers.add(number.asInt());
            }
        }
        return numbers;
    }

    private static long skipped(Stream stream) throws IOException {
        long skipped = 0;
        for (Said said : stream.said("skipped")) {
            skipped += Json.MAPPER.readTree(said.data()).get("count").asLong();
        }
        return skipped;
    }

    private static String track(String source, String event, String more) {
        return "{\"source\":\"" + source + "\",\"type\":\"track\",\"messageId\":\"m\",\"event\":\"" + event
                + "\",\"userId\":\"u\",\"timestamp\":\"2026-11-24T10:00:00.000Z\","
                + "\"receivedAt\":\"2026-11-24T10:00:00.000Z\"," + more + "}";
    }

    private static DeadLetter rejected(String source, String raw) {
        return new DeadLetter("d1", source, "ingest", "bad_request", "why", Instant.EPOCH,
                raw.getBytes(StandardCharsets.UTF_8));
    }

    private static void events(String... events) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (String event : events) {
            records.add(new ProducerRecord<>(Topics.EVENTS, event.getBytes(StandardCharsets.UTF_8)));
        }
        publish(records);
    }

    private static void publish(ProducerRecord<byte[], byte[]> entry) {
        publish(List.of(entry));
    }

    private static void publish(List<ProducerRecord<byte[], byte[]>> records) throws Overloaded {
        CompletableFuture<Void> done = new CompletableFuture<>();
        publisher.publish(records, failure -> {
            if (failure == null) {
                done.complete(null);
            } else {
                done.completeExceptionally(failure);
            }
        });
        done.join();
    }
}
