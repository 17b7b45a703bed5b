package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.serai.model.Json;
import java.io.IOException;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A whole hub after it has accepted, rejected, filtered, delivered and given up an event each, and what the console's pages
 * are told of it.
 */
@Timeout(120)
class ConsoleApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private static Path folder;
    private static HttpServer partner;
    private static Hub hub;

    @BeforeAll
    static void start() throws Exception {
        partner = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        partner.createContext("/", exchange -> {
            String event = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes()).path("event").asText();
            byte[] answer = (event.equals("Refused") ? "{\"error\":\"no such thing\"}" : "{\"ok\":true}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(event.equals("Refused") ? 422 : 200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        partner.start();
        Path routes = folder.resolve("routes");
        copy(Path.of("routes"), routes);
        Files.writeString(Files.createDirectory(routes.resolve("unreadable")).resolve("partner.yaml"), "titel: Acme\n");
        Files.writeString(Files.createDirectory(routes.resolve("acme")).resolve("partner.yaml"), "title: Acme\ndescription: Sells.\nsource: {}\n");
        Files.writeString(routes.resolve("acme/acme-webhook.camel.yaml"), """
                - route:
                    id: acme-webhook
                    from:
                      uri: kamelet:webhook-source
                      parameters:
                        partner: acme
                      steps:
                        - to:
                            uri: kamelet:evnts-sink
                """);
        Properties settings = new Properties();
        settings.putAll(Map.of("serai.data.dir", folder.resolve("data").toString(), "camel.server.port", "0",
                "serai.routes.dir", routes.toString(),
                "serai.destinations.webhook.url", "http://127.0.0.1:" + partner.getAddress().getPort() + "/a-secret-path",
                "serai.destinations.webhook.allowPrivateAddresses", "true",
                "serai.sources.shop.partner", "stripe", "serai.sources.shop.webhookSecret", "whsec_shop"));
        hub = Hub.start(Path.of("application.properties"), Map.of(), settings, false);

        assertThat(track("delivered", "Order Completed", "")).isEqualTo(200);
        assertThat(track("refused", "Refused", "")).isEqualTo(200);
        assertThat(track("held-back", "Order Completed", ",\"integrations\":{\"webhook\":false}")).isEqualTo(200);
        assertThat(send("{\"event\":\"Order Completed\",\"messageId\":\"nobodys\"}")).isEqualTo(400);
        awaitFate("delivered", "delivered");
        awaitFate("refused", "dead-lettered");
        awaitFate("held-back", "filtered");
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(one -> !one.toString().contains("samples")).toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    @AfterAll
    static void stop() {
        hub.close();
        partner.stop(0);
    }

    private static int track(String messageId, String event, String more) throws Exception {
        return send("{\"userId\":\"u1\",\"event\":\"" + event + "\",\"messageId\":\"" + messageId + "\"" + more + "}");
    }

    private static int send(String body) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + "/v1/track"))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString("demo-website-key:".getBytes(StandardCharsets.US_ASCII)))
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    private static HttpResponse<String> ask(String path) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = ask(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    private static void awaitFate(String messageId, String fate) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(Json.MAPPER.readTree(ask("/api/deliveries?messageId=" + messageId).body())
                .findValuesAsText("fate")).containsExactly(fate));
    }

    private static JsonNode named(JsonNode list, String field, String value) {
        return StreamSupport.stream(list.spliterator(), false).filter(one -> one.path(field).asText().equals(value)).findFirst()
                .orElseThrow(() -> new AssertionError("no " + field + " " + value + " in " + list));
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Test
    void theOverviewHasEverySourceWarehouseAndDestinationInShort() throws Exception {
        JsonNode overview = get("/api/overview");

        assertThat(fields(overview)).containsExactly("startedAt", "now", "version", "kafka", "sources", "warehouses", "destinations",
                "audiences", "syncs");
        assertThat(Instant.parse(overview.path("startedAt").asText())).isBefore(Instant.parse(overview.path("now").asText()));
        assertThat(overview.at("/kafka/embedded").asBoolean()).isTrue();
        JsonNode website = named(overview.path("sources"), "name", "website");
        assertThat(website.path("partner").asText()).isEqualTo("segment");
        assertThat(website.path("in").toString()).isEqualTo("[\"events\"]");
        assertThat(website.path("state").asText()).isEqualTo("on");
        assertThat(website.path("problem").isNull()).isTrue();
        assertThat(website.path("accepted").asInt()).isEqualTo(3);
        assertThat(website.path("rejected").asInt()).isEqualTo(1);
        assertThat(Instant.parse(website.path("lastAt").asText())).isAfter(Instant.parse(overview.path("startedAt").asText()));
        assertThat(named(overview.path("sources"), "name", "shop").path("in").toString()).isEqualTo("[\"events\",\"objects\"]");
        JsonNode salesforce = named(overview.path("sources"), "name", "salesforce");
        assertThat(salesforce.path("state").asText()).isEqualTo("off");
        assertThat(salesforce.path("problem").asText()).startsWith("set serai.sources.salesforce.");
        await().atMost(PATIENCE).until(() -> get("/api/overview").at("/warehouses/0/eventsLoaded").asInt() == 3);
        assertThat(overview.at("/warehouses/0/kind").asText()).isEqualTo("DuckDB");
        JsonNode webhook = named(overview.path("destinations"), "name", "webhook");
        assertThat(webhook.path("on").asBoolean()).isTrue();
        assertThat(List.of(webhook.path("delivered").asInt(), webhook.path("filtered").asInt(), webhook.path("failed").asInt(),
                webhook.path("retrying").asInt())).containsExactly(1, 1, 1, 0);
        assertThat(named(overview.path("destinations"), "name", "braze").path("missing").toString()).contains("serai.destinations.braze.apiKey");
        assertThat(overview.path("syncs").path("failed").asInt()).isZero();
    }

    @Test
    void aFolderThatCannotBeUsedIsAFaultySourceWithWhatIsWrong() throws Exception {
        JsonNode sources = get("/api/overview").path("sources");

        assertThat(named(sources, "name", "acme").path("state").asText()).isEqualTo("faulty");
        assertThat(named(sources, "name", "acme").path("problem").asText()).contains("acme-webhook.camel.yaml:", "evnts-sink");
        assertThat(named(sources, "name", "unreadable").path("state").asText()).isEqualTo("faulty");
        assertThat(named(sources, "name", "unreadable").path("problem").asText()).contains("partner.yaml:1:", "titel");
        assertThat(get("/api/sources/unreadable").path("settings")).isEmpty();
    }

    @Test
    void aSourceTellsWhatCameAndWhatWasRejectedAndWhatToDo() throws Exception {
        JsonNode website = get("/api/sources/website");

        assertThat(website.at("/byType/track").asInt()).isEqualTo(3);
        assertThat(website.at("/byType/alias").asInt()).isZero();
        assertThat(website.path("documentation").asText()).isEqualTo("/docs/segment");
        assertThat(named(website.path("settings"), "name", "writeKey").path("isSet").asBoolean()).isTrue();
        JsonNode rejection = website.at("/rejections/0");
        assertThat(rejection.path("code").asText()).isEqualTo("no_user_anon_id");
        assertThat(rejection.path("count").asInt()).isEqualTo(1);
        assertThat(rejection.path("remedy").asText()).contains("userId or an anonymousId");
        assertThat(rejection.at("/samples/0/messageId").asText()).isEqualTo("nobodys");
        assertThat(Json.MAPPER.readTree(rejection.at("/samples/0/raw").asText()).path("event").asText()).isEqualTo("Order Completed");
        assertThat(ask("/observe/metrics").body()).contains(
                "serai_events_total{outcome=\"accepted\",source=\"website\",type=\"track\"} 3.0",
                "serai_events_total{outcome=\"rejected\",source=\"website\",type=\"track\"} 1.0");
    }

    @Test
    void aSourcesSecretsAreNotToldAndItsWebhookIs() throws Exception {
        String answer = ask("/api/sources/shop").body();

        assertThat(answer).doesNotContain("whsec_shop");
        JsonNode secret = named(Json.MAPPER.readTree(answer).path("settings"), "name", "webhookSecret");
        assertThat(secret.path("secret").asBoolean()).isTrue();
        assertThat(secret.path("isSet").asBoolean()).isTrue();
        assertThat(secret.path("value").isNull()).isTrue();
        assertThat(secret.path("key").asText()).isEqualTo("serai.sources.shop.webhookSecret");
        assertThat(Json.MAPPER.readTree(answer).at("/webhooks/0").asText())
                .isEqualTo("http://127.0.0.1:" + hub.port() + "/webhooks/stripe/shop");
    }

    @Test
    void aDestinationTellsHowFarEventsCameAndWhyNotFurther() throws Exception {
        String answer = ask("/api/destinations/webhook").body();
        JsonNode webhook = Json.MAPPER.readTree(answer);

        assertThat(answer).doesNotContain("a-secret-path");
        assertThat(webhook.path("stages")).extracting(stage -> stage.path("stage").asText() + " " + stage.path("count").asInt())
                .containsExactly("received 3", "filteredAtSource 1", "filtered 0", "retrying 0", "failed 1", "delivered 1");
        assertThat(webhook.path("reasons")).extracting(reason -> reason.path("stage").asText() + " " + reason.path("code").asText())
                .containsExactly("filteredAtSource integrations", "failed http_422");
        JsonNode held = webhook.at("/reasons/0");
        assertThat(held.at("/samples/0/messageId").asText()).isEqualTo("held-back");
        assertThat(held.at("/samples/0/request").isNull()).isTrue();
        assertThat(held.path("text").asText()).contains("integrations object");
        JsonNode failed = webhook.at("/reasons/1");
        assertThat(failed.path("text").asText()).contains("no such thing");
        assertThat(failed.path("remedy").asText()).isNotEmpty();
        assertThat(failed.at("/samples/0/event").asText()).isEqualTo("Refused");
        assertThat(failed.at("/samples/0/request/item/messageId").asText()).isEqualTo("refused");
        assertThat(failed.at("/samples/0/response/status").asInt()).isEqualTo(422);
        assertThat(webhook.path("recent")).hasSize(1);
        assertThat(webhook.at("/recent/0/messageId").asText()).isEqualTo("delivered");
        assertThat(webhook.at("/recent/0/millis").asLong()).isBetween(0L, 60_000L);
        assertThat(webhook.at("/recent/0/request/method").asText()).isEqualTo("POST");
        assertThat(webhook.at("/recent/0/response/body").asText()).isEqualTo("{\"ok\":true}");
        assertThat(webhook.at("/latency/p95Millis").asLong()).isPositive();
    }

    private static List<String> steps(JsonNode journey) {
        return StreamSupport.stream(journey.path("steps").spliterator(), false).map(step -> (step.path("stage").asText() + " "
                + step.path("destination").asText("") + step.path("warehouse").asText("")).strip()).toList();
    }

    @Test
    void theJourneyOfADeliveredEventEndsAtThePartnerAndInTheTables() throws Exception {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(steps(get("/api/journey?messageId=delivered"))).containsExactly("received",
                "routed webhook", "delivered webhook", "loaded warehouse"));
        JsonNode journey = get("/api/journey?messageId=delivered");

        assertThat(journey.at("/event/userId").asText()).isEqualTo("u1");
        assertThat(journey.at("/steps/0/source").asText()).isEqualTo("website");
        assertThat(journey.at("/steps/0/at").asText()).isEqualTo(journey.at("/event/receivedAt").asText());
        assertThat(journey.at("/steps/1/text").asText()).containsPattern("routing[.]camel[.]yaml:\\d+");
        assertThat(journey.at("/steps/2/request/item/messageId").asText()).isEqualTo("delivered");
        assertThat(journey.at("/steps/2/response/status").asInt()).isEqualTo(200);
        assertThat(journey.at("/steps/3/tables").toString()).isEqualTo("[\"website.tracks\",\"website.order_completed\"]");
        assertThat(Instant.parse(journey.at("/steps/3/at").asText())).isAfterOrEqualTo(Instant.parse(journey.at("/steps/0/at").asText()));
        assertThat(fields(journey.at("/steps/0"))).containsExactly("stage", "at", "source", "destination", "warehouse", "tables", "by", "code",
                "text", "request", "response");
    }

    @Test
    void theJourneyTellsWhereAnEventStayedAndWhy() throws Exception {
        JsonNode refused = named(get("/api/journey?messageId=refused").path("steps"), "stage", "dead-lettered");
        JsonNode held = named(get("/api/journey?messageId=held-back").path("steps"), "stage", "filtered");
        JsonNode rejected = get("/api/journey?messageId=nobodys");

        assertThat(refused.path("code").asText()).isEqualTo("http_422");
        assertThat(refused.at("/request/url").asText()).isEqualTo("***");
        assertThat(refused.at("/response/body").asText()).contains("no such thing");
        assertThat(held.path("by").asText()).isEqualTo("integrations");
        assertThat(held.path("text").asText()).contains("integrations object");
        assertThat(rejected.path("event").isNull()).isTrue();
        assertThat(steps(rejected)).containsExactly("received", "rejected");
        assertThat(rejected.at("/steps/1/code").asText()).isEqualTo("no_user_anon_id");
    }

    @Test
    void whatThereIsNotIsNotFoundAndTheAnswerNamesWhatThereIs() throws Exception {
        HttpResponse<String> source = ask("/api/sources/websit");
        HttpResponse<String> destination = ask("/api/destinations/webhok");

        assertThat(ask("/api/journey?messageId=never-sent").body()).contains("unknown_message", "never-sent");
        assertThat(ask("/api/journey?messageId=never-sent").statusCode()).isEqualTo(404);
        assertThat(ask("/api/journey").statusCode()).isEqualTo(400);
        assertThat(source.statusCode()).isEqualTo(404);
        assertThat(source.body()).contains("unknown_source", "website", "shop");
        assertThat(destination.statusCode()).isEqualTo(404);
        assertThat(destination.body()).contains("unknown_destination", "webhook", "braze");
    }
}
