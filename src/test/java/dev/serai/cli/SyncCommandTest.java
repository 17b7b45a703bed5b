package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code sync} asks and says; that the hub does it is the business of the tests of the engine. */
class SyncCommandTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String WISHES = "{\"wishes\":[{\"source\":\"stripe\",\"collection\":\"charges\",\"id\":\"w1\"},"
            + "{\"source\":\"stripe\",\"collection\":\"plans\",\"id\":\"w2\"}]}";

    private HubStandIn hub;

    @BeforeEach
    void start() throws IOException {
        hub = new HubStandIn();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private static String syncs(String... ones) {
        return "{\"syncs\":[" + String.join(",", ones) + "]}";
    }

    private static String running(String collection, long rows) {
        return sync(collection, "running", rows, 0, "", "null");
    }

    private static String ended(String collection, long rows, String wish) {
        return sync(collection, "waiting", rows, 0, wish, "null");
    }

    private static String failed(String collection, String wish) {
        return sync(collection, "failed", 0, 1, wish, "\"no usable answer: 503\"");
    }

    private static String sync(String collection, String phase, long rows, int failures, String endedWish, String message) {
        return "{\"source\":\"stripe\",\"collection\":\"" + collection + "\",\"here\":true,\"phase\":\"" + phase + "\",\"full\":false,"
                + "\"pages\":" + rows / 100 + ",\"rows\":" + rows + ",\"rowsPerSecond\":50.5,\"failures\":" + failures
                + ",\"code\":" + (failures > 0 ? "\"transient\"" : "null") + ",\"message\":" + message
                + ",\"endedWish\":\"" + endedWish + "\",\"nextRunAt\":\"2026-11-25T10:00:00Z\",\"cursor\":{\"since\":17}}";
    }

    @Test
    void listsHowAllSyncsGo() {
        // Given
        hub.answering(200, syncs(running("charges", 1200), ended("plans", 3, "")));

        // When
        CommandRun run = CommandRun.run(new SyncCommand(), "--url", hub.url());

        // Then
        assertThat(run.exit()).isZero();
        assertThat(run.out().lines()).hasSize(2).first().asString().contains("stripe/charges", "running", "12 pages",
                "1200 objects", "50.5/s", "next 2026-11-25T10:00:00Z", "cursor {\"since\":17}");
        assertThat(hub.asked()).singleElement().satisfies(asked -> {
            assertThat(asked.method()).isEqualTo("GET");
            assertThat(asked.uri()).isEqualTo("/api/syncs");
        });
    }

    @Test
    void listingExitsWithOneAndSaysWhyWhileACollectionFails() {
        // Given
        hub.answering(200, syncs(ended("charges", 5, ""), failed("plans", "")));

        // When
        CommandRun run = CommandRun.run(new SyncCommand(), "--url", hub.url());

        // Then
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).contains("transient: no usable answer: 503");
    }

    @Test
    void runsUntilEveryCollectionHasEnded() {
        // Given
        hub.answeringOnce(202, WISHES).answering(200, syncs(running("charges", 100), ended("plans", 3, "older")));

        // When
        CommandRun run = CommandRun.start(new SyncCommand(), "stripe", "--token", "secret", "--url", hub.url());
        await().atMost(PATIENCE).until(() -> hub.asked().size() > 2);
        hub.answering(200, syncs(running("charges", 700), ended("plans", 3, "w2")));
        await().atMost(PATIENCE).until(() -> run.err().contains("stripe/plans"));

        // Then
        assertThat(run.isRunning()).isTrue();
        assertThat(run.err()).doesNotContain("stripe/charges");
        hub.answering(200, syncs(ended("charges", 900, "w1"), ended("plans", 3, "w2")));
        assertThat(run.exit()).isZero();
        assertThat(run.err()).containsOnlyOnce("stripe/plans").contains("stripe/charges", "900 objects");
        assertThat(hub.asked().get(0).text()).isEqualTo("{\"source\":\"stripe\",\"full\":false}");
        assertThat(hub.asked()).allMatch(asked -> asked.headers().get("Authorization").equals("Bearer secret"));
    }

    @Test
    void isDoneWhenARunForALaterWishIsDone() {
        // Given
        hub.answeringOnce(202, WISHES).answering(200, syncs(ended("charges", 9, "w17"), ended("plans", 3, "w3")));

        // When
        CommandRun run = CommandRun.run(new SyncCommand(), "stripe", "--url", hub.url());

        // Then
        assertThat(run.exit()).isZero();
    }

    @Test
    void exitsWithOneWhenARunFailed() {
        // Given
        hub.answeringOnce(202, WISHES).answering(200, syncs(ended("charges", 9, "w1"), failed("plans", "w2")));

        // When
        CommandRun run = CommandRun.run(new SyncCommand(), "stripe", "--url", hub.url());

        // Then
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("transient: no usable answer: 503");
    }

    @Test
    void asksForOneCollectionInFullAndDoesNotWaitForIt() {
        // Given
        hub.answering(202, WISHES);

        // When
        CommandRun run = CommandRun.run(new SyncCommand(), "stripe", "charges", "--full", "--no-wait", "--url", hub.url());

        // Then
        assertThat(run.exit()).isZero();
        assertThat(hub.asked()).singleElement().satisfies(asked -> assertThat(asked.text())
                .isEqualTo("{\"source\":\"stripe\",\"full\":true,\"collection\":\"charges\"}"));
    }

    @Test
    void anUnknownPartnerIsWrongUsageAndTheMessageNamesWhatThereIs() {
        // Given
        hub.answering(404, "{\"error\":\"unknown_collection\",\"message\":\"nothing is pulled from 'strip'; there are stripe, zendesk\"}");

        // When
        CommandRun run = CommandRun.run(new SyncCommand(), "strip", "--url", hub.url());

        // Then
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("nothing is pulled from 'strip'; there are stripe, zendesk");
    }

    @Test
    void saysThatNoHubAnswers() {
        // Given
        String url = hub.url();
        hub.close();

        // When
        CommandRun list = CommandRun.run(new SyncCommand(), "--url", url);
        CommandRun run = CommandRun.run(new SyncCommand(), "stripe", "--url", url);

        // Then
        assertThat(list.exit()).isEqualTo(1);
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).isEqualTo(list.err()).contains("No hub answers at " + url);
    }

    @Test
    void saysThatTheHubGoesOnByItselfWhenItWentAwayMeanwhile() {
        // Given
        hub.answeringOnce(202, WISHES).answering(200, syncs(running("charges", 100), running("plans", 1)));
        CommandRun run = CommandRun.start(new SyncCommand(), "stripe", "--url", hub.url());
        await().atMost(PATIENCE).until(() -> hub.asked().size() > 2);

        // When
        hub.close();

        // Then
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("The hub went away or was restarted; it goes on with the syncs by itself.")
                .doesNotContain("No hub answers");
    }

    @Test
    void showsWhatThePartnerSaidWithoutObeyingIt() {
        // Given
        hub.answering(200, syncs(sync("charges", "failed", 0, 1, "", "\"\\u001b[2Jgone\"")));

        // When
        CommandRun run = CommandRun.run(new SyncCommand(), "--url", hub.url());

        // Then
        assertThat(run.out()).contains("\\u001b[2Jgone").doesNotContain("\u001b");
    }

    @Test
    void tellsWhatTheHubRefusesAndHowItIsUsed() {
        // Given
        hub.answering(401, "{\"error\":\"unauthorized\",\"message\":\"this needs a token\"}");

        // When
        CommandRun refused = CommandRun.run(new SyncCommand(), "stripe", "--url", hub.url());
        CommandRun help = CommandRun.run(new SyncCommand(), "--help");

        // Then
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("this needs a token; give it with --token");
        assertThat(help.exit()).isZero();
        assertThat(help.out()).contains("PARTNER", "COLLECTION", "--full", "--no-wait", "--url", "Exit codes:");
        assertThat(CommandRun.run(new SyncCommand(), "stripe", "charges", "plans").exit()).isEqualTo(2);
        assertThat(CommandRun.run(new SyncCommand(), "--url", "nowhere").exit()).isEqualTo(2);
    }
}
