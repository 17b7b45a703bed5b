package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A whole hub that listens to a stream like Airship's, which is cut off, refused, and gone on with. */
@Timeout(180)
class AirshipStreamTest {

    private static final Duration PATIENCE = Duration.ofSeconds(40);

    @TempDir
    private Path folder;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final List<String> received = new CopyOnWriteArrayList<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private HttpServer partner;

    @BeforeEach
    void start() throws IOException {
        partner = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        partner.setExecutor(Executors.newCachedThreadPool());
        partner.createContext("/api/events", this::stream);
        partner.createContext("/webhook", exchange -> {
            received.add(Json.MAPPER.readTree(exchange.getRequestBody()).at("/properties/airship_offset").asText());
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        partner.start();
    }

    @AfterEach
    void stop() {
        over.countDown();
        partner.stop(0);
    }

    /** Three events and half of one; then a refusal; then from wherever is asked for, and silence. */
    private void stream(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        asked.add(exchange.getRequestHeaders().getFirst("Authorization") + " " + exchange.getRequestHeaders().getFirst("X-UA-Appkey")
                + " " + body);
        if (asked.size() == 2) {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
            return;
        }
        exchange.sendResponseHeaders(200, 0);
        OutputStream out = exchange.getResponseBody();
        JsonNode wanted = Json.MAPPER.readTree(body);
        int from = wanted.has("resume_offset") ? wanted.path("resume_offset").asInt() + 1 : 1;
        for (int offset = from; offset <= (asked.size() == 1 ? 3 : 6); offset++) {
            out.write(line(offset).getBytes(StandardCharsets.UTF_8));
        }
        if (asked.size() == 1) {
            out.write(line(4).substring(0, 30).getBytes(StandardCharsets.UTF_8));
            out.flush();
            exchange.close();
            return;
        }
        out.write('\n');
        out.flush();
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    private static String line(int offset) {
        return "{\"id\":\"e-" + offset + "\",\"type\":\"OPEN\",\"offset\":\"" + offset + "\",\"occurred\":\"2026-11-24T10:00:00Z\","
                + "\"device\":{\"channel\":\"c\",\"named_user_id\":\"u\"},\"body\":{}}\n";
    }

    private Hub hub() {
        String url = "http://127.0.0.1:" + partner.getAddress().getPort();
        Properties settings = new Properties();
        settings.putAll(Map.of("serai.data.dir", folder.resolve("data").toString(), "camel.server.port", "0",
                "serai.warehouse.url", "none", "serai.sources.airship.baseUrl", url, "serai.sources.airship.accessToken", "t",
                "serai.sources.airship.appKey", "k", "serai.destinations.webhook.url", url + "/webhook",
                "serai.destinations.webhook.allowPrivateAddresses", "true"));
        return Hub.start(Path.of("application.properties"), Map.of(), settings, true);
    }

    private static JsonNode status(Hub hub) throws Exception {
        JsonNode all = Json.MAPPER.readTree(HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create(
                "http://127.0.0.1:" + hub.port() + "/api/syncs")).build(), HttpResponse.BodyHandlers.ofString()).body());
        return all.at("/syncs/0");
    }

    @Test
    void goesOnWhereItWasAfterACutARefusalAndARestart() throws Exception {
        try (Hub hub = hub()) {
            await().atMost(PATIENCE).until(() -> received.size() >= 6);
            await().atMost(PATIENCE).until(() -> status(hub).at("/cursor/offset").asText().equals("6"));
        }
        int before = asked.size();
        try (Hub hub = hub()) {
            await().atMost(PATIENCE).until(() -> asked.size() > before);
            assertThat(status(hub).path("collection").asText()).isEqualTo("events");
        }

        assertThat(received).containsExactly("1", "2", "3", "4", "5", "6");
        assertThat(asked.get(0)).isEqualTo("Bearer t k {\"start\":\"EARLIEST\"}");
        assertThat(asked.subList(1, 3)).containsOnly("Bearer t k {\"resume_offset\":\"3\"}");
        assertThat(asked.get(before)).isEqualTo("Bearer t k {\"resume_offset\":\"6\"}");
    }
}
