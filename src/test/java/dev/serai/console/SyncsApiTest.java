package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import dev.serai.kafka.DeadLetters;
import dev.serai.kafka.TestKafka;
import dev.serai.model.Json;
import dev.serai.observe.SourceCounts;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import dev.serai.partner.Sources;
import dev.serai.sync.Syncs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /api/syncs} over HTTP, before an engine that has two sources and no route to ask their partner with. */
class SyncsApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;

    private static HubHttpServer http;
    private static Syncs syncs;
    private static Activities activities;

    @BeforeAll
    static void start() throws Exception {
        PartnerFolders folders = PartnerFolders.read(Path.of("routes"));
        Sources sources = Sources.from(Settings.of(Map.of("serai.sources.shop.partner", "stripe",
                "serai.sources.shop.apiKey", "x", "serai.sources.shop.collections", "charges,plans",
                "serai.sources.club.partner", "stripe", "serai.sources.club.apiKey", "x",
                "serai.sources.club.collections", "charges")), folders.partners());
        TestKafka kafka = TestKafka.get();
        syncs = new Syncs(kafka.connection(), directory, Clock.systemUTC(),
                new SourceCounts(new SimpleMeterRegistry(), Clock.systemUTC()));
        assertThat(syncs.start(List.of(sources.byName().get("shop"), sources.byName().get("club")),
                DeadLetters.of(kafka.publisher()), new SimpleMeterRegistry())).isEmpty();
        http = new HubHttpServer(new HttpLimits(1 << 20, 100, 100, Duration.ofSeconds(10), Duration.ofSeconds(10),
                Duration.ofSeconds(10)), new IngestMetrics(new SimpleMeterRegistry()));
        activities = new Activities(Clock.systemUTC());
        new SyncsApi(http, syncs, activities);
        http.listen("127.0.0.1", 0, false);
        http.ready();
    }

    @AfterAll
    static void stop() throws Exception {
        http.close();
        activities.close();
        syncs.close();
    }

    private static HttpResponse<String> post(HttpRequest.BodyPublisher body) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/api/syncs")).POST(body).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode refused(HttpResponse<String> answer, int status, String code) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        JsonNode body = Json.MAPPER.readTree(answer.body());
        assertThat(body.path("error").asText()).isEqualTo(code);
        assertThat(body.path("message").asText()).isNotEmpty();
        return body;
    }

    private static JsonNode list() {
        try {
            return Json.MAPPER.readTree(CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port()
                    + "/api/syncs")).build(), HttpResponse.BodyHandlers.ofString()).body()).path("syncs");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void noBodyIsRefusedWithWhatToPost() throws Exception {
        assertThat(refused(post(BodyPublishers.noBody()), 400, "bad_request").path("message").asText())
                .contains("\"source\"", "\"collection\"", "\"full\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "null", "[]", "\"shop\"", "7", "{}", "{\"source\":7}", "{\"source\":null}",
        "{\"source\":[\"shop\"]}", "{\"source\":\"shop\",\"collection\":7}", "{\"source\":\"shop\",\"collection\":[\"charges\"]}",
        "{\"source\":\"shop\",\"full\":\"yes\"}", "{\"source\":\"shop\",\"full\":1}", "{\"source\":\"shop\",\"full\":null}"})
    void whatIsNoWishIsRefused(String body) throws Exception {
        refused(post(BodyPublishers.ofString(body)), 400, "bad_request");
    }

    @Test
    void bytesThatAreNoTextAreRefused() throws Exception {
        refused(post(BodyPublishers.ofByteArray(new byte[] {'{', (byte) 0xff, (byte) 0xfe, '}'})), 400, "bad_request");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"source\":\"shopp\"}|nothing is pulled from 'shopp'; there are shop, club",
        "{\"source\":\"\"}|there are shop, club",
        "{\"source\":\"zendesk\"}|there are shop, club",
        "{\"source\":\"shop\",\"collection\":\"tickets\"}|source 'shop' does not sync 'tickets'; it syncs charges, plans",
        "{\"source\":\"shop\",\"collection\":\"\"}|it syncs charges, plans",
        "{\"source\":\"club\",\"collection\":\"plans\"}|it syncs charges"})
    void whatThereIsNotIsNotFoundAndTheAnswerNamesWhatThereIs(String body, String message) throws Exception {
        assertThat(refused(post(BodyPublishers.ofString(body)), 404, "unknown_collection").path("message").asText())
                .contains(message);
    }

    @Test
    void aPartnersNameWishesForAllOfItsSourcesOrForNone() throws Exception {
        // When
        HttpResponse<String> one = post(BodyPublishers.ofString("{\"source\":\"stripe\",\"collection\":\"plans\"}"));
        HttpResponse<String> all = post(BodyPublishers.ofString("{\"source\":\"stripe\",\"collection\":null,\"full\":true}"));

        // Then
        refused(one, 404, "unknown_collection");
        assertThat(all.statusCode()).as(all.body()).isEqualTo(202);
        JsonNode wishes = Json.MAPPER.readTree(all.body()).path("wishes");
        assertThat(wishes).extracting(wish -> wish.path("source").asText() + "/" + wish.path("collection").asText())
                .containsExactly("shop/charges", "shop/plans", "club/charges");
        assertThat(wishes).extracting(wish -> wish.path("id").asText()).doesNotHaveDuplicates().doesNotContain("");
    }

    @Test
    void listsEveryCollectionOfEverySource() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(list()).allMatch(one -> one.path("here").asBoolean()));

        assertThat(list()).extracting(one -> one.path("source").asText() + "/" + one.path("collection").asText())
                .containsExactly("shop/charges", "shop/plans", "club/charges");
        assertThat(list()).allSatisfy(one -> assertThat(one.path("periodSeconds").asLong()).isPositive());
    }
}
