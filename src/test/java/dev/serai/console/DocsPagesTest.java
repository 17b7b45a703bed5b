package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.docs.Format;
import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import dev.serai.partner.PartnerFolders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code /docs} over HTTP. */
class DocsPagesTest {

    private static final PartnerFolders FOLDERS = PartnerFolders.read(Path.of("routes"));
    private static final Pattern INNER_LINK = Pattern.compile("href=\"(/[^\"]*)\"");

    private HubHttpServer http;

    private void serve(Optional<String> token) {
        http = new HubHttpServer(new HttpLimits(1 << 20, 100, 100, Duration.ofSeconds(10), Duration.ofSeconds(10),
                Duration.ofSeconds(10)), new IngestMetrics(new SimpleMeterRegistry()));
        new DocsPages(http, () -> FOLDERS, new ApiAccess(new Tokens(token, Optional.empty(), Clock.systemUTC()), "127.0.0.1"));
        http.listen("127.0.0.1", 0, false);
        http.ready();
    }

    @AfterEach
    void stop() {
        http.close();
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void everyPartnerIsReachedFromTheIndex() throws Exception {
        // Given
        serve(Optional.empty());

        // When
        HttpResponse<String> index = get("/docs");

        // Then
        assertThat(index.statusCode()).isEqualTo(200);
        List<String> links = INNER_LINK.matcher(index.body()).results().map((MatchResult found) -> found.group(1)).toList();
        assertThat(links).hasSize(FOLDERS.partners().size());
        for (String link : links) {
            HttpResponse<String> page = get(link);
            assertThat(page.statusCode()).as(link).isEqualTo(200);
            assertThat(page.body()).contains("href=\"/docs\"");
        }
    }

    @Test
    void thePagesMayRunNothingAndLoadNothing() throws Exception {
        // Given
        serve(Optional.empty());

        // When
        HttpResponse<String> page = get("/docs/braze");

        // Then
        assertThat(page.headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .isEqualTo(Format.CONTENT_SECURITY_POLICY + "; frame-ancestors 'none'").contains("default-src 'none'");
        assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(page.body()).contains("<h1>Braze</h1>");
    }

    @Test
    void whatIsNoPartnerIsNotFound() throws Exception {
        // Given
        serve(Optional.empty());

        // When
        for (String path : List.of("/docs/nobody", "/docs/..%2Fbraze", "/docs/%3Cscript%3E")) {
            HttpResponse<String> page = get(path);

            // Then
            assertThat(page.statusCode()).as(path).isEqualTo(404);
            assertThat(page.body()).contains("\"error\":").doesNotContain("<script>");
        }
    }

    @Test
    void whoMayNotUseTheApiDoesNotSeeThePages() throws Exception {
        // Given
        serve(Optional.of("secret-token"));

        // Then
        assertThat(get("/docs").statusCode()).isEqualTo(401);
        assertThat(get("/docs/braze").statusCode()).isEqualTo(401);
        assertThat(get("/docs/braze", "Authorization", "Bearer secret-token").statusCode()).isEqualTo(200);
    }

    @Test
    void aPageOfAnotherSiteDoesNotSeeThem() throws Exception {
        // Given
        serve(Optional.empty());

        // Then
        assertThat(get("/docs/braze", "Origin", "https://example.com").statusCode()).isEqualTo(403);
    }
}
