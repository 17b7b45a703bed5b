package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A whole hub with destinations: what becomes of an event can be asked, mended and put through again. */
@Timeout(120)
class DestinationsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String SHIPPED_CONDITION = "${header.type} != 'object'";

    @TempDir
    private Path folder;
    private final List<String> received = new CopyOnWriteArrayList<>();
    private volatile int status = 200;
    private HttpServer partner;
    private Path routes;
    private Hub hub;

    private record Run(int exit, String out, String err) { }

    @BeforeEach
    void start() throws Exception {
        partner = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        partner.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (status == 200) {
                received.add(exchange.getRequestURI().getPath() + " " + Json.MAPPER.readTree(body).path("messageId").asText());
            }
            byte[] answer = "{\"error\":\"no such thing\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        partner.start();
        routes = folder.resolve("routes");
        copy(Path.of("routes"), routes);
    }

    @AfterEach
    void stop() {
        hub.close();
        partner.stop(0);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(one -> !one.toString().contains("samples")).toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private void startHub(Map<String, String> more) {
        Properties settings = new Properties();
        settings.putAll(Map.of("serai.data.dir", folder.resolve("data").toString(), "camel.server.port", "0",
                "serai.routes.dir", routes.toString(),
                "serai.destinations.webhook.url", url("/webhook"),
                "serai.destinations.webhook.allowPrivateAddresses", "true"));
        settings.putAll(more);
        hub = Hub.start(Path.of("application.properties"), Map.of(), settings, true);
    }

    private String url(String path) {
        return "http://127.0.0.1:" + partner.getAddress().getPort() + path;
    }

    private void change(String from, String to) throws IOException {
        Path file = routes.resolve("routing.camel.yaml");
        Files.writeString(file, Files.readString(file).replace(from, to));
    }

    private void track(String messageId, String event, String more) throws Exception {
        HttpResponse<String> answer = CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port()
                + "/v1/track")).header("Authorization", "Basic " + Base64.getEncoder().encodeToString(
                        "demo-website-key:".getBytes(StandardCharsets.US_ASCII)))
                .POST(HttpRequest.BodyPublishers.ofString("{\"userId\":\"u1\",\"event\":\"" + event + "\",\"messageId\":\""
                        + messageId + "\"" + more + "}")).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
    }

    private JsonNode get(String path) throws Exception {
        return Json.MAPPER.readTree(CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path))
                .build(), HttpResponse.BodyHandlers.ofString()).body());
    }

    /** How the event stands with the destination: its fate, and by or code. */
    private String fate(String messageId, String destination) throws Exception {
        for (JsonNode one : get("/api/deliveries?messageId=" + messageId).path("deliveries")) {
            if (one.path("destination").asText().equals(destination)) {
                return (one.path("fate").asText() + " " + one.path("by").asText() + one.path("code").asText()).strip();
            }
        }
        return "unknown";
    }

    private void awaitFate(String messageId, String destination, String fate) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(fate(messageId, destination)).isEqualTo(fate));
    }

    /** Sends events until one of them comes to this fate at the webhook, as the routing that is waited for would have it. */
    private void awaitFates(String prefix, String event, String fate) {
        await().atMost(PATIENCE).until(() -> {
            String id = prefix + "-" + System.nanoTime();
            track(id, event, "");
            await().atMost(PATIENCE).until(() -> !List.of("unknown", "queued").contains(fate(id, "webhook")));
            return fate(id, "webhook").equals(fate);
        });
    }

    private Run serai(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--url", "http://127.0.0.1:" + hub.port()));
        CommandLine serai = Serai.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Run(serai.execute(all.toArray(String[]::new)), out.toString(), err.toString());
    }

    @Test
    void theFateOfAnEventCanBeAskedForAndADeadLetterPutThroughAgain() throws Exception {
        startHub(Map.of("serai.destinations.webhook.consentCategories", "Advertising, Analytics",
                "serai.destinations.second.partner", "webhook", "serai.destinations.second.url", url("/second"),
                "serai.destinations.second.allowPrivateAddresses", "true"));
        status = 422;
        track("refused", "Order Completed", ",\"context\":{\"consent\":{\"categoryPreferences\":{\"Advertising\":true,"
                + "\"Analytics\":true,\"Other\":false}}}");
        awaitFate("refused", "webhook", "dead-lettered http_422");
        awaitFate("refused", "second", "dead-lettered http_422");
        status = 200;

        track("half-consent", "A", ",\"context\":{\"consent\":{\"categoryPreferences\":{\"Advertising\":true}}}");
        awaitFate("half-consent", "webhook", "filtered consent");
        awaitFate("half-consent", "second", "delivered");
        track("no-consent", "A", ",\"context\":{\"consent\":{\"categoryPreferences\":{}}},\"integrations\":{\"second\":false}");
        awaitFate("no-consent", "webhook", "filtered consent");
        awaitFate("no-consent", "second", "filtered integrations");

        JsonNode letter = get("/api/dead-letters?destination=webhook&event=Order%20Completed").path("deadLetters");
        assertThat(letter).hasSize(1);
        assertThat(letter.get(0).at("/request/item/messageId").asText()).isEqualTo("refused");
        assertThat(letter.get(0).at("/request/url").asText()).isEqualTo("***");
        assertThat(letter.get(0).at("/response/status").asInt()).isEqualTo(422);
        assertThat(letter.get(0).at("/response/body").asText()).contains("no such thing");

        Run counted = serai("replay", "--destination", "webhook", "--dry-run");
        assertThat(counted.out()).contains("1 matched, 1 would be sent");
        assertThat(fate("refused", "webhook")).startsWith("dead-lettered");
        Run replayed = serai("replay", "--destination", "webhook", "--code", "http_422", "--yes");
        assertThat(replayed.exit()).isZero();
        awaitFate("refused", "webhook", "delivered");
        assertThat(fate("refused", "second")).startsWith("dead-lettered");
        assertThat(serai("replay", "--destination", "webhook", "--yes").out()).contains("0 would be sent",
                "1 passed over: delivered");
        assertThat(serai("replay", "--destination", "webhok", "--yes").exit()).isEqualTo(2);
        assertThat(received).containsExactlyInAnyOrder("/second half-consent", "/webhook refused");
    }

    @Test
    void whatAClientSendsAgainReachesEachDestinationOnceAlsoOverARestart() throws Exception {
        startHub(Map.of());
        track("again", "A", "");
        awaitFate("again", "webhook", "delivered");
        hub.close();
        startHub(Map.of());

        track("again", "A", "");
        track("last", "A", "");
        awaitFate("last", "webhook", "delivered");

        assertThat(received).containsExactly("/webhook again", "/webhook last");
        assertThat(get("/api/deliveries").findParent("outcomes").at("/outcomes/repeated").asInt()).isEqualTo(1);
    }

    @Test
    void theRoutingIsReadAgainWhenItChangesAndTheLastGoodOneStaysWhileItHasAMistake() throws Exception {
        startHub(Map.of());
        change(SHIPPED_CONDITION, "${header.event} == 'Kept'");
        awaitFates("probe", "Dropped", "filtered routing");

        change("kamelet:destinations-sink\n\n", "kamelet:destination-snk\n\n");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(get("/observe/health").at("/faults/routing").asText())
                .contains("routing.camel.yaml", "destination-snk"));
        track("kept", "Kept", "");
        track("dropped", "Dropped", "");
        awaitFate("kept", "webhook", "delivered");
        awaitFate("dropped", "webhook", "filtered routing");

        change("kamelet:destination-snk\n\n", "kamelet:destinations-sink\n\n");
        change("${header.event} == 'Kept'", "${body.nonsense()} == 'Kept'");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(get("/observe/health").path("faults").has("routing")).isFalse());
        awaitFates("broken", "Kept", "dead-lettered routing_failed");
        int line = Files.readAllLines(routes.resolve("routing.camel.yaml")).stream().map(text -> text.contains("- filter:")
                && !text.contains("#")).toList().indexOf(true) + 1;
        assertThat(get("/api/dead-letters?stage=routing").at("/deadLetters/0/message").asText())
                .contains("routing.camel.yaml:" + line, "nonsense").doesNotContain("userId");
        assertThat(received).contains("/webhook kept").doesNotContain("/webhook dropped");

        change("${body.nonsense()} == 'Kept'", SHIPPED_CONDITION);
        awaitFates("whole", "Any", "delivered");
        assertThat(serai("replay", "--stage", "routing", "--yes").exit()).isZero();
        await().atMost(PATIENCE).until(() -> received.stream().anyMatch(one -> one.startsWith("/webhook broken-")));
    }

    @Test
    void eventsAreFilledIntoANewDestinationWithoutTouchingTheOthersOrTheWarehouse() throws Exception {
        startHub(Map.of());
        track("one", "A", "");
        track("two", "B", "");
        track("not-there", "A", ",\"integrations\":{\"added\":false}");
        awaitFate("two", "webhook", "delivered");
        awaitFate("not-there", "webhook", "delivered");
        hub.close();
        startHub(Map.of("serai.destinations.added.partner", "webhook", "serai.destinations.added.url", url("/added"),
                "serai.destinations.added.allowPrivateAddresses", "true"));
        track("three", "A", "");
        awaitFate("three", "added", "delivered");

        Run filled = serai("replay", "--events", "--destination", "added", "--since", "1h", "--yes");

        assertThat(filled.exit()).isZero();
        assertThat(filled.out()).contains("4 matched, 3 sent", "1 passed over: delivered");
        awaitFate("two", "added", "delivered");
        await().atMost(PATIENCE).until(() -> received.contains("/added one"));
        assertThat(serai("replay", "--events", "--destination", "added", "--yes").exit()).isZero();
        track("four", "A", "");
        awaitFate("four", "added", "delivered");
        assertThat(received).filteredOn(one -> one.startsWith("/added"))
                .containsExactlyInAnyOrder("/added one", "/added two", "/added three", "/added four");
        assertThat(received).filteredOn(one -> one.startsWith("/webhook")).doesNotHaveDuplicates().hasSize(5);
        JsonNode rows = Json.MAPPER.readTree(CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port()
                + "/api/query")).POST(HttpRequest.BodyPublishers.ofString(
                        "{\"sql\":\"SELECT count(*) FROM website.tracks WHERE id IN ('one','two')\"}")).build(),
                HttpResponse.BodyHandlers.ofString()).body());
        assertThat(rows.at("/rows/0/0").asInt()).isEqualTo(2);
    }

    @Test
    void aWarehouseAsADestinationGetsChosenEventsOnly() throws Exception {
        change("              - to:\n                  uri: kamelet:destinations-sink\n", """
                              - filter:
                                  simple: "${header.event} == 'Order Completed'"
                                  steps:
                                    - to:
                                        uri: kamelet:destination-sink
                                        parameters:
                                          destination: finance
                """);
        startHub(Map.of("serai.destinations.finance.partner", "warehouse",
                "serai.destinations.finance.url", "jdbc:duckdb:" + folder.resolve("finance.duckdb")));
        track("song", "Song Played", "");
        track("order", "Order Completed", "");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(query("finance", "SELECT id FROM website.tracks"))
                .isEqualTo("[[\"order\"]]"));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(query("warehouse", "SELECT count(*) FROM website.tracks"))
                .isEqualTo("[[2]]"));
        awaitFate("song", "finance", "filtered routing");
        assertThat(get("/api/journey?messageId=order").path("steps")).extracting(step -> step.path("stage").asText() + " "
                + step.path("warehouse").asText("") + step.path("destination").asText("") + step.path("tables"))
                .contains("routed finance[]", "loaded finance[\"website.tracks\",\"website.order_completed\"]")
                .noneMatch(step -> step.startsWith("queued"));
        assertThat(get("/api/journey?messageId=song").path("steps")).extracting(step -> step.path("stage").asText() + " "
                + step.path("warehouse").asText("") + step.path("destination").asText(""))
                .contains("filtered finance", "loaded warehouse").doesNotContain("loaded finance");
        assertThat(get("/api/destinations/finance").path("stages")).extracting(stage -> stage.path("stage").asText() + " "
                + stage.path("count").asInt()).containsExactly("received 2", "filteredAtSource 0", "filtered 1", "retrying 0", "failed 0",
                "delivered 1");
    }

    private String query(String warehouse, String sql) throws Exception {
        return Json.MAPPER.readTree(CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port()
                + "/api/query")).POST(HttpRequest.BodyPublishers.ofString(Json.MAPPER.createObjectNode().put("sql", sql)
                        .put("warehouse", warehouse).toString())).build(), HttpResponse.BodyHandlers.ofString()).body())
                .path("rows").toString();
    }

    @Test
    void whatATrackingPlanBlocksIsPutThroughAgainWhenThePlanHasIt() throws Exception {
        Path plan = Files.writeString(folder.resolve("website.plan.yaml"), "title: Website\nevents:\n  Song Played: {type: object}\n");
        startHub(Map.of("serai.sources.website.plan", plan.toString(), "serai.sources.website.unplannedEvents", "block"));
        track("planned", "Song Played", "");
        track("blocked", "Song Skipped", "");
        awaitFate("planned", "webhook", "delivered");
        assertThat(get("/api/violations?source=website").at("/violations/0/event").asText()).isEqualTo("Song Skipped");
        assertThat(get("/api/dead-letters").at("/deadLetters/0/code").asText()).isEqualTo("unplanned_event");

        Run early = serai("replay", "--stage", "plan", "--yes");
        Files.writeString(plan, "title: Website\nevents:\n  Song Played: {type: object}\n  Song Skipped: {type: object}\n");
        await().atMost(PATIENCE).until(() -> {
            track("probe-" + System.nanoTime(), "Song Skipped", "");
            serai("replay", "--stage", "plan", "--yes");
            return fate("blocked", "webhook").equals("delivered");
        });

        assertThat(early.out()).contains("still blocked");
        assertThat(fate("blocked", "webhook")).isEqualTo("delivered");
    }
}
