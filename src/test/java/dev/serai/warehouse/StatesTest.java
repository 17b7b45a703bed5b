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

/** Users and accounts hold the latest traits. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class StatesTest {

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
    void anAbsentTraitKeepsItsValueAndANullOverwritesIt() throws Exception {
        // Given
        loading.load(identify("{\"email\":\"a@example.com\",\"plan\":\"free\",\"age\":30}"));

        // When
        loading.load(identify("{\"plan\":null,\"age\":31}"));

        // Then
        assertThat(users()).containsExactly(Arrays.asList("u1", "a@example.com", null, 31L));
    }

    @Test
    void theSameHoldsWithinABatch() throws Exception {
        // When
        loading.load(identify("{\"email\":\"a@example.com\",\"plan\":\"free\",\"age\":30}"),
                identify("{\"plan\":null,\"age\":31}"), identify("{\"plan\":\"pro\"}"), identify("{\"plan\":null}"));

        // Then
        assertThat(users()).containsExactly(Arrays.asList("u1", "a@example.com", null, 31L));
    }

    @Test
    void aLateOlderEventOnlyFillsWhatIsMissing() throws Exception {
        // Given
        loading.load(identify("{\"email\":\"new@example.com\",\"age\":30}"));

        // When
        loading.load(identify("{\"email\":\"old@example.com\",\"plan\":\"free\",\"age\":null}")
                .replace("\"timestamp\":\"2026-11-24", "\"timestamp\":\"2026-11-20"));

        // Then
        assertThat(users()).containsExactly(List.of("u1", "new@example.com", "free", 30L));
        assertThat(loading.value("SELECT timestamp FROM website.users")).isEqualTo("2026-11-24T09:59:58.500Z");
    }

    @Test
    void aTraitOfAnotherTypeWidensTheColumn() throws Exception {
        // Given
        loading.load(identify("{\"email\":\"a@example.com\",\"plan\":\"x\",\"age\":30}"));

        // When
        loading.load(identify("{\"age\":\"thirty\"}"), identify("{\"age\":5}").replace("\"u1\"", "\"u2\""));

        // Then
        assertThat(loading.rows("SELECT id, age FROM website.users ORDER BY id")).containsExactly(
                List.of("u1", "thirty"), List.of("u2", "5"));
    }

    @Test
    void timesAndTruthsSurviveBeingWrittenAgain() throws Exception {
        // Given
        loading.load(identify("{\"createdAt\":\"2020-01-02T03:04:05.678Z\",\"vip\":true,\"score\":0.5,\"id\":\"x\"}"));

        // When
        loading.load(identify("{\"email\":\"a@example.com\"}"));

        // Then
        assertThat(loading.rows("SELECT id, created_at, vip, score, _id, email FROM website.users")).containsExactly(
                List.of("u1", "2020-01-02T03:04:05.678Z", true, 0.5, "x", "a@example.com"));
    }

    @Test
    void traitsBeyondTheColumnsAreMergedToo() throws Exception {
        // Given
        StringBuilder traits = new StringBuilder("{\"k\":0");
        for (int i = 0; i < 1_500; i++) {
            traits.append(",\"k").append(i).append("\":").append(i);
        }
        loading.load(identify(traits + "}"));

        // When
        loading.load(identify("{\"k1400\":\"new\"}"));

        // Then
        assertThat(loading.rows("SELECT k7 FROM website.users")).containsExactly(List.of(7L));
        assertThat((String) loading.value("SELECT _more FROM website.users"))
                .contains("\"k1400\":\"new\"", "\"k1499\":1499");
    }

    private List<List<Object>> users() throws SQLException {
        return loading.rows("SELECT id, email, plan, age FROM website.users");
    }

    private String identify(String traits) {
        return loading.event("identify", "\"userId\":\"u1\",\"traits\":" + traits);
    }
}
