package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.serai.kafka.EmbeddedBroker;
import dev.serai.model.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What operators live through: hubs that come and go, databases that are away, tables loaded again, old rows. */
@Timeout(90)
class OperationsTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    static Path brokerDirectory;

    @TempDir
    Path directory;

    private static EmbeddedBroker broker;
    private static KafkaProducer<byte[], byte[]> producer;
    private static int topics;

    private final String topic = "events-" + ++topics;
    private final Queue<DeadLetter> deadLetters = new ConcurrentLinkedQueue<>();

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(brokerDirectory, 0);
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker.brokers(), "linger.ms", 5,
                "max.in.flight.requests.per.connection", 1), new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterAll
    static void stop() {
        producer.close();
        broker.close();
    }

    @BeforeEach
    void createTopic() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.brokers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 6, (short) 1), new NewTopic(topic + "-objects", 6, (short) 1))).all().get();
        }
    }

    @Test
    void hubsThatComeAndGoLoadEveryEventOnce() throws Exception {
        // Given
        Warehouse[] warehouses = new Warehouse[3];
        Loader[] hubs = new Loader[3];
        for (int i = 0; i < hubs.length; i++) {
            warehouses[i] = TestDatabase.POSTGRESQL.open(directory);
        }

        // When
        for (int round = 0; round < 9; round++) {
            int at = round % hubs.length;
            if (hubs[at] != null) {
                hubs[at].close();
            }
            hubs[at] = loader(warehouses[at], "hub-" + at, new BatchLimits(500, 1_000_000, Duration.ofMillis(50)));
            hubs[at].start();
            // each event twice, the second time with another user and so by another partition
            send(round * 1_000, round * 1_000 + 1_000, "u");
            send(round * 1_000, round * 1_000 + 1_000, "other");
        }

        // Then
        await().atMost(SOON).until(() -> value(TestDatabase.POSTGRESQL, warehouses[0], "SELECT count(*) FROM website.seen") == 9_000);
        await().atMost(SOON).until(() -> lag(hubs) == 0);
        assertThat(value(TestDatabase.POSTGRESQL, warehouses[0], "SELECT count(DISTINCT n) FROM website.seen")).isEqualTo(9_000);
        assertThat(value(TestDatabase.POSTGRESQL, warehouses[0], "SELECT count(*) FROM website.tracks")).isEqualTo(9_000);
        assertThat(deadLetters).isEmpty();
        for (int i = 0; i < hubs.length; i++) {
            hubs[i].close();
            warehouses[i].close();
        }
    }

    @Test
    void aDatabaseThatIsAwayCostsNothingButLag() throws Exception {
        // Given
        String url = TestDatabase.POSTGRESQL.settings(directory, Selection.ALL).url();
        int port = Integer.parseInt(url.replaceAll(".*:(\\d+)/.*", "$1"));
        try (CutOff cutOff = new CutOff(port);
                Warehouse behind = Warehouse.open(new WarehouseSettings("lake", url.replace(":" + port + "/", ":" + cutOff.port() + "/"),
                        "postgres", "", Selection.ALL, 0, Map.of()));
                Warehouse direct = TestDatabase.POSTGRESQL.open(directory)) {
            cutOff.cut();
            assertThat(behind.check()).hasValueSatisfying(fault -> assertThat(fault.isOfSettings()).isFalse());
            try (Loader loader = loader(behind, "hub-1", BatchLimits.DEFAULT)) {
                loader.start();
                send(0, 500, "u");
                await().atMost(SOON).until(() -> loader.status().error().isPresent() && loader.status().lag() == 500);

                // When
                cutOff.mend();
                await().atMost(SOON).until(() -> loader.status().eventsLoaded() == 500);
                cutOff.cut();
                send(500, 1_000, "u");
                await().atMost(SOON).until(() -> loader.status().error().isPresent() && loader.status().lag() == 500);
                cutOff.mend();

                // Then
                await().atMost(SOON).until(() -> loader.status().lag() == 0 && loader.status().isHealthy());
                assertThat(value(TestDatabase.POSTGRESQL, direct, "SELECT count(*) FROM website.seen")).isEqualTo(1_000);
                assertThat(value(TestDatabase.POSTGRESQL, direct, "SELECT count(DISTINCT n) FROM website.seen")).isEqualTo(1_000);
                assertThat(deadLetters).isEmpty();
            }
        }
    }

    @Test
    void aWrongUserIsAFaultOfTheSettingsAndSaysSo() {
        // Given
        String url = TestDatabase.POSTGRESQL.settings(directory, Selection.ALL).url();
        try (Warehouse nobody = Warehouse.open(new WarehouseSettings("lake", url, "nobody", "x", Selection.ALL, 0, Map.of()))) {
            // Then
            assertThat(nobody.check()).hasValueSatisfying(fault -> {
                assertThat(fault.isOfSettings()).isTrue();
                assertThat(fault.message()).isEqualTo("role \"nobody\" does not exist");
            });
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aTableIsBackFilledWhileLoadingGoesOn(TestDatabase database) throws Exception {
        // Given
        send(0, 2_000, "u");
        try (Warehouse without = database.open(directory, Selection.of("", "website.seen"));
                Loader loader = loader(without, "hub-1", BatchLimits.DEFAULT)) {
            loader.start();
            await().atMost(SOON).until(() -> loader.status().eventsLoaded() == 2_000 && loader.status().lag() == 0);
            assertThatIllegalArgumentException().isThrownBy(() -> loader.backfill("website.seen")).withMessageContaining("left out");
            assertThatIllegalArgumentException().isThrownBy(() -> loader.backfill("seen"));
            assertThatIllegalArgumentException().isThrownBy(() -> loader.backfill("website.Drop table"));
        }
        try (Warehouse with = database.open(directory);
                Loader loader = loader(with, "hub-1", new BatchLimits(300, 1_000_000, Duration.ofMillis(50)))) {
            loader.start();
            send(2_000, 2_500, "u");
            await().atMost(SOON).until(() -> loader.status().eventsLoaded() == 500);

            // When
            loader.backfill("website.seen");
            send(2_500, 4_000, "u");

            // Then
            await().atMost(SOON).until(() -> loader.backfills().get(0).ended() && loader.status().lag() == 0);
            assertThat(loader.backfills().get(0).rows()).isBetween(2_000L, 4_000L);
            assertThat(loader.backfills().get(0).done()).isEqualTo(loader.backfills().get(0).total());
            assertThat(value(database, with, "SELECT count(*) FROM website.seen")).isEqualTo(4_000);
            assertThat(value(database, with, "SELECT count(DISTINCT n) FROM website.seen")).isEqualTo(4_000);
            assertThat(value(database, with, "SELECT count(*) FROM website.tracks")).isEqualTo(4_000);

            // and again it finds nothing to do
            loader.backfill("website.seen");
            await().atMost(SOON).until(() -> loader.backfills().get(0).ended());
            assertThat(value(database, with, "SELECT count(*) FROM website.seen")).isEqualTo(4_000);
        }
        assertThat(deadLetters).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aTableOfObjectsIsBackFilledFromTheirTopic(TestDatabase database) throws Exception {
        // Given: users are objects and of events, and what was loaded is gone
        for (int n = 0; n < 300; n++) {
            producer.send(new ProducerRecord<>(topic + "-objects", 0, ("users/" + n).getBytes(StandardCharsets.UTF_8),
                    Loading.object("users", "o" + n, n % 3, "{\"n\":" + n + "}").getBytes(StandardCharsets.UTF_8)));
            producer.send(new ProducerRecord<>(topic, 0, null, ("{\"source\":\"stripe\",\"type\":\"identify\",\"messageId\":\"i" + n
                    + "\",\"userId\":\"u" + n + "\",\"receivedAt\":\"" + Instant.now() + "\"}").getBytes(StandardCharsets.UTF_8)));
        }
        producer.flush();
        try (Warehouse without = database.open(directory, Selection.of("", "stripe.users"));
                Loader loader = loader(without, "hub-1", BatchLimits.DEFAULT)) {
            loader.start();
            await().atMost(SOON).until(() -> loader.status().objectsLoaded() == 300 && loader.status().eventsLoaded() == 300
                    && loader.status().lag() == 0);
        }
        try (Warehouse with = database.open(directory);
                Loader loader = loader(with, "hub-1", new BatchLimits(100, 1_000_000, Duration.ofMillis(50)))) {
            loader.start();
            await().atMost(SOON).until(() -> loader.status().lag() == 0);

            // When
            loader.backfill("stripe.users");
            await().atMost(SOON).until(() -> loader.backfills().get(0).ended());
            loader.backfill("stripe.identifies");

            // Then
            await().atMost(SOON).until(() -> loader.backfills().stream().allMatch(BackfillStatus::ended));
            assertThat(loader.backfills()).allSatisfy(backfill -> assertThat(backfill.done()).isEqualTo(backfill.total()));
            assertThat(value(database, with, "SELECT count(*) FROM stripe.users")).isEqualTo(300);
            assertThat(value(database, with, "SELECT count(DISTINCT n) FROM stripe.users WHERE id LIKE 'o%' AND NOT is_deleted"))
                    .isEqualTo(300);
            assertThat(value(database, with, "SELECT count(*) FROM stripe.identifies")).isEqualTo(300);
            assertThat(value(database, with, "SELECT count(*) FROM _serai.positions WHERE topic_id LIKE '%/%'")).isZero();
        }
        assertThat(deadLetters).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void aBackFillThatWasCutShortGoesOnWhereItWas(TestDatabase database) throws Exception {
        // Given
        send(0, 3_000, "u");
        try (Warehouse without = database.open(directory, Selection.of("", "website.seen"));
                Loader loader = loader(without, "hub-1", BatchLimits.DEFAULT)) {
            loader.start();
            await().atMost(SOON).until(() -> loader.status().eventsLoaded() == 3_000);
        }
        try (Warehouse with = database.open(directory);
                Loader loader = loader(with, "hub-1", new BatchLimits(100, 1_000_000, Duration.ofMillis(50)))) {
            loader.start();
            await().atMost(SOON).until(() -> loader.status().lag() == 0);
            loader.backfill("website.seen");
            await().atMost(SOON).pollInterval(Duration.ofMillis(1)).until(() -> loader.backfills().get(0).rows() > 100);
        }

        // When
        try (Warehouse again = database.open(directory); Loader loader = loader(again, "hub-1", BatchLimits.DEFAULT)) {
            loader.start();

            // Then
            await().atMost(SOON).until(() -> value(database, again, "SELECT count(*) FROM website.seen") == 3_000
                    && loader.backfills().stream().allMatch(BackfillStatus::ended));
            assertThat(value(database, again, "SELECT count(DISTINCT id) FROM website.seen")).isEqualTo(3_000);
        }
    }

    @ParameterizedTest
    @EnumSource(TestDatabase.class)
    void rowsOlderThanTheRetentionGo(TestDatabase database) throws Exception {
        // Given
        try (Loading loading = new Loading(database, directory)) {
            loading.load(loading.track("Seen", "{\"n\":1}"), loading.event("identify", "\"userId\":\"u1\",\"traits\":{\"a\":1}"),
                    loading.track("Seen", "{\"n\":2}").replace("\"receivedAt\":\"2026-11-24", "\"receivedAt\":\"2026-11-20"));

            // When
            long removed;
            try (Retention retention = new Retention(loading.warehouse, Duration.ofDays(3))) {
                removed = retention.remove(Instant.parse("2026-11-25T00:00:00Z"));
            }

            // Then
            assertThat(removed).isEqualTo(2);
            assertThat(loading.rows("SELECT n FROM website.seen")).hasToString("[[1]]");
            assertThat(loading.value("SELECT count(*) FROM website.users")).isEqualTo(1L);
        }
    }

    private static long lag(Loader... hubs) {
        long lag = 0;
        for (Loader hub : hubs) {
            if (hub.status().lag() < 0) {
                return -1;
            }
            lag += hub.status().lag();
        }
        return lag;
    }

    private Loader loader(Warehouse warehouse, String hub, BatchLimits limits) {
        return new Loader(new LoaderContext(Map.of("bootstrap.servers", broker.brokers(), "group.id", "warehouse-of-" + topic,
                "group.instance.id", hub), topic, topic + "-objects", deadLetters::add, user -> false, directory), warehouse, limits);
    }

    /** The first number; -1 while there is no such table. */
    private static long value(TestDatabase database, Warehouse warehouse, String sql) throws SQLException {
        try (Connection connection = database.connect(warehouse); Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).matches("(?s).*(does not exist|invalid identifier|Catalog Error).*")) {
                return -1;
            }
            throw e;
        }
    }

    private void send(int from, int to, String user) {
        String now = Instant.now().toString();
        for (int n = from; n < to; n++) {
            String who = user + n % 100;
            String event = "{\"source\":\"website\",\"type\":\"track\",\"messageId\":\"m" + n + "\",\"event\":\"Seen\","
                    + "\"userId\":\"" + who + "\",\"receivedAt\":\"" + now + "\",\"properties\":{\"n\":" + n + "}}";
            producer.send(new ProducerRecord<>(topic, who.getBytes(StandardCharsets.UTF_8), event.getBytes(StandardCharsets.UTF_8)));
        }
        producer.flush();
    }
}
