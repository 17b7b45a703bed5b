package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Segment's tables, column by column; facts/segment.md sections 5.1 and 5.2. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class TablesTest {

    @Parameter
    TestDatabase database;

    private static final String[] TIMES = {"original_timestamp", "TIMESTAMP", "sent_at", "TIMESTAMP",
            "received_at", "TIMESTAMP", "timestamp", "TIMESTAMP", "uuid_ts", "TIMESTAMP"};

    private static final String LOADED_AT = "loaded_at TIMESTAMP";

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
    void aTrackGoesToTracksWithoutItsPropertiesAndToTheTableOfItsEvent() throws Exception {
        // Given
        String track = loading.event("track", """
                "event":"Order Completed","userId":"u1","anonymousId":"a1","channel":"server","version":2,
                "unplanned":true,"_metadata":{"bundled":[]},"projectId":"p","integrations":{"All":true},
                "originalTimestamp":"2026-11-24T09:59:57Z","sentAt":"2026-11-24T09:59:58.25+01:00",
                "context":{"ip":"10.0.0.1","page":{"url":"https://shop.example/"},"traits":{"plan":"pro"}},
                "properties":{"orderId":"o-7","total":12.5,"quantity":3,"isGift":false,
                  "deliverAt":"2026-12-01","products":[{"sku":"a"},{"sku":"b"}],"address":{"zipCode":"8000"}}""");

        // When
        loading.load(track);

        // Then
        assertThat(columns("tracks")).containsExactlyElementsOf(with(
                strings("id", "anonymous_id", "user_id", "event", "event_text"), TIMES,
                strings("context_ip", "context_page_url", "context_traits_plan")));
        assertThat(columns("order_completed")).containsExactlyElementsOf(with(
                strings("id", "anonymous_id", "user_id", "event", "event_text"), TIMES,
                strings("context_ip", "context_page_url", "context_traits_plan", "order_id"),
                new String[] {"total", "DOUBLE", "quantity", "BIGINT", "is_gift", "BOOLEAN",
                        "deliver_at", "TIMESTAMP", "products", "VARCHAR", "address_zip_code", "VARCHAR"}));
        assertThat(loading.rows("SELECT id, anonymous_id, user_id, event, event_text,"
                + " original_timestamp, sent_at, received_at, timestamp, context_ip, context_page_url, context_traits_plan,"
                + " order_id, total, quantity, is_gift, deliver_at, products, address_zip_code FROM website.order_completed")).containsExactly(Arrays.asList(
                "m1", "a1", "u1", "order_completed", "Order Completed", "2026-11-24T09:59:57.000Z",
                "2026-11-24T08:59:58.250Z", "2026-11-24T10:00:00.000Z", "2026-11-24T09:59:58.500Z",
                "10.0.0.1", "https://shop.example/", "pro", "o-7", 12.5, 3L, false, "2026-12-01T00:00:00.000Z",
                "[{\"sku\":\"a\"},{\"sku\":\"b\"}]", "8000"));
        assertThat(loading.value("SELECT uuid_ts > '2026-01-01' FROM website.tracks")).isEqualTo(true);
    }

    @Test
    void anIdentifyGoesToIdentifiesAndUsers() throws Exception {
        // When
        loading.load(loading.event("identify", """
                "userId":"u1","anonymousId":"a1","context":{"ip":"10.0.0.1"},
                "traits":{"email":"ann@example.com","age":41,"address":{"city":"Bern"}}"""));

        // Then
        assertThat(columns("identifies")).containsExactlyElementsOf(with(
                strings("id", "anonymous_id", "user_id"), TIMES,
                new String[] {"context_ip", "VARCHAR", "email", "VARCHAR", "age", "BIGINT", "address_city", "VARCHAR"}));
        assertThat(columns("users")).containsExactly("id VARCHAR", "received_at TIMESTAMP", "timestamp TIMESTAMP",
                "uuid_ts TIMESTAMP", "email VARCHAR", "age BIGINT", "address_city VARCHAR");
        assertThat(loading.rows("SELECT id, received_at, email, age, address_city FROM website.users"))
                .containsExactly(List.of("u1", "2026-11-24T10:00:00.000Z", "ann@example.com", 41L, "Bern"));
    }

    @Test
    void anIdentifyWithoutUserIdIsNoUser() throws Exception {
        // When
        loading.load(loading.event("identify", "\"anonymousId\":\"a1\",\"traits\":{\"email\":\"ann@example.com\"}"));

        // Then
        assertThat(loading.value("SELECT count(*) FROM website.identifies")).isEqualTo(1L);
        assertThat(loading.columns("users")).isEmpty();
    }

    @Test
    void pagesAndScreensHaveNameAndCategoryOnce() throws Exception {
        // When
        loading.load(
                loading.event("page", "\"userId\":\"u1\",\"name\":\"Home\",\"category\":\"Docs\","
                        + "\"properties\":{\"name\":\"Home\",\"title\":\"Welcome\"}"),
                loading.event("screen", "\"userId\":\"u1\",\"name\":\"Start\",\"properties\":{\"name\":\"Other\"}"));

        // Then
        assertThat(columns("pages")).containsExactlyElementsOf(with(strings("id", "anonymous_id", "user_id"), TIMES,
                strings("name", "category", "title")));
        assertThat(loading.rows("SELECT name, category, title FROM website.pages"))
                .containsExactly(List.of("Home", "Docs", "Welcome"));
        assertThat(columns("screens").subList(0, 9)).containsExactlyElementsOf(with(
                strings("id", "anonymous_id", "user_id"), TIMES, strings("name")));
        assertThat(loading.columns("screens").keySet().stream().filter(name -> name.contains("name")))
                .hasSize(2).contains("name");
    }

    @Test
    void aGroupGoesToGroupsAndAccounts() throws Exception {
        // When
        loading.load(loading.event("group", "\"userId\":\"u1\",\"groupId\":\"g1\",\"traits\":{\"employees\":12}"));

        // Then
        assertThat(columns("groups")).containsExactlyElementsOf(with(
                strings("id", "anonymous_id", "user_id", "group_id"), TIMES, new String[] {"employees", "BIGINT"}));
        assertThat(columns("accounts")).containsExactly("id VARCHAR", "received_at TIMESTAMP", "timestamp TIMESTAMP",
                "uuid_ts TIMESTAMP", "employees BIGINT");
        assertThat(loading.rows("SELECT id, employees FROM website.accounts")).containsExactly(List.of("g1", 12L));
    }

    @Test
    void anAliasGoesToAliases() throws Exception {
        // When
        loading.load(loading.event("alias", "\"userId\":\"u1\",\"previousId\":\"a1\""));

        // Then
        assertThat(columns("aliases")).containsExactlyElementsOf(with(
                strings("id", "anonymous_id", "user_id", "previous_id"), TIMES));
        assertThat(loading.rows("SELECT user_id, previous_id FROM website.aliases")).containsExactly(List.of("u1", "a1"));
    }

    @Test
    void eachSourceHasASchema() throws Exception {
        // When
        loading.load(loading.event("alias", "\"userId\":\"u1\""),
                loading.event("alias", "\"userId\":\"u1\"").replace("website", "My App"));

        // Then
        assertThat(loading.value("SELECT count(*) FROM my_app.aliases")).isEqualTo(1L);
    }

    @Test
    void aTimeThatIsNoneIsKeptAsTextBesideItsColumn() throws Exception {
        // When
        loading.load(loading.event("alias", "\"userId\":\"u1\",\"sentAt\":\"yesterday\""));

        // Then
        assertThat(loading.rows("SELECT sent_at, _sent_at FROM website.aliases"))
                .containsExactly(Arrays.asList(null, "yesterday"));
    }

    private List<String> columns(String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        loading.columns(table).forEach((name, type) -> columns.add(name + " " + type));
        // Segment has it in BigQuery and nowhere else
        assertThat(columns.remove(LOADED_AT)).isEqualTo(database == TestDatabase.BIGQUERY);
        return columns;
    }

    private static String[] strings(String... names) {
        return Arrays.stream(names).flatMap(name -> java.util.stream.Stream.of(name, "VARCHAR")).toArray(String[]::new);
    }

    private static List<String> with(String[]... namesAndTypes) {
        String[] all = Arrays.stream(namesAndTypes).flatMap(Arrays::stream).toArray(String[]::new);
        return java.util.stream.IntStream.range(0, all.length / 2).mapToObj(i -> all[2 * i] + " " + all[2 * i + 1]).toList();
    }
}
