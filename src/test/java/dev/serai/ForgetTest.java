package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A whole hub with Kafka, DuckDB and a destination, and a person who wants to be forgotten. */
@Timeout(120)
class ForgetTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path data;
    private final List<String> delivered = new CopyOnWriteArrayList<>();
    private HttpServer destination;
    private int kafkaPort;
    private Hub hub;

    private record Run(int exit, String out, String err) { }

    @BeforeEach
    void start() throws Exception {
        destination = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        destination.createContext("/", this::receive);
        destination.start();
        try (ServerSocket free = new ServerSocket(0)) {
            kafkaPort = free.getLocalPort();
        }
        startHub();
    }

    @AfterEach
    void stop() {
        hub.close();
        destination.stop(0);
    }

    private void startHub() {
        Properties settings = new Properties();
        settings.putAll(Map.of("serai.data.dir", data.toString(), "camel.server.port", "0",
                "serai.kafka.port", String.valueOf(kafkaPort),
                "serai.destinations.webhook.url", "http://127.0.0.1:" + destination.getAddress().getPort() + "/",
                "serai.destinations.webhook.allowPrivateAddresses", "true"));
        hub = Hub.start(Path.of("application.properties"), Map.of(), settings, true);
    }

    /** Nothing of Pia's can be delivered, so it waits. */
    private void receive(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean waits = body.contains("\"pia\"");
        if (!waits) {
            delivered.add(body);
        }
        exchange.sendResponseHeaders(waits ? 503 : 200, -1);
        exchange.close();
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString("demo-website-key:"
                        .getBytes(StandardCharsets.US_ASCII)))
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String metrics() throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + "/observe/metrics"))
                .build(), HttpResponse.BodyHandlers.ofString()).body();
    }

    private String rows(String sql) throws Exception {
        JsonNode answer = Json.MAPPER.readTree(post("/api/query",
                Json.MAPPER.createObjectNode().put("sql", sql).toString()).body());
        return answer.path("rows").toString();
    }

    private List<String> topic(String topic) {
        List<String> values = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", "127.0.0.1:" + kafkaPort, "fetch.max.wait.ms", 50),
                new StringDeserializer(), new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(100)).forEach(found -> values.add(found.value()));
            }
        }
        return values;
    }

    private Run serai(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", "http://127.0.0.1:" + hub.port()));
        CommandLine serai = Serai.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Run(serai.execute(all.toArray(String[]::new)), out.toString(), err.toString());
    }

    private void sendEventsOfPiaAndNils() throws Exception {
        List<String> calls = new ArrayList<>();
        for (String user : List.of("pia", "nils")) {
            String who = "\"userId\":\"" + user + "\",";
            calls.add("{\"type\":\"page\",\"anonymousId\":\"device-of-" + user + "\",\"name\":\"Before\"}");
            calls.add("{\"type\":\"identify\"," + who + "\"anonymousId\":\"device-of-" + user
                    + "\",\"traits\":{\"email\":\"" + user + "@example.com\"}}");
            for (int i = 0; i < 5; i++) {
                calls.add("{\"type\":\"track\"," + who + "\"messageId\":\"" + user + "-" + i
                        + "\",\"event\":\"Order Completed\",\"properties\":{\"total\":" + i + "}}");
            }
            // no event: rejected
            calls.add("{\"type\":\"track\"," + who + "\"messageId\":\"bad-" + user + "\"}");
        }
        assertThat(post("/v1/batch", "{\"batch\":[" + String.join(",", calls) + "]}").statusCode()).isEqualTo(200);
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(rows("SELECT count(*) FROM website.tracks")).isEqualTo("[[10]]");
            assertThat(rows("SELECT count(*) FROM website.pages")).isEqualTo("[[2]]");
            assertThat(rows("SELECT count(*) FROM website.users")).isEqualTo("[[2]]");
            // Nils' six with his name and both anonymous ones
            assertThat(delivered).hasSize(8);
            assertThat(topic("deliveries.webhook")).hasSize(14);
            assertThat(topic("dead-letters")).hasSize(2);
        });
    }

    @Test
    void removesAPersonFromTablesTopicsQueuesAndDeadLettersAndProvesIt() throws Exception {
        // Given
        sendEventsOfPiaAndNils();
        Run before = serai("forget", "pia", "--dry-run");
        assertThat(before.exit()).isZero();
        assertThat(before.out()).contains("New events are taken").containsPattern("topic events +removed +0 +remaining +6")
                .containsPattern("warehouse website.tracks +removed +0 +remaining +5");

        // When
        Run run = serai("forget", "pia", "--yes");

        // Then
        assertThat(run.err() + run.out()).contains("New events are suppressed");
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).containsPattern("topic events +removed +6 +remaining +0")
                .containsPattern("topic deliveries.webhook +removed +6 +remaining +0")
                .containsPattern("topic dead-letters +removed +1 +remaining +0")
                .containsPattern("warehouse website.order_completed +removed +5 +remaining +0")
                .containsPattern("warehouse website.pages +removed +1 +remaining +0")
                .containsPattern("warehouse website.users +removed +1 +remaining +0");
        assertThat(topic("events")).noneMatch(event -> event.contains("\"userId\":\"pia\""));
        assertThat(topic("deliveries.webhook")).noneMatch(event -> event.contains("\"userId\":\"pia\""));
        assertThat(topic("dead-letters")).singleElement().asString().contains("bad-nils");
        assertThat(rows("SELECT user_id, count(*), count(DISTINCT id) FROM website.tracks GROUP BY 1"))
                .isEqualTo("[[\"nils\",5,5]]");
        assertThat(rows("SELECT id, email FROM website.users")).isEqualTo("[[\"nils\",\"nils@example.com\"]]");
        assertThat(rows("SELECT anonymous_id FROM website.pages")).isEqualTo("[[\"device-of-nils\"]]");

        // When
        Run again = serai("forget", "pia", "--yes");

        // Then
        assertThat(again.exit()).isZero();
        assertThat(again.out().lines().filter(line -> line.contains("removed")))
                .isNotEmpty().allMatch(line -> line.matches(".*removed +0 +remaining +0"));
    }

    @Test
    void neighboursAreNeitherDeliveredNorLoadedTwice() throws Exception {
        // Given
        sendEventsOfPiaAndNils();
        assertThat(serai("forget", "pia", "--yes").exit()).isZero();

        // When
        hub.close();
        startHub();
        assertThat(post("/v1/track", "{\"userId\":\"nils\",\"event\":\"After\",\"messageId\":\"after\"}").statusCode())
                .isEqualTo(200);

        // Then
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(delivered).anyMatch(event -> event.contains("\"after\""));
            assertThat(rows("SELECT count(*) FROM website.after")).isEqualTo("[[1]]");
        });
        assertThat(delivered).hasSize(9);
        assertThat(topic("events")).filteredOn(event -> event.contains("nils-3")).hasSize(1);
        assertThat(rows("SELECT count(*) FROM website.tracks")).isEqualTo("[[6]]");
    }

    @Test
    void newEventsAreAnsweredLikeAnyOtherAndLeaveNoTraceUntilAllowedAgain() throws Exception {
        // Given
        assertThat(serai("forget", "pia", "--suppress-only").exit()).isZero();

        // When
        HttpResponse<String> single = post("/v1/track", "{\"userId\":\"pia\",\"event\":\"Order Completed\"}");
        HttpResponse<String> broken = post("/v1/track", "{\"userId\":\"pia\"}");
        HttpResponse<String> batch = post("/v1/batch", "{\"batch\":[{\"type\":\"identify\",\"userId\":\"pia\"},"
                + "{\"type\":\"alias\",\"userId\":\"other\",\"previousId\":\"pia\"},"
                + "{\"type\":\"page\",\"userId\":\"nils\",\"name\":\"Home\"}]}");
        HttpResponse<String> mapped = post("/webhooks/braze", "{\"events\":[{\"event_type\":"
                + "\"users.messages.email.Open\",\"id\":\"e1\",\"time\":1795507200,"
                + "\"user\":{\"external_user_id\":\"pia\"},\"properties\":{}}]}");

        // Then
        for (HttpResponse<String> answer : List.of(single, broken, batch, mapped)) {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("{\"success\":true}");
        }
        assertThat(topic("events")).singleElement().asString().contains("\"nils\"");
        assertThat(topic("dead-letters")).isEmpty();
        assertThat(metrics()).contains("serai_ingest_suppressed_total 5.0");

        // When
        hub.close();
        startHub();
        post("/v1/track", "{\"userId\":\"pia\",\"event\":\"After The Restart\"}");

        // Then
        assertThat(topic("events")).hasSize(1);

        // When
        Run allowed = serai("forget", "pia", "--allow-again");
        post("/v1/track", "{\"userId\":\"pia\",\"event\":\"Back Again\"}");

        // Then
        assertThat(allowed.exit()).isZero();
        assertThat(allowed.out()).contains("New events are taken");
        assertThat(topic("events")).hasSize(2).anyMatch(event -> event.contains("Back Again"));
    }

    @Test
    void eventsThatComeInWhileItRunsAreGoneToo() throws Exception {
        // Given
        Thread sender = new Thread(() -> {
            try {
                for (int i = 0; !Thread.interrupted(); i++) {
                    post("/v1/batch", "{\"batch\":[{\"type\":\"track\",\"event\":\"Seen\",\"userId\":\"pia\",\"messageId\":\"p"
                            + i + "\"},{\"type\":\"track\",\"event\":\"Seen\",\"userId\":\"olga\",\"messageId\":\"o" + i + "\"},"
                            + "{\"type\":\"identify\",\"userId\":\"pia\",\"traits\":{\"n\":1}},"
                            + "{\"type\":\"identify\",\"userId\":\"olga\",\"traits\":{\"n\":" + i + "}}]}");
                }
            } catch (Exception e) {
                // told to end
            }
        });
        sender.start();
        await().atMost(PATIENCE).until(() -> delivered.size() > 200);

        // When
        Run run = serai("forget", "pia", "--yes");
        sender.interrupt();
        sender.join();

        // Then
        assertThat(run.exit()).as(run.err() + run.out()).isZero();
        assertThat(topic("events")).noneMatch(event -> event.contains("\"pia\""));
        assertThat(topic("dead-letters")).isEmpty();
        List<String> kept = topic("events").stream().filter(event -> event.contains("\"Seen\"")).toList();
        assertThat(kept).doesNotHaveDuplicates();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(rows("SELECT user_id, count(*) FROM website.seen GROUP BY 1"))
                .isEqualTo("[[\"olga\"," + kept.size() + "]]"));
        assertThat(rows("SELECT count(*) FROM website.tracks WHERE user_id = 'pia'")).isEqualTo("[[0]]");
        assertThat(rows("SELECT id FROM website.users")).isEqualTo("[[\"olga\"]]");
    }

    @Test
    void theApiRefusesWhatItDoesNotUnderstand() throws Exception {
        for (String body : List.of("", "{}", "{\"userId\":5}", "{\"userId\":\"pia\",\"dryrun\":true}",
                "{\"userId\":\"pia\",\"allow\":true,\"dryRun\":true}", "{\"userId\":\"pia\",\"waitSeconds\":-1}")) {
            assertThat(post("/api/forget", body).statusCode()).as(body).isEqualTo(400);
        }
        assertThat(post("/v1/track", "{\"userId\":\"pia\",\"event\":\"E\"}").statusCode()).isEqualTo(200);
        assertThat(topic("events")).hasSize(1);
    }
}
