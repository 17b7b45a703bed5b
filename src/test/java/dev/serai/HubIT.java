package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.segment.analytics.Analytics;
import com.segment.analytics.messages.AliasMessage;
import com.segment.analytics.messages.GroupMessage;
import com.segment.analytics.messages.IdentifyMessage;
import com.segment.analytics.messages.MessageBuilder;
import com.segment.analytics.messages.PageMessage;
import com.segment.analytics.messages.ScreenMessage;
import com.segment.analytics.messages.TrackMessage;
import dev.serai.model.Json;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar in its own process, from HTTP to rows, also when it is killed. */
class HubIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path data;

    @Test
    void loadsTenThousandEventsOfSegmentsOwnSdkEachOnceIntoItsTable() throws Exception {
        try (HubProcess hub = HubProcess.ready(data)) {
            Analytics analytics = Analytics.builder("demo-website-key")
                    .endpoint("http://127.0.0.1:" + hub.port())
                    .queueCapacity(20_000).flushQueueSize(200).flushInterval(1, TimeUnit.SECONDS).build();

            for (int i = 0; i < 10_000; i++) {
                analytics.enqueue(message(i));
            }
            analytics.flush();

            // of each eight: two orders, one view, one identify, one page, one screen, one group, one alias
            Map<String, Long> rows = Map.of("order_completed", 2500L, "product_viewed", 1250L, "tracks", 3750L,
                    "identifies", 1250L, "pages", 1250L, "screens", 1250L, "groups", 1250L, "aliases", 1250L);
            rows.forEach((table, count) -> await().atMost(PATIENCE).untilAsserted(() ->
                    assertThat(hub.number("SELECT count(*) FROM website." + table)).as(table).isEqualTo(count)));
            rows.keySet().forEach(table -> assertThat(hub.number("SELECT count(DISTINCT id) FROM website." + table))
                    .as("ids in %s", table).isEqualTo(rows.get(table)));
            assertThat(hub.number("SELECT count(*) FROM website.users")).isEqualTo(100);
            assertThat(hub.number("SELECT count(*) FROM website.accounts")).isEqualTo(10);
            assertThat(hub.query("SELECT sum(total), min(currency), count(context_library_name) "
                    + "FROM website.order_completed").get(0).toString()).isEqualTo("[6250.0,\"EUR\",2500]");
            analytics.shutdown();
        }
    }

    private static MessageBuilder<?, ?> message(int i) {
        String user = "user-" + i % 100;
        return switch (i % 8) {
            case 0, 1 -> TrackMessage.builder("Order Completed").userId(user)
                    .properties(Map.of("total", 2.5, "currency", "EUR", "order_id", "o-" + i));
            case 2 -> TrackMessage.builder("Product Viewed").userId(user).properties(Map.of("sku", "s-" + i));
            case 3 -> IdentifyMessage.builder().userId("user-" + i / 8 % 100).traits(Map.of("plan", "pro", "seen", i));
            case 4 -> PageMessage.builder("Home").userId(user);
            case 5 -> ScreenMessage.builder("Start").userId(user);
            case 6 -> GroupMessage.builder("group-" + i / 8 % 10).userId(user).traits(Map.of("employees", i));
            default -> AliasMessage.builder("anonymous-" + i).userId(user);
        };
    }

    @Test
    void losesNoAcknowledgedEventAndDuplicatesNoneWhenKilledInTheMiddle() throws Exception {
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        for (int round = 0; round < 4; round++) {
            HubProcess hub = HubProcess.ready(data);
            int begun = round;
            Thread sender = new Thread(() -> sendUntilKilled(hub, begun, acknowledged));
            int before = acknowledged.size();
            sender.start();
            await().atMost(PATIENCE).until(() -> acknowledged.size() >= before + 3_000);
            hub.kill();
            sender.join();
        }
        try (HubProcess hub = HubProcess.ready(data)) {
            // what was sent and not acknowledged may be there too, but nothing twice
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(hub.number("SELECT count(*) FROM website.tracks")).isGreaterThanOrEqualTo(
                        acknowledged.size());
                assertThat(hub.get("/observe/metrics").body()).contains("serai_warehouse_lag{warehouse=\"warehouse\"} 0.0");
            });
            Map<String, Integer> loaded = new HashMap<>();
            for (int page = 0; loaded.size() < hub.number("SELECT count(*) FROM website.tracks"); page++) {
                JsonNode rows = hub.query("SELECT id FROM website.tracks ORDER BY id LIMIT 10000 OFFSET "
                        + page * 10_000);
                assertThat(rows).isNotEmpty();
                rows.forEach(row -> loaded.merge(row.get(0).asText(), 1, Integer::sum));
            }
            assertThat(loaded.keySet()).containsAll(acknowledged);
            assertThat(loaded.values()).containsOnly(1);
            assertThat(hub.number("SELECT count(*) FROM website.page_read"))
                    .isEqualTo(hub.number("SELECT count(*) FROM website.tracks"));
        }
    }

    /** Batches of a hundred; each is also sent again now and then, as an SDK does that saw no answer. */
    private static void sendUntilKilled(HubProcess hub, int round, Set<String> acknowledged) {
        try {
            for (int batch = 0; ; batch++) {
                ArrayNode events = Json.MAPPER.createArrayNode();
                for (int i = 0; i < 100; i++) {
                    events.add(Json.MAPPER.createObjectNode().put("type", "track").put("event", "Page Read")
                            .put("userId", "u" + i).put("messageId", round + "-" + batch + "-" + i));
                }
                ObjectNode body = Json.MAPPER.createObjectNode().set("batch", events);
                for (int times = batch % 5 == 0 ? 2 : 1; times > 0; times--) {
                    if (hub.post("/v1/batch", body.toString()).statusCode() == 200) {
                        events.forEach(event -> acknowledged.add(event.get("messageId").asText()));
                    }
                }
            }
        } catch (UncheckedIOException e) {
            // killed
        }
    }

    @Test
    void keepsNeighboursOfABadBrazeEventAndCollapsesARetry() throws Exception {
        try (HubProcess hub = HubProcess.ready(data)) {
            String body = """
                    {"events":[{"event_type":"users.messages.email.Open","id":"e1","time":1795507200,
                      "user":{"external_user_id":"u1"},"properties":{"campaign_name":"Autumn"}},
                      "nonsense",
                      {"event_type":"users.messages.email.Click","id":"e2","time":1795507201,
                      "user":{"external_user_id":"u1"},"properties":{"url":"https://example.com"}}]}""";

            assertThat(hub.post("/webhooks/braze", body).statusCode()).isEqualTo(200);
            assertThat(hub.post("/webhooks/braze", body).statusCode()).isEqualTo(200);

            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(hub.number("SELECT count(*) FROM braze.email_opened WHERE campaign_name = 'Autumn'"))
                        .isEqualTo(1);
                assertThat(hub.number("SELECT count(*) FROM braze.email_link_clicked")).isEqualTo(1);
                assertThat(hub.get("/observe/metrics").body()).contains("serai_warehouse_duplicates_total{warehouse=\"warehouse\"} 2.0");
            });
        }
    }

    @Test
    void refusesASecondHubOnTheSameDataDirectoryAndATakenPort() throws Exception {
        try (HubProcess hub = HubProcess.ready(data); ServerSocket taken = new ServerSocket(0)) {
            HubProcess second = HubProcess.start(data);
            assertThat(second.exitCode()).isEqualTo(2);
            assertThat(second.log()).contains("another hub is running in this data directory");

            HubProcess third = HubProcess.start(data.resolve("other"), "camel.server.port=" + taken.getLocalPort());
            assertThat(third.exitCode()).isEqualTo(2);
            assertThat(third.log()).contains("set another camel.server.port");
            assertThat(Files.exists(data.resolve("other/kafka"))).isFalse();
            assertThat(hub.post("/v1/track", "{\"event\":\"Still here\",\"userId\":\"u\"}").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void tellsEveryMistakeInItsSettingsAndExitsWithTwo() throws Exception {
        HubProcess hub = HubProcess.start(data, "serai.warehose.url=x", "serai.http.maxInFlight=many");

        assertThat(hub.exitCode()).isEqualTo(2);
        assertThat(hub.log()).contains("did you mean 'serai.warehouse.url'?", "'many' is no whole number");
    }

    @Test
    void stopsCleanlyOnSigterm() throws Exception {
        HubProcess hub = HubProcess.ready(data);
        hub.post("/v1/track", "{\"event\":\"Last Words\",\"userId\":\"u\"}");
        hub.terminate();

        assertThat(hub.exitCode()).isEqualTo(143);
        assertThat(hub.log()).contains("Hub stopped").doesNotContain("ERROR").doesNotContain("WARN");
        try (HubProcess again = HubProcess.ready(data)) {
            await().atMost(PATIENCE).untilAsserted(() ->
                    assertThat(again.number("SELECT count(*) FROM website.last_words")).isEqualTo(1));
        }
    }
}
