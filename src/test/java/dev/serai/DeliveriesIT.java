package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deliveries of the jar in its own process while it is killed; {@code -Plong} has more of them. */
class DeliveriesIT {

    private static final int KILLS = Integer.getInteger("serai.kills");
    /** What the rounds left behind is delivered after the last of them. */
    private static final Duration PATIENCE_WITH_ALL = Duration.ofSeconds(60 + 20L * KILLS);
    private static final Duration PATIENCE = Duration.ofSeconds(90);
    private static final int USERS = 20;

    /** Requests to the webhook side by side, as its folder says. */
    private static final int SIDE_BY_SIDE = 16;

    @TempDir
    private Path data;
    private final List<String> posted = Collections.synchronizedList(new ArrayList<>());
    private final Set<String> analysed = ConcurrentHashMap.newKeySet();
    private HttpServer partners;

    @BeforeEach
    void start() throws IOException {
        partners = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        partners.setExecutor(Executors.newFixedThreadPool(8));
        partners.createContext("/webhook", exchange -> answer(exchange, () ->
                posted.add(exchange.getRequestHeaders().getFirst("webhook-id"))));
        // takes an insert_id once, as Amplitude does
        partners.createContext("/amplitude", exchange -> answer(exchange, () ->
                Json.MAPPER.readTree(exchange.getRequestBody().readAllBytes()).path("events")
                        .forEach(event -> analysed.add(event.path("insert_id").asText()))));
        partners.start();
    }

    @AfterEach
    void stop() {
        partners.stop(0);
    }

    /** What a partner does with a request. */
    private interface Taking {
        void run() throws IOException;
    }

    private static void answer(HttpExchange exchange, Taking taking) throws IOException {
        taking.run();
        byte[] body = "{\"code\":200}".getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private HubProcess hub() throws Exception {
        String url = "http://127.0.0.1:" + partners.getAddress().getPort();
        return HubProcess.ready(data, "serai.warehouse.url=none", "serai.destinations.webhook.url=" + url + "/webhook",
                "serai.destinations.webhook.allowPrivateAddresses=true", "serai.destinations.amplitude.apiKey=0123456789abcdef",
                "serai.destinations.amplitude.endpoint=" + url + "/amplitude", "serai.destinations.amplitude.minIdLength=1",
                "serai.destinations.amplitude.allowPrivateAddresses=true");
    }

    @Test
    void deliversAllThatWasAcknowledgedInOrderAndOnlyWhatWasInFlightTwiceWhenKilled() throws Exception {
        Set<String> acknowledged = Collections.synchronizedSet(new LinkedHashSet<>());
        for (int round = 0; round < KILLS; round++) {
            HubProcess hub = hub();
            int begun = round;
            Thread sender = new Thread(() -> sendUntilKilled(hub, begun, acknowledged));
            int before = acknowledged.size();
            int delivered = posted.size();
            sender.start();
            await().atMost(PATIENCE).until(() -> acknowledged.size() >= before + 1_000 && posted.size() >= delivered + 300);
            hub.kill();
            sender.join();
        }
        try (HubProcess hub = hub()) {
            await().atMost(PATIENCE_WITH_ALL).until(() -> hasAll(posted, acknowledged) && hasAll(analysed, acknowledged));
            assertThat(hub.get("/api/deliveries?messageId=" + acknowledged.iterator().next()).body()).contains("delivered");
            assertThat(hub.get("/api/dead-letters").body()).isEqualTo("{\"deadLetters\":[]}");
        }
        Set<String> once = new LinkedHashSet<>(posted);
        assertThat(posted.size() - once.size()).as("events that the webhook got twice").isLessThanOrEqualTo(KILLS * SIDE_BY_SIDE);
        Map<String, Integer> last = new HashMap<>();
        for (String id : once) {
            String user = id.substring(0, id.indexOf('-'));
            int number = Integer.parseInt(id.substring(id.lastIndexOf('-') + 1));
            assertThat(last.getOrDefault(user, -1)).as("the event of %s before %s", user, id).isLessThan(number);
            last.put(user, number);
        }
        assertThat(last).hasSize(USERS);
        System.out.println("killed " + KILLS + " times: " + acknowledged.size() + " acknowledged, " + once.size()
                + " delivered, " + (posted.size() - once.size()) + " of them twice");
    }

    private static boolean hasAll(Collection<String> delivered, Set<String> acknowledged) {
        synchronized (delivered) {
            return new HashSet<>(delivered).containsAll(acknowledged);
        }
    }

    /** Batches of forty, whose numbers go on from round to round. */
    private static void sendUntilKilled(HubProcess hub, int round, Set<String> acknowledged) {
        try {
            for (int batch = 0; ; batch++) {
                ArrayNode events = Json.MAPPER.createArrayNode();
                List<String> ids = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    int number = round * 1_000_000 + batch * 40 + i;
                    String user = "user" + i % USERS;
                    ids.add(user + "-" + number);
                    events.add(Json.MAPPER.createObjectNode().put("type", "track").put("event", "Page Read")
                            .put("messageId", user + "-" + number).put("userId", user));
                }
                JsonNode body = Json.MAPPER.createObjectNode().set("batch", events);
                if (hub.post("/v1/batch", body.toString()).statusCode() == 200) {
                    acknowledged.addAll(ids);
                }
            }
        } catch (RuntimeException killed) {
            // as was to be expected
        }
    }
}
