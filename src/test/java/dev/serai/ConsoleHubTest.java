package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the console asks a whole hub, where the parts that answer are real. */
@Timeout(180)
class ConsoleHubTest {

    @TempDir
    private static Path folder;
    private static WatchedHub hub;

    @BeforeAll
    static void start() throws Exception {
        hub = new WatchedHub(folder);
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    /** As {@code action state}, of those that are about this. */
    private static List<String> activities(String subject) throws Exception {
        List<String> found = new ArrayList<>();
        for (JsonNode one : hub.get("/api/activity").path("activities")) {
            if (one.path("subject").asText().contains(subject)) {
                assertThat(one.path("text").asText()).endsWith(".");
                found.add(one.path("action").asText() + " " + one.path("state").asText());
            }
        }
        return found;
    }

    private static void awaitActivities(String subject, String... expected) {
        await().atMost(WatchedHub.PATIENCE).untilAsserted(() -> assertThat(activities(subject)).containsExactly(expected));
    }

    private static HttpResponse<String> begin(String path, String body) throws Exception {
        HttpResponse<String> answer = hub.post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 202);
        return answer;
    }

    @Test
    void whatPeopleHaveTheHubDoIsNotedWithItsEnd() throws Exception {
        hub.track("a1", "Song Played");
        hub.awaitRows("website.song_played", 1);

        begin("/api/replays", "{\"events\":true,\"destination\":\"webhook\"}");
        begin("/api/replays", "{\"dryRun\":true}");
        awaitActivities("webhook", "replay started", "replay ended");
        begin("/api/syncs", "{\"source\":\"stripe\"}");
        awaitActivities("stripe", "sync started", "sync ended");
        begin("/api/warehouses/warehouse/backfills", "{\"table\":\"website.song_played\"}");
        awaitActivities("website.song_played", "backfill started", "backfill ended");
        begin("/api/audiences/players/runs", "");
        awaitActivities("players", "audience started", "audience ended");
        assertThat(hub.post("/api/samples", "{\"messageId\":\"a1\",\"name\":\"played\"}").statusCode()).isEqualTo(201);
        awaitActivities("segment/played", "sample ended");

        JsonNode all = hub.get("/api/activity").path("activities");
        assertThat(all.findValuesAsText("number")).isSorted().doesNotHaveDuplicates();
        long seen = all.get(all.size() - 2).path("number").asLong();
        assertThat(hub.get("/api/activity?after=" + seen).path("activities")).hasSize(1);
        assertThat(hub.send("GET", "/api/activity?after=x", "", "").statusCode()).isEqualTo(400);
    }

    @Test
    void whoWasForgottenIsNotNamed() throws Exception {
        begin("/api/forget", "{\"userId\":\"pia-1\",\"dryRun\":true}");
        begin("/api/forget", "{\"userId\":\"pia-1\",\"suppressOnly\":true}");

        await().atMost(WatchedHub.PATIENCE).untilAsserted(() -> assertThat(hub.get("/api/activity").path("activities")).filteredOn(
                one -> one.path("action").asText().equals("forget")).extracting(one -> one.path("state").asText())
                .containsExactly("started", "ended"));
        assertThat(hub.get("/api/activity").toString()).doesNotContain("pia");
    }

    @Test
    void theRoutingIsAsTheFileSaysAndTheLastGoodOneStaysWhileTheFileIsBroken() throws Exception {
        // Given
        Path file = hub.routes.resolve("routing.camel.yaml");
        String shipped = Files.readString(file);
        JsonNode good = hub.get("/api/routing");
        assertThat(good.at("/routes/0/steps/0/steps").findValuesAsText("name")).containsExactly("webhook");
        assertThat(good.path("fault").isNull()).isTrue();

        // When
        Files.writeString(file, shipped.replace("kamelet:destinations-sink", "kamelet:no-such-sink"));

        // Then
        await().atMost(WatchedHub.PATIENCE).untilAsserted(() -> assertThat(hub.get("/api/routing").path("fault").asText())
                .contains("no-such-sink"));
        assertThat(hub.get("/api/routing").path("routes")).isEqualTo(good.path("routes"));
        Files.writeString(file, shipped.replace("${header.type} != 'object'", "${header.event} == 'A'"));
        await().atMost(WatchedHub.PATIENCE).untilAsserted(() -> assertThat(hub.get("/api/routing")
                .at("/routes/0/steps/0/expression").asText()).isEqualTo("${header.event} == 'A'"));
        assertThat(hub.get("/api/routing").path("fault").isNull()).isTrue();
        Files.writeString(file, shipped);
        await().atMost(WatchedHub.PATIENCE).untilAsserted(() -> assertThat(hub.get("/api/routing")).isEqualTo(good));
    }

    @Test
    void aDestinationThatRefusesTheHubItselfShowsInTheMetrics() throws Exception {
        // Given
        assertThat(hub.metrics()).contains("serai_deliveries_stopped{destination=\"webhook\"} 0.0", "serai_health{check=\"destinations\"} 1.0");

        // When
        hub.status = 401;
        hub.track("a2", "Song Stopped");

        // Then
        await().atMost(WatchedHub.PATIENCE).untilAsserted(() -> assertThat(hub.metrics()).contains(
                "serai_deliveries_stopped{destination=\"webhook\"} 1.0", "serai_health{check=\"destinations\"} 0.0"));
        hub.status = 200;
    }

    @Test
    void theSchemaOfAWarehouseThatIsOnlyLoadedIsNotToldHere() throws Exception {
        HttpResponse<String> answer = hub.send("GET", "/api/warehouses/lake/schema", "", "");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(answer.body()).contains("not_asked", "Redshift is asked with its own tools");
        assertThat(hub.get("/api/warehouses/warehouse/schema").has("schemas")).isTrue();
    }
}
