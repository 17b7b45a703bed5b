package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.serai.model.Json;
import dev.serai.sandbox.Fakes;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import java.io.IOException;
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
import java.util.Base64;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A whole hub with something of everything that people look at: a warehouse, one that only is loaded (and is away), a
 * destination, a source that is synced and one that has a tracking plan.
 */
final class WatchedHub implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final int PEOPLE = 10;

    /** What the destination answers. */
    volatile int status = 200;
    final Path routes;
    final Path audiences;
    private final HttpServer destination;
    private final Sandbox sandbox;
    private final Hub hub;

    WatchedHub(Path folder) throws Exception {
        destination = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        destination.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        destination.start();
        SandboxClock clock = new SandboxClock();
        Faults faults = new Faults();
        sandbox = Sandbox.start(0, clock, faults, Fakes.all(7, PEOPLE, clock, faults));
        routes = folder.resolve("routes");
        audiences = Files.createDirectory(folder.resolve("audiences"));
        for (String partner : new String[] {"segment", "stripe", "webhook"}) {
            copy(Path.of("routes", partner), routes.resolve(partner));
        }
        Files.copy(Path.of("routes/routing.camel.yaml"), routes.resolve("routing.camel.yaml"));
        Files.writeString(folder.resolve("website.plan.yaml"), "title: Website\nspecs: []\nevents: {Song Played: {required: [song_id]}}\n");
        Files.writeString(audiences.resolve("players.audience.yaml"), "description: Who plays.\nwho: {did: Song Played}\n");
        Properties settings = new Properties();
        settings.putAll(Map.ofEntries(Map.entry("serai.data.dir", folder.resolve("data").toString()), Map.entry("camel.server.port", "0"),
                Map.entry("serai.routes.dir", routes.toString()), Map.entry("serai.audiences.dir", audiences.toString()),
                Map.entry("serai.sandbox.enabled", "true"), Map.entry("serai.sandbox.port", String.valueOf(sandbox.port())),
                Map.entry("serai.sources.website.writeKey", "key"),
                Map.entry("serai.sources.website.plan", folder.resolve("website.plan.yaml").toString()), Map.entry("serai.sources.stripe.collections", "plans,customers"),
                Map.entry("serai.warehouses.lake.url", "jdbc:redshift://127.0.0.1:1/lake"),
                Map.entry("serai.destinations.webhook.url", "http://127.0.0.1:" + destination.getAddress().getPort() + "/"),
                Map.entry("serai.destinations.webhook.allowPrivateAddresses", "true")));
        hub = Hub.start(folder.resolve("no.properties"), Map.of(), settings, false);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.filter(one -> !one.toString().contains("samples")).toList()) {
                Files.createDirectories(to.resolve(from.relativize(file).toString()).getParent());
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    HttpResponse<String> send(String method, String path, String key, String body) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString((key + ":").getBytes(StandardCharsets.US_ASCII)))
                .method(method, body.isEmpty() ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body) throws Exception {
        return send("POST", path, "key", body);
    }

    JsonNode get(String path) throws Exception {
        HttpResponse<String> answer = send("GET", path, "key", "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    void track(String messageId, String event) throws Exception {
        assertThat(post("/v1/track", "{\"userId\":\"u1\",\"event\":\"" + event + "\",\"messageId\":\"" + messageId + "\"}").statusCode())
                .isEqualTo(200);
    }

    void awaitRows(String table, int rows) {
        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> assertThat(Json.MAPPER.readTree(post("/api/query",
                "{\"sql\":\"SELECT count(*) FROM " + table + "\"}").body()).at("/rows/0/0").asInt()).isEqualTo(rows));
    }

    String metrics() throws Exception {
        return send("GET", "/observe/metrics", "key", "").body();
    }

    @Override
    public void close() {
        hub.close();
        sandbox.close();
        destination.stop(0);
    }
}
