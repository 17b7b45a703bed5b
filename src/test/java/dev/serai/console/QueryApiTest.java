package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import dev.serai.model.Json;
import dev.serai.warehouse.Query;
import dev.serai.warehouse.QueryLimits;
import dev.serai.warehouse.Selection;
import dev.serai.warehouse.Warehouse;
import dev.serai.warehouse.WarehouseSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /api/query} over HTTP, before a real DuckDB. */
class QueryApiTest {

    @TempDir
    private static Path directory;
    private static Warehouse warehouse;
    private static Query query;
    private static HubHttpServer http;

    @BeforeAll
    static void start() {
        warehouse = Warehouse.open(new WarehouseSettings("warehouse", "jdbc:duckdb:" + directory.resolve("warehouse.duckdb"), "", "",
                Selection.ALL, 0, Map.of()));
        query = new Query(warehouse, new QueryLimits(100, Duration.ofSeconds(20), 2));
        http = new HubHttpServer(new HttpLimits(1 << 20, 100, 100, Duration.ofSeconds(10), Duration.ofSeconds(10),
                Duration.ofSeconds(10)), new IngestMetrics(new SimpleMeterRegistry()));
        http.routes().post("/api/query").handler(http.bodyReader()).handler(new QueryApi(Map.of("warehouse", query)));
        http.listen("127.0.0.1", 0, false);
        http.ready();
    }

    @AfterAll
    static void stop() {
        http.close();
        query.close();
        warehouse.close();
    }

    private static HttpResponse<String> ask(String sql, String accept) throws Exception {
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/api/query"))
                .header("Accept", accept).POST(HttpRequest.BodyPublishers.ofString(Json.MAPPER.createObjectNode().put("sql", sql)
                        .toString())).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static String csv(String sql) throws Exception {
        HttpResponse<String> answer = ask(sql, "text/csv");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return answer.body();
    }

    @Test
    void aResultIsCsvForWhoeverWantsIt() throws Exception {
        // When
        HttpResponse<String> answer = ask("SELECT 'a \"quoted\", text' AS \"the text\", 1 AS n, 2 AS n, -1.5 AS less, NULL AS nothing, '' AS empty,"
                + " true AS yes, 'two' || chr(10) || 'lines' AS lines, 'Zoë 🐫' AS name, [1, 2] AS list, TIMESTAMP '2026-01-02 03:04:05' AS at",
                "text/csv");

        // Then
        assertThat(answer.headers().firstValue("Content-Type")).hasValueSatisfying(type -> assertThat(type).startsWith("text/csv; charset=utf-8"));
        assertThat(answer.headers().firstValue("Content-Disposition")).hasValue("attachment; filename=\"query.csv\"");
        assertThat(answer.body()).isEqualTo("\"the text\",\"n\",\"n\",\"less\",\"nothing\",\"empty\",\"yes\",\"lines\",\"name\",\"list\",\"at\"\r\n"
                + "\"a \"\"quoted\"\", text\",1,2,-1.5,,\"\",true,\"two\nlines\",\"Zoë 🐫\",\"[1,2]\",\"2026-01-02T03:04:05.000Z\"\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0\u200b=1", "＝1", "=\"\n\""})
    void aTextThatASpreadsheetWouldRunIsMadeHarmless(String text) throws Exception {
        // When
        String csv = csv("SELECT '" + text.replace("'", "''") + "' AS \"=name\"");

        // Then
        try (MappingIterator<String[]> rows = CsvMapper.csvBuilder().enable(CsvParser.Feature.WRAP_AS_ARRAY).build()
                .readerFor(String[].class).readValues(csv)) {
            assertThat(rows.readAll()).containsExactly(new String[] {"'=name"}, new String[] {"'" + text});
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-12.5", "+41791234567", "a=1", "1e-5", "user@example.com", "'=1"})
    void otherTextsStayAsTheyAre(String text) throws Exception {
        assertThat(csv("SELECT '" + text.replace("'", "''") + "' AS a")).isEqualTo("\"a\"\r\n\"" + text + "\"\r\n");
    }

    @Test
    void aResultThatWasCutSaysSo() throws Exception {
        HttpResponse<String> cut = ask("SELECT * FROM range(1000)", "text/csv, */*;q=0.5");

        assertThat(cut.body().lines()).hasSize(101);
        assertThat(cut.headers().firstValue("X-Serai-Truncated")).hasValue("true");
        assertThat(ask("SELECT * FROM range(100)", "text/csv").headers().firstValue("X-Serai-Truncated")).isEmpty();
    }

    @Test
    void noRowsAreAHeadAlone() throws Exception {
        assertThat(csv("SELECT 1 AS a, 2 AS b WHERE false")).isEqualTo("\"a\",\"b\"\r\n");
    }

    @Test
    void whatIsRefusedIsJsonAllTheSame() throws Exception {
        for (String sql : List.of("DROP TABLE t", "SELECT 1; SELECT 2", "nonsense")) {
            HttpResponse<String> refused = ask(sql, "text/csv");

            assertThat(refused.statusCode()).as(sql).isBetween(400, 403);
            assertThat(Json.MAPPER.readTree(refused.body()).path("error").asText()).startsWith("query_");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "*/*", "text/html"})
    void othersGetJson(String accept) throws Exception {
        HttpResponse<String> answer = ask("SELECT 1 AS n", accept);

        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
        assertThat(Json.MAPPER.readTree(answer.body()).at("/rows/0/0").asInt()).isEqualTo(1);
    }
}
