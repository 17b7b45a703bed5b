package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole hub whose partner folders are edited while it runs; what comes of it is seen at a destination and on the terminal. */
@Timeout(180)
class WatchTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private static final String ACME = """
            title: Acme
            description: A partner that is written while the hub runs.
            source:
              events:
                ping: Acme Pinged
            """;
    private static final String ACME_ROUTE = """
            - route:
                id: acme-webhook
                from:
                  uri: kamelet:webhook-source
                  parameters:
                    partner: acme
                  steps:
                    - to:
                        uri: kamelet:map-events-action
                        parameters:
                          partner: acme
                          mapping: acme-webhook.jslt
                    - to:
                        uri: kamelet:events-sink
            """;
    private static final String ACME_MAPPING = """
            {"type": "track", "messageId": .id, "event": get-key($events, .kind), "userId": .user}
            """;
    private static final String TOWER = """
            title: Tower
            description: A destination that is written while the hub runs.
            destination:
              settings:
                url:
                  description: Where.
                  type: url
                  required: true
                  sandbox: URL
            """;
    private static final String TOWER_ROUTE = """
            - route:
                id: tower-events
                from:
                  uri: kamelet:deliveries-source
                  parameters:
                    partner: tower
                    mapping: tower-event.jslt
                  steps:
                    - to:
                        uri: kamelet:request-sink
                        parameters:
                          partner: tower
            """;

    @TempDir
    private Path folder;
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final StringWriter terminal = new StringWriter();
    private volatile boolean towerIsDown;
    private HttpServer destination;
    private Path routes;
    private Path settingsFile;
    private Hub hub;

    @BeforeEach
    void start() throws Exception {
        destination = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        destination.createContext("/", exchange -> {
            JsonNode body = Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes());
            boolean refuses = towerIsDown && exchange.getRequestURI().getPath().equals("/tower");
            if (!refuses) {
                received.add(exchange.getRequestURI().getPath() + " " + body);
            }
            exchange.sendResponseHeaders(refuses ? 503 : 200, -1);
            exchange.close();
        });
        destination.start();
        routes = folder.resolve("routes");
        for (String partner : List.of("segment", "postmark", "webhook")) {
            copy(Path.of("routes", partner), routes.resolve(partner));
        }
        Files.copy(Path.of("routes/routing.camel.yaml"), routes.resolve("routing.camel.yaml"));
        settingsFile = folder.resolve("application.properties");
        Files.writeString(settingsFile, "serai.sources.website.writeKey = key\n");
    }

    @AfterEach
    void stop() {
        hub.close();
        destination.stop(0);
    }

    private void startHub(Map<String, String> more) {
        Properties settings = new Properties();
        settings.putAll(Map.of("serai.data.dir", folder.resolve("data").toString(), "camel.server.port", "0",
                "serai.routes.dir", routes.toString(), "serai.destinations.webhook.url", url("/webhook"),
                "serai.destinations.webhook.allowPrivateAddresses", "true", "serai.warehouse.url", "none"));
        settings.putAll(more);
        hub = Hub.start(settingsFile, Map.of(), settings, false);
        hub.watch(settingsFile, new PrintWriter(terminal, true));
    }

    private String url(String path) {
        return "http://127.0.0.1:" + destination.getAddress().getPort() + path;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.createDirectories(to.resolve(from.relativize(file).toString()).getParent());
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private void write(String file, String text) throws IOException {
        Path path = routes.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private void change(String file, String from, String to) throws IOException {
        String text = Files.readString(routes.resolve(file));
        assertThat(text).contains(from);
        write(file, text.replace(from, to));
    }

    private void delete(String partner) throws IOException {
        try (Stream<Path> files = Files.walk(routes.resolve(partner))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path))
                .header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private int opened(String messageId) throws Exception {
        return post("/webhooks/postmark", "{\"RecordType\":\"Open\",\"MessageID\":\"" + messageId
                + "\",\"Recipient\":\"ann@example.com\",\"ReceivedAt\":\"2026-11-24T10:00:00Z\"}").statusCode();
    }

    private int tracked(String messageId) throws Exception {
        return post("/v1/track", "{\"writeKey\":\"key\",\"messageId\":\"" + messageId
                + "\",\"event\":\"Door Opened\",\"userId\":\"ann\"}").statusCode();
    }

    private int pinged(String id) throws Exception {
        return post("/webhooks/acme", "{\"id\":\"" + id + "\",\"kind\":\"ping\",\"user\":\"u1\"}").statusCode();
    }

    private String lines() {
        return terminal.toString().replace(routes + "/", "routes/");
    }

    /** What was told since, when there is all of it: the end is told last. */
    private String awaitTold(String end) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(lines()).endsWith(end + "\n"));
        String told = lines();
        terminal.getBuffer().setLength(0);
        return told;
    }

    private void awaitReceived(String path, String... parts) {
        await().atMost(PATIENCE).until(() -> received.stream().anyMatch(one -> one.startsWith(path + " ")
                && Stream.of(parts).allMatch(one::contains)));
    }

    @Test
    void aMappingThatIsSavedCountsForTheNextEventAndABrokenOneForNone() throws Exception {
        startHub(Map.of());
        assertThat(opened("before")).isEqualTo(200);
        awaitReceived("/webhook", "before", "\"name\":\"postmark\"");

        change("postmark/postmark-webhook.jslt", "\"name\": \"postmark\"", "\"name\": \"stamps\"");
        String told = awaitTold("postmark reloaded: 9 samples, 8 differ");
        assertThat(told).contains("routes/postmark/samples/events/out.events.json: differs\n",
                "    -        \"name\": \"postmark\",\n", "    +        \"name\": \"stamps\",\n");
        assertThat(told).containsPattern("differs\nroutes/.*: differs\n\\./serai test postmark tells each line by line\n");
        assertThat(opened("after")).isEqualTo(200);
        awaitReceived("/webhook", "after", "\"name\":\"stamps\"");

        change("postmark/postmark-webhook.jslt", "let ip       =", "let ip       ==");
        String mistake = awaitTold("postmark goes on as it was");
        assertThat(mistake).containsPattern("^routes/postmark/postmark-webhook\\.jslt:\\d+:\\d+: .*; mend the mapping\n"
                + "postmark goes on as it was\n$");
        assertThat(opened("while-broken")).isEqualTo(200);
        awaitReceived("/webhook", "while-broken", "\"name\":\"stamps\"");

        change("postmark/postmark-webhook.camel.yaml", "kamelet:events-sink", "kamelet:event-sink");
        assertThat(awaitTold("postmark goes on as it was")).contains("postmark-webhook.");
        change("postmark/postmark-webhook.jslt", "let ip       ==", "let ip       =");
        assertThat(awaitTold("postmark goes on as it was"))
                .matches("routes/postmark/postmark-webhook\\.camel\\.yaml:\\d+:18: there is no Kamelet 'event-sink'; "
                        + "did you mean 'events-sink'\\?\npostmark goes on as it was\n");
        change("postmark/partner.yaml", "title: Postmark", "titel: Postmark");
        assertThat(awaitTold("postmark goes on as it was")).contains("routes/postmark/partner.yaml:1:", "titel");
        assertThat(opened("still")).isEqualTo(200);
        awaitReceived("/webhook", "still", "\"name\":\"stamps\"");

        change("postmark/partner.yaml", "titel: Postmark", "title: Postmark");
        awaitTold("postmark goes on as it was");
        change("postmark/postmark-webhook.camel.yaml", "kamelet:event-sink", "kamelet:events-sink");
        awaitTold("postmark reloaded: 9 samples, 8 differ");
        change("postmark/postmark-webhook.jslt", "\"name\": \"stamps\"", "\"name\": \"postmark\"");
        assertThat(awaitTold("postmark reloaded: 9 samples, 0 differ")).isEqualTo("postmark reloaded: 9 samples, 0 differ\n");
        change("postmark/samples/events/out.events.json", "\"postmark\"", "\"stamps\"");
        assertThat(awaitTold("postmark: 9 samples, 1 differ")).contains("routes/postmark/samples/events/out.events.json: differs\n");
        assertThat(opened("last")).isEqualTo(200);
        awaitReceived("/webhook", "last", "\"name\":\"postmark\"");
    }

    @Test
    void aFolderThatIsAddedAnswersAtOnceAndOneThatIsDeletedNoMore() throws Exception {
        startHub(Map.of());
        assertThat(pinged("early")).isEqualTo(404);

        write("acme/acme-webhook.camel.yaml", ACME_ROUTE);
        write("acme/acme-webhook.jslt", ACME_MAPPING);
        write("acme/partner.yaml", ACME);
        awaitTold("acme added: no samples");
        assertThat(pinged("first")).isEqualTo(200);
        awaitReceived("/webhook", "first", "Acme Pinged", "\"source\":\"acme\"");

        change("acme/partner.yaml", "ping: Acme Pinged", "ping: Bell Rung");
        awaitTold("acme reloaded: no samples");
        assertThat(pinged("second")).isEqualTo(200);
        awaitReceived("/webhook", "second", "Bell Rung");

        // copied, and nothing in it changed yet
        copy(routes.resolve("acme"), routes.resolve("acme-two"));
        assertThat(awaitTold("acme-two is left out")).isEqualTo("""
                routes/acme-two/acme-webhook.camel.yaml:2:9: there is a route 'acme-webhook' already; name a route like its file
                routes/acme-two/acme-webhook.camel.yaml:6:18: the route begins with partner 'acme'; name the folder that it is in, acme-two
                acme-two is left out
                """);
        assertThat(pinged("beside-a-copy")).isEqualTo(200);
        change("acme-two/acme-webhook.camel.yaml", "acme", "acme-two");
        change("acme-two/acme-webhook.camel.yaml", "acme-two-webhook.jslt", "acme-webhook.jslt");
        awaitTold("acme-two added: no samples");
        assertThat(post("/webhooks/acme-two", "{\"id\":\"third\",\"kind\":\"ping\",\"user\":\"u1\"}").statusCode()).isEqualTo(200);
        awaitReceived("/webhook", "third", "\"source\":\"acme-two\"");

        delete("acme");
        awaitTold("acme removed");
        assertThat(pinged("late")).isEqualTo(404);
        Files.move(routes.resolve("acme-two"), routes.resolve("acme"));
        awaitTold("acme is left out");
        change("acme/acme-webhook.camel.yaml", "partner: acme-two", "partner: acme");
        awaitTold("acme added: no samples");
        assertThat(pinged("again")).isEqualTo(200);
        assertThat(post("/webhooks/acme-two", "{}").statusCode()).isEqualTo(404);
        awaitReceived("/webhook", "again", "\"source\":\"acme\"");
        assertThat(received).noneMatch(one -> one.contains("early") || one.contains("late"));
    }

    private interface Request {
        int send(String id) throws Exception;
    }

    /** Clients who send one request after the other, each with an id of its own. */
    private final class Traffic {

        private final AtomicBoolean enough = new AtomicBoolean();
        private final AtomicInteger sent = new AtomicInteger();
        private final List<String> failures = new CopyOnWriteArrayList<>();
        private final List<Thread> clients = new ArrayList<>();

        Traffic(Request... requests) {
            for (Request request : requests) {
                clients.add(new Thread(() -> {
                    while (!enough.get()) {
                        send(request);
                    }
                }));
            }
            clients.forEach(Thread::start);
        }

        private void send(Request request) {
            String id = "loop-" + sent.incrementAndGet() + ".";
            try {
                int status = request.send(id);
                if (status != 200) {
                    failures.add(id + status);
                }
            } catch (Exception e) {
                failures.add(id + e);
            }
        }

        void stop() throws InterruptedException {
            enough.set(true);
            for (Thread client : clients) {
                client.join();
            }
        }

        void assertAllArrivedOnce() {
            assertThat(failures).isEmpty();
            assertThat(sent.get()).isGreaterThan(100);
            await().atMost(PATIENCE).until(() -> received.stream().filter(one -> one.contains("loop-")).count() >= sent.get());
            assertThat(received).filteredOn(one -> one.contains("loop-")).hasSize(sent.get()).doesNotHaveDuplicates();
        }
    }

    @Test
    void noRequestFailsAndNoEventIsLostWhileRoutesAreExchanged() throws Exception {
        startHub(Map.of());
        delete("postmark/samples");
        awaitTold("postmark: no samples");
        Traffic traffic = new Traffic(this::opened, this::opened, this::opened, this::opened);

        for (int i = 0; i < 8; i++) {
            change("postmark/postmark-webhook.jslt", "\"name\": \"postmark" + (i == 0 ? "" : i) + "\"",
                    "\"name\": \"postmark" + (i + 1) + "\"");
            assertThat(awaitTold("postmark reloaded: no samples")).isEqualTo("postmark reloaded: no samples\n");
        }
        traffic.stop();

        opened("the-end");
        awaitReceived("/webhook", "the-end", "postmark8");
        traffic.assertAllArrivedOnce();
    }

    @Test
    void noOtherPartnerNoticesWhatIsDoneToAFolder() throws Exception {
        startHub(Map.of());
        Traffic traffic = new Traffic(this::opened, this::opened, this::tracked, this::tracked);

        for (int i = 0; i < 3; i++) {
            write("acme/acme-webhook.camel.yaml", ACME_ROUTE);
            write("acme/acme-webhook.jslt", ACME_MAPPING);
            write("acme/partner.yaml", ACME);
            awaitTold("acme added: no samples");
            write("acme/acme-webhook.jslt", ACME_MAPPING + "}");
            awaitTold("acme goes on as it was");
            write("acme/acme-webhook.jslt", ACME_MAPPING + "\n");
            awaitTold("acme reloaded: no samples");
            change("acme/acme-webhook.camel.yaml", "mapping: acme", "mappin: acme");
            awaitTold("acme goes on as it was");
            delete("acme");
            awaitTold("acme removed");
        }
        traffic.stop();

        traffic.assertAllArrivedOnce();
    }

    @Test
    void aDestinationThatIsAddedGetsEventsAndWhatWaitsForItIsMappedAnewWhenItIsEdited() throws Exception {
        startHub(Map.of("serai.sandbox.enabled", "true", "serai.sandbox.port", "0"));
        write("tower/tower-events.camel.yaml", TOWER_ROUTE);
        write("tower/tower-event.jslt", "{\"first\": .messageId}");
        write("tower/partner.yaml", TOWER.replace("URL", url("/tower")));
        awaitTold("tower added: no samples");
        opened("one");
        awaitReceived("/tower", "\"first\":");

        towerIsDown = true;
        opened("two");
        awaitReceived("/webhook", "two");
        int before = received.size();
        write("tower/tower-event.jslt", "{\"second\": .properties}");
        awaitTold("tower reloaded: no samples");
        towerIsDown = false;
        opened("three");

        awaitReceived("/tower", "\"second\":", "three");
        awaitReceived("/tower", "\"second\":", "two");
        assertThat(received.subList(before, received.size())).noneMatch(one -> one.contains("\"first\""));
        delete("tower");
        awaitTold("tower removed");
        opened("four");
        awaitReceived("/webhook", "four");
        assertThat(received).noneMatch(one -> one.startsWith("/tower") && one.contains("four"));
    }

    @Test
    void aFolderThatTheHubStartedWithoutRunsWhenItIsMendedAlsoBehindALink() throws Exception {
        write("../elsewhere/acme/partner.yaml", ACME);
        write("../elsewhere/acme/acme-webhook.jslt", ACME_MAPPING);
        write("../elsewhere/acme/acme-webhook.camel.yaml", ACME_ROUTE.replace("events-sink", "event-sink"));
        Files.createSymbolicLink(routes.resolve("acme"), folder.resolve("elsewhere/acme"));
        startHub(Map.of());
        assertThat(pinged("early")).isEqualTo(404);

        change("acme/acme-webhook.camel.yaml", "partner: acme\n", "partner: other\n");
        assertThat(awaitTold("acme is left out")).contains("routes/acme/acme-webhook.camel.yaml:6:18: ");
        assertThat(opened("beside-it")).isEqualTo(200);
        write("acme/acme-webhook.camel.yaml", ACME_ROUTE);
        awaitTold("acme reloaded: no samples");

        assertThat(pinged("mended")).isEqualTo(200);
        awaitReceived("/webhook", "mended", "\"source\":\"acme\"");
    }

    @Test
    void nothingIsToldOfWhatDoesNotCountAndSettingsCountAtTheNextStart() throws Exception {
        startHub(Map.of());
        write("postmark/README.md", "Nothing to read again.");
        write("postmark/.partner.yaml.swp", "An editor's.");
        Files.createDirectories(routes.resolve("begun"));
        write("begun/begun-webhook.jslt", "{");
        Files.writeString(settingsFile, "serai.sources.other.writeKey = key\n");

        assertThat(awaitTold("started again")).isEqualTo(settingsFile + " has changed, which counts when the hub is started again\n");
    }
}
