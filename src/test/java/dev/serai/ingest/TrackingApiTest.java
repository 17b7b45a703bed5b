package dev.serai.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.SampleHub;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The tracking API over real HTTP, through the real route, to what reaches the topics. */
class TrackingApiTest {

    private static final String KEY = "a-write-key-of-a-shop";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static SampleHub hub;

    @BeforeAll
    static void start() {
        hub = new SampleHub(Map.of("serai.sources.shop.writeKey", KEY));
        assertThat(hub.problems()).isEmpty();
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @BeforeEach
    void forget() {
        hub.clear();
    }

    @ParameterizedTest
    @CsvSource({"track,track", "t,track", "identify,identify", "i,identify", "page,page", "p,page", "screen,screen",
        "s,screen"})
    void takesSingleCallsAndTheirOneLetterForms(String call, String type) throws Exception {
        HttpResponse<String> answer = post("/v1/" + call, "{\"event\":\"Order Completed\",\"userId\":\"u1\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"success\":true}");
        assertThat(hub.events()).singleElement().satisfies(event -> {
            assertThat(event.get("type").asText()).isEqualTo(type);
            assertThat(event.get("source").asText()).isEqualTo("shop");
            assertThat(event.get("userId").asText()).isEqualTo("u1");
            assertThat(event.get("messageId").asText()).hasSize(36);
            assertThat(event.get("receivedAt").asText()).isEqualTo("2026-11-24T10:00:00.000Z");
        });
    }

    @Test
    void takesGroupAndAlias() throws Exception {
        assertThat(post("/v1/group", "{\"groupId\":\"g1\",\"userId\":\"u1\",\"traits\":{\"plan\":\"pro\"}}")
                .statusCode()).isEqualTo(200);
        assertThat(post("/v1/a", "{\"previousId\":\"a1\",\"userId\":\"u1\"}").statusCode()).isEqualTo(200);

        assertThat(hub.events()).extracting(event -> event.get("type").asText()).containsExactly("group", "alias");
        assertThat(hub.events().get(0).at("/traits/plan").asText()).isEqualTo("pro");
        assertThat(hub.events().get(1).get("previousId").asText()).isEqualTo("a1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/json", "application/x-www-form-urlencoded", "*/*"})
    void readsJsonWhateverTheContentTypeSays(String contentType) throws Exception {
        HttpResponse<String> answer = CLIENT.send(request("/v1/track").header("Content-Type", contentType)
                .POST(HttpRequest.BodyPublishers.ofString("{\"event\":\"E\",\"userId\":\"u\"}")).build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(hub.events()).hasSize(1);
    }

    @Test
    void takesTheWriteKeyFromTheBodyToo() throws Exception {
        HttpResponse<String> answer = CLIENT.send(HttpRequest.newBuilder(uri("/v1/track"))
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"event\":\"E\",\"userId\":\"u\",\"writeKey\":\"" + KEY + "\"}")).build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(hub.events()).singleElement().satisfies(event -> assertThat(event.has("writeKey")).isFalse());
    }

    @Test
    void answersAnUnknownWriteKeyWith401AndASentenceThatHelps() throws Exception {
        HttpResponse<String> answer = CLIENT.send(HttpRequest.newBuilder(uri("/v1/track"))
                .header("Authorization", basic("nobody's")).POST(HttpRequest.BodyPublishers.ofString("{}")).build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(Json.MAPPER.readTree(answer.body()).get("message").asText())
                .contains("serai.sources.<source>.writeKey");
        assertThat(hub.deadLetters()).isEmpty();
    }

    @Test
    void mergesTheContextAroundABatchIntoEachEvent() throws Exception {
        post("/v1/batch", """
                {"batch":[{"type":"track","event":"A","userId":"u","context":{"locale":"en","app":{"name":"own"}}},
                          {"type":"identify","userId":"u","traits":{"name":"Anna"},"integrations":{"Braze":false}}],
                 "context":{"app":{"name":"outer"},"library":{"name":"x"}},"integrations":{"All":false},
                 "sentAt":"2026-11-24T09:59:00.000Z"}""");

        assertThat(hub.events()).hasSize(2);
        assertThat(hub.events().get(0).get("context").toString())
                .isEqualTo("{\"locale\":\"en\",\"app\":{\"name\":\"own\"},\"library\":{\"name\":\"x\"}}");
        assertThat(hub.events().get(1).get("integrations").toString()).isEqualTo("{\"Braze\":false,\"All\":false}");
        assertThat(hub.events()).allSatisfy(event ->
                assertThat(event.get("sentAt").asText()).isEqualTo("2026-11-24T09:59:00.000Z"));
    }

    @Test
    void takesOutWhatTheClientsClockIsWrongBy() throws Exception {
        // the client is ten minutes fast, and sent an event that was a minute old
        post("/v1/track", """
                {"event":"E","userId":"u","timestamp":"2026-11-24T10:09:00.000Z","sentAt":"2026-11-24T10:10:00.000Z"}""");

        JsonNode event = hub.events().get(0);
        assertThat(event.get("timestamp").asText()).isEqualTo("2026-11-24T09:59:00.000Z");
        assertThat(event.get("originalTimestamp").asText()).isEqualTo("2026-11-24T10:09:00.000Z");
        assertThat(event.get("sentAt").asText()).isEqualTo("2026-11-24T10:10:00.000Z");
        assertThat(event.get("receivedAt").asText()).isEqualTo("2026-11-24T10:00:00.000Z");
    }

    @Test
    void tellsTheAddressAndBrowserOnlyOfCallsThatComeFromTheDevice() throws Exception {
        post("/v1/t", "{\"event\":\"From a browser\",\"anonymousId\":\"a\"}");
        post("/v1/track", "{\"event\":\"From a server\",\"userId\":\"u\"}");
        post("/v1/track", "{\"event\":\"Asked for\",\"userId\":\"u\",\"context\":{\"direct\":true}}");

        assertThat(hub.events().get(0).at("/context/ip").asText()).isEqualTo("127.0.0.1");
        assertThat(hub.events().get(0).at("/context/userAgent").asText()).startsWith("Java-http-client");
        assertThat(hub.events().get(1).has("context")).isFalse();
        assertThat(hub.events().get(2).at("/context/ip").asText()).isEqualTo("127.0.0.1");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "track|{\"event\":\"E\"}|no_user_anon_id",
        "track|{\"event\":\"E\",\"userId\":5}|id_not_string",
        "track|{\"event\":\"E\",\"userId\":\"\"}|id_not_string",
        "track|{\"userId\":\"u\"}|event_not_defined",
        "track|{\"userId\":\"u\",\"event\":7}|event_not_string",
        "track|{\"userId\":\"u\",\"event\":\"E\",\"properties\":[]}|properties_not_object",
        "identify|{\"userId\":\"u\",\"traits\":\"x\"}|traits_not_object",
        "page|{\"userId\":\"u\",\"name\":1}|name_not_string",
        "page|{\"userId\":\"u\",\"category\":1}|category_not_string",
        "group|{\"userId\":\"u\"}|id_required",
        "group|{\"userId\":\"u\",\"groupId\":1}|id_not_string",
        "alias|{\"userId\":\"u\"}|id_required",
        "track|{\"userId\":\"u\",\"event\":\"E\",\"context\":{\"consent\":{}}}"
            + "|consent_categorypreferences_should_exist",
        "track|{\"userId\":\"u\",\"event\":\"E\",\"context\":{\"consent\":{\"categoryPreferences\":1}}}"
            + "|consent_categorypreferences_fields_should_be_object",
        "track|{\"userId\":\"u\",\"event\":\"E\",\"context\":{\"consent\":{\"categoryPreferences\":{\"a\":1}}}}"
            + "|consent_categorypreferences_fields_should_be_bool",
        "track|{\"userId\":\"u\",\"event\":\"E\",\"context\":{\"consent\":{\"categoryPreferences\":{},\"version\":\"1\"}}}"
            + "|consent_version_should_be_number",
        "track|{\"userId\":\"u\",\"event\":\"E\",\"context\":{\"device\":{\"advertisingId\":1}}}"
            + "|device_advertisingid_should_be_string",
    })
    void rejectsWithSegmentsCodeAndKeepsTheOriginal(String call, String body, String code) throws Exception {
        HttpResponse<String> answer = post("/v1/" + call, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Json.MAPPER.readTree(answer.body()).get("error").asText()).isEqualTo(code);
        assertThat(hub.events()).isEmpty();
        assertThat(hub.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo(code);
            assertThat(new String(letter.raw(), StandardCharsets.UTF_8)).isEqualTo(body);
        });
    }

    @Test
    void keepsTheNeighboursOfABadEvent() throws Exception {
        String deep = "[".repeat(10_000) + "]".repeat(10_000);
        HttpResponse<String> answer = post("/v1/batch", "{\"batch\":[" + String.join(",",
                "{\"type\":\"track\",\"event\":\"First\",\"userId\":\"u\"}",
                "{\"type\":\"track\",\"userId\":\"u\"}",
                "{\"type\":\"sing\",\"userId\":\"u\"}",
                "17",
                "{\"type\":\"track\",\"event\":\"Deep\",\"userId\":\"u\",\"properties\":{\"a\":" + deep + "}}",
                "{\"type\":\"track\",\"event\":\"Large\",\"userId\":\"u\",\"properties\":{\"a\":\""
                        + "x".repeat(33 * 1024) + "\"}}",
                "{\"type\":\"track\",\"event\":\"Last\",\"userId\":\"u\"}") + "]}");

        assertThat(answer.statusCode()).isEqualTo(200);
        JsonNode receipt = Json.MAPPER.readTree(answer.body());
        assertThat(receipt.get("success").asBoolean()).isTrue();
        assertThat(receipt.get("rejected")).extracting(reject -> reject.get("index").asInt())
                .containsExactly(1, 2, 3, 4, 5);
        assertThat(hub.events()).extracting(event -> event.get("event").asText()).containsExactly("First", "Last");
        assertThat(hub.deadLetters()).hasSize(5);
    }

    @Test
    void keepsTheNeighboursOfAnEventThatIsNotUtf8() throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes("{\"batch\":[{\"type\":\"track\",\"event\":\"Gr\u00fc\u00dfe\",\"userId\":\"u\"},{\"type\":\"track\",\"event\":\""
                .getBytes(StandardCharsets.UTF_8));
        body.writeBytes(new byte[] {(byte) 0xC3, (byte) 0x28, (byte) 0xFF});
        body.writeBytes("\",\"userId\":\"u\"},{\"type\":\"track\",\"event\":\"Last\",\"userId\":\"u\"}]}"
                .getBytes(StandardCharsets.UTF_8));

        HttpResponse<String> answer = post("/v1/batch", body.toByteArray());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(hub.events()).extracting(event -> event.get("event").asText())
                .containsExactly("Gr\u00fc\u00dfe", "Last");
        assertThat(hub.deadLetters()).singleElement().satisfies(letter ->
                assertThat(letter.raw()).containsSequence((byte) 0xC3, (byte) 0x28, (byte) 0xFF));
    }

    @Test
    void keepsTheNeighboursOfAnEventThatNobodyBehindCouldRead() throws Exception {
        HttpResponse<String> answer = post("/v1/batch", "{\"batch\":[" + String.join(",",
                "{\"type\":\"track\",\"event\":\"First\",\"userId\":\"u\"}",
                "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\",\"properties\":{\"a\":1e99999999999}}",
                "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\",\"context\":{\"a\":[-1E-00001000000000]}}",
                "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\",\"a\":" + "7".repeat(70_000) + "}",
                "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\",\"" + "a".repeat(70_000) + "\":1}",
                "{\"type\":\"track\",\"event\":\"Last\",\"userId\":\"u\"}") + "]}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(hub.events()).extracting(event -> event.get("event").asText()).containsExactly("First", "Last");
        assertThat(hub.deadLetters()).extracting(DeadLetter::message).satisfiesExactly(
                message -> assertThat(message).contains("out of range"), message -> assertThat(message).contains("out of range"),
                message -> assertThat(message).contains("the limit is"), message -> assertThat(message).contains("the limit is"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"[1e99999999999]", "DEEP"})
    void rejectsEventsThatTheContextAroundTheirBatchWouldMakeUnreadable(String value) throws Exception {
        String inContext = value.replace("DEEP", "[".repeat(10_000) + "]".repeat(10_000));

        HttpResponse<String> answer = post("/v1/batch", "{\"batch\":[{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\"}],"
                + "\"context\":{\"a\":" + inContext + "}}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(hub.events()).isEmpty();
        assertThat(hub.deadLetters()).singleElement().satisfies(letter ->
                assertThat(letter.message()).startsWith("the context around the batch"));
    }

    @Test
    void takesTextsThatWereCutInTheMiddleOfAnEmoji() throws Exception {
        String cut = "\"\\uD83D\":\"so nice \\ud83d\"";

        HttpResponse<String> answer = post("/v1/batch", "{\"batch\":[{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\","
                + "\"properties\":{" + cut + "}," + cut + "}],\"context\":{" + cut + "}}");

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode event = hub.events().get(0);
        assertThat(event.at("/properties/\uD83D").asText()).isEqualTo("so nice \uD83D");
        assertThat(event.at("/context/\uD83D").asText()).isEqualTo("so nice \uD83D");
        assertThat(event.get("\uD83D").asText()).isEqualTo("so nice \uD83D");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "nonsense", "{\"event\":\"E\",\"userId\":\"u\"} x", "{\"a\":\u0000}", "[1",
        "{\"event\":\"E\",\"userId\":\"u\",\"properties\":{\"a\":NaN}}", "{'event':'E'}"})
    void answersWhatIsNoJsonWith400(String body) throws Exception {
        HttpResponse<String> answer = post("/v1/track", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Json.MAPPER.readTree(answer.body()).get("error").asText()).isEqualTo("bad_request");
        assertThat(hub.deadLetters()).extracting(DeadLetter::code).containsExactly("bad_request");
    }

    @Test
    void letsStrangeButValidJsonThroughUnchanged() throws Exception {
        String properties = "{\"huge\":1e999999999,\"long\":" + "9".repeat(5000)
                + ",\"nul\":\"a\\u0000b\",\"twice\":1,\"twice\":2,\"\":true,\"\\ud83d\\ude00\":[]}";

        HttpResponse<String> answer = post("/v1/track",
                "{\"event\":\"E\",\"userId\":\"u\",\"properties\":" + properties + ",\"userId\":\"last\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(hub.rawEvents().get(0)).contains("\"properties\":" + properties).contains("\"userId\":\"last\"");
    }

    @Test
    void refusesRequestsOverSegmentsLimits() throws Exception {
        String event = "{\"type\":\"track\",\"event\":\"E\",\"userId\":\"u\"}";

        assertThat(post("/v1/batch", "{\"batch\":[" + (event + ",").repeat(2500) + event + "]}").body())
                .contains("batch_too_large");
        assertThat(post("/v1/batch", "{\"batch\":[" + event + "]," + " ".repeat(501 * 1024) + "\"a\":1}").body())
                .contains("payload_too_large");
        assertThat(post("/v1/track", "{\"event\":\"E\",\"userId\":\"u\",\"properties\":{\"a\":\""
                + "x".repeat(33 * 1024) + "\"}}").statusCode()).isEqualTo(400);
        assertThat(post("/v1/batch", "{\"batch\":[]}").body()).contains("empty_batch");
        assertThat(hub.events()).isEmpty();
    }

    @Test
    void readsGzipAndRefusesABombAndWhatIsNoGzip() throws Exception {
        assertThat(postGzip(gzip("{\"event\":\"E\",\"userId\":\"u\"}".getBytes(StandardCharsets.UTF_8))).statusCode())
                .isEqualTo(200);
        assertThat(postGzip(gzip(new byte[100 * 1024 * 1024])).statusCode()).isEqualTo(413);
        assertThat(postGzip("plain".getBytes(StandardCharsets.UTF_8)).statusCode()).isEqualTo(400);
        assertThat(hub.events()).hasSize(1);
    }

    @Test
    void answersABrowsersQuestionBeforeItPosts() throws Exception {
        HttpResponse<String> preflight = CLIENT.send(HttpRequest.newBuilder(uri("/v1/t"))
                .header("Origin", "https://shop.example.com").header("Access-Control-Request-Method", "POST")
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.ofString());
        HttpResponse<String> posted = CLIENT.send(request("/v1/t").header("Origin", "https://shop.example.com")
                .POST(HttpRequest.BodyPublishers.ofString("{\"event\":\"E\",\"userId\":\"u\"}")).build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Headers").orElseThrow())
                .contains("Authorization", "Content-Type", "X-Retry-Count");
        assertThat(posted.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
        assertThat(posted.headers().firstValue("Access-Control-Allow-Credentials")).isEmpty();
    }

    @Test
    void answersAPixelWithTheImageWhateverBecomesOfTheEvent() throws Exception {
        String data = Base64.getUrlEncoder().withoutPadding().encodeToString(
                ("{\"event\":\"Email Opened\",\"userId\":\"u\",\"writeKey\":\"" + KEY + "\"}")
                        .getBytes(StandardCharsets.UTF_8));
        for (String query : new String[] {"data=" + data,
            "userId=u&event=Email%20Opened&properties.subject=Hello&writeKey=" + KEY, "data=%%%", "", "data=x"}) {
            HttpResponse<byte[]> answer = CLIENT.send(HttpRequest.newBuilder(
                    URI.create(uri("/v1/pixel/track") + "?" + query.replace("%%%", "%25"))).build(),
                    HttpResponse.BodyHandlers.ofByteArray());

            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Type")).contains("image/gif");
            assertThat(answer.body()).startsWith('G', 'I', 'F').hasSize(42);
        }
        assertThat(hub.events()).hasSize(2).allSatisfy(event ->
                assertThat(event.get("event").asText()).isEqualTo("Email Opened"));
        assertThat(hub.events().get(1).at("/properties/subject").asText()).isEqualTo("Hello");
    }

    @Test
    void tellsSdksTheirSettings() throws Exception {
        HttpResponse<String> settings = CLIENT.send(HttpRequest.newBuilder(uri("/v1/projects/" + KEY + "/settings"))
                .build(), HttpResponse.BodyHandlers.ofString());

        assertThat(settings.statusCode()).isEqualTo(200);
        JsonNode integration = Json.MAPPER.readTree(settings.body()).at("/integrations/Segment.io");
        assertThat(integration.get("apiKey").asText()).isEqualTo(KEY);
        assertThat(integration.get("apiHost").asText()).isEqualTo("127.0.0.1:" + hub.port() + "/v1");
    }

    @Test
    void keepsHeadersOfTheClientAwayFromCamel() throws Exception {
        HttpResponse<String> answer = CLIENT.send(request("/v1/track?kafka.OVERRIDE_TOPIC=evil")
                .header("kafka.OVERRIDE_TOPIC", "evil").header("kafka.KEY", "evil")
                .header("CamelHttpResponseCode", "599")
                .POST(HttpRequest.BodyPublishers.ofString("{\"event\":\"E\",\"userId\":\"u\"}")).build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(hub.events()).hasSize(1);
    }

    @Test
    void saysWhatThereIsNot() throws Exception {
        assertThat(post("/v1/sing", "{}").statusCode()).isEqualTo(404);
        assertThat(post("/nowhere", "{}").body()).contains("not_found");
        assertThat(CLIENT.send(HttpRequest.newBuilder(uri("/v1/track")).build(),
                HttpResponse.BodyHandlers.ofString()).statusCode()).isEqualTo(405);
    }

    private static HttpResponse<String> post(String path, String body) throws Exception {
        return post(path, body.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> post(String path, byte[] body) throws Exception {
        return CLIENT.send(request(path).POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> postGzip(byte[] body) throws Exception {
        return CLIENT.send(request("/v1/track").header("Content-Encoding", "gzip")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(uri(path)).header("Authorization", basic(KEY));
    }

    private static URI uri(String path) {
        return URI.create("http://127.0.0.1:" + hub.port() + path);
    }

    private static String basic(String key) {
        return "Basic " + Base64.getEncoder().encodeToString((key + ":").getBytes(StandardCharsets.UTF_8));
    }
}
