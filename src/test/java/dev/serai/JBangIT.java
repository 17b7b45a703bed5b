package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.serai.jbang.CamelCommand;
import dev.serai.jbang.FolderRuns;
import dev.serai.kafka.TestKafka;
import dev.serai.model.Json;
import dev.serai.sample.HttpFile;
import dev.serai.sandbox.Fakes;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** The partner folders under Camel JBang, with the hub's jar as {@code application.properties} names it. */
class JBangIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path data;

    @Test
    void theWholeRepositoryTakesWebhooksSyncsTheSandboxAndRoutesToDestinations() throws Exception {
        Set<String> received = Collections.synchronizedSet(new TreeSet<>());
        HttpServer destination = destination(received);
        try (Sandbox sandbox = sandbox();
             HubProcess hub = HubProcess.java(data, camelRun("application.properties"),
                "serai.sandbox.enabled=true", "serai.sandbox.port=" + sandbox.port(),
                "serai.destinations.webhook.url=http://127.0.0.1:" + destination.getAddress().getPort() + "/",
                "serai.destinations.webhook.allowPrivateAddresses=true")) {
            hub.awaitReady();
            assertThat(hub.log()).doesNotContain("left out");
            Map<String, Path> samples = webhookSamples();
            assertThat(samples).hasSizeGreaterThan(20);

            for (Path sample : samples.values()) {
                post(hub, sample);
            }

            samples.forEach((partner, sample) -> {
                Set<String> expected = eventsOf(sample);
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(texts(hub.query(
                        "SELECT DISTINCT event_text FROM " + partner.replace('-', '_') + ".tracks")))
                        .as(sample.toString()).isEqualTo(expected));
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(received).containsAll(expected));
            });
            for (String table : List.of("stripe.charges", "zendesk.tickets", "salesforce.accounts")) {
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(hub.number("SELECT count(*) FROM " + table))
                        .as(table).isPositive());
            }
        } finally {
            destination.stop(0);
        }
    }

    @TestFactory
    List<DynamicTest> everyFolderRunsByItsFilesAndTheSettings() throws Exception {
        Map<String, Set<String>> folders = folders();
        List<String> program = new ArrayList<>(List.of("-cp", classPath(System.getProperty("serai.jar")),
                FolderRuns.class.getName()));
        program.addAll(folders.keySet());
        Map<String, String> logs;
        try (HubProcess runs = HubProcess.java(data, program,
                "serai.kafka.brokers=" + TestKafka.get().connection().brokers(), "serai.warehouse.url=none")) {
            // some seconds for each of forty folders
            runs.exitCode(Duration.ofMinutes(10));
            logs = logsByFolder(runs.log());
        }
        List<DynamicTest> tests = new ArrayList<>();
        folders.forEach((folder, routes) -> tests.add(dynamicTest(folder, () -> assertThat(logs.get(folder))
                .contains("Hub ready").doesNotContain("left out")
                .endsWith("folder=" + folder + " exit=0 routes=" + String.join(",", routes)))));
        return tests;
    }

    @Test
    void endsWithWhatIsToBeMendedInTheSettings() throws Exception {
        try (HubProcess hub = HubProcess.java(data, camelRun("application.properties"), "serai.kafka.prot=1")) {
            assertThat(hub.exitCode()).isNotZero();
            assertThat(hub.log()).contains("unknown setting 'serai.kafka.prot'");
        }
    }

    private static List<String> camelRun(String... files) {
        List<String> program = new ArrayList<>(List.of("-cp", classPath(), CamelCommand.class.getName()));
        program.addAll(List.of(files));
        program.add("--logging-color=false");
        return program;
    }

    /** JBang's, then this, then the classes that start it. */
    private static String classPath(String... more) {
        List<String> parts = new ArrayList<>();
        try {
            parts.add(Files.readString(Path.of(System.getProperty("jbang.classpath"))).strip());
        } catch (IOException e) {
            throw new IllegalStateException("written by the build before this test", e);
        }
        parts.addAll(List.of(more));
        parts.add(Path.of("target", "test-classes").toString());
        return String.join(File.pathSeparator, parts);
    }

    /** What was written until a folder's run was over, with the line that {@link FolderRuns} ends it by. */
    private static Map<String, String> logsByFolder(String log) {
        Map<String, String> logs = new HashMap<>();
        List<String> lines = new ArrayList<>();
        log.lines().forEach(line -> {
            lines.add(line);
            if (line.startsWith("folder=")) {
                logs.put(line.substring("folder=".length(), line.indexOf(' ')), String.join("\n", lines));
                lines.clear();
            }
        });
        return logs;
    }

    /** By folder, the routes that its files hold. */
    private static Map<String, Set<String>> folders() throws IOException {
        Map<String, Set<String>> folders = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("routes"), 2)) {
            files.filter(file -> file.getNameCount() == 3 && file.toString().endsWith(".camel.yaml")).forEach(file ->
                    folders.computeIfAbsent(file.getParent().toString(), folder -> new TreeSet<>())
                            .add(file.getFileName().toString().replace(".camel.yaml", "")));
        }
        return folders;
    }

    /** For each partner with a webhook a sample that is accepted whole, and brings events. */
    private static Map<String, Path> webhookSamples() throws IOException {
        Map<String, Path> samples = new TreeMap<>();
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            files.filter(file -> file.endsWith("in.http")).map(Path::getParent).sorted()
                    .filter(sample -> !Files.exists(sample.resolve("out.response.json")))
                    .filter(sample -> !eventsOf(sample).isEmpty())
                    // a write key would have to be set
                    .filter(sample -> HttpFile.parse(sample.resolve("in.http")).get(0).path().startsWith("/webhooks/"))
                    .forEach(sample -> samples.putIfAbsent(SampleRunner.partnerOf(sample), sample));
        }
        return samples;
    }

    private static Set<String> eventsOf(Path sample) {
        Set<String> events = new TreeSet<>();
        try {
            if (Files.exists(sample.resolve("out.events.json"))) {
                for (JsonNode event : Json.MAPPER.readTree(sample.resolve("out.events.json").toFile())) {
                    if (event.path("type").asText().equals("track")) {
                        events.add(event.path("event").asText());
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return events;
    }

    private static void post(HubProcess hub, Path sample) throws Exception {
        for (HttpFile in : HttpFile.parse(sample.resolve("in.http"))) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + in.path()))
                    .method(in.method(), HttpRequest.BodyPublishers.ofByteArray(in.body()));
            in.headers().forEach(header -> request.header(header.name(), header.value()));
            HttpResponse<String> answer = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as("%s: %s", sample, answer.body()).isEqualTo(200);
        }
    }

    private static Set<String> texts(JsonNode rows) {
        Set<String> texts = new TreeSet<>();
        rows.forEach(row -> texts.add(row.get(0).asText()));
        return texts;
    }

    /** As {@code serai sandbox} serves it in another process. */
    private static Sandbox sandbox() {
        SandboxClock clock = new SandboxClock();
        Faults faults = new Faults();
        return Sandbox.start(0, clock, faults, Fakes.all(Fakes.SEED, Fakes.PEOPLE, clock, faults));
    }

    private static HttpServer destination(Set<String> received) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.createContext("/", exchange -> {
            received.add(Json.MAPPER.readTree(exchange.getRequestBody()).path("event").asText());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        return server;
    }
}
