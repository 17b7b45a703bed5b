package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The fakes as a command of their own. */
class SandboxCommandTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void servesEveryPartnerOnItsPortAndTellsWhereAndWithWhichCredentials() throws Exception {
        // Given
        int port = freePort();

        // When
        CommandRun run = CommandRun.start(new SandboxCommand(), "--port", String.valueOf(port), "--people", "20");

        // Then
        await().atMost(PATIENCE).until(() -> run.out().contains("salesforce"));
        assertThat(run.isRunning()).as(run.err()).isTrue();
        assertThat(run.out()).startsWith("Sandbox ready").contains("http://127.0.0.1:" + port + "/stripe  key sk_test_sandbox",
                "http://127.0.0.1:" + port + "/zendesk  user agent@sandbox.example/token", "http://127.0.0.1:" + port + "/salesforce");
        JsonNode customers = get(port, "/stripe/v1/customers?limit=100", "sk_test_sandbox:");
        assertThat(customers.path("data").size()).isBetween(15, 25);
        assertThat(get(port, "/zendesk/api/v2/users.json", "agent@sandbox.example/token:sandbox-token").path("users")).isNotEmpty();
        assertThat(get(port, "/sandbox/faults", "nobody:").path("faults").isArray()).isTrue();
    }

    @Test
    void exitsWithOneIfThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // When
            CommandRun run = CommandRun.run(new SandboxCommand(), "--port", String.valueOf(taken.getLocalPort()), "--people", "5");

            // Then
            assertThat(run.exit()).isEqualTo(1);
            assertThat(run.err()).contains("cannot listen on port " + taken.getLocalPort());
            assertThat(run.out()).isEmpty();
        }
    }

    @Test
    void wrongUsageExitsWithTwoAndHelpWithZero() {
        CommandRun help = CommandRun.run(new SandboxCommand(), "--help");

        assertThat(help.exit()).isZero();
        assertThat(help.out()).contains("--port", "--people", "--seed", "8090", "/sandbox/faults");
        assertThat(CommandRun.run(new SandboxCommand(), "--port", "many").exit()).isEqualTo(2);
        assertThat(CommandRun.run(new SandboxCommand(), "--port", "70000").exit()).isEqualTo(2);
        assertThat(CommandRun.run(new SandboxCommand(), "--people", "-1").exit()).isEqualTo(2);
    }

    private static JsonNode get(int port, String path, String user) throws Exception {
        HttpResponse<String> answer = CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8)))
                .build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(path).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
