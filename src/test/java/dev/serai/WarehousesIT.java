package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The jar with a PostgreSQL beside its own warehouse. */
@Timeout(180)
class WarehousesIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String EVENT = "{\"userId\":\"u1\",\"messageId\":\"m-%d\",\"event\":\"Order Completed\",\"properties\":{\"total\":%d}}";

    private static EmbeddedPostgres postgres;

    @TempDir
    Path data;

    @BeforeAll
    static void start() throws Exception {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    private static String url() {
        return "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres";
    }

    @Test
    void bothWarehousesGetEveryEventOnceAndTellHowFreshTheyAre() throws Exception {
        // Given
        String[] settings = {"serai.warehouses.lake.url=" + url(), "serai.warehouses.lake.user=postgres",
            "serai.warehouses.lake.exclude=*.tracks"};
        try (HubProcess hub = HubProcess.ready(data, settings)) {
            // When
            track(hub, 1);
            track(hub, 2);
            await().atMost(SOON).until(() -> total(hub, "lake") == 3 && total(hub, "warehouse") == 3);
            hub.kill();
        }
        try (HubProcess hub = HubProcess.ready(data, settings)) {
            track(hub, 2);
            track(hub, 4);

            // Then
            await().atMost(SOON).until(() -> total(hub, "lake") == 7 && total(hub, "warehouse") == 7);
            assertThat(ask(hub, "SELECT count(*) FROM information_schema.tables WHERE table_name = 'tracks'", "lake")
                    .at("/rows/0/0").asInt()).isZero();
            JsonNode lake = Json.MAPPER.readTree(hub.get("/api/warehouses").body()).at("/warehouses/1");
            assertThat(lake.path("name").asText()).isEqualTo("lake");
            assertThat(lake.path("kind").asText()).isEqualTo("PostgreSQL");
            assertThat(lake.path("healthy").asBoolean()).isTrue();
            assertThat(lake.at("/tables/0/table").asText()).isEqualTo("website.order_completed");
            assertThat(hub.get("/observe/metrics").body()).contains("serai_warehouse_up{warehouse=\"lake\"} 1.0",
                    "serai_warehouse_table_newest_seconds{table=\"website.order_completed\",warehouse=\"lake\"}");
            assertThat(ask(hub, "DELETE FROM website.order_completed", "lake").path("error").asText()).isEqualTo("query_forbidden");
            assertThat(ask(hub, "SELECT 1", "pond").path("error").asText()).isEqualTo("unknown_warehouse");
        }
    }

    @Test
    void aWrongUserIsToldAtStartAndStopsNothingElse() throws Exception {
        // When
        try (HubProcess hub = HubProcess.ready(data, "serai.warehouses.lake.url=" + url(), "serai.warehouses.lake.user=nobody")) {
            track(hub, 1);

            // Then
            await().atMost(SOON).until(() -> total(hub, "warehouse") == 1);
            await().atMost(SOON).until(() -> hub.log().contains(
                    "warehouse 'lake': PostgreSQL says: role \"nobody\" does not exist; mend serai.warehouses.lake.url, .user or .password"));
            assertThat(hub.get("/observe/health/ready").statusCode()).isEqualTo(200);
            await().atMost(SOON).until(() -> hub.get("/observe/health").body().contains("lake: role"));
        }
    }

    private static void track(HubProcess hub, int number) throws Exception {
        assertThat(hub.post("/v1/track", String.format(EVENT, number, number)).statusCode()).isEqualTo(200);
    }

    private static JsonNode ask(HubProcess hub, String sql, String warehouse) throws Exception {
        return Json.MAPPER.readTree(hub.post("/api/query", Json.MAPPER.createObjectNode().put("sql", sql)
                .put("warehouse", warehouse).toString()).body());
    }

    /** The sum of all totals; zero while there is no table. */
    private static int total(HubProcess hub, String warehouse) throws Exception {
        return ask(hub, "SELECT CAST(sum(total) AS INTEGER) FROM website.order_completed", warehouse).at("/rows/0/0").asInt();
    }
}
