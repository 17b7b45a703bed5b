package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The console's files over HTTP, and that nothing in them goes round the rules that they are served with. */
class ConsolePagesTest {

    private static final Path SOURCES = Path.of("src/main/resources/console");
    private static final Pattern LINK = Pattern.compile("(?:href|src)=\"(/console/[^\"]+)\"");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int FIRST_LOAD_LIMIT = 300_000;

    private static HubHttpServer http;

    @BeforeAll
    static void serve() {
        http = new HubHttpServer(new HttpLimits(1 << 20, 100, 100, Duration.ofSeconds(10), Duration.ofSeconds(10),
                Duration.ofSeconds(10)), new IngestMetrics(new SimpleMeterRegistry()));
        new ConsolePages(http);
        http.listen("127.0.0.1", 0, false);
        http.ready();
    }

    @AfterAll
    static void stop() {
        http.close();
    }

    private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    }

    private static String text(HttpResponse<byte[]> answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static String header(HttpResponse<?> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    private static List<String> links(HttpResponse<byte[]> page) {
        return LINK.matcher(text(page)).results().map(found -> found.group(1)).distinct().toList();
    }

    @Test
    void thePageAndAllThatItBeginsWithAreSmallerThan300Kb() throws Exception {
        // When
        HttpResponse<byte[]> page = get("/");
        int size = get("/", "Accept-Encoding", "gzip").body().length;
        for (String link : links(page)) {
            HttpResponse<byte[]> file = get(link, "Accept-Encoding", "gzip, br");
            assertThat(file.statusCode()).as(link).isEqualTo(200);
            assertThat(header(file, "Content-Encoding")).as(link).isEqualTo("gzip");
            size += file.body().length;
        }

        // Then
        assertThat(links(page)).anyMatch(link -> link.endsWith("/app.js")).anyMatch(link -> link.endsWith("/pages/debugger.js"))
                .anyMatch(link -> link.endsWith("/lib/preact.js")).noneMatch(link -> link.contains("codemirror") || link.contains("uplot"));
        assertThat(size).isLessThan(FIRST_LOAD_LIMIT);
    }

    @Test
    void nothingButTheHubIsAskedAndNoScriptInThePageRuns() throws Exception {
        // When
        HttpResponse<byte[]> page = get("/");

        // Then
        assertThat(header(page, "Content-Type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(page, "Content-Security-Policy")).contains("default-src 'none'", "script-src 'self'", "style-src 'self'",
                "frame-ancestors 'none'", "base-uri 'none'").doesNotContain("unsafe");
        assertThat(header(page, "X-Content-Type-Options")).isEqualTo("nosniff");
        assertThat(header(page, "Referrer-Policy")).isEqualTo("no-referrer");
        assertThat(text(page)).doesNotContain("<style").doesNotContain(" style=").doesNotContain("onload=")
                .doesNotContainPattern("<script(?![^>]* src=)").doesNotContainPattern("(?:href|src)=\"https?:");
    }

    @Test
    void filesAreKeptForEverUnderTheirVersionAndThePageIsAskedForAnew() throws Exception {
        // Given
        HttpResponse<byte[]> page = get("/");
        String app = links(page).stream().filter(link -> link.endsWith("/app.js")).findFirst().orElseThrow();

        // When
        HttpResponse<byte[]> file = get(app);
        HttpResponse<byte[]> ofAnotherVersion = get(app.replaceFirst("/console/[^/]+/", "/console/000000000000/"));

        // Then
        assertThat(header(page, "Cache-Control")).isEqualTo("no-cache");
        assertThat(get("/", "If-None-Match", header(page, "ETag")).statusCode()).isEqualTo(304);
        assertThat(header(file, "Cache-Control")).isEqualTo("public, max-age=31536000, immutable");
        assertThat(header(file, "Content-Type")).isEqualTo("text/javascript; charset=utf-8");
        assertThat(ofAnotherVersion.statusCode()).isEqualTo(200);
        assertThat(header(ofAnotherVersion, "Cache-Control")).isEqualTo("no-cache");
    }

    @Test
    void whatIsCompressedIsTheFile() throws Exception {
        // Given
        String path = "/console/" + new ConsoleFiles().version() + "/lib/codemirror.js";

        // When
        HttpResponse<byte[]> plain = get(path);
        HttpResponse<byte[]> compressed = get(path, "Accept-Encoding", "gzip");

        // Then
        assertThat(header(plain, "Content-Encoding")).isEmpty();
        assertThat(header(get(path, "Accept-Encoding", "gzip;q=0, identity"), "Content-Encoding")).isEmpty();
        assertThat(new GZIPInputStream(new ByteArrayInputStream(compressed.body())).readAllBytes()).isEqualTo(plain.body());
    }

    @Test
    void onlyFilesOfTheConsoleAreServed() throws Exception {
        for (String path : List.of("/console/x/nothing.js", "/console/x/index.html", "/console/x/../log4j2.xml", "/console/x/..%2Flog4j2.xml",
                "/console/x/%2e%2e/log4j2.xml", "/console/x/lib/", "/console/x/META-INF/MANIFEST.MF")) {
            // When
            HttpResponse<byte[]> answer = get(path);

            // Then
            assertThat(answer.statusCode()).as(path).isEqualTo(404);
        }
    }

    @Test
    void everyFileOfTheFolderIsServed() throws IOException {
        // Given
        ConsoleFiles files = new ConsoleFiles();
        List<String> served = new ArrayList<>();
        files.paths().forEach(served::add);

        // When
        try (Stream<Path> folder = Files.walk(SOURCES)) {
            List<String> there = folder.filter(Files::isRegularFile).map(file -> SOURCES.relativize(file).toString().replace('\\', '/'))
                    .filter(path -> !path.equals("index.html")).toList();

            // Then
            assertThat(served).as("a module that nothing imports is not served").containsAll(there);
        }
    }

    @Test
    void noModuleMakesMarkupOfData() throws IOException {
        try (Stream<Path> folder = Files.walk(SOURCES)) {
            for (Path file : folder.filter(path -> path.toString().endsWith(".js")).toList()) {
                assertThat(Files.readString(file)).as(file.toString()).doesNotContain("innerHTML").doesNotContain("dangerouslySetInnerHTML")
                        .doesNotContain("insertAdjacentHTML").doesNotContain("document.write").doesNotContain("eval(").doesNotContain("new Function")
                        .doesNotContainPattern("https?://");
            }
        }
    }
}
