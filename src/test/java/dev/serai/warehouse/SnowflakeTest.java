package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.serai.model.SettingsException;
import dev.serai.warehouse.WarehouseFault.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is Snowflake's alone; the rest is in the tests of all databases. */
class SnowflakeTest {

    @TempDir
    Path directory;

    @Test
    void filesAreGoneFromTheStageOnceTheirRowsAreInAndNoTextIsTakenForNull() throws Exception {
        try (Loading loading = new Loading(TestDatabase.SNOWFLAKE, directory)) {
            // When
            loading.load(loading.event("identify", "\"userId\":\"u1\",\"traits\":{\"plan\":\"\",\"path\":\"\\\\N\"}"));

            // Then
            assertThat(loading.rows("SELECT plan, path FROM website.users")).containsExactly(Arrays.asList("", "\\N"));
            assertThat(loading.deadLetters).isEmpty();
            try (Stream<Path> files = Files.walk(TestDatabase.snowflake().stage())) {
                assertThat(files.filter(Files::isRegularFile)).isEmpty();
            }
        }
    }

    @Test
    void analystsNeedNoQuotes() throws Exception {
        try (Loading loading = new Loading(TestDatabase.SNOWFLAKE, directory);
                Connection connection = connect(); Statement statement = connection.createStatement()) {
            // Given
            loading.load(loading.track("Order Completed", "{\"orderId\":\"o-7\"}"));

            // When
            try (ResultSet rows = statement.executeQuery("SELECT order_id FROM website.order_completed")) {
                // Then
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString("ORDER_ID")).isEqualTo("o-7");
                assertThat(rows.getMetaData().getColumnName(1)).isEqualTo("ORDER_ID");
            }
        }
    }

    @Test
    void aWrongPasswordIsAProblemOfSettings() {
        // Given
        Warehouse warehouse = warehouse(TestDatabase.snowflakeUrl(directory), "wrong", Map.of());

        // When
        WarehouseFault fault = catchThrowableOfType(WarehouseFault.class, () -> warehouse.connect(null));

        // Then
        assertThat(fault.kind()).isEqualTo(Kind.SETTINGS);
        assertThat(fault).hasMessageStartingWith("Snowflake refuses the hub: Incorrect username or password was specified.");
    }

    @Test
    void aDatabaseThatIsNotThereIsAProblemOfSettings() {
        // Given
        Warehouse warehouse = warehouse(TestDatabase.snowflakeUrl(directory).replaceFirst("db=\\w+", "db=nowhere"),
                FakeSnowflake.PASSWORD, Map.of());

        // When
        WarehouseFault fault = catchThrowableOfType(WarehouseFault.class, () -> warehouse.connect(null));

        // Then
        assertThat(fault.kind()).isEqualTo(Kind.SETTINGS);
        assertThat(fault).hasMessageContaining("The requested database does not exist or not authorized");
    }

    @Test
    void aKeyPairLogsInAndAnotherOneDoesNot() throws Exception {
        // Given
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        KeyPair pair = generator.generateKeyPair();
        Path file = Files.writeString(directory.resolve("key.p8"), "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(pair.getPrivate().getEncoded())
                + "\n-----END PRIVATE KEY-----\n");
        Warehouse warehouse = warehouse(TestDatabase.snowflakeUrl(directory), "", Map.of("privateKeyFile", file.toString()));

        // When
        TestDatabase.snowflake().setKey(pair.getPublic());
        warehouse.connect(null).close();

        // Then
        TestDatabase.snowflake().setKey(generator.generateKeyPair().getPublic());
        WarehouseFault fault = catchThrowableOfType(WarehouseFault.class, () -> warehouse.connect(null));
        assertThat(fault.kind()).isEqualTo(Kind.SETTINGS);
        assertThat(fault).hasMessageContaining("JWT token is invalid");
    }

    @Test
    void allThatIsWrongWithTheSettingsIsSaidAtOnce() {
        assertThatThrownBy(() -> warehouse("jdbc:snowflake://account.snowflakecomputing.com/?warehouse=w", "",
                Map.of("privateKeyFile", "/no/such/key.p8"))).isInstanceOf(SettingsException.class)
                .hasMessageContaining("the url names no database").hasMessageContaining("privateKeyFile /no/such/key.p8 cannot be read");
    }

    /** The fake must do what Snowflake does, else the suite proves nothing. */
    @Test
    void theFakeCommitsWhenATableIsMadeAndRefusesToChangeAType() throws Exception {
        TestDatabase.snowflakeUrl(directory);
        try (Connection one = connect(); Statement first = one.createStatement();
                Connection two = connect(); Statement second = two.createStatement()) {
            first.execute("CREATE SCHEMA s");
            first.execute("CREATE TABLE s.t (n NUMBER(38,0))");
            second.execute("ALTER SESSION SET LOCK_TIMEOUT = 0");

            first.execute("BEGIN");
            first.execute("INSERT INTO s.t VALUES (1)");
            first.execute("UPDATE s.t SET n = 2");
            assertThatThrownBy(() -> second.execute("UPDATE s.t SET n = 3")).isInstanceOf(SQLException.class)
                    .hasMessageContaining("LOCK_TIMEOUT");
            first.execute("CREATE TABLE s.u (n FLOAT)");
            first.execute("ROLLBACK");

            try (ResultSet rows = second.executeQuery("SELECT n FROM s.t")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getLong(1)).isEqualTo(2);
            }
            for (String sql : List.of("ALTER TABLE s.t ALTER COLUMN n TYPE FLOAT", "SELECT 1; SELECT 2", "SELECT \"n\" FROM \"s\".\"none\"")) {
                assertThatThrownBy(() -> first.execute(sql)).isInstanceOf(SQLException.class);
            }
        }
    }

    private Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", FakeSnowflake.USER);
        properties.setProperty("password", FakeSnowflake.PASSWORD);
        properties.setProperty("JDBC_QUERY_RESULT_FORMAT", "JSON");
        properties.setProperty("disablePlatformDetection", "true");
        return DriverManager.getConnection(TestDatabase.snowflakeUrl(directory), properties);
    }

    private static Warehouse warehouse(String url, String password, Map<String, String> options) {
        return Warehouse.open(new WarehouseSettings("warehouse", url, FakeSnowflake.USER, password, Selection.ALL, 0, options));
    }
}
