package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fakes;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that do not go to plan: a hub that is killed while it tells of many users, a destination that refuses some. */
class AudiencesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int USERS = 60_000;

    @TempDir
    private Path folder;

    @Test
    void everyChangeIsToldOnceByItsIdAlthoughTheHubIsKilledWhileItTells() throws Exception {
        // Given
        Path audiences = Files.createDirectory(folder.resolve("audiences"));
        Files.writeString(audiences.resolve("number.trait.yaml"),
                "sql: SELECT 'user-' || i AS user_id, i AS number FROM range(" + USERS + ") AS t(i)\n");
        Path data = folder.resolve("data");

        // When
        HubProcess first = HubProcess.ready(data, "serai.audiences.dir=" + audiences);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> told(first) > 0);
        first.kill();

        // Then
        try (HubProcess second = HubProcess.ready(data, "serai.audiences.dir=" + audiences)) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(told(second)).isEqualTo(USERS));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(status(second).path("size").asInt()).isEqualTo(USERS));
            assertThat(second.number("SELECT count(DISTINCT user_id) FROM audiences.identifies")).isEqualTo(USERS);
            assertThat(second.number("SELECT count(*) FROM audiences.identifies WHERE user_id <> 'user-' || number")).isZero();
        }
    }

    @Test
    void whoADestinationRefusesIsADeadLetterAndInTheAudienceAllTheSame() throws Exception {
        // Given
        Path audiences = Files.createDirectory(folder.resolve("audiences"));
        Files.writeString(audiences.resolve("buyers.audience.yaml"), "destinations: [google-ads]\nsql: SELECT 'user-' || i AS user_id, "
                + "'user' || i || '@example.com' AS email FROM range(40) AS t(i)\n");
        SandboxClock clock = new SandboxClock();
        Faults faults = new Faults();
        List<Fake> fakes = Fakes.all(Fakes.SEED, Fakes.PEOPLE, clock, faults);
        Fake google = fakes.stream().filter(fake -> fake.partner().equals("google")).findFirst().orElseThrow();
        faults.add(Fault.of("google", "/v1/audienceMembers", Fault.Kind.REFUSE_ITEMS, 1));
        try (Sandbox sandbox = Sandbox.start(0, clock, faults, fakes); HubProcess hub = HubProcess.ready(folder.resolve("data"),
                "serai.audiences.dir=" + audiences, "serai.sandbox.enabled=true", "serai.sandbox.port=" + sandbox.port(),
                "serai.destinations.google-ads.audienceKey=buyers")) {

            // When
            await().atMost(PATIENCE).until(() -> emails(google).size() + letters(hub).size() >= 40 && !letters(hub).isEmpty()
                    && google.recorded().orElseThrow().items().size() + letters(hub).size() >= 80);

            // Then
            int refused = letters(hub).size();
            assertThat(refused).isBetween(1, 79);
            assertThat(letters(hub)).allSatisfy(letter -> assertThat(letter.path("stage").asText()).isEqualTo("delivery.google-ads"));
            assertThat(status(hub).path("size").asInt()).isEqualTo(40);
            assertThat(status(hub).path("problem").isNull()).isTrue();
            assertThat(Json.MAPPER.readTree(hub.post("/api/audiences/buyers/runs", "{}").body()).path("added").asInt()).isZero();

            // and again, when it is mended
            assertThat(hub.post("/api/replays", "{\"destination\":\"google-ads\"}").statusCode()).isEqualTo(202);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(emails(google)).hasSize(40));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(google.recorded().orElseThrow().items()).hasSize(80));
        }
    }

    private static Set<String> emails(Fake google) {
        return google.recorded().orElseThrow().items().stream().map(one -> one.at("/item/userData/userIdentifiers/0/emailAddress").asText())
                .collect(Collectors.toSet());
    }

    private static List<JsonNode> letters(HubProcess hub) throws Exception {
        List<JsonNode> letters = new ArrayList<>();
        Json.MAPPER.readTree(hub.get("/api/dead-letters?limit=1000").body()).path("deadLetters").forEach(letters::add);
        return letters;
    }

    private static long told(HubProcess hub) {
        try {
            return hub.number("SELECT count(*) FROM audiences.identifies");
        } catch (Exception | AssertionError e) {
            // there is no table before the first row
            return 0;
        }
    }

    private static JsonNode status(HubProcess hub) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port()
                + "/api/audiences")).build(), HttpResponse.BodyHandlers.ofString()).body()).at("/audiences/0");
    }
}
