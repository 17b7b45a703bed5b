package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A warehouse gets what it was told to get, and nothing else. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class SelectionTest {

    @Parameter
    TestDatabase database;

    @TempDir
    Path directory;

    @Test
    void leavesOutSchemasTablesAndColumns() throws Exception {
        // Given
        Selection selection = Selection.of("", "app, website.tracks, *.*.context_ip, website.*.secret*, *.*.sent_at");

        // When
        try (Loading loading = new Loading(database, directory, selection)) {
            String event = loading.event("track", "\"event\":\"Seen\",\"userId\":\"u1\",\"sentAt\":\"2026-11-24T10:00:00Z\","
                    + "\"context\":{\"ip\":\"10.0.0.1\",\"locale\":\"de\"},"
                    + "\"properties\":{\"n\":1,\"secretCode\":\"x\",\"other\":true}");
            loading.load(event, event.replace("website", "app"));

            // Then
            assertThat(loading.columns("seen").keySet()).filteredOn(column -> !column.equals("loaded_at")).containsExactly("id",
                    "anonymous_id", "user_id", "event", "event_text", "original_timestamp", "received_at", "timestamp", "uuid_ts",
                    "context_locale", "n", "other");
            assertThat(loading.rows("SELECT id, n, other FROM website.seen")).containsExactly(List.of("m1", 1L, true));
            assertThat(hasNot(loading, "tracks")).isTrue();
            assertThat(loading.value("SELECT count(*) FROM information_schema.schemata WHERE lower(schema_name) = 'app'"))
                    .isEqualTo(0L);
            assertThat(loading.deadLetters).isEmpty();
        }
    }

    @Test
    void includesOneTableAndItsStandardColumns() throws Exception {
        // When
        try (Loading loading = new Loading(database, directory, Selection.of("website.seen.n, website.users", ""))) {
            loading.load(loading.track("Seen", "{\"n\":1,\"m\":2}"), loading.track("Other", "{}"),
                    loading.event("identify", "\"userId\":\"u1\",\"traits\":{\"age\":3}"));

            // Then
            assertThat(List.of("tracks", "other", "identifies")).allMatch(table -> hasNot(loading, table));
            assertThat(loading.columns("seen").keySet()).containsExactly("id", "received_at", "n");
            assertThat(loading.rows("SELECT id, age FROM website.users")).containsExactly(List.of("u1", 3L));
        }
    }

    @Test
    void whatATableHadBeforeItWasLeftOutStaysAndGetsNothingMore() throws Exception {
        // Given
        try (Loading loading = new Loading(database, directory)) {
            loading.load(loading.event("track", "\"event\":\"Seen\",\"anonymousId\":\"a\",\"properties\":{\"n\":1}"));
        }

        // When
        try (Loading loading = new Loading(database, directory, Selection.of("", "*.seen.n,*.*.anonymous_id"))) {
            loading.load(loading.event("track", "\"event\":\"Seen\",\"anonymousId\":\"b\",\"properties\":{\"n\":2}")
                    .replace("\"m1\"", "\"m2\""));

            // Then
            assertThat(loading.rows("SELECT id, anonymous_id, n FROM website.seen ORDER BY id"))
                    .hasToString("[[m1, a, 1], [m2, null, null]]");
        }
    }

    @Test
    void refusesWhatIsNoPatternAndWhatEveryTableNeeds() {
        assertThatIllegalArgumentException().isThrownBy(() -> Selection.of("a.b.c.d", ""))
                .withMessageContaining("'a.b.c.d' is no pattern");
        assertThatIllegalArgumentException().isThrownBy(() -> Selection.of("", "drop table x"));
        assertThatIllegalArgumentException().isThrownBy(() -> Selection.of("", "website.seen.received_at"))
                .withMessageContaining("received_at");
    }

    private static boolean hasNot(Loading loading, String table) {
        try {
            return loading.columns(table).isEmpty();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
