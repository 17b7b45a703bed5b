package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import dev.serai.kafka.Publisher;
import dev.serai.model.Json;
import dev.serai.trait.Audiences;
import dev.serai.trait.Definitions;
import dev.serai.warehouse.LoadedEvents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code /api/audiences}, {@code /api/reports} and {@code /api/profiles} over HTTP, before a real warehouse. */
class AudiencesApiTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private static Path directory;
    private static LoadedEvents warehouse;
    private static Audiences audiences;
    private static Activities activities;
    private static HubHttpServer http;

    @BeforeAll
    static void start() throws Exception {
        warehouse = new LoadedEvents(LoadedEvents.Kind.DUCKDB, directory);
        warehouse.load("""
                {"source":"website","type":"identify","messageId":"m1","userId":"u1","traits":{"email":"ann@example.com","plan":"pro"},
                "timestamp":"2026-11-24T10:00:00Z","receivedAt":"2026-11-24T10:00:00Z"}""".replace("\n", ""), """
                {"source":"braze","type":"track","messageId":"m2","anonymousId":"b1","event":"Email Opened","properties":{},
                "context":{"traits":{"email":"ann@example.com"}},"timestamp":"2026-11-24T11:00:00Z","receivedAt":"2026-11-24T11:00:00Z"}"""
                .replace("\n", ""));
        Path folder = Files.createDirectory(directory.resolve("definitions"));
        Files.writeString(folder.resolve("openers.audience.yaml"), "description: Who opens.\nwho: {did: Email Opened}\n");
        Files.writeString(folder.resolve("broken.trait.yaml"), "sql: SELECT nothing FROM nowhere\n");
        Files.writeString(folder.resolve("mail.report.yaml"), "funnel: {steps: [{event: Email Opened}, {event: Email Link Clicked}], within: 1d}\n");
        Definitions definitions = Definitions.read(folder, List.of("warehouse"), Set.of());
        assertThat(definitions.problems()).isEmpty();
        audiences = new Audiences(Map.of("warehouse", warehouse.analysis()), () -> definitions, new Publisher(new MockProducer<>(true, null,
                new ByteArraySerializer(), new ByteArraySerializer())), Clock.systemUTC());
        http = new HubHttpServer(new HttpLimits(1 << 20, 100, 100, Duration.ofSeconds(10), Duration.ofSeconds(10),
                Duration.ofSeconds(10)), new IngestMetrics(new SimpleMeterRegistry()));
        http.listen("127.0.0.1", 0, false);
        activities = new Activities(Clock.systemUTC());
        new AudiencesApi(http, audiences, activities);
        http.ready();
    }

    @AfterAll
    static void stop() throws Exception {
        http.close();
        activities.close();
        audiences.close();
        warehouse.close();
    }

    private static HttpResponse<String> ask(String method, String path) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path))
                .method(method, HttpRequest.BodyPublishers.noBody()).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode answer(String method, String path) throws Exception {
        HttpResponse<String> answer = ask(method, path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    @Test
    void previewsRunsAndListsAnAudience() throws Exception {
        JsonNode preview = answer("GET", "/api/audiences/openers/preview");
        assertThat(preview.path("size").asInt()).isEqualTo(1);
        assertThat(preview.at("/sample/0/user_id").asText()).isEqualTo("u1");
        assertThat(preview.path("query").asText()).contains("email_opened");

        assertThat(answer("POST", "/api/audiences/openers/runs").path("rows").asInt()).isEqualTo(1);

        JsonNode one = answer("GET", "/api/audiences").path("audiences").findParents("name").stream()
                .filter(node -> node.path("name").asText().equals("openers")).findFirst().orElseThrow();
        assertThat(one.path("size").asInt()).isEqualTo(1);
        assertThat(one.path("lastRun").isTextual()).isTrue();
        assertThat(answer("GET", "/api/audiences/openers/runs").at("/runs/0/size").asInt()).isEqualTo(1);
    }

    @Test
    void whatPeopleHaveComputedIsNotedWithHowItEnded() throws Exception {
        // Given
        long before = activities.after(0).stream().mapToLong(Activities.Activity::number).max().orElse(0);

        // When
        answer("POST", "/api/audiences/openers/runs");
        ask("POST", "/api/audiences/broken/runs");
        ask("POST", "/api/audiences/none/runs");
        ask("GET", "/api/audiences/openers/preview");

        // Then
        assertThat(activities.after(before)).extracting(Activities.Activity::subject, Activities.Activity::state).containsExactly(
                tuple("openers", Activities.State.STARTED), tuple("openers", Activities.State.ENDED),
                tuple("broken", Activities.State.STARTED), tuple("broken", Activities.State.FAILED));
        assertThat(activities.after(before).get(1).text()).startsWith("openers has 1 row: ");
    }

    @Test
    void reportsAreListedBesides() throws Exception {
        assertThat(answer("GET", "/api/audiences").path("reports").findValuesAsText("name")).containsExactly("mail");
    }

    @Test
    void aPersonIsFoundByAnyIdentifierWithAllThatIsKnown() throws Exception {
        for (String id : List.of("u1", "user_id:u1", "ann@example.com", "email:ann@example.com", "b1")) {
            JsonNode profile = answer("GET", "/api/profiles/" + id);
            assertThat(profile.path("identifiers").findValuesAsText("value")).containsExactlyInAnyOrder("u1", "ann@example.com", "b1");
            assertThat(profile.at("/traits/website/plan").asText()).isEqualTo("pro");
            assertThat(profile.path("events").findValuesAsText("message_id")).containsExactly("m2", "m1");
        }
        assertThat(ask("GET", "/api/profiles/nobody").statusCode()).isEqualTo(404);
    }

    @Test
    void aReportIsComputedWithItsSql() throws Exception {
        JsonNode report = answer("GET", "/api/reports/mail");

        assertThat(report.at("/rows/0/profiles").asInt()).isEqualTo(1);
        assertThat(report.at("/rows/1/profiles").asInt()).isZero();
        assertThat(report.path("sql").asText()).startsWith("WITH");
    }

    @Test
    void whatCannotBeDoneIsSaid() throws Exception {
        assertThat(ask("POST", "/api/audiences/broken/runs")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(422);
            assertThat(answer.body()).contains("broken.trait.yaml:1:", "nowhere");
        });
        assertThat(ask("POST", "/api/audiences/none/runs").statusCode()).isEqualTo(404);
        assertThat(ask("DELETE", "/api/audiences/openers").body()).contains("has a file");
        assertThat(ask("GET", "/api/reports/openers").body()).contains("is no report");
    }
}
