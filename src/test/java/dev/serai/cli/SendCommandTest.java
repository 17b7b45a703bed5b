package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.cli.HubStandIn.Asked;
import dev.serai.model.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SendCommandTest {

    private static final String CALL = "{\"type\":\"track\",\"event\":\"Order Completed\",\"userId\":\"u\"}";

    @TempDir
    private Path folder;
    private HubStandIn hub;

    @BeforeEach
    void start() throws IOException {
        hub = new HubStandIn();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    @Test
    void sendsASampleByItsName() {
        CommandRun send = send("braze/email");

        assertThat(send.exit()).isZero();
        assertThat(send.out()).isEqualToIgnoringNewLines("POST /webhooks/braze  200  {\"success\":true}");
        Asked asked = hub.asked().get(0);
        assertThat(asked.uri()).isEqualTo("/webhooks/braze");
        assertThat(asked.headers()).containsEntry("Authorization", "Bearer sample-token")
                .containsEntry("Content-Type", "application/json");
        assertThat(asked.text()).startsWith("{\n").endsWith("}");
    }

    @Test
    void sendsARequestFileByteForByte() throws IOException {
        String file = file("a.http", "PUT /webhooks/x?y=1\nX-Sign: v1,abc\n\n not json\r\n\n").toString();

        assertThat(send(file).exit()).isZero();
        assertThat(hub.asked().get(0).method()).isEqualTo("PUT");
        assertThat(hub.asked().get(0).uri()).isEqualTo("/webhooks/x?y=1");
        assertThat(hub.asked().get(0).text()).isEqualTo(" not json\r\n");
    }

    @Test
    void sendsCallsInAnyFormWithTheKeyOfTheWebsite() throws IOException {
        String array = "[" + CALL + "," + CALL + "]";
        for (String form : new String[] {CALL, array, CALL + "\n" + CALL + "\n", "\ufeff" + CALL,
            "{\"context\":{\"ip\":\"1.2.3.4\"},\"batch\":" + array + "}"}) {
            assertThat(send(file("calls.json", form).toString()).exit()).as(form).isZero();
        }

        assertThat(hub.asked()).hasSize(5).allSatisfy(asked -> {
            assertThat(asked.uri()).isEqualTo("/v1/batch");
            assertThat(asked.headers()).containsEntry("Authorization", "Basic " + Base64.getEncoder()
                    .encodeToString("demo-website-key:".getBytes(StandardCharsets.UTF_8)));
        });
        assertThat(hub.asked().get(1).text()).isEqualTo("{\"batch\":[" + CALL + "," + CALL + "]}");
        assertThat(hub.asked().get(2).text()).isEqualTo(hub.asked().get(1).text());
        assertThat(hub.asked().get(4).text())
                .isEqualTo("{\"context\":{\"ip\":\"1.2.3.4\"},\"batch\":[" + CALL + "," + CALL + "]}");
    }

    @Test
    void readsStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(CALL.getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(send("-").exit()).isZero();
        } finally {
            System.setIn(before);
        }
        assertThat(hub.asked().get(0).text()).contains(CALL);
    }

    @Test
    void cutsManyCallsIntoRequestsThatTheHubTakes() throws IOException {
        String small = (CALL + "\n").repeat(6_000);
        String large = "{\"type\":\"track\",\"event\":\"" + "x".repeat(30_000) + "\"}\n";

        assertThat(send(file("small.ndjson", small).toString()).out())
                .contains("3 requests: 3 answered 2xx, 0 not; 6000 events, 0 of them rejected");
        assertThat(send(file("large.ndjson", large.repeat(40)).toString()).exit()).isZero();

        int events = 0;
        for (Asked asked : hub.asked()) {
            JsonNode batch = Json.MAPPER.readTree(asked.body()).get("batch");
            assertThat(asked.body()).hasSizeLessThanOrEqualTo(500 * 1024);
            assertThat(batch.size()).isBetween(1, 2_500);
            events += batch.size();
        }
        assertThat(events).isEqualTo(6_040);
        assertThat(hub.asked()).hasSize(6);
    }

    @Test
    void aBatchWithAWriteKeyOfItsOwnKeepsIt() throws IOException {
        String file = file("b.json", "{\"writeKey\":\"mine\",\"batch\":[" + CALL + "]}").toString();

        send(file);
        assertThat(hub.asked().get(0).headers()).doesNotContainKey("Authorization");
        assertThat(hub.asked().get(0).text()).contains("\"writeKey\":\"mine\"");
    }

    @Test
    void needsAWriteKeyWhereTheSettingsHaveNone() throws IOException {
        String file = file("call.json", CALL).toString();
        String settings = folder.resolve("none.properties").toString();

        CommandRun without = send("--settings", settings, file);
        assertThat(without.exit()).isEqualTo(2);
        assertThat(without.err()).contains("serai.sources.website.writeKey").contains("--write-key");
        assertThat(send("--settings", settings, "--write-key", "k", file).exit()).isZero();
    }

    @Test
    void tellsEveryProblemOfAFileWithItsPlaceAndSendsNothing() throws IOException {
        Path file = file("calls.json", "[" + CALL + ",\n  {\"event\":\"x\"},\n  7, {\"type\":\"tracks\"},\n {\"type\":"
                + CALL + "},{\"type\":\"page\",\"a\":" + "[".repeat(3000) + "]".repeat(3000) + "}]");

        CommandRun send = send(file.toString());

        assertThat(send.exit()).isEqualTo(2);
        assertThat(send.err().lines().map(line -> line.replace(file + ":", ""))).containsExactly(
                "2:3: the call has no 'type'; add one of track, identify, page, screen, group, alias",
                "3:3: a call must be a JSON object; write for instance "
                        + "{\"type\":\"track\",\"event\":\"Order Completed\",\"userId\":\"u1\"}",
                "3:6: \"tracks\" is no type of a call; use one of track, identify, page, screen, group, alias",
                "4:2: {\"type\":\"track\",\"event\":\"Order Complete\u2026 is no type of a call; use one of track, "
                        + "identify, page, screen, group, alias",
                "4:" + (2 + ("{\"type\":" + CALL + "},").length())
                        + ": the call is nested too deep; the limit is 100 levels");
        assertThat(hub.asked()).isEmpty();
    }

    @Test
    void tellsWhereJsonIsBroken() throws IOException {
        Path broken = file("calls.json", CALL + "\n{\"type\":\"track\",}");

        assertThat(send(broken.toString()).exit()).isEqualTo(2);
        assertThat(send(broken.toString()).err()).startsWith(broken + ":2:").contains("; mend the JSON");
        assertThat(send(file("empty.json", " \n").toString()).err()).contains("empty.json:1:1: there is no call in it");
        assertThat(send(file("huge.json", "{\"type\":\"track\",\"a\":\"" + "x".repeat(600_000) + "\"}").toString())
                .err()).contains("huge.json:1:1: the call is 600023 bytes, more than a request may carry");
        assertThat(send(file("many.json", "{}\n".repeat(50)).toString()).err().lines()).hasSize(21)
                .last().asString().contains("and 30 more problems");
        assertThat(send(file("bad.http", "nonsense").toString()).err()).contains("bad.http:1:1: this is no request");
        assertThat(hub.asked()).isEmpty();
    }

    @Test
    void namesTheSamplesThereAreWhenThereIsNoneOfThatName() {
        assertThat(send("braze/emial").exit()).isEqualTo(2);
        assertThat(send("braze/emial").err()).startsWith("braze/emial: there is no such file, and no such sample; the "
                + "samples are braze/").contains("braze/email");
        assertThat(send("news-feed-and-content-card").err()).endsWith(
                "the samples are braze/news-feed-and-content-card" + System.lineSeparator());
        assertThat(send("../../braze/email").exit()).isEqualTo(2);
    }

    @Test
    void anAnswerThatIsNot2xxIsAFailure() throws IOException {
        hub.answering(401, "{\"error\":\"unknown\",\"message\":\"no \\u001b such key\u001b\"}");

        CommandRun send = send("--times", "3", file("call.json", CALL).toString());

        assertThat(send.exit()).isEqualTo(1);
        assertThat(send.out()).contains("POST /v1/batch  1 event  401  ").contains("3 requests: 0 answered 2xx, 3 not")
                .doesNotContain("\u001b");
    }

    @Test
    void manyRequestsAreCountedInsteadOfListed() throws IOException {
        hub.answering(200, "{\"success\":true,\"rejectedCount\":1}");

        CommandRun send = send("--times", "50", file("call.json", CALL).toString());

        assertThat(send.out()).isEqualToIgnoringNewLines(
                "50 requests: 50 answered 2xx, 0 not; 50 events, 50 of them rejected");
    }

    @Test
    void saysWhatToDoWhenNoHubAnswers() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        CommandRun send = CommandRun.run(new SendCommand(), "--url", "http://127.0.0.1:" + free, "braze/email");

        assertThat(send.exit()).isEqualTo(1);
        assertThat(send.err()).contains("No hub answers at").contains("./serai run");
    }

    @Test
    void wrongUsageIsTold() {
        assertThat(send("--times", "0", "braze/email").exit()).isEqualTo(2);
        assertThat(send("--write-key", "k", "braze/email").exit()).isEqualTo(2);
        assertThat(send().exit()).isEqualTo(2);
        assertThat(send("--help").out()).contains("Examples:", "Exit codes:");
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private CommandRun send(String... arguments) {
        return CommandRun.run(new SendCommand(), Stream.concat(Stream.of("--url", hub.url()),
                Arrays.stream(arguments)).toArray(String[]::new));
    }
}
