package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import dev.serai.model.Json;
import dev.serai.warehouse.Layout;
import dev.serai.warehouse.LoadedEvents;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code /api/warehouses/<name>/schema} over HTTP, before real databases with an event and an object of somebody's own. */
class WarehouseSchemaTest {

    @TempDir
    private Path directory;
    private LoadedEvents warehouse;
    private HubHttpServer http;
    private final Activities activities = new Activities(Clock.systemUTC());

    private void start(LoadedEvents.Kind kind, Layout.Limits limits) throws Exception {
        warehouse = new LoadedEvents(kind, directory);
        warehouse.load("""
                {"source":"website","type":"track","messageId":"m1","userId":"u1","event":"Order Completed",
                "properties":{"total":12.5,"is_gift":true},"timestamp":"2026-11-24T10:00:00Z","receivedAt":"2026-11-24T10:00:00Z"}"""
                .replace("\n", ""), """
                {"source":"app","type":"identify","messageId":"m2","userId":"u1","traits":{"plan":"pro"},
                "timestamp":"2026-11-24T10:00:00Z","receivedAt":"2026-11-24T10:00:00Z"}""".replace("\n", ""));
        warehouse.execute("CREATE VIEW website.large_orders AS SELECT order_completed.total FROM website.order_completed WHERE total > 10");
        http = new HubHttpServer(new HttpLimits(1 << 20, 100, 100, Duration.ofSeconds(10), Duration.ofSeconds(10),
                Duration.ofSeconds(10)), new IngestMetrics(new SimpleMeterRegistry()));
        new WarehousesApi(http, Map.of(), Map.of("warehouse", warehouse.analysis()), activities, limits);
        http.listen("127.0.0.1", 0, false);
        http.ready();
    }

    @AfterEach
    void stop() throws Exception {
        http.close();
        activities.close();
        warehouse.close();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode schema() throws Exception {
        HttpResponse<String> answer = get("/api/warehouses/warehouse/schema");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    private static JsonNode named(JsonNode list, String name) {
        return StreamSupport.stream(list.spliterator(), false).filter(one -> one.path("name").asText().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError("no " + name + " in " + list));
    }

    @ParameterizedTest
    @EnumSource
    void everyTableIsThereWithItsColumnsAndTypesButNotTheHubsOwn(LoadedEvents.Kind kind) throws Exception {
        // Given
        start(kind, Layout.Limits.DEFAULT);
        warehouse.execute("ANALYZE");

        // When
        JsonNode answer = schema();

        // Then
        assertThat(answer.path("schemas").findValuesAsText("name")).contains("order_completed").doesNotContain("_serai", "pg_catalog");
        assertThat(List.of(answer.at("/schemas/0/name").asText(), answer.at("/schemas/1/name").asText())).containsExactly("app", "website");
        JsonNode orders = named(named(answer.path("schemas"), "website").path("tables"), "order_completed");
        assertThat(orders.path("rows").asLong()).isEqualTo(1);
        assertThat(orders.path("columns").findValuesAsText("name")).contains("id", "total", "is_gift");
        assertThat(named(orders.path("columns"), "total").path("type").asText()).isEqualToIgnoringCase(
                kind == LoadedEvents.Kind.DUCKDB ? "double" : "double precision");
        assertThat(answer.has("truncated")).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void aViewIsThereTooAndNobodyKnowsItsRows(LoadedEvents.Kind kind) throws Exception {
        start(kind, Layout.Limits.DEFAULT);

        JsonNode view = named(named(schema().path("schemas"), "website").path("tables"), "large_orders");

        assertThat(view.path("rows").isNull()).isTrue();
        assertThat(view.path("columns").findValuesAsText("name")).containsExactly("total");
    }

    @ParameterizedTest
    @EnumSource
    void whatIsMoreThanIsWantedIsLeftOutAndToldOf(LoadedEvents.Kind kind) throws Exception {
        start(kind, new Layout.Limits(3, 1_000, Duration.ofSeconds(5)));
        JsonNode fewTables = schema();
        http.close();
        warehouse.execute("DROP VIEW website.large_orders");
        warehouse.close();
        start(kind, new Layout.Limits(100, 5, Duration.ofSeconds(5)));
        JsonNode fewColumns = schema();

        assertThat(fewTables.path("truncated").asBoolean()).isTrue();
        assertThat(fewTables.path("schemas").findValues("columns")).hasSize(3);
        assertThat(fewColumns.path("truncated").asBoolean()).isTrue();
        assertThat(fewColumns.path("schemas").findValuesAsText("type")).hasSize(5);
    }

    @Test
    void anUnknownWarehouseAndOneThatIsGoneAreToldApart() throws Exception {
        start(LoadedEvents.Kind.DUCKDB, Layout.Limits.DEFAULT);
        assertThat(get("/api/warehouses/none/schema")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).contains("unknown_warehouse");
        });

        warehouse.close();

        assertThat(get("/api/warehouses/warehouse/schema")).satisfies(answer -> {
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("query_failed", "closed");
        });
    }
}
