package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.kafka.EmbeddedBroker;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Topics;
import dev.serai.model.Json;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.salesforce.SalesforceFake;
import dev.serai.sandbox.stripe.StripeFake;
import dev.serai.sandbox.zendesk.ZendeskFake;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The jar in processes of its own that are killed while they pull from the fakes in this one. Each fake tells the truth
 * that the warehouse must show in the end.
 */
@Timeout(400)
class SyncsIT {

    private static final Duration PATIENCE = Duration.ofSeconds(180);
    private static final Duration TAKE_OVER = Duration.ofSeconds(15);
    private static final int USERS = 100_000;
    private static final int USERS_PAGE = 1_000;
    private static final long FIRST_SECOND = Instant.parse("2025-01-01T00:00:00Z").getEpochSecond();
    private static final int STRIPE_PAGE = 100;
    /** Each starts a hub anew; the pages that it may read in between are not without end. */
    private static final int KILLS = Math.min(5, Integer.getInteger("serai.kills"));
    private static final List<String> STRIPES = List.of("customers", "charges", "balance_transactions", "invoices", "plans",
            "subscription_items", "payment_methods");
    private static final List<String> SOURCES = List.of("stripe", "zendesk", "salesforce");

    private static EmbeddedPostgres postgres;

    @TempDir
    private Path data;

    private StripeFake stripe;
    private Sandbox sandbox;

    /** How often topic {@code objects} holds something of a collection: records, and states that differ. */
    private record Written(long records, long states) { }

    @BeforeAll
    static void startPostgres() throws IOException {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stopPostgres() throws IOException {
        postgres.close();
    }

    @BeforeEach
    void start() {
        SandboxClock clock = new SandboxClock();
        Faults faults = new Faults();
        Population population = new Population(7);
        stripe = new StripeFake(population, clock, faults, 120);
        stripe.limit(100_000);
        sandbox = Sandbox.start(0, clock, faults, List.of(stripe, ZendeskFake.largeUsers(clock, faults, USERS),
                new SalesforceFake(population, clock, faults, 50)));
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void losesNoObjectAndWritesAPageOfACollectionTwiceAtMostWhenKilled() throws Exception {
        // Given
        int port = freePort();
        String[] settings = settings("serai.kafka.port=" + port);
        Random random = new Random(11);

        // When
        long before = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            HubProcess hub = HubProcess.ready(data, settings);
            long rows = before + USERS_PAGE * (1 + random.nextInt(15));
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1 + random.nextInt(20)))
                    .until(() -> read(hub) >= rows);
            before = read(hub);
            hub.kill();
        }

        // Then
        assertThat(before).as("rows read when it was killed for the last time").isLessThan(USERS);
        try (HubProcess hub = HubProcess.ready(data, settings)) {
            awaitWhole(hub);
            Map<String, Written> written = written("127.0.0.1:" + port);
            assertThat(written.get("zendesk/users").states()).isEqualTo(USERS);
            written.forEach((collection, counted) -> assertThat(counted.records()).as("records of %s", collection)
                    .isLessThanOrEqualTo(counted.states() + KILLS * (collection.startsWith("stripe/") ? STRIPE_PAGE : USERS_PAGE)));
        }
    }

    private void awaitWhole(HubProcess hub) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(hub.number("SELECT count(*) FROM zendesk.users")).isEqualTo(USERS));
        assertThat(hub.number("SELECT count(DISTINCT id) FROM zendesk.users")).isEqualTo(USERS);
        for (String collection : STRIPES) {
            Set<String> truth = stripe.current(collection).keySet();
            assertThat(truth).as(collection).isNotEmpty();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(ids(hub, "stripe." + collection)).as(collection)
                    .containsExactlyInAnyOrderElementsOf(truth));
        }
    }

    @Test
    void twoHubsShareTheSourcesAndOneTakesOverWhenTheOtherIsKilled() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data.resolve("kafka"), 0)) {
            // Given
            String[] settings = shared(broker, "sharing");
            try (HubProcess first = HubProcess.start(data.resolve("first"), settings);
                    HubProcess second = HubProcess.start(data.resolve("second"), settings)) {
                first.awaitReady();
                second.awaitReady();
                await().atMost(PATIENCE).until(() -> SOURCES.stream().allMatch(source -> owners(source, first, second) == 1));
                HubProcess owner = isHere(first, "zendesk") ? first : second;
                HubProcess other = owner == first ? second : first;

                // When
                await().atMost(PATIENCE).until(() -> read(other) >= 20_000);
                long read = read(owner);
                owner.kill();

                // Then
                await().atMost(TAKE_OVER).until(() -> SOURCES.stream().allMatch(source -> isHere(other, source)));
                assertThat(read).isLessThan(USERS);
                awaitWhole(other);
                Map<String, Written> written = written(broker.brokers());
                assertThat(written.get("zendesk/users").records()).isBetween((long) USERS, (long) USERS + USERS_PAGE);
            }
        }
    }

    @Test
    void eitherHubAnswersForAllSourcesAndTakesWishesForThem() throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(data.resolve("kafka"), 0)) {
            // Given
            String[] settings = shared(broker, "answering");
            try (HubProcess first = HubProcess.ready(data.resolve("first"), settings);
                    HubProcess second = HubProcess.ready(data.resolve("second"), settings)) {
                await().atMost(PATIENCE).until(() -> SOURCES.stream().allMatch(source -> owners(source, first, second) == 1));
                HubProcess stranger = isHere(first, "stripe") ? second : first;
                await().atMost(PATIENCE).until(() -> List.of(first, second).stream().allMatch(hub -> endedAll(hub, "stripe")));

                // When
                ObjectNode mine = stripe.create("customers", Json.MAPPER.createObjectNode().put("email", "new@example.com"));
                JsonNode wish = Json.MAPPER.readTree(stranger.post("/api/syncs",
                        "{\"source\":\"stripe\",\"collection\":\"customers\"}").body()).at("/wishes/0");

                // Then
                assertThat(wish.path("source").asText()).isEqualTo("stripe");
                await().atMost(PATIENCE).until(() -> List.of(first, second).stream().allMatch(hub ->
                        status(hub, "stripe", "customers").path("endedWish").asText().equals(wish.path("id").asText())));
                assertThat(isHere(stranger, "stripe")).isFalse();
                await().atMost(PATIENCE).until(() -> ids(stranger, "stripe.customers").contains(mine.path("id").asText()));
            }
        }
    }

    @Test
    void theHealthPageTellsOfASourceWhoseCredentialsAreRefusedUntilTheyAreMended() throws Exception {
        // Given
        stripe.revokeKey();
        try (HubProcess hub = HubProcess.ready(data, settings("serai.sources.zendesk.startDate=2026-01-01"))) {
            // When
            await().atMost(PATIENCE).until(() -> health(hub).at("/faults/syncs").isTextual());

            // Then
            assertThat(health(hub).at("/faults/syncs").asText()).contains("stripe: the partner refuses the credentials",
                    "set serai.sources.stripe.apiKey").doesNotContain("zendesk", "sk_test_sandbox");
            assertThat(hub.get("/observe/health/ready").statusCode()).as("the door stays open").isEqualTo(200);
            await().atMost(PATIENCE).until(() -> endedAll(hub, "salesforce"));
            assertThat(statuses(hub)).filteredOn(one -> one.path("source").asText().equals("salesforce"))
                    .noneMatch(one -> one.path("phase").asText().equals("stopped"));
            stripe.restoreKey();
            hub.post("/api/syncs", "{\"source\":\"stripe\"}");
            await().atMost(PATIENCE).until(() -> health(hub).at("/faults/syncs").isMissingNode());
            assertThat(hub.log()).doesNotContain("sk_test_sandbox");
        }
    }

    private static JsonNode health(HubProcess hub) {
        try {
            return Json.MAPPER.readTree(hub.get("/observe/health").body());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private String[] settings(String... more) {
        List<String> settings = new ArrayList<>(List.of("serai.sandbox.enabled=true", "serai.sandbox.port=" + sandbox.port(),
                "serai.sources.zendesk.partner=zendesk", "serai.sources.zendesk.collections=users",
                "serai.sources.zendesk.requestsPerMinute=all:9000000,exports:9000000",
                "serai.sources.stripe.partner=stripe", "serai.sources.stripe.requestsPerMinute=all:9000000",
                "serai.sources.salesforce.partner=salesforce"));
        settings.addAll(Arrays.asList(more));
        return settings.toArray(String[]::new);
    }

    /** Hubs of one group have one Kafka and one warehouse. */
    private String[] shared(EmbeddedBroker broker, String database) throws SQLException {
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        }
        return settings("serai.kafka.brokers=" + broker.brokers(), "serai.warehouse.user=postgres",
                "serai.warehouse.url=jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/" + database);
    }

    private static JsonNode status(HubProcess hub, String source, String collection) {
        return statuses(hub).stream().filter(one -> one.path("source").asText().equals(source)
                && one.path("collection").asText().equals(collection)).findFirst().orElseThrow();
    }

    private static List<JsonNode> statuses(HubProcess hub) {
        try {
            List<JsonNode> statuses = new ArrayList<>();
            Json.MAPPER.readTree(hub.get("/api/syncs").body()).path("syncs").forEach(statuses::add);
            return statuses;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many of the large fake's users are safe: a page of them shares a second. */
    private static long read(HubProcess hub) {
        long seen = status(hub, "zendesk", "users").at("/cursor/seen").asLong();
        return seen == 0 ? 0 : (seen / 1_000_000 - FIRST_SECOND + 1) * USERS_PAGE;
    }

    private static boolean isHere(HubProcess hub, String source) {
        return statuses(hub).stream().filter(one -> one.path("source").asText().equals(source))
                .allMatch(one -> one.path("here").asBoolean());
    }

    private static long owners(String source, HubProcess... hubs) {
        return Arrays.stream(hubs).filter(hub -> isHere(hub, source)).count();
    }

    private static boolean endedAll(HubProcess hub, String source) {
        return statuses(hub).stream().filter(one -> one.path("source").asText().equals(source))
                .allMatch(one -> one.path("endedAt").isTextual());
    }

    private static Set<String> ids(HubProcess hub, String table) {
        Set<String> ids = new HashSet<>();
        hub.query("SELECT id FROM " + table).forEach(row -> ids.add(row.get(0).asText()));
        return ids;
    }

    private static Map<String, Written> written(String brokers) {
        Map<String, Object> properties = new KafkaConnection(brokers).consumer("");
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        Map<String, Long> records = new HashMap<>();
        Map<String, Set<String>> states = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties)) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.OBJECTS).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> one : consumer.poll(Duration.ofMillis(200))) {
                    JsonNode object = Json.MAPPER.readTree(one.value());
                    String collection = object.path("source").asText() + "/" + object.path("collection").asText();
                    records.merge(collection, 1L, Long::sum);
                    states.computeIfAbsent(collection, first -> new HashSet<>()).add(object.path("id").asText() + " "
                            + object.path("version") + object.path("isDeleted") + object.path("properties").hashCode());
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        Map<String, Written> written = new TreeMap<>();
        states.forEach((collection, distinct) -> written.put(collection, new Written(records.get(collection), distinct.size())));
        return written;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
