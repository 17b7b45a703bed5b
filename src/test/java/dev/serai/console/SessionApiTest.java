package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import dev.serai.model.Json;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The way into the console, over real HTTP. */
class SessionApiTest {

    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private HubHttpServer http;

    @AfterEach
    void stop() {
        http.close();
    }

    private void start(Optional<String> operator, Optional<String> viewer, Instant now) {
        http = new HubHttpServer(new HttpLimits(1 << 20, 100, 100, Duration.ofSeconds(10), Duration.ofSeconds(10),
                Duration.ofSeconds(10)), new IngestMetrics(new SimpleMeterRegistry()));
        http.routes().get("/api/data").handler(ctx -> {
            JsonNode event = Json.MAPPER.createObjectNode().put("messageId", "0b9c2d1e-5d0f-4a55-9f3b-1c2d3e4f5a6b").put("userId", "ann-4711")
                    .set("traits", Json.MAPPER.createObjectNode().put("email", "ann@real.example").put("plan", "pro"));
            Answers.json(ctx, 200, Json.MAPPER.createObjectNode().put("name", "website").put("raw", event.toString())
                    .put("message", "no user ann@real.example").set("event", event));
        });
        http.routes().post("/api/data").handler(ctx -> ctx.response().end("done"));
        http.routes().get("/api/profiles/:id").handler(ctx -> ctx.response().end("somebody"));
        Tokens tokens = new Tokens(operator, viewer, Clock.fixed(now, ZoneOffset.UTC));
        new Console(http, null, tokens, new ApiAccess(tokens, "127.0.0.1"), "1.2.3");
        http.listen("127.0.0.1", 0, false);
        http.ready();
    }

    private void startWithTokens() {
        start(Optional.of("operators-token"), Optional.of("viewers-token"), NOW);
    }

    private HttpResponse<String> ask(String method, String path, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> login(String token) throws Exception {
        return ask("POST", "/api/session", "{\"token\":\"" + token + "\"}");
    }

    /** What a browser would send back. */
    private static String cookie(HttpResponse<String> answer) {
        return answer.headers().firstValue("Set-Cookie").orElseThrow().split(";")[0];
    }

    @Test
    void theTokenBeginsASessionThatNoScriptReadsAndNoOtherSiteSends() throws Exception {
        startWithTokens();
        assertThat(ask("GET", "/api/session", "").statusCode()).isEqualTo(401);

        HttpResponse<String> answer = login("operators-token");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).contains("HTTPOnly", "SameSite=Strict", "Path=/", "Max-Age=43200")
                .doesNotContain("operators-token", "Secure");
        assertThat(Json.MAPPER.readTree(ask("GET", "/api/session", "", "Cookie", cookie(answer)).body()))
                .isEqualTo(Json.MAPPER.readTree("{\"role\":\"operator\",\"login\":true,\"version\":\"1.2.3\"}"));
        assertThat(ask("GET", "/api/data", "", "Cookie", cookie(answer)).body()).contains("ann@real.example");
        assertThat(ask("DELETE", "/api/session", "", "Cookie", cookie(answer), "X-Serai-Console", "1").headers().firstValue("Set-Cookie")
                .orElseThrow()).contains("Max-Age=0");
    }

    @Test
    void behindTlsTheCookieStaysThere() throws Exception {
        startWithTokens();

        HttpResponse<String> answer = ask("POST", "/api/session", "{\"token\":\"operators-token\"}", "X-Forwarded-Proto", "https",
                "Origin", "https://127.0.0.1:" + http.port());

        assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).contains("Secure");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "operators-toke", "operators-token ", "Operators-Token"})
    void aWrongTokenBeginsNone(String token) throws Exception {
        startWithTokens();

        HttpResponse<String> answer = login(token);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void whoGuessesIsSlowedDown() throws Exception {
        startWithTokens();
        for (int i = 0; i < 11; i++) {
            assertThat(login("guess-" + i).statusCode()).isEqualTo(401);
        }

        assertThat(login("operators-token").statusCode()).isEqualTo(429);
    }

    @Test
    void aSessionOutlivesTheHubAndNotItsTimeNorItsToken() throws Exception {
        startWithTokens();
        String session = cookie(login("operators-token"));
        http.close();

        start(Optional.of("operators-token"), Optional.empty(), NOW.plus(Duration.ofHours(11)));
        assertThat(ask("GET", "/api/session", "", "Cookie", session).statusCode()).isEqualTo(200);
        http.close();
        start(Optional.of("operators-token"), Optional.empty(), NOW.plus(Duration.ofHours(13)));
        assertThat(ask("GET", "/api/session", "", "Cookie", session).statusCode()).isEqualTo(401);
        http.close();
        start(Optional.of("another-token"), Optional.empty(), NOW);
        assertThat(ask("GET", "/api/session", "", "Cookie", session).statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"operator.99999999999.AAAA.AAAA", "viewer", "operator...", "operator.x.y.z", "a.b.c.d.e", "OPERATOR.99999999999.A.A"})
    void whatWeDidNotSignIsNoSession(String session) throws Exception {
        startWithTokens();

        assertThat(ask("GET", "/api/session", "", "Cookie", "serai_session=" + session).statusCode()).isEqualTo(401);
    }

    @Test
    void aViewersSessionCannotBeMadeAnOperators() throws Exception {
        startWithTokens();
        String session = cookie(login("viewers-token"));

        assertThat(ask("GET", "/api/session", "", "Cookie", session.replace("viewer", "operator")).statusCode()).isEqualTo(401);
    }

    @Test
    void aSessionChangesNothingForAnotherSite() throws Exception {
        startWithTokens();
        String session = cookie(login("operators-token"));

        assertThat(ask("POST", "/api/data", "", "Cookie", session).body()).contains("header_missing");
        assertThat(ask("POST", "/api/data", "", "Cookie", session, "X-Serai-Console", "1", "Origin", "http://evil.example").body())
                .contains("foreign_origin");
        assertThat(ask("POST", "/api/data", "", "Cookie", session, "X-Serai-Console", "1", "Sec-Fetch-Site", "same-origin").body())
                .isEqualTo("done");
        assertThat(ask("POST", "/api/session", "{\"token\":\"operators-token\"}", "Origin", "http://evil.example").statusCode()).isEqualTo(403);
    }

    @Test
    void aViewerSeesWhatIsNobodysAndChangesNothing() throws Exception {
        startWithTokens();
        String session = cookie(login("viewers-token"));

        JsonNode answer = Json.MAPPER.readTree(ask("GET", "/api/data", "", "Cookie", session).body());

        assertThat(answer.toString()).doesNotContain("ann", "4711", "real.example");
        assertThat(answer.path("name").asText()).isEqualTo("website");
        assertThat(answer.at("/event/messageId").asText()).isEqualTo("0b9c2d1e-5d0f-4a55-9f3b-1c2d3e4f5a6b");
        assertThat(answer.at("/event/traits/plan").asText()).isEqualTo("pro");
        assertThat(answer.at("/event/traits/email").asText()).contains("@");
        assertThat(ask("GET", "/api/data", "", "Authorization", "Bearer viewers-token").body()).doesNotContain("real.example");
        assertThat(ask("POST", "/api/data", "", "Cookie", session, "X-Serai-Console", "1").body()).contains("\"viewer\"");
        assertThat(ask("GET", "/api/profiles/u1", "", "Cookie", session).body()).contains("\"viewer\"");
        assertThat(ask("DELETE", "/api/session", "", "Cookie", session, "X-Serai-Console", "1").statusCode()).isEqualTo(204);
    }

    @Test
    void onThisMachineNoneIsNeeded() throws Exception {
        start(Optional.empty(), Optional.empty(), NOW);

        assertThat(Json.MAPPER.readTree(ask("GET", "/api/session", "").body()).path("login").asBoolean()).isFalse();
        assertThat(login("whatever").statusCode()).isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "{", "{\"token\":1}", "null", "{\"token\":null}"})
    void whatIsNoTokenIsSaid(String body) throws Exception {
        startWithTokens();

        assertThat(ask("POST", "/api/session", body).statusCode()).isEqualTo(400);
    }
}
