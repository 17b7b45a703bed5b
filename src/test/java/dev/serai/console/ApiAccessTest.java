package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiAccessTest {

    private static final Optional<String> NO_TOKEN = Optional.empty();
    private static final Optional<String> TOKEN = Optional.of("correct horse".replace(' ', '-'));

    private HubHttpServer http;

    @AfterEach
    void stop() {
        http.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "localhost:8080", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080",
            "app.localhost", "192.168.1.7:8080", "localhost."})
    void isOpenOnThisMachineUnderAnyNameOfIts(String host) throws IOException {
        start(NO_TOKEN, "127.0.0.1");

        assertThat(get("Host: " + host)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example",
            "127.0.0.1@evil.example", "notlocalhost", "", "localhost:8080:evil.example"})
    void aPageThatPointsItsOwnNameHereReadsNothing(String host) throws IOException {
        start(NO_TOKEN, "127.0.0.1");

        assertThat(get("Host: " + host)).matches("(?s)HTTP/1\\.1 4\\d\\d .*").doesNotContain("secret");
    }

    @Test
    void oneOfTwoHostsIsNotEnough() throws IOException {
        start(NO_TOKEN, "127.0.0.1");

        assertThat(get("Host: localhost\r\nHost: evil.example")).matches("(?s)HTTP/1\\.1 4\\d\\d .*");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Origin: http://evil.example", "Origin: null", "Origin: http://localhost:3000",
            "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site"})
    void aPageOfAnotherSiteIsRefused(String header) throws IOException {
        start(NO_TOKEN, "127.0.0.1");

        assertThat(get("Host: localhost:8080\r\n" + header)).startsWith("HTTP/1.1 403").contains("foreign_origin")
                .doesNotContainIgnoringCase("Access-Control");
    }

    @Test
    void theHubsOwnPageIsLetIn() throws IOException {
        start(NO_TOKEN, "127.0.0.1");

        assertThat(get("Host: localhost:8080\r\nOrigin: http://localhost:8080\r\nSec-Fetch-Site: same-origin"))
                .startsWith("HTTP/1.1 200").doesNotContainIgnoringCase("Access-Control");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1"})
    void whatCameThroughAProxyNeedsTheToken(String header) throws IOException {
        start(NO_TOKEN, "127.0.0.1");

        assertThat(get("Host: localhost\r\n" + header)).startsWith("HTTP/1.1 403").contains("serai.console.token");
    }

    @Test
    void aHubThatListensBeyondThisMachineNeedsAToken() throws IOException {
        start(NO_TOKEN, "0.0.0.0");

        assertThat(get("Host: localhost")).startsWith("HTTP/1.1 403").contains("serai.console.token");
    }

    @Test
    void theTokenOpensFromAnywhereUnderAnyName() throws IOException {
        start(TOKEN, "0.0.0.0");

        assertThat(get("Host: hub.example\r\nX-Forwarded-For: 1.2.3.4\r\nAuthorization: Bearer correct-horse"))
                .startsWith("HTTP/1.1 200");
        assertThat(get("Host: localhost\r\nAuthorization: bearer correct-horse")).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(strings = {"X: y", "Authorization: Bearer correct-hors", "Authorization: Bearer correct-horsee",
            "Authorization: Basic correct-horse", "Authorization: Bearer", "Authorization: correct-horse",
            "Authorization: Bearer x\r\nAuthorization: Bearer correct-horse"})
    void withoutTheRightTokenNothingIsShownEvenOnThisMachine(String header) throws IOException {
        start(TOKEN, "127.0.0.1");

        assertThat(get("Host: localhost\r\n" + header)).startsWith("HTTP/1.1 401").contains("WWW-Authenticate: Bearer")
                .contains("serai.console.token").doesNotContain("correct-horse").doesNotContain("secret");
    }

    @Test
    void theTokenInTheQueryDoesNotCount() throws IOException {
        start(TOKEN, "127.0.0.1");

        assertThat(ask("GET /api/data?token=correct-horse HTTP/1.1\r\nHost: localhost")).startsWith("HTTP/1.1 401");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/data", "//api/data", "/x/../api/data", "/%61pi/data", "/api/./data"})
    void noSpellingOfThePathGoesRound(String path) throws IOException {
        start(TOKEN, "127.0.0.1");

        assertThat(ask("GET " + path + " HTTP/1.1\r\nHost: localhost")).doesNotContain("secret");
    }

    private void start(Optional<String> token, String host) {
        http = new HubHttpServer(new HttpLimits(1 << 20, 100, 100, Duration.ofSeconds(10), Duration.ofSeconds(10),
                Duration.ofSeconds(10)), new IngestMetrics(new SimpleMeterRegistry()));
        // mounted before the console, as another part of the hub may be
        http.routes().get("/api/data").handler(ctx -> ctx.response().end("secret"));
        Tokens tokens = new Tokens(token, Optional.empty(), Clock.systemUTC());
        new Console(http, null, tokens, new ApiAccess(tokens, host), "test");
        http.listen("127.0.0.1", 0, false);
        http.ready();
    }

    private String get(String headers) throws IOException {
        return ask("GET /api/data HTTP/1.1\r\n" + headers);
    }

    private String ask(String head) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", http.port())) {
            socket.getOutputStream().write((head + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
