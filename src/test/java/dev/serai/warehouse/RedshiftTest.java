package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.serai.model.SettingsException;
import dev.serai.warehouse.WarehouseFault.Kind;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is Redshift's alone; the rest is in the tests of all databases. */
class RedshiftTest {

    @TempDir
    Path directory;

    @Test
    void filesAreGoneFromTheBucketOnceTheirRowsAreIn() throws Exception {
        try (Loading loading = new Loading(TestDatabase.REDSHIFT_BUCKET, directory)) {
            // Given
            int before = TestDatabase.s3().puts();

            // When
            loading.load(loading.event("identify", "\"userId\":\"u1\",\"traits\":{\"plan\":\"\"}"), loading.track("Seen", "{}"));

            // Then
            assertThat(TestDatabase.s3().puts() - before).isEqualTo(4);
            assertThat(TestDatabase.s3().objects()).isEmpty();
            assertThat(loading.value("SELECT plan FROM website.users")).isEqualTo("");
        }
    }

    @Test
    void aRowThatCopyRefusesIsADeadLetterWithItsReason() throws Exception {
        try (Loading loading = new Loading(TestDatabase.REDSHIFT_BUCKET, directory)) {
            // Given
            loading.execute("CREATE SCHEMA website; CREATE TABLE website.seen (id VARCHAR(65535), at TIMESTAMP NOT NULL)");

            // When
            loading.load(loading.track("Seen", "{\"at\":\"2026-01-01\"}"), loading.track("Seen", "{\"other\":\"0000-01-01\"}"),
                    loading.track("Seen", "{\"at\":\"2026-01-03\"}"));

            // Then
            assertThat(loading.value("SELECT count(*) FROM website.seen")).isEqualTo(2L);
            assertThat(loading.deadLetters).hasSize(1).first().satisfies(letter -> {
                assertThat(letter.code()).isEqualTo("refused");
                assertThat(letter.message()).contains("null value in column \"at\"");
            });
            assertThat(TestDatabase.s3().objects()).isEmpty();
        }
    }

    @Test
    void aTableOfSegmentsKeepsItsRowsAndItsShortTextsGrow() throws Exception {
        try (Loading loading = new Loading(TestDatabase.REDSHIFT, directory)) {
            // Given
            through(loading, "CREATE SCHEMA website");
            through(loading, "CREATE TABLE website.seen (id VARCHAR(64) NOT NULL ENCODE zstd, received_at TIMESTAMP,"
                    + " plan VARCHAR(512), n INTEGER) DISTKEY(id) SORTKEY(received_at)");
            through(loading, "INSERT INTO website.seen VALUES ('old', '2020-01-01', 'free', 7)");

            // When
            loading.load(loading.track("Seen", "{\"plan\":\"" + "x".repeat(600) + "\",\"n\":8}"));

            // Then
            assertThat(loading.deadLetters).isEmpty();
            assertThat(loading.rows("SELECT id, length(plan), n FROM website.seen ORDER BY n")).containsExactly(
                    List.of("old", 4, 7L), List.of("m1", 600, 8L));
            assertThat(loading.columns("seen")).containsEntry("n", ColumnType.BIGINT);
        }
    }

    @Test
    void aWrongPasswordIsAProblemOfSettings() {
        // Given
        Warehouse warehouse = warehouse(TestDatabase.redshiftUrl(directory), "wrong", Map.of());

        // When
        WarehouseFault fault = catchThrowableOfType(WarehouseFault.class, () -> warehouse.connect(null));

        // Then
        assertThat(fault.kind()).isEqualTo(Kind.SETTINGS);
        assertThat(fault).hasMessage("Redshift refuses the hub: password authentication failed for user \"postgres\";"
                + " check the warehouse's url, user and password, and what the user is granted");
    }

    @ParameterizedTest
    @CsvSource({"bucketSecret, wrong, SignatureDoesNotMatch", "bucketKey, AKIAWRONG, InvalidAccessKeyId", "bucket, other, NoSuchBucket"})
    void aBucketThatTakesNoFileIsAProblemOfSettings(String option, String value, String reason) {
        // Given
        Map<String, String> options = new HashMap<>(TestDatabase.bucket());
        options.put(option, value);
        Warehouse warehouse = warehouse(TestDatabase.redshiftUrl(directory), FakeRedshift.PASSWORD, options);

        // When
        WarehouseFault fault = catchThrowableOfType(WarehouseFault.class, () -> warehouse.connect(null));

        // Then
        assertThat(fault.kind()).isEqualTo(Kind.SETTINGS);
        assertThat(fault).hasMessageContaining("does not take a file: " + reason)
                .hasMessageEndingWith("which must be allowed to put and delete objects");
    }

    @Test
    void aServerThatIsAwayIsWaitedFor() throws Exception {
        // Given
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Warehouse warehouse = warehouse("jdbc:redshift://localhost:" + port + "/db?ssl=false", "x", Map.of());

        // When
        WarehouseFault fault = catchThrowableOfType(WarehouseFault.class, () -> warehouse.connect(null));

        // Then
        assertThat(fault.kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void allThatIsWrongWithABucketIsSaidAtOnce() {
        assertThatThrownBy(() -> warehouse("jdbc:redshift://host/db", "x", Map.of("bucket", "b")))
                .isInstanceOf(SettingsException.class).hasMessageContaining("bucket needs bucketRegion")
                .hasMessageContaining("set iamRole, or bucketKey and bucketSecret");
        assertThatThrownBy(() -> warehouse("jdbc:redshift://host/db", "x", Map.of("bucket", "b", "bucketRegion", "r", "bucketKey", "k")))
                .hasMessageContaining("bucketKey and bucketSecret belong together");
    }

    @Test
    void aMissingDriverIsSaidInOneSentence() {
        assertThatThrownBy(() -> DriverCheck.require(new WarehouseSettings("warehouse", "jdbc:redshift://host/db", "", "", Selection.ALL, 0,
                Map.of()), "Redshift", "redshift", "no.such.Driver")).isInstanceOf(SettingsException.class)
                .hasMessage("warehouse: what Redshift needs is not in drivers/ (no.such.Driver); run './serai drivers redshift'"
                        + " and start again");
    }

    /** The fake must refuse what Redshift refuses, else the suite proves nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"INSERT INTO t VALUES ('x') ON CONFLICT DO NOTHING", "SELECT unnest('{a}'::varchar[])",
            "ALTER TABLE t ADD COLUMN IF NOT EXISTS b BIGINT", "ALTER TABLE t ADD COLUMN b BIGINT, ADD COLUMN c BIGINT",
            "ALTER TABLE t ALTER COLUMN a TYPE BIGINT", "CREATE INDEX i ON t (a)", "UPDATE t SET a = 'x' RETURNING a",
            "CREATE TABLE u (a VARCHAR(65536))", "CREATE TABLE u (a BYTEA)",
            "COPY t (a) FROM 's3://warehouse-files/none' IAM_ROLE default REGION 'x' FORMAT JSON 'auto' GZIP",
            "COPY t (a) FROM 's3://warehouse-files/none' IAM_ROLE default REGION 'x' FORMAT JSON 'auto' GZIP NULL AS 'x'"})
    void theFakeRefusesWhatRedshiftRefuses(String sql) throws Exception {
        try (Connection connection = TestDatabase.throughRedshift(TestDatabase.REDSHIFT.open(directory));
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE t (a VARCHAR(10) ENCODE lzo) SORTKEY(a)");

            assertThatThrownBy(() -> statement.execute(sql)).isInstanceOf(SQLException.class);
            assertThatThrownBy(() -> statement.execute("INSERT INTO t VALUES ('éééééé')")).hasMessageContaining("check");
            statement.execute("ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(20)");
            statement.execute("BEGIN");
            assertThatThrownBy(() -> statement.execute("ALTER TABLE t ALTER COLUMN a TYPE VARCHAR(30)"))
                    .hasMessageContaining("cannot run inside a transaction block");
        }
    }

    @Test
    void aTextIsCutBetweenTwoCharactersAndAnObjectBetweenTwoMembers() {
        assertThat(Texts.fit("aé", 2)).isEqualTo("a");
        assertThat(Texts.fit("aé", 3)).isEqualTo("aé");
        assertThat(Texts.fit("🎉🎉", 7)).isEqualTo("🎉");
        assertThat(Texts.fit("x\ud800", 65_535)).isEqualTo("x?");
        assertThat(Texts.fitObject("{\"a\":1,\"b\":\"éééé\",\"c\":[1]}", 20)).isEqualTo("{\"a\":1,\"c\":[1]}");
        assertThat(Texts.fitObject("{\"a\":1}", 7)).isEqualTo("{\"a\":1}");
        assertThat(Texts.fitObject("{\"a\":1}", 6)).isEqualTo("{}");
    }

    private static void through(Loading loading, String sql) throws SQLException {
        try (Connection connection = TestDatabase.throughRedshift(loading.warehouse);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Warehouse warehouse(String url, String password, Map<String, String> options) {
        return Warehouse.open(new WarehouseSettings("warehouse", url, "postgres", password, Selection.ALL, 0, options));
    }
}
