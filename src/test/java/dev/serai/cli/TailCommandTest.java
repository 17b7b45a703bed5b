package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class TailCommandTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final String LISTENING = "retry: 2000\n\nevent: listening\ndata: {}\n\n";
    private static final String EVENT = "{\"source\":\"website\",\"type\":\"track\",\"event\":\"Zo\u00eb\u009b\","
            + "\"userId\":\"u\"}";

    @Test
    void rawPrintsEventsAloneToStandardOutput() throws IOException {
        try (HubStandIn hub = new HubStandIn().streaming(LISTENING + said("accepted", EVENT)
                + said("skipped", "{\"count\":42}") + ": still here\n\n" + said("from-a-newer-hub", "{}")
                + said("rejected", "{\"code\":\"bad_request\"}"))) {
            CommandRun tail = tail(hub, "--raw", "-n", "2");

            assertThat(tail.exit()).isZero();
            assertThat(tail.out().lines())
                    .containsExactly(EVENT.replace("\u009b", "\\u009b"), "{\"code\":\"bad_request\"}");
            assertThat(tail.err().lines()).containsExactly("Listening to " + hub.url() + "; Ctrl-C ends.",
                    "42 events are not shown: more come in than can be.");
        }
    }

    @Test
    void prettyShowsAnEventOnALine() throws IOException {
        try (HubStandIn hub = new HubStandIn().streaming(LISTENING + said("unplanned", EVENT))) {
            assertThat(tail(hub, "-n", "1").out().lines())
                    .containsExactly("--:--:--  unplanned  website     track     Zo\u00eb\\u009b  user u");
        }
    }

    @Test
    void asksForWhatTheFiltersSay() throws IOException {
        try (HubStandIn hub = new HubStandIn().streaming(LISTENING + said("accepted", EVENT))) {
            tail(hub, "-n", "1", "--source", "a", "--source", "b", "--event", "Order & Co", "--type", "track", "--kind",
                    "accepted", "--token", "secret").exit();

            assertThat(hub.asked().get(0).uri())
                    .isEqualTo("/api/events/stream?source=a&source=b&type=track&event=Order+%26+Co&kind=accepted");
            assertThat(hub.asked().get(0).headers()).containsEntry("Authorization", "Bearer secret");
        }
    }

    @Test
    void endsAfterItsTime() throws IOException {
        try (HubStandIn hub = new HubStandIn().streaming(LISTENING)) {
            assertThat(tail(hub, "--timeout", "1").exit()).isZero();
            assertThat(tail(hub, "--timeout", "1", "-n", "1").exit()).isEqualTo(1);
        }
    }

    @Test
    void connectsAgainWhenTheHubRestarts() throws IOException {
        int port;
        CommandRun tail;
        try (HubStandIn hub = new HubStandIn().streaming(LISTENING + said("accepted", EVENT))) {
            port = hub.port();
            tail = start(hub, "--raw", "-n", "2");
            await().atMost(PATIENCE).until(() -> tail.out().contains("website"));
        }
        await().atMost(PATIENCE).until(() -> tail.err().contains("is lost; trying again"));
        HubStandIn again = await().atMost(PATIENCE).ignoreExceptions()
                .until(() -> new HubStandIn(port).streaming(LISTENING + said("accepted", EVENT)), hub -> true);
        try (again) {
            assertThat(tail.exit()).isZero();
            assertThat(tail.err()).containsOnlyOnce("is lost").contains("Connected again.");
        }
    }

    @Test
    void waitsForAHubThatIsStarting() throws IOException {
        try (HubStandIn hub = new HubStandIn().answering(503, "{\"error\":\"not_ready\",\"message\":\"starting\"}")) {
            CommandRun tail = start(hub, "-n", "1");
            await().atMost(PATIENCE).until(() -> tail.err().contains("The hub is starting"));
            hub.streaming(LISTENING + said("accepted", EVENT));

            assertThat(tail.exit()).isZero();
        }
    }

    @Test
    void saysWhatToDoWhenNoHubAnswers() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        CommandRun tail = CommandRun.run(new TailCommand(), "--url", "http://127.0.0.1:" + free);

        assertThat(tail.exit()).isEqualTo(1);
        assertThat(tail.err()).isEqualToIgnoringNewLines("No hub answers at http://127.0.0.1:" + free
                + "; start one with './serai run', or name it with --url.");
    }

    @Test
    void passesOnWhyTheHubRefuses() throws IOException {
        try (HubStandIn hub = new HubStandIn()) {
            hub.answering(401, "{\"error\":\"unauthorized\",\"message\":\"this needs \\u001b a token\"}");
            assertThat(tail(hub).exit()).isEqualTo(1);
            assertThat(tail(hub).err()).contains("this needs \\u001b a token; give it with --token");
            hub.answering(400, "{\"error\":\"bad_filter\",\"message\":\"'kind' must be one of\"}");
            assertThat(tail(hub, "--kind", "x").exit()).isEqualTo(2);
            hub.answering(200, "<html>");
            assertThat(tail(hub).err()).contains("is no hub of this version");
        }
    }

    @Test
    void wrongUsageIsTold() throws IOException {
        try (HubStandIn hub = new HubStandIn()) {
            assertThat(tail(hub, "-n", "0").exit()).isEqualTo(2);
            assertThat(tail(hub, "--timeout", "-1").exit()).isEqualTo(2);
            assertThat(tail(hub, "--token", "two words").exit()).isEqualTo(2);
            assertThat(CommandRun.run(new TailCommand(), "--url", "127.0.0.1:8080").err())
                    .contains("--url=127.0.0.1:8080: is no address of a hub; write it like http://127.0.0.1:8080");
            assertThat(hub.asked()).isEmpty();
        }
    }

    @Test
    void theHelpHasExamplesAndExitCodes() {
        CommandRun help = CommandRun.run(new TailCommand(), "--help");

        assertThat(help.exit()).isZero();
        assertThat(help.out()).contains("Examples:", "serai tail --raw | jq", "Exit codes:");
    }

    private static String said(String name, String data) {
        return "event: " + name + "\nid: x\ndata: " + data + "\n\n";
    }

    private static CommandRun start(HubStandIn hub, String... arguments) {
        return CommandRun.start(new TailCommand(), Stream.concat(Stream.of("--url", hub.url()),
                Arrays.stream(arguments)).toArray(String[]::new));
    }

    private static CommandRun tail(HubStandIn hub, String... arguments) {
        CommandRun run = start(hub, arguments);
        run.exit();
        return run;
    }
}
