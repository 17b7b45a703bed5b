package dev.serai.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code warehouses} and {@code backfill} ask and say; that the hub does it is the warehouse tests' business. */
class WarehousesCommandTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private HubStandIn hub;

    @BeforeEach
    void start() throws IOException {
        hub = new HubStandIn();
    }

    @AfterEach
    void stop() {
        hub.close();
    }

    private static String warehouse(boolean healthy, String error, String backfill) {
        return "{\"warehouses\":[{\"name\":\"lake\",\"kind\":\"PostgreSQL\",\"healthy\":" + healthy + ",\"error\":" + error
                + ",\"lag\":7,\"eventsLoaded\":100,\"objectsLoaded\":30,\"duplicates\":2,\"deadLetters\":1,\"lastLoad\":null,\"freshnessP50Millis\":600,"
                + "\"freshnessP95Millis\":900,\"tables\":[{\"table\":\"website.tracks\",\"rows\":100,\"newest\":\""
                + Instant.now().minusSeconds(600) + "\",\"loadedAt\":\"2026-11-25T10:00:00Z\"}],\"backfills\":[" + backfill + "]}]}";
    }

    private static String backfill(long done, boolean ended) {
        return "{\"table\":\"website.seen\",\"done\":" + done + ",\"total\":400,\"rows\":" + done / 2 + ",\"ended\":" + ended
                + ",\"error\":null}";
    }

    @Test
    void showsLagFreshnessAndTables() {
        // Given
        hub.answering(200, warehouse(true, "null", ""));

        // When
        CommandRun run = CommandRun.start(new WarehousesCommand(), "--tables", "--url", hub.url());

        // Then
        assertThat(run.exit()).isZero();
        assertThat(run.out()).contains("lake", "PostgreSQL", "loading  lag 7  loaded 100 events and 30 objects  duplicates 2  dead letters 1",
                "p95 0.9 s", "website.tracks", "100 rows  newest 10 min ago");
    }

    @Test
    void exitsWithOneWhileAWarehouseIsNotLoaded() {
        // Given
        hub.answering(200, warehouse(false, "\"connection refused\"", ""));

        // When
        CommandRun run = CommandRun.start(new WarehousesCommand(), "--url", hub.url());

        // Then
        assertThat(run.exit()).isEqualTo(1);
        assertThat(run.out()).contains("FAILING", "connection refused").doesNotContain("website.tracks");
    }

    @Test
    void followsABackFillToItsEnd() {
        // Given
        hub.answeringOnce(202, backfill(0, false)).answering(200, warehouse(true, "null", backfill(100, false)));

        // When
        CommandRun run = CommandRun.start(new BackfillCommand(), "website.seen", "--warehouse", "lake", "--url", hub.url());
        await().atMost(PATIENCE).until(() -> run.err().contains("25 % of 400 events read, 50 rows added"));
        hub.answering(200, warehouse(true, "null", backfill(400, true)));

        // Then
        assertThat(run.exit()).isZero();
        assertThat(run.err()).contains("100 % of 400 events read, 200 rows added, done");
        assertThat(hub.asked().get(0).uri()).isEqualTo("/api/warehouses/lake/backfills");
        assertThat(hub.asked().get(0).text()).isEqualTo("{\"table\":\"website.seen\"}");
    }

    @Test
    void saysWhyTheHubRefuses() {
        // Given
        hub.answering(400, "{\"error\":\"bad_table\",\"message\":\"a table is written with its schema\"}");

        // When
        CommandRun run = CommandRun.start(new BackfillCommand(), "seen", "--url", hub.url());

        // Then
        assertThat(run.exit()).isEqualTo(2);
        assertThat(run.err()).contains("a table is written with its schema");
    }
}
