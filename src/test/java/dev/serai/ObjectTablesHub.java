package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.salesforce.SalesforceFake;
import dev.serai.sandbox.stripe.StripeFake;
import dev.serai.sandbox.zendesk.ZendeskFake;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A whole hub whose three sources are fakes that the test can change, fault and ask for the truth. The fakes' clock
 * stands still unless it is moved, and nothing is synced but when the test says so.
 */
final class ObjectTablesHub implements AutoCloseable {

    static final List<String> SOURCES = List.of("stripe", "zendesk", "salesforce");

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int PEOPLE = 60;
    private static final Duration LONGEST_SYNC = Duration.ofSeconds(60);

    final SandboxClock clock = new SandboxClock();
    final Faults faults = new Faults();
    final StripeFake stripe;
    final ZendeskFake zendesk;
    final SalesforceFake salesforce;
    private final Sandbox sandbox;
    private final Hub hub;
    private final int kafkaPort = freePort();

    /** What a table holds: its columns, and its rows by id. */
    record Table(Set<String> columns, Map<String, ObjectNode> rows) { }

    ObjectTablesHub(Path data) throws Exception {
        clock.set(Instant.parse("2026-06-01T12:00:00Z"));
        Population population = new Population(7);
        stripe = new StripeFake(population, clock, faults, PEOPLE);
        zendesk = new ZendeskFake(population, clock, faults, PEOPLE);
        zendesk.withoutLimits();
        salesforce = new SalesforceFake(population, clock, faults, PEOPLE);
        sandbox = Sandbox.start(0, clock, faults, List.of(stripe, zendesk, salesforce));
        Properties settings = new Properties();
        settings.putAll(Map.of("serai.data.dir", data.toString(), "camel.server.port", "0",
                "serai.kafka.port", String.valueOf(kafkaPort), "serai.sandbox.enabled", "true",
                "serai.sandbox.port", String.valueOf(sandbox.port()), "serai.sources.zendesk.startDate", "2000-01-01",
                "serai.sources.zendesk.collections", "all", "serai.sources.stripe.collections", "all"));
        for (String source : SOURCES) {
            settings.put("serai.sources." + source + ".pollPeriodSeconds", "86400");
            // the clock of the sandbox stands still, and that of the pace would not
            settings.put("serai.sources." + source + ".requestsPerMinute",
                    source.equals("zendesk") ? "all:9000000,exports:9000000" : "all:9000000");
        }
        hub = Hub.start(Path.of("application.properties"), Map.of(), settings, true);
    }

    private static int freePort() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    void fault(String source, String pathPrefix, Fault.Kind kind, int times) {
        faults.add(Fault.of(source, pathPrefix, kind, times));
    }

    /** Syncs all collections of all sources, until every run has ended well. */
    void sync() throws Exception {
        awaitEnd(wishAll(), true);
    }

    /** The same, while faults may end runs before their time. */
    void syncOrFail() throws Exception {
        awaitEnd(wishAll(), false);
    }

    private Map<String, String> wishAll() throws Exception {
        Map<String, String> wishes = new LinkedHashMap<>();
        for (String source : SOURCES) {
            wish(Json.MAPPER.createObjectNode().put("source", source), wishes);
        }
        return wishes;
    }

    void syncFully(String source, String collection) throws Exception {
        Map<String, String> wishes = new LinkedHashMap<>();
        wish(Json.MAPPER.createObjectNode().put("source", source).put("collection", collection).put("full", true), wishes);
        awaitEnd(wishes, true);
    }

    private void wish(ObjectNode wanted, Map<String, String> wishes) throws Exception {
        for (JsonNode wish : send("/api/syncs", wanted).path("wishes")) {
            wishes.put(wish.path("source").asText() + "/" + wish.path("collection").asText(), wish.path("id").asText());
        }
    }

    private void awaitEnd(Map<String, String> wishes, boolean well) {
        assertThat(wishes).isNotEmpty();
        await().atMost(LONGEST_SYNC).untilAsserted(() -> {
            Map<String, String> ended = new HashMap<>();
            List<JsonNode> failed = new ArrayList<>();
            for (JsonNode status : send("/api/syncs", null).path("syncs")) {
                ended.put(status.path("source").asText() + "/" + status.path("collection").asText(),
                        status.path("endedWish").asText());
                if (well && status.path("failures").asInt() > 0) {
                    failed.add(status);
                }
            }
            assertThat(ended).as("runs that ended").containsAllEntriesOf(wishes);
            assertThat(failed).isEmpty();
        });
    }

    /** All tables of a source. */
    Map<String, Set<String>> columns(String source) throws Exception {
        Map<String, Set<String>> tables = new HashMap<>();
        for (JsonNode row : query("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = '"
                + source + "'").path("rows")) {
            tables.computeIfAbsent(row.get(0).asText(), name -> new LinkedHashSet<>()).add(row.get(1).asText());
        }
        return tables;
    }

    Table table(String source, String table) throws Exception {
        JsonNode answer = query("SELECT * FROM \"" + source + "\".\"" + table + "\"");
        List<String> columns = new ArrayList<>();
        answer.path("columns").forEach(column -> columns.add(column.asText()));
        Map<String, ObjectNode> rows = new HashMap<>();
        for (JsonNode row : answer.path("rows")) {
            ObjectNode named = Json.MAPPER.createObjectNode();
            for (int i = 0; i < columns.size(); i++) {
                named.set(columns.get(i), row.get(i));
            }
            assertThat(rows.put(named.path("id").asText(), named)).as("a second row of an id in " + table).isNull();
        }
        return new Table(new LinkedHashSet<>(columns), rows);
    }

    private JsonNode query(String sql) throws Exception {
        JsonNode answer = send("/api/query", Json.MAPPER.createObjectNode().put("sql", sql));
        assertThat(answer.path("rows").isArray() && !answer.has("truncated")).as(sql + ": " + answer.path("error")).isTrue();
        return answer;
    }

    private JsonNode send(String path, JsonNode body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path));
        if (body != null) {
            request.POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        }
        return Json.MAPPER.readTree(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString()).body());
    }

    /** Of all stages. */
    List<String> deadLetters() {
        List<String> letters = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", "127.0.0.1:" + kafkaPort, "fetch.max.wait.ms", 50),
                new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor("dead-letters").stream()
                    .map(info -> new TopicPartition("dead-letters", info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(found -> letters.add(found.value()));
            }
        }
        return letters;
    }

    @Override
    public void close() {
        hub.close();
        sandbox.close();
    }
}
