package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A jar that lost some of Camel's service files starts and then routes wrongly in silence, so what was merged is
 * counted, and a choice is run from the jar itself.
 */
class PackagingIT {

    private static final String LOADERS = "META-INF/services/org/apache/camel/TypeConverterLoader";

    private static final List<String> TEST_LIBRARIES = List.of("camel-file", "camel-xslt", "camel-xml");

    @TempDir
    private Path folder;

    @Test
    void holdsEveryTypeConverterLoaderOfTheClassPath() throws Exception {
        Set<String> expected = new TreeSet<>();
        for (URL url : Collections.list(getClass().getClassLoader().getResources(LOADERS))) {
            // the tests' own libraries are not in the jar
            if (TEST_LIBRARIES.stream().noneMatch(url.getPath()::contains)) {
                try (InputStream in = url.openStream()) {
                    expected.addAll(loaders(in));
                }
            }
        }
        try (JarFile jar = new JarFile(System.getProperty("serai.jar"));
                InputStream in = jar.getInputStream(jar.getEntry(LOADERS))) {
            assertThat(loaders(in)).isEqualTo(expected).hasSizeGreaterThan(4);
        }
    }

    @Test
    void routesByContentFromTheJar() throws Exception {
        copyRoutesWithAChoice();
        List<String> received = Collections.synchronizedList(new ArrayList<>());
        HttpServer partner = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        partner.createContext("/", exchange -> {
            received.add(Json.MAPPER.readTree(exchange.getRequestBody()).path("event").asText());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        partner.start();
        try (HubProcess hub = HubProcess.ready(folder.resolve("data"), "serai.routes.dir=" + folder.resolve("routes"),
                "serai.destinations.webhook.url=http://127.0.0.1:" + partner.getAddress().getPort() + "/",
                "serai.destinations.webhook.allowPrivateAddresses=true")) {
            for (String event : new String[] {"Product Viewed", "Order Completed", "Order Cancelled", "Page Left"}) {
                hub.post("/v1/track", "{\"event\":\"" + event + "\",\"userId\":\"u\"}");
            }

            await().atMost(Duration.ofSeconds(30)).until(() -> received.size() >= 2);
            assertThat(received).containsExactly("Order Completed", "Order Cancelled");
        } finally {
            partner.stop(0);
        }
    }

    private void copyRoutesWithAChoice() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).filter(path -> !path.toString().contains("samples"))
                    .toList()) {
                Path copy = folder.resolve(file);
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
        Files.writeString(folder.resolve("routes/routing.camel.yaml"), """
                - route:
                    id: routing
                    from:
                      uri: kamelet:events-source
                      steps:
                        - choice:
                            when:
                              - simple: "${header.event} starts with 'Order '"
                                steps:
                                  - to:
                                      uri: kamelet:destination-sink
                                      parameters:
                                        destination: webhook
                """);
    }

    private static Set<String> loaders(InputStream in) throws IOException {
        Set<String> loaders = new TreeSet<>();
        new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#")).forEach(loaders::add);
        return loaders;
    }
}
