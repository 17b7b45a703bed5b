package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the command asks and says; that the hub does it is {@code ForgetTest}'s. */
class ForgetCommandTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String RUNNING = "{\"id\":\"r1\",\"state\":\"running\",\"step\":\"waiting until topic events is "
            + "read by warehouse (12)\",\"suppressed\":false,\"places\":[],\"notes\":[]}";

    private HubStandIn hub;

    @BeforeEach
    void start() throws IOException {
        hub = new HubStandIn();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private static String ended(String state, int remaining) {
        return "{\"id\":\"r1\",\"state\":\"" + state + "\",\"step\":\"\",\"suppressed\":true,\"places\":[{\"name\":"
                + "\"topic events\",\"removed\":2,\"remaining\":" + remaining + "}],\"notes\":[\"A note\\u001b[2J.\"]}";
    }

    private CommandRun begin(String... more) {
        hub.answeringOnce(202, "{\"id\":\"r1\"}").answering(200, RUNNING);
        String[] arguments = new String[more.length + 4];
        System.arraycopy(new String[] {"pia", "--yes", "--url", hub.url()}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        CommandRun run = CommandRun.start(new ForgetCommand(), arguments);
        await().atMost(PATIENCE).until(() -> hub.asked().size() > 1);
        return run;
    }

    @Test
    void showsProgressAndTheProof() {
        CommandRun run = begin("--wait", "7", "--token", "secret");
        await().atMost(PATIENCE).until(() -> run.err().contains("warehouse (12) ..."));
        hub.answering(200, ended("finished", 0));

        assertThat(run.exit()).isZero();
        assertThat(run.out()).isEqualToNormalizingNewlines("""
                topic events  removed      2  remaining      0
                New events are suppressed, as read back from Kafka.
                """);
        assertThat(run.err()).contains("A note\\u001b[2J.");
        assertThat(hub.asked().get(0).text()).isEqualTo("{\"userId\":\"pia\",\"waitSeconds\":7}");
        assertThat(hub.asked()).allMatch(asked -> asked.headers().get("Authorization").equals("Bearer secret")
                && !asked.uri().contains("pia"));
    }

    @Test
    void exitsWithOneWhenSomethingIsLeft() {
        CommandRun run = begin();
        hub.answering(200, ended("unfinished", 3));

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("not finished; run the command again");
    }

    @Test
    void saysWhatIsInForceWhenTheHubGoesAway() {
        CommandRun run = begin();
        await().atMost(PATIENCE).until(() -> hub.asked().size() > 2);
        hub.close();

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("The hub went away", "in Kafka", "run the command again");
    }

    @Test
    void saysTheSameWhenTheHubWasStartedAnew() {
        CommandRun run = begin();
        hub.answering(404, "{\"error\":\"unknown_request\",\"message\":\"this hub knows no such request\"}");

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("The hub went away");
    }

    @Test
    void tellsWhatTheHubRefuses() {
        hub.answering(401, "{\"error\":\"unauthorized\",\"message\":\"this needs a token\"}");
        CommandRun run = CommandRun.run(new ForgetCommand(), "pia", "--yes", "--url", hub.url());

        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.err()).contains("this needs a token; give it with --token");
    }

    @Test
    void takesOneOfTheThreeThatDoLess() {
        assertThat(CommandRun.run(new ForgetCommand(), "pia", "--dry-run", "--allow-again").exit()).isEqualTo(2);
        assertThat(CommandRun.run(new ForgetCommand(), "").exit()).isEqualTo(2);
        assertThat(CommandRun.run(new ForgetCommand(), "pia", "--wait", "-1").exit()).isEqualTo(2);
    }
}
