package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.kafka.KafkaConnection;
import dev.serai.model.Json;
import dev.serai.model.PartnerObject;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A whole hub, and samples made of what it has; each is then run by {@code serai test}. */
@Timeout(120)
class SaveCommandTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;
    private static Path routes;
    private static Hub hub;
    private static int kafkaPort;

    private record Run(int exit, String out, String err) { }

    @BeforeAll
    static void start() throws Exception {
        routes = directory.resolve("routes");
        for (String partner : List.of("segment", "braze", "webhook", "amplitude", "postmark")) {
            copy(Path.of("routes", partner), routes.resolve(partner));
        }
        Files.copy(Path.of("routes/routing.camel.yaml"), routes.resolve("routing.camel.yaml"));
        try (ServerSocket free = new ServerSocket(0)) {
            kafkaPort = free.getLocalPort();
        }
        Properties settings = new Properties();
        settings.putAll(Map.of("serai.data.dir", directory.resolve("data").toString(), "camel.server.port", "0",
                "serai.routes.dir", routes.toString(), "serai.kafka.port", String.valueOf(kafkaPort),
                "serai.sources.braze.token", "the-real-token", "serai.warehouse.url", "none"));
        hub = Hub.start(Path.of("application.properties"), Map.of(), settings, false);
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.createDirectories(to.resolve(from.relativize(file).toString()).getParent());
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static HttpResponse<String> post(String path, String authorization, String body) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path))
                .header("Authorization", authorization).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static void track(String body) throws Exception {
        String key = "Basic " + Base64.getEncoder().encodeToString("demo-website-key:".getBytes(StandardCharsets.US_ASCII));
        assertThat(post("/v1/track", key, body).statusCode()).isEqualTo(200);
    }

    private static Run run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine serai = Serai.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Run(serai.execute(arguments), out.toString(), err.toString());
    }

    private static Run save(String... arguments) {
        return run(Stream.concat(Stream.concat(Stream.of("save"), Stream.of(arguments)),
                Stream.of("--routes", routes.toString(), "--url", "http://127.0.0.1:" + hub.port())).toArray(String[]::new));
    }

    private static void assertThatTestTakes(String sample) {
        Run written = run("test", sample, "--update", "--routes", routes.toString());
        assertThat(written.exit()).as(written.out() + written.err()).isZero();
        Run again = run("test", sample, "--routes", routes.toString());
        assertThat(again.exit()).as(again.out() + again.err()).isZero();
        assertThat(again.out()).contains("1 samples, 0 differ");
    }

    private static JsonNode file(String sample, String name) throws IOException {
        return Json.MAPPER.readTree(routes.resolve(sample).resolve(name).toFile());
    }

    @Test
    void anEventIsSavedMaskedAndItsOutputsCanBeWritten() throws Exception {
        // Given
        track("{\"userId\":\"pia-1\",\"event\":\"Song Played\",\"messageId\":\"saved-1\",\"context\":{\"ip\":\"85.1.2.3\",\"traits\":"
                + "{\"email\":\"pia@mail.example\",\"name\":\"Pia Keller\"}},\"properties\":{\"title\":\"Blue\",\"by\":\"pia@mail.example\"}}");
        track("{\"userId\":\"pia-1\",\"event\":\"Song Paused\",\"messageId\":\"saved-2\"}");

        // When
        Run run = save("braze/pia", "--message-id", "saved-1", "--message-id", "saved-2");

        // Then
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(run.out()).contains("in.events.json", "values masked", "./serai test braze/pia --update");
        JsonNode events = file("braze/samples/pia", "in.events.json");
        assertThat(events).hasSize(2);
        assertThat(events.at("/0/event").asText()).isEqualTo("Song Played");
        assertThat(events.at("/0/source").asText()).isEqualTo("website");
        assertThat(events.at("/0/properties/title").asText()).isEqualTo("Blue");
        assertThat(events.at("/0/context/traits/email").asText()).isEqualTo("person1@example.com")
                .isEqualTo(events.at("/0/properties/by").asText());
        assertThat(events.at("/0/userId")).isEqualTo(events.at("/1/userId"));
        assertThat(events.toString()).doesNotContain("pia", "Keller", "85.1.2.3");
        assertThat(file("braze/samples/pia", "in.settings.json").path("apiKey").asText()).isNotEmpty();
        assertThatTestTakes("braze/pia");
        assertThat(file("braze/samples/pia", "out.requests.json").toString()).contains("Song Played");
    }

    @Test
    void theNextEventOfASourceIsSaved() throws Exception {
        // Given
        CompletableFuture<Run> waiting = CompletableFuture.supplyAsync(() -> save("amplitude/next", "--next", "website"));

        // When
        await().atMost(PATIENCE).until(() -> {
            track("{\"userId\":\"pia-2\",\"event\":\"Waited For\"}");
            return waiting.isDone();
        });

        // Then
        assertThat(waiting.join().exit()).as(waiting.join().err()).isZero();
        assertThatTestTakes("amplitude/next");
        assertThat(file("amplitude/samples/next", "out.requests.json").toString()).contains("Waited For");
    }

    @Test
    void anObjectIsSaved() throws Exception {
        // Given
        PartnerObject object = new PartnerObject("stripe", "customers", "cus_9s6XKzkNRiz8i3", 1_767_225_600_000_000L, Instant.now(),
                false, Optional.empty(), List.of(),
                "{\"id\":\"cus_9s6XKzkNRiz8i3\",\"email\":\"pia@mail.example\",\"balance\":0}".getBytes(StandardCharsets.UTF_8));
        Map<String, Object> properties = new KafkaConnection("127.0.0.1:" + kafkaPort).admin();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(properties, new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>("objects", object.key(), object.toBytes())).get();
        }

        // When
        Run run = save("webhook/customer", "--object", "stripe/customers/cus_9s6XKzkNRiz8i3");

        // Then
        assertThat(run.exit()).as(run.err()).isZero();
        JsonNode saved = file("webhook/samples/customer", "in.events.json").path(0);
        assertThat(saved.path("collection").asText()).isEqualTo("customers");
        assertThat(saved.path("id")).isEqualTo(saved.at("/properties/id"));
        assertThat(saved.toString()).doesNotContain("9s6XKz", "pia@").contains("person1@example.com", "\"balance\":0");
        assertThatTestTakes("webhook/customer");
    }

    @Test
    void aWebhooksDeadLetterBecomesTheRequestOfItsSource() throws Exception {
        // Given
        assertThat(post("/webhooks/braze", "Bearer the-real-token", "{\"events\":[{\"event_type\":\"users.messages.email.Open\","
                + "\"time\":1795507200,\"user\":{},\"properties\":{\"email_address\":\"pia@mail.example\",\"campaign_name\":\"Spring\"}}]}")
                .statusCode()).isEqualTo(200);
        JsonNode letter = await().atMost(PATIENCE).until(() -> Json.MAPPER.readTree(CLIENT.send(HttpRequest.newBuilder(URI.create(
                "http://127.0.0.1:" + hub.port() + "/api/dead-letters?source=braze")).build(), HttpResponse.BodyHandlers.ofString())
                .body()).path("deadLetters").path(0), found -> !found.isMissingNode());

        // When
        Run run = save("braze/no-user", "--dead-letter", letter.path("id").asText());

        // Then
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(routes.resolve("braze/samples/no-user/in.http")).content()
                .startsWith("POST /webhooks/braze\nContent-Type: application/json\nAuthorization: Bearer sample-token\n\n{\n  \"events\": [")
                .contains("\"campaign_name\": \"Spring\"", "person1@example.com").doesNotContain("pia@", "the-real-token");
        assertThatTestTakes("braze/no-user");
        assertThat(file("braze/samples/no-user", "out.dead-letters.json").at("/0/code")).isEqualTo(letter.path("code"));
    }

    @Test
    void saysWhatItCannotSaveAndLeavesNothing() throws Exception {
        Run unknown = save("braze/unknown", "--message-id", "never-sent");
        assertThat(unknown.exit()).isEqualTo(1);
        assertThat(unknown.err()).contains("it is not among the last");
        Run letter = save("braze/unknown", "--dead-letter", "never-was");
        assertThat(letter.exit()).isEqualTo(1);
        assertThat(letter.err()).contains("no dead letter 'never-was'");
        Run object = save("braze/unknown", "--object", "stripe/customers/never");
        assertThat(object.exit()).isEqualTo(1);
        Run late = save("braze/unknown", "--next", "nobody", "--timeout", "1");
        assertThat(late.exit()).isEqualTo(1);
        assertThat(late.err()).contains("No event of 'nobody' came.");
        assertThat(routes.resolve("braze/samples/unknown")).doesNotExist();

        assertThat(save("braze/email", "--message-id", "x").err()).contains("is there already");
        assertThat(save("nobody/x", "--message-id", "x").err()).contains("there is no partner 'nobody'");
        assertThat(save("braze/../x", "--message-id", "x").err()).contains("is no name of a sample");
        assertThat(save("braze/x").exit()).isEqualTo(2);
        assertThat(save("braze/x", "--message-id", "x", "--next", "website").exit()).isEqualTo(2);
        track("{\"userId\":\"pia-3\",\"event\":\"Seen\",\"messageId\":\"saved-3\"}");
        Run source = save("postmark/x", "--message-id", "saved-3");
        assertThat(source.exit()).isEqualTo(2);
        assertThat(source.err()).contains("'postmark' is no partner that events go out to");
    }

    @Test
    void anEventOfAnSdkBecomesTheCallThatItCameBy() throws Exception {
        // Given
        track("{\"userId\":\"pia-4\",\"event\":\"Song Shared\",\"messageId\":\"saved-4\",\"timestamp\":\"2026-11-24T09:00:00Z\","
                + "\"sentAt\":\"2026-11-24T09:00:10Z\",\"properties\":{\"title\":\"Blue\",\"with\":\"max@mail.example\"}}");

        // When
        Run run = save("segment/shared", "--message-id", "saved-4", "--message-id", "saved-4");

        // Then
        assertThat(run.exit()).as(run.err()).isZero();
        assertThat(routes.resolve("segment/samples/shared/in.http")).content()
                .startsWith("POST /v1/track\nContent-Type: application/json\nAuthorization: Basic c2FtcGxlLXdyaXRlLWtleTo=\n\n{")
                .contains("\"event\": \"Song Shared\"", "\"timestamp\": \"2026-11-24T09:00:00Z\"", "person1@example.com")
                .doesNotContain("pia-4", "max@", "receivedAt", "originalTimestamp");
        assertThatTestTakes("segment/shared");
        JsonNode out = file("segment/samples/shared", "out.events.json");
        assertThat(out).hasSize(2);
        assertThat(out.at("/0/timestamp").asText()).isEqualTo("2026-11-24T09:59:50.000Z");
    }

    private static HttpResponse<String> saveOverHttp(String body) throws Exception {
        return post("/api/samples", "none", body);
    }

    @Test
    void theConsoleSavesAnEventIntoTheFolderOfItsSourceOrOfAPartner() throws Exception {
        // Given
        track("{\"userId\":\"pia-5\",\"event\":\"Song Liked\",\"messageId\":\"saved-5\",\"context\":{\"traits\":{\"email\":\"pia@mail.example\"}}}");

        // When
        HttpResponse<String> own = saveOverHttp("{\"messageId\":\"saved-5\",\"name\":\"liked\"}");
        HttpResponse<String> other = saveOverHttp("{\"messageId\":\"saved-5\",\"name\":\"webhook/liked\"}");

        // Then
        assertThat(own.statusCode()).as(own.body()).isEqualTo(201);
        assertThat(Json.MAPPER.readTree(own.body())).isEqualTo(Json.MAPPER.createObjectNode()
                .put("folder", routes.resolve("segment/samples/liked").toString()).put("masked", 3)
                .put("next", "./serai test segment/liked --update").set("files", Json.MAPPER.createArrayNode().add("in.http")));
        assertThat(Json.MAPPER.readTree(other.body()).path("files").path(0).asText()).isEqualTo("in.events.json");
        assertThat(routes.resolve("segment/samples/liked/in.http")).content().contains("Song Liked").doesNotContain("pia");
        assertThatTestTakes("segment/liked");
        assertThatTestTakes("webhook/liked");
    }

    @Test
    void oneOfTwoWhoSaveTheSameSampleAtOnceIsToldThatItIsTaken() throws Exception {
        // Given
        track("{\"userId\":\"pia-6\",\"event\":\"Song Skipped\",\"messageId\":\"saved-6\"}");

        // When
        List<CompletableFuture<HttpResponse<String>>> both = Stream.of(1, 2).map(one -> CompletableFuture.supplyAsync(() -> {
            try {
                return saveOverHttp("{\"messageId\":\"saved-6\",\"name\":\"braze/skipped\"}");
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        })).toList();

        // Then
        List<HttpResponse<String>> answers = both.stream().map(CompletableFuture::join).toList();
        assertThat(answers).extracting(HttpResponse::statusCode).containsExactlyInAnyOrder(201, 409);
        assertThat(answers).extracting(HttpResponse::body).anyMatch(body -> body.contains("\"taken\"") && body.contains("another name"));
    }

    @Test
    void theConsoleIsToldWhatCannotBeSaved() throws Exception {
        track("{\"userId\":\"pia-7\",\"event\":\"Seen\",\"messageId\":\"saved-7\"}");
        for (String[] wrong : new String[][] {
            {"{\"messageId\":\"never-sent\",\"name\":\"braze/x\"}", "404", "unknown_event"},
            {"{\"messageId\":\"saved-7\"}", "400", "bad_request"},
            {"{\"messageId\":7,\"name\":\"braze/x\"}", "400", "bad_request"},
            {"nonsense", "400", "bad_request"},
            {"{\"messageId\":\"saved-7\",\"name\":\"../x\"}", "422", "is no name of a sample"},
            {"{\"messageId\":\"saved-7\",\"name\":\"braze/../../x\"}", "422", "is no name of a sample"},
            {"{\"messageId\":\"saved-7\",\"name\":\"nobody/x\"}", "422", "there is no partner"},
            {"{\"messageId\":\"saved-7\",\"name\":\"postmark/x\"}", "422", "no partner that events go out to"},
            {"{\"messageId\":\"saved-7\",\"name\":\"calls\"}", "409", "taken"}}) {
            HttpResponse<String> answer = saveOverHttp(wrong[0]);
            assertThat(answer.statusCode()).as(wrong[0] + answer.body()).isEqualTo(Integer.parseInt(wrong[1]));
            assertThat(answer.body()).contains(wrong[2]);
        }
    }

    @Test
    void theApiSaysWhatItMustBeAsked() throws Exception {
        for (String path : List.of("/api/events", "/api/objects?source=stripe")) {
            HttpResponse<String> answer = CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path))
                    .build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("\"bad_request\"");
        }
    }
}
