package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.serai.model.SettingsException;
import dev.serai.warehouse.QueryException.Code;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {

    @TempDir
    static Path directory;

    private static Loading loading;
    private static Query query;

    @BeforeAll
    static void open() throws Exception {
        loading = new Loading(TestDatabase.DUCKDB, directory);
        loading.load(loading.track("Seen", "{\"n\":1}"), loading.track("Seen", "{\"n\":2}"));
        query = new Query(loading.warehouse, QueryLimits.DEFAULT);
    }

    @AfterAll
    static void close() throws Exception {
        query.close();
        loading.close();
    }

    @Test
    void answersNamesAndRows() throws Exception {
        // When
        QueryResult result = query.run("SELECT id, n, timestamp FROM website.seen WHERE n = 1;");

        // Then
        assertThat(result).isEqualTo(new QueryResult(List.of("id", "n", "timestamp"),
                List.of(List.of("m1", 1L, "2026-11-24T09:59:58.500Z")), false));
    }

    @Test
    void answersOnlyWhatJsonHas() throws Exception {
        // When
        QueryResult result = query.run("SELECT NULL, true, 1.5::DOUBLE, 'nan'::DOUBLE, 12::HUGEINT, DATE '2026-01-02',"
                + " TIMESTAMPTZ '2026-01-02 03:04:05+02', [1, 2], {'a': 1}, MAP {'k': 'v'}, TIMESTAMP '2026-01-02 03:04:05.000001'");

        // Then
        assertThat(result.rows().get(0)).hasToString(Arrays.asList(null, true, 1.5, "NaN", 12, "2026-01-02",
                "2026-01-02T01:04:05.000Z", "[1, 2]", "{\"a\":1}", "{k=v}", "2026-01-02T03:04:05.000001Z").toString()
                .replace("{\"a\":1}", result.rows().get(0).get(8).toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT 1", "VALUES (1)", "FROM website.seen", "WITH x AS (SELECT 1) SELECT * FROM x", "SHOW TABLES",
            "DESCRIBE website.seen", "SUMMARIZE website.seen", "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT count(*) FROM website.seen",
            "-- a comment\nEXPLAIN SELECT 1", "SELECT * FROM duckdb_tables()", "SELECT * FROM range(3)",
            "SELECT table_name FROM information_schema.tables", "SELECT unnest([1, 2])", "SELECT 'a;b' ;"})
    void runsWhateverOnlyReads(String sql) throws Exception {
        assertThat(query.run(sql).columns()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO website.seen (n) VALUES (1)", "UPDATE website.seen SET n = 1", "DELETE FROM website.seen",
            "DROP TABLE website.seen", "CREATE TABLE t (a INTEGER)", "CREATE TEMP TABLE t (a INTEGER)",
            "ALTER TABLE website.seen ADD COLUMN x INTEGER", "TRUNCATE website.seen",
            "COPY website.seen TO '/tmp/stolen.csv'", "COPY website.seen FROM '/etc/passwd'", "EXPORT DATABASE '/tmp/stolen'",
            "ATTACH '/tmp/other.duckdb'", "DETACH warehouse", "INSTALL httpfs", "LOAD httpfs", "PRAGMA database_list", "SET threads = 1",
            "RESET threads", "SET VARIABLE x = 1", "CALL pragma_version()", "CHECKPOINT", "VACUUM", "BEGIN", "COMMIT", "USE website",
            "PREPARE x AS SELECT 1", "EXECUTE x", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE website.seen",
            "EXPLAIN DELETE FROM website.seen", "EXPLAIN ANALYZE DELETE FROM website.seen", "EXPLAIN SELECT 1; DROP TABLE website.seen",
            "EXPLAIN EXPLAIN ANALYZE DELETE FROM website.seen", "", ";", "-- nothing",
            "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM read_blob('/etc/passwd')",
            "SELECT * FROM read_json('/etc/passwd')", "SELECT * FROM read_parquet('/etc/passwd')", "SELECT * FROM parquet_scan('/x')",
            "SELECT * FROM glob('/etc/*')", "SELECT * FROM sniff_csv('/etc/passwd')", "SELECT (SELECT count(*) FROM glob('/*'))",
            "WITH x AS (SELECT * FROM Read_Text('/etc/passwd')) SELECT * FROM x", "SELECT 1 WHERE 1 IN (SELECT 1 FROM glob('/*'))",
            "SELECT * FROM enable_logging(storage = 'file', storage_path = '/tmp/logs')", "SELECT * FROM enable_profiling()",
            "SELECT * FROM checkpoint()", "SELECT * FROM force_checkpoint()", "SELECT * FROM query('SELECT 1')",
            "SELECT * FROM json_execute_serialized_sql('{}')", "SELECT write_log('x')", "SELECT getenv('HOME')",
            "SELECT nextval('s')", "SELECT pg_sleep(100)", "SELECT * FROM duckdb_secrets()", "SELECT * FROM duckdb_settings()"})
    void refusesWhateverDoesMoreThanRead(String sql) {
        QueryException refused = catchThrowableOfType(QueryException.class, () -> query.run(sql));

        assertThat(refused.code()).isEqualTo(Code.FORBIDDEN);
    }

    @Test
    void aFileIsNoTable() {
        assertThatExceptionOfType(QueryException.class).isThrownBy(() -> query.run("SELECT * FROM '/etc/passwd'"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(Code.INVALID));
        assertThatExceptionOfType(QueryException.class).isThrownBy(() -> query.run("SELECT * FROM 'x.csv'"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(Code.INVALID));
    }

    @Test
    void tellsSyntaxErrorsAndUnknownNamesInTheDatabasesWords() {
        assertThatExceptionOfType(QueryException.class).isThrownBy(() -> query.run("SELEC 1"))
                .withMessageContaining("syntax error at or near \"SELEC\"")
                .satisfies(e -> assertThat(e.code()).isEqualTo(Code.INVALID));
        assertThatExceptionOfType(QueryException.class).isThrownBy(() -> query.run("SELECT nn FROM website.seen"))
                .withMessageContaining("\"nn\" not found").satisfies(e -> assertThat(e.code()).isEqualTo(Code.INVALID));
        assertThatExceptionOfType(QueryException.class).isThrownBy(() -> query.run("SELECT $1"))
                .satisfies(e -> assertThat(e.code()).isEqualTo(Code.INVALID));
        assertThatExceptionOfType(QueryException.class).isThrownBy(() -> query.run("SELECT 'x'::INTEGER"))
                .withMessageContaining("Could not convert").satisfies(e -> assertThat(e.code()).isEqualTo(Code.INVALID));
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "1+", "- ", "/* x */ ", "-- x\n", "NOT ", "SELECT ", "EXPLAIN ", "'", "\u0000", "🎉"})
    void survivesHostileTexts(String part) {
        for (String start : List.of("", "SELECT ")) {
            QueryException refused = catchThrowableOfType(QueryException.class,
                    () -> query.run(start + part.repeat(60_000 / part.length()) + "nothing"));

            assertThat(refused.code()).isIn(Code.INVALID, Code.FORBIDDEN);
        }
    }

    @Test
    void answersNoMoreRowsThanTheLimit() throws Exception {
        // When
        QueryResult result = query.run("SELECT * FROM range(100000)");

        // Then
        assertThat(result.rows()).hasSize(10_000);
        assertThat(result.truncated()).isTrue();
        assertThat(query.run("SELECT * FROM range(10000)").truncated()).isFalse();
    }

    @Test
    void cancelsAQueryThatTakesTooLong() {
        // Given
        try (Query impatient = new Query(loading.warehouse, new QueryLimits(10, Duration.ofMillis(200), 1))) {
            // When
            QueryException cancelled = catchThrowableOfType(QueryException.class, () -> impatient.run(
                    "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range % 7 = 3"));

            // Then
            assertThat(cancelled.code()).isEqualTo(Code.TIMEOUT);
        }
    }

    @Test
    void refusesAQueryTooManyAndLoadsOnMeanwhile() throws Exception {
        // Given
        try (Query single = new Query(loading.warehouse, new QueryLimits(10, Duration.ofSeconds(2), 1))) {
            CompletableFuture<Void> slow = CompletableFuture.runAsync(() -> catchThrowableOfType(QueryException.class,
                    () -> single.run("SELECT count(*) FROM website.seen, range(1000000) a, range(1000000) b"
                            + " WHERE a.range * b.range % 7 = 3")));
            org.awaitility.Awaitility.await().atMost(5, TimeUnit.SECONDS).pollInterval(1, TimeUnit.MILLISECONDS)
                    .until(() -> isBusy(single));

            // When
            loading.load(loading.track("While Querying", "{}"), loading.track("Seen", "{\"n\":3,\"added\":true}"));

            // Then
            assertThat(slow).isNotDone();
            assertThat(query.run("SELECT count(*) FROM website.while_querying").rows()).hasToString("[[1]]");
            slow.get(10, TimeUnit.SECONDS);
        }
    }

    private static boolean isBusy(Query query) {
        QueryException e = catchThrowableOfType(QueryException.class, () -> query.run("SELECT 1"));
        return e != null && e.code() == Code.BUSY;
    }

    @Test
    void aWarehouseInUseByAnotherProcessIsAProblemOfSettings() throws Exception {
        // Given
        Process other = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp", System.getProperty("java.class.path"), OpenWarehouse.class.getName(), directory.toString())
                .redirectErrorStream(true).start();

        // When
        String output = new String(other.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        // Then
        assertThat(output).contains(SettingsException.class.getName(), "another process has the warehouse open");
    }

    /** Opens the warehouse in a directory; for a process of its own. */
    static final class OpenWarehouse {

        private OpenWarehouse() {
        }

        public static void main(String[] arguments) {
            TestDatabase.DUCKDB.open(Path.of(arguments[0]));
        }
    }
}
