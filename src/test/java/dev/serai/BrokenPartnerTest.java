package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.model.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A partner folder with a mistake is told and left out whole; its neighbours take requests. */
class BrokenPartnerTest {

    private static final String PARTNER = "title: Broken\ndescription: Has a mistake.\nsource: {}\n";
    private static final String ROUTE = """
            - route:
                id: broken-webhook
                from:
                  uri: kamelet:webhook-source
                  parameters:
                    partner: broken
                  steps:
                    - to:
                        uri: kamelet:map-events-action
                        parameters:
                          partner: broken
                          mapping: broken.jslt
                    - to:
                        uri: kamelet:events-sink
            """;

    @TempDir
    private Path routes;

    @BeforeEach
    void copyTheShippedPartners() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).filter(path -> !path.toString().contains("samples"))
                    .toList()) {
                Path copy = routes.resolve(Path.of("routes").relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }

    @Test
    void tellsAMappingThatDoesNotCompileWithItsLine() throws Exception {
        List<Problem> problems = start(PARTNER, ROUTE, "{\n  \"event\": .type,,\n}");

        assertThat(problems).singleElement().satisfies(problem -> {
            assertThat(problem.file()).endsWith("broken.jslt");
            assertThat(problem.line()).isEqualTo(2);
        });
    }

    @Test
    void tellsAMappingThatIsMissing() throws Exception {
        assertThat(start(PARTNER, ROUTE, null)).singleElement().satisfies(problem ->
                assertThat(problem.toString()).contains("broken.jslt", "cannot be read"));
    }

    @Test
    void tellsAStepThatCamelDoesNotKnow() throws Exception {
        assertThat(start(PARTNER, ROUTE.replace("- to:\n            uri: kamelet:events-sink", "- sing: {}"), ".")).
                isNotEmpty().allSatisfy(problem -> assertThat(problem.file()).endsWith("broken-webhook.camel.yaml"));
    }

    @Test
    void tellsAKameletThatIsNotThere() throws Exception {
        assertThat(start(PARTNER, ROUTE.replace("kamelet:events-sink", "kamelet:evnts-sink"), "."))
                .singleElement().satisfies(problem -> assertThat(problem.what()).contains("evnts-sink"));
    }

    /** Starts with a folder of these files, and proves that Braze is not concerned and that the folder is left out. */
    private List<Problem> start(String partner, String route, String mapping) throws Exception {
        Path folder = Files.createDirectories(routes.resolve("broken"));
        Files.writeString(folder.resolve("partner.yaml"), partner);
        Files.writeString(folder.resolve("broken-webhook.camel.yaml"), route);
        if (mapping != null) {
            Files.writeString(folder.resolve("broken.jslt"), mapping);
        }
        try (SampleHub hub = new SampleHub(Map.of("serai.routes.dir", routes.toString()))) {
            assertThat(post(hub, "/webhooks/braze", "{\"events\":[]}")).isEqualTo(200);
            assertThat(post(hub, "/webhooks/broken", "{}")).isEqualTo(404);
            return hub.problems();
        }
    }

    private static int post(SampleHub hub, String path, String body) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + hub.port() + path))
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.discarding()).statusCode();
    }
}
