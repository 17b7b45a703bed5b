package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.kafka.EmbeddedBroker;
import dev.serai.model.DeadLetter;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The loader on a real broker, stopped in every way. */
@Timeout(60)
@ParameterizedClass
// those that a process of its own can reach as they are; what the loader does is the same for all
@EnumSource(value = TestDatabase.class, names = {"DUCKDB", "POSTGRESQL"})
class LoaderTest {

    @Parameter
    TestDatabase database;

    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    static Path brokerDirectory;

    @TempDir
    Path directory;

    private static EmbeddedBroker broker;
    private static KafkaProducer<byte[], byte[]> producer;
    private static int topics;

    private final String topic = "events-" + ++topics;
    private final String objects = topic + "-objects";
    private final Queue<DeadLetter> deadLetters = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(brokerDirectory, 0);
        // one request at a time: on a topic this new a second one may be taken before the first, which then never is
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.brokers(), "linger.ms", 5,
                "max.in.flight.requests.per.connection", 1),
                new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        broker.close();
    }

    @Test
    void loadsWhatComesAndTellsHowItGoes() throws Exception {
        // Given
        createTopic();
        try (Warehouse warehouse = database.open(directory);
                Query query = new Query(warehouse, QueryLimits.DEFAULT);
                Loader loader = loader(warehouse)) {
            loader.start();

            // When
            send(0, 1_000);
            send(0, 1);
            producer.send(new ProducerRecord<>(topic, "no event".getBytes(StandardCharsets.UTF_8)));

            // Then
            await().atMost(SOON).until(() -> loader.status().deadLetters() == 1 && loader.status().duplicates() == 1
                    && loader.status().lag() == 0);
            LoaderStatus status = loader.status();
            assertThat(status.eventsLoaded()).isEqualTo(1_000);
            assertThat(status.isHealthy()).isTrue();
            assertThat(status.lastLoad()).isPresent();
            assertThat(status.freshnessP95()).isGreaterThanOrEqualTo(status.freshnessP50()).isPositive();
            assertThat(query.run("SELECT count(*), count(DISTINCT n) FROM website.seen").rows()).hasToString("[[1000, 1000]]");
            assertThat(deadLetters).hasSize(1);
        }
    }

    @Test
    void goesOnFromWhereTheWarehouseStandsWhateverKafkaRemembers() throws Exception {
        // Given
        createTopic();
        send(0, 500);
        loadUntil(500);
        send(500, 900);

        // When
        try (Warehouse warehouse = database.open(directory); Loader loader = new Loader(new LoaderContext(
                Map.of("bootstrap.servers", broker.brokers(), "group.id", "another"), topic, objects, deadLetters::add, user -> false,
                directory), warehouse)) {
            loader.start();
            await().atMost(SOON).until(() -> loader.status().eventsLoaded() == 400 && loader.status().lag() == 0);

            // Then
            assertThat(loader.status().duplicates()).isZero();
        }
    }

    @Test
    void waitsForAPlaceForDeadLettersAndLosesNothing() throws Exception {
        // Given
        createTopic();
        boolean[] works = {false};
        try (Warehouse warehouse = database.open(directory);
                Loader loader = new Loader(new LoaderContext(properties(), topic, objects, letter -> {
                    if (!works[0]) {
                        throw new IllegalStateException("the broker is away");
                    }
                    deadLetters.add(letter);
                }, user -> false, directory), warehouse)) {
            loader.start();
            producer.send(new ProducerRecord<>(topic, 0, null, "no event".getBytes(StandardCharsets.UTF_8)));
            send(0, 10);
            await().atMost(SOON).until(() -> loader.status().error().isPresent());
            assertThat(loader.status().isHealthy()).isFalse();
            assertThat(loader.status().error()).contains("the broker is away");

            // When
            works[0] = true;

            // Then
            await().atMost(SOON).until(() -> loader.status().eventsLoaded() == 10 && loader.status().isHealthy());
            assertThat(deadLetters).hasSize(1);
        }
    }

    @Test
    void killedAgainAndAgainItLoadsEveryEventOnce() throws Exception {
        // Given
        createTopic();
        int total = 40_000;
        int sent = 0;
        int kills = 0;

        // When
        while (sent < total) {
            Process child = child();
            send(sent, sent += 10_000);
            try (BufferedReader committed = child.inputReader(StandardCharsets.UTF_8)) {
                for (int batches = 3 + 7 * kills++; batches > 0; batches--) {
                    assertThat(committed.readLine()).matches("\\d+");
                }
                child.destroyForcibly();
            }
            assertThat(child.waitFor()).isEqualTo(137);
        }

        // Then
        loadUntil(total);
        try (Warehouse warehouse = database.open(directory);
                Query query = new Query(warehouse, QueryLimits.DEFAULT)) {
            assertThat(query.run("SELECT count(*), count(DISTINCT n), min(n), max(n) FROM website.seen").rows())
                    .containsExactly(List.of((long) total, (long) total, 0L, total - 1L));
            assertThat(query.run("SELECT count(*), count(DISTINCT id) FROM website.tracks").rows())
                    .containsExactly(List.of((long) total, (long) total));
        }
    }

    @Test
    void killedAgainAndAgainItLeavesEachObjectInItsLatestState() throws Exception {
        // Given
        createTopic();
        int ids = 5_000;
        int rounds = 4;

        // When: each object changes in each round, is told of in the round after too, and some are deleted
        for (int round = 1; round <= rounds; round++) {
            Process child = child();
            sendObjects(ids, round);
            sendObjects(ids, Math.max(1, round - 1));
            try (BufferedReader committed = child.inputReader(StandardCharsets.UTF_8)) {
                for (int batches = 2 + 5 * round; batches > 0; batches--) {
                    assertThat(committed.readLine()).matches("\\d+");
                }
                child.destroyForcibly();
            }
            assertThat(child.waitFor()).isEqualTo(137);
        }

        // Then
        try (Warehouse warehouse = database.open(directory); Query query = new Query(warehouse, QueryLimits.DEFAULT);
                Loader loader = loader(warehouse)) {
            loader.start();
            await().atMost(SOON).until(() -> loader.status().lag() == 0);
            assertThat(query.run("SELECT count(*), count(DISTINCT id), min(n), max(n) FROM stripe.charges").rows())
                    .containsExactly(List.of((long) ids, (long) ids, 0L, ids - 1L));
            assertThat(query.run("SELECT round, is_deleted, count(*) FROM stripe.charges GROUP BY 1, 2 ORDER BY 2").rows())
                    .containsExactly(List.of((long) rounds, false, 4_500L), List.of(rounds - 1L, true, 500L));
        }
        assertThat(deadLetters).isEmpty();
    }

    /** The states of a round; in the last one, every tenth object is deleted, and nothing else is known of it. */
    private void sendObjects(int ids, int round) {
        for (int n = 0; n < ids; n++) {
            boolean isDeleted = round == 4 && n % 10 == 0;
            byte[] envelope = Loading.charge("ch_" + n, round, isDeleted ? null : "{\"n\":" + n + ",\"round\":" + round + "}")
                    .getBytes(StandardCharsets.UTF_8);
            producer.send(new ProducerRecord<>(objects, ("stripe/charges/ch_" + n).getBytes(StandardCharsets.UTF_8), envelope));
        }
        producer.flush();
    }

    @Test
    void aTopicOfObjectsThatIsMadeAnewIsReadFromItsBeginning() throws Exception {
        // Given
        createTopic();
        send(0, 100);
        sendObjects(500, 1);
        loadUntil(100);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.brokers()))) {
            admin.deleteTopics(List.of(objects)).all().get();
            await().atMost(SOON).until(() -> !admin.listTopics().names().get().contains(objects));
            admin.createTopics(List.of(new NewTopic(objects, 3, (short) 1))).all().get();
        }
        await().atMost(SOON).ignoreExceptions().until(() -> producer.partitionsFor(objects).size() == 3);

        // When
        sendObjects(200, 2);
        send(100, 150);

        // Then
        try (Warehouse warehouse = database.open(directory); Query query = new Query(warehouse, QueryLimits.DEFAULT);
                Loader loader = loader(warehouse)) {
            loader.start();
            await().atMost(SOON).until(() -> loader.status().objectsLoaded() == 200 && loader.status().eventsLoaded() == 50);
            assertThat(query.run("SELECT round, count(*) FROM stripe.charges GROUP BY 1 ORDER BY 1").rows())
                    .containsExactly(List.of(1L, 300L), List.of(2L, 200L));
            assertThat(query.run("SELECT count(*) FROM website.seen").rows()).containsExactly(List.of(150L));
        }
    }

    private Process child() throws Exception {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
                "-cp", System.getProperty("java.class.path"), LoadForever.class.getName(),
                directory.toString(), broker.brokers(), topic, database.settings(directory, Selection.ALL).url()).redirectErrorStream(true).start();
    }

    /** Loads until killed, in small batches; a line per batch, unless two come at once. */
    static final class LoadForever {

        private LoadForever() {
        }

        public static void main(String[] arguments) throws Exception {
            Warehouse warehouse = Warehouse.open(new WarehouseSettings("warehouse", arguments[3], "postgres", "", Selection.ALL,
                    0, Map.of()));
            Loader loader = new Loader(new LoaderContext(Map.of("bootstrap.servers", arguments[1], "group.id", "warehouse-of-" + arguments[2],
                    "group.instance.id", "hub-1"), arguments[2], arguments[2] + "-objects", letter -> { }, user -> false, Path.of(arguments[0])),
                    warehouse, new BatchLimits(200, 1_000_000, Duration.ofMillis(50)));
            loader.start();
            for (long printed = -1; loader.status().isRunning(); LockSupport.parkNanos(1_000_000)) {
                long loaded = loader.status().eventsLoaded() + loader.status().objectsLoaded();
                if (loaded != printed) {
                    System.out.println(loaded);
                    printed = loaded;
                }
            }
        }
    }

    private void loadUntil(long rows) throws Exception {
        try (Warehouse warehouse = database.open(directory);
                Query query = new Query(warehouse, QueryLimits.DEFAULT); Loader loader = loader(warehouse)) {
            loader.start();
            await().atMost(SOON).ignoreExceptionsInstanceOf(QueryException.class).until(() ->
                    query.run("SELECT count(*) FROM website.tracks").rows().get(0).get(0).equals(rows));
            await().atMost(SOON).until(() -> loader.status().lag() == 0);
        }
    }

    private Loader loader(Warehouse warehouse) throws Exception {
        return new Loader(new LoaderContext(properties(), topic, objects, deadLetters::add, user -> false, directory), warehouse);
    }

    private Map<String, Object> properties() {
        return Map.of("bootstrap.servers", broker.brokers(), "group.id", "warehouse-of-" + topic, "group.instance.id", "hub-1");
    }

    private void createTopic() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.brokers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 3, (short) 1), new NewTopic(objects, 3, (short) 1))).all().get();
        }
    }

    private void send(int from, int to) {
        String now = Instant.now().toString();
        for (int n = from; n < to; n++) {
            String event = "{\"source\":\"website\",\"type\":\"track\",\"messageId\":\"m" + n + "\",\"event\":\"Seen\","
                    + "\"userId\":\"u" + n % 100 + "\",\"receivedAt\":\"" + now + "\",\"properties\":{\"n\":" + n + "}}";
            producer.send(new ProducerRecord<>(topic, ("u" + n % 100).getBytes(StandardCharsets.UTF_8),
                    event.getBytes(StandardCharsets.UTF_8)));
        }
        producer.flush();
    }
}
