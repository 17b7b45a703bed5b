package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How columns get their names and types, and that no value is lost on the way. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ColumnsTest {

    @Parameter
    TestDatabase database;

    @TempDir
    Path directory;

    private Loading loading;

    @BeforeEach
    void open() throws Exception {
        loading = new Loading(database, directory);
    }

    @AfterEach
    void close() {
        loading.close();
        assertThat(loading.deadLetters).isEmpty();
    }

    @Test
    void aNullMakesNoColumn() throws Exception {
        // When
        loading.load(loading.track("Seen", "{\"a\":null,\"b\":{\"c\":null},\"d\":{}}"));

        // Then
        assertThat(loading.columns("seen").keySet()).doesNotContain("a", "b", "b_c", "d");
    }

    @Test
    void integersBecomeDoublesWhenAFractionComes() throws Exception {
        // When
        loading.load(loading.track("Seen", "{\"n\":1}"), loading.track("Seen", "{\"n\":2.0}"));
        loading.load(loading.track("Seen", "{\"n\":2.5}"));

        // Then
        assertThat(loading.columns("seen")).containsEntry("n", ColumnType.DOUBLE);
        assertThat(loading.rows("SELECT n FROM website.seen ORDER BY n")).containsExactly(
                List.of(1.0), List.of(2.0), List.of(2.5));
    }

    @Test
    void aWholeFractionStaysAnInteger() throws Exception {
        // When
        loading.load(loading.track("Seen", "{\"n\":1}"), loading.track("Seen", "{\"n\":2.0}"));

        // Then
        assertThat(loading.columns("seen")).containsEntry("n", ColumnType.BIGINT);
        assertThat(loading.rows("SELECT n FROM website.seen ORDER BY n")).containsExactly(List.of(1L), List.of(2L));
    }

    @Test
    void integersTooLargeForADoubleBecomeTextWhenAFractionComesLater() throws Exception {
        // When
        loading.load(loading.track("Seen", "{\"n\":9007199254740993}"));
        loading.load(loading.track("Seen", "{\"n\":0.5}"));

        // Then
        assertThat(loading.columns("seen")).containsEntry("n", ColumnType.VARCHAR);
        assertThat(loading.rows("SELECT n FROM website.seen ORDER BY n")).containsExactly(
                List.of("0.5"), List.of("9007199254740993"));
    }

    @Test
    void integersTooLargeForADoubleBecomeTextWithinOneBatch() throws Exception {
        // When
        loading.load(loading.track("Seen", "{\"n\":9007199254740993}"), loading.track("Seen", "{\"n\":0.5}"),
                loading.track("Seen", "{\"m\":0.5}"), loading.track("Seen", "{\"m\":9007199254740993}"));

        // Then
        assertThat(loading.rows("SELECT n FROM website.seen WHERE n IS NOT NULL ORDER BY n")).containsExactly(
                List.of("0.5"), List.of("9007199254740993"));
        assertThat(loading.rows("SELECT m FROM website.seen WHERE m IS NOT NULL ORDER BY m")).containsExactly(
                List.of("0.5"), List.of("9007199254740993"));
    }

    @Test
    void anyTypeBecomesTextWhenATextComes() throws Exception {
        // When
        loading.load(loading.track("Seen",
                "{\"a\":7,\"b\":0.25,\"c\":true,\"d\":\"2026-01-02T03:04:05.006Z\",\"e\":\"2026-01-02T03:04:05.000007Z\"}"));
        loading.load(loading.track("Seen", "{\"a\":\"x\",\"b\":\"x\",\"c\":\"x\",\"d\":\"x\",\"e\":\"x\"}"),
                loading.track("Seen", "{\"a\":8,\"b\":1.10,\"c\":false,\"d\":\"2026-01-02\",\"e\":[1, 2]}"));

        // Then
        assertThat(loading.rows("SELECT a, b, c, d, e FROM website.seen ORDER BY a")).containsExactly(
                List.of("7", "0.25", "true", "2026-01-02T03:04:05.006Z", "2026-01-02T03:04:05.000007Z"),
                List.of("8", "1.10", "false", "2026-01-02", "[1, 2]"),
                List.of("x", "x", "x", "x", "x"));
    }

    @Test
    void numbersBeyondAllTypesAreTextWithAllTheirDigits() throws Exception {
        // Given
        String digits = "7".repeat(5_000);

        // When
        loading.load(loading.track("Seen", "{\"a\":1e999999999,\"b\":" + digits + ",\"c\":1e-400,\"d\":9223372036854775808}"));

        // Then
        assertThat(loading.rows("SELECT a, b, c, d FROM website.seen")).containsExactly(
                List.of("1e999999999", digits, "1e-400", "9223372036854775808"));
    }

    @Test
    void aTimeThatNotEveryWarehouseHoldsIsText() throws Exception {
        // When
        loading.load(loading.track("Seen", "{\"a\":\"0000-12-31\",\"b\":\"0001-01-01T01:00:00+02:00\",\"c\":\"9999-12-31T23:59:59-01:00\","
                + "\"d\":\"0001-01-01\",\"e\":\"9999-12-31T23:59:59.999999Z\"}"));

        // Then
        assertThat(loading.columns("seen")).containsEntry("a", ColumnType.VARCHAR).containsEntry("b", ColumnType.VARCHAR)
                .containsEntry("c", ColumnType.VARCHAR).containsEntry("d", ColumnType.TIMESTAMP).containsEntry("e", ColumnType.TIMESTAMP);
    }

    @Test
    void textsKeepAllOfUnicodeAndNulCharactersWhereTheDatabaseHasThem() throws Exception {
        // Given
        String nul = database == TestDatabase.DUCKDB || database == TestDatabase.BIGQUERY ? "\0" : "\uFFFD";

        // When
        loading.load(loading.track("Seen", "{\"a\":\"x\\u0000y\",\"b\":\"\\u0000\",\"c\":\"🎉 注文\",\"d\":\"\\ud800\","
                + "\"a\\u0000b\":1,\"long\":\"a text that is not kept inline \\u0000 in the database\"}"));

        // Then
        assertThat(loading.rows("SELECT a, b, c, d, a_b, long FROM website.seen")).containsExactly(List.of(
                "x" + nul + "y", nul, "🎉 注文", "?", 1L, "a text that is not kept inline " + nul + " in the database"));
    }

    @Test
    void ofADuplicateKeyTheLastValueCounts() throws Exception {
        // When
        loading.load(loading.track("Seen", "{\"a\":1,\"a\":2}"));

        // Then
        assertThat(loading.rows("SELECT a FROM website.seen")).containsExactly(List.of(2L));
    }

    @Test
    void twoNamesThatMeetInOneEventBothKeepTheirValue() throws Exception {
        // When
        loading.load(loading.track("Seen", "{\"orderId\":\"a\",\"order_id\":\"b\",\"order\":{\"id\":\"c\"}}"));
        loading.load(loading.track("Seen", "{\"order_id\":\"d\"}"));

        // Then
        assertThat(loading.rows("SELECT order_id FROM website.seen ORDER BY 1")).containsExactly(List.of("a"), List.of("d"));
        List<String> others = loading.columns("seen").keySet().stream().filter(name -> name.startsWith("order_id_")).toList();
        assertThat(others).hasSize(2).allMatch(name -> name.matches("order_id_[0-9a-f]{8}"));
        assertThat(loading.rows("SELECT " + String.join(", ", others) + " FROM website.seen WHERE order_id = 'a'"))
                .containsExactly(List.of("b", "c"));
    }

    @Test
    void theSameValueUnderTwoSpellingsIsKeptOnce() throws Exception {
        // When
        loading.load(loading.track("Seen", "{\"orderId\":\"a\",\"order_id\":\"a\"}"));

        // Then
        assertThat(loading.columns("seen").keySet().stream().filter(name -> name.startsWith("order"))).containsExactly("order_id");
    }

    @Test
    void mixedCaseKeysDoNotMeetInADatabaseThatIgnoresCase() throws Exception {
        // When
        loading.load(loading.track("Seen", "{\"email\":\"a\",\"Email\":\"b\",\"EMAIL\":\"c\"}"));

        // Then
        assertThat(loading.columns("seen").keySet().stream().filter(name -> name.startsWith("email"))).hasSize(3);
    }

    @Test
    void aPropertyCalledLikeAStandardColumnGetsAnUnderscore() throws Exception {
        // When
        loading.load(loading.track("Seen", "{\"id\":1,\"event\":2,\"timestamp\":\"then\",\"userId\":\"x\",\"receivedAt\":3,"
                + "\"context_ip\":\"y\",\"group\":\"g\",\"open\":true,\"2fa\":false,\"_id\":9}"));

        // Then
        assertThat(loading.rows("SELECT id, _id, event, _event, _timestamp, user_id, _user_id, _received_at, _context_ip,"
                + " _group, _open, _2fa FROM website.seen")).containsExactly(List.of("m1", 1L, "seen", 2L, "then", "u1", "x",
                3L, "y", "g", true, false));
    }

    @Test
    void emptyAndNonLatinKeysGetAStableStandIn() throws Exception {
        // When
        loading.load(loading.track("注文", "{\"\":1,\"🎉\":2,\"商品\":{\"🎁\":3}}"));
        loading.load(loading.track("注文", "{\"\":4}"));

        // Then
        String table = (String) loading.value("SELECT event FROM website.tracks LIMIT 1");
        assertThat(table).matches("_x[0-9a-f]{6}");
        List<String> columns = loading.columns(table).keySet().stream().filter(name -> name.startsWith("_x")).toList();
        assertThat(columns).hasSize(3).allMatch(name -> name.matches("_x[0-9a-f]{6}(_x[0-9a-f]{6})?"));
        assertThat(loading.rows("SELECT sum(" + columns.get(0) + ") FROM website." + table)).hasToString("[[5]]");
    }

    @Test
    void whatIsBeyondTheColumnsOfATableIsKeptAsJson() throws Exception {
        // Given
        StringBuilder properties = new StringBuilder("{");
        for (int i = 0; i < 5_000; i++) {
            properties.append(i == 0 ? "" : ",").append("\"k").append(i).append("\":").append(i);
        }
        properties.append(",\"deep\":{\"text \\\"quoted\\\"\":\"x\"}}");

        // When
        loading.load(loading.track("Seen", properties.toString()));
        loading.load(loading.track("Seen", "{\"k4999\":[1],\"k1\":7}"));

        // Then
        assertThat(loading.columns("seen")).hasSizeLessThanOrEqualTo(Limits.COLUMNS + 1).containsKey("_more");
        assertThat(loading.rows("SELECT k1 FROM website.seen ORDER BY k1")).hasToString("[[1], [7]]");
        assertThat((String) loading.value("SELECT _more FROM website.seen WHERE k1 = 1")).contains("\"k4999\":4999");
        assertThat(loading.rows("SELECT k1 FROM website.seen WHERE _more = '{\"k4999\":[1]}'")).hasToString("[[7]]");
        assertThat((String) loading.value("SELECT _more FROM website.seen WHERE k1 = 1"))
                .contains("\"deep.text \\\"quoted\\\"\":\"x\"");
    }

    @Test
    void eventNamesWithoutEndShareATable() throws Exception {
        // Given
        String[] events = new String[Catalog.MAX_EVENT_TABLES + 20];
        Arrays.setAll(events, i -> loading.track("Viewed item " + i, "{\"item\":" + i + "}"));

        // When
        loading.load(events);

        // Then
        assertThat(loading.value("SELECT count(*) FROM website.tracks")).isEqualTo((long) events.length);
        assertThat(loading.value("SELECT count(*) > 10 FROM website._more_events WHERE _more LIKE '{\"item\":%'"))
                .isEqualTo(true);
        assertThat(loading.value("SELECT count(*) FROM information_schema.tables WHERE lower(table_schema) = 'website'"))
                .isEqualTo((long) Catalog.MAX_EVENT_TABLES + Names.FIXED_TABLES.size() + 1);
    }

    @Test
    void namesAndTypesAreTheSameAfterARestart() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{\"orderId\":\"a\",\"order_id\":\"b\",\"n\":1}"));
        List<String> before = List.copyOf(loading.columns("seen").keySet());

        // When
        loading.close();
        loading = new Loading(database, directory);
        loading.load(loading.track("Seen", "{\"orderId\":\"c\",\"order_id\":\"d\",\"n\":2}").replace("\"m1\"", "\"m2\""));

        // Then
        assertThat(loading.columns("seen").keySet()).containsExactlyElementsOf(before);
        assertThat(loading.rows("SELECT n FROM website.seen ORDER BY n")).containsExactly(List.of(1L), List.of(2L));
    }
}
