package dev.serai.warehouse;

import dev.serai.warehouse.bigquery.FakeBigQuery;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;

/**
 * The databases that the shared suite runs on: DuckDB and PostgreSQL are the real ones, the others are the vendor's own
 * driver or client talking to a fake.
 */
enum TestDatabase {
    DUCKDB {
        @Override
        WarehouseSettings settings(Path directory, Selection selection) {
            return new WarehouseSettings("warehouse", "jdbc:duckdb:" + directory.resolve("warehouse.duckdb"), "", "",
                    selection, 0, Map.of());
        }

        @Override
        Connection connect(Warehouse warehouse) throws SQLException {
            return ((DuckDbWarehouse) warehouse).connection();
        }
    },
    POSTGRESQL {
        @Override
        WarehouseSettings settings(Path directory, Selection selection) {
            return new WarehouseSettings("warehouse", postgresUrl(directory), "postgres", "", selection, 0, Map.of());
        }

        @Override
        Connection connect(Warehouse warehouse) throws SQLException {
            return ((PostgresWarehouse) warehouse).connection();
        }
    },
    /** Rows as INSERT statements. */
    REDSHIFT {
        @Override
        WarehouseSettings settings(Path directory, Selection selection) {
            return redshiftSettings(directory, selection, Map.of());
        }

        @Override
        Warehouse open(Path directory, Selection selection) {
            return redshift(directory, selection, Map.of());
        }

        @Override
        Connection connect(Warehouse warehouse) throws SQLException {
            return behindRedshift(warehouse);
        }
    },
    /** Rows as files in a bucket. */
    REDSHIFT_BUCKET {
        @Override
        WarehouseSettings settings(Path directory, Selection selection) {
            return redshiftSettings(directory, selection, Server.bucket());
        }

        @Override
        Warehouse open(Path directory, Selection selection) {
            return redshift(directory, selection, Server.bucket());
        }

        @Override
        Connection connect(Warehouse warehouse) throws SQLException {
            return behindRedshift(warehouse);
        }
    },
    SNOWFLAKE {
        @Override
        WarehouseSettings settings(Path directory, Selection selection) {
            return new WarehouseSettings("warehouse", snowflakeUrl(directory), FakeSnowflake.USER, FakeSnowflake.PASSWORD,
                    selection, 0, Map.of());
        }

        @Override
        Connection connect(Warehouse warehouse) throws SQLException {
            return Snowflake.FAKE.behind(((SnowflakeWarehouse) warehouse).url().replaceFirst(".*[?&]db=([^&]+).*", "$1"));
        }
    },
    /** Google's own client and a fake of the service behind it. */
    BIGQUERY {
        @Override
        WarehouseSettings settings(Path directory, Selection selection) {
            return new WarehouseSettings("warehouse", "bigquery://" + FakeBigQuery.PROJECT, "", "", selection, 0,
                    Map.of("location", "EU", "endpoint", bigQuery(directory).url()));
        }

        @Override
        Connection connect(Warehouse warehouse) throws SQLException {
            return Fake.current.connection();
        }
    };

    /** The fake of this directory; there is one at a time. */
    static synchronized FakeBigQuery bigQuery(Path directory) {
        if (!directory.equals(Fake.directory)) {
            if (Fake.current != null) {
                Fake.current.close();
            }
            Fake.current = new FakeBigQuery();
            Fake.directory = directory;
        }
        return Fake.current;
    }

    private static final class Fake {

        static Path directory;
        static FakeBigQuery current;

        private Fake() {
        }
    }

    static String snowflakeUrl(Path directory) {
        String name = databaseName(directory);
        Snowflake.FAKE.database(name);
        return Snowflake.FAKE.url(name);
    }

    static FakeSnowflake snowflake() {
        return Snowflake.FAKE;
    }

    /** Started when the first test asks. */
    private static final class Snowflake {

        static final FakeSnowflake FAKE = start();

        private Snowflake() {
        }

        private static FakeSnowflake start() {
            try {
                return new FakeSnowflake();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** PostgreSQL stores the rows, so its limit of a row must be kept, which Redshift does not have. */
    static final Limits ROWS_OF_POSTGRES = new Limits(Limits.COLUMNS, 7_900, 40_000);

    static RedshiftWarehouse redshift(Path directory, Selection selection, Map<String, String> options) {
        return new RedshiftWarehouse(redshiftSettings(directory, selection, options), ROWS_OF_POSTGRES);
    }

    static WarehouseSettings redshiftSettings(Path directory, Selection selection, Map<String, String> options) {
        return new WarehouseSettings("warehouse", redshiftUrl(directory), "postgres", FakeRedshift.PASSWORD, selection, 0,
                options);
    }

    static String redshiftUrl(Path directory) {
        String postgres = postgresUrl(directory);
        try (Connection connection = connect(postgres); Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS public.sys_load_error_detail (session_id integer,"
                    + " column_name text, error_message text, start_time timestamp)");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return Server.REDSHIFT.url(databaseName(directory));
    }

    /** Tests look at the tables past the fake: what they say is PostgreSQL's SQL, not Redshift's. */
    private static Connection behindRedshift(Warehouse warehouse) throws SQLException {
        return connect(((RedshiftWarehouse) warehouse).url().replaceFirst("jdbc:redshift://[^/]+/([^?]+).*",
                "jdbc:postgresql://localhost:" + Server.POSTGRES.getPort() + "/$1"));
    }

    /** Redshift's own view of things, for what a user might run. */
    static Connection throughRedshift(Warehouse warehouse) throws SQLException {
        return DriverManager.getConnection(((RedshiftWarehouse) warehouse).url(), "postgres", FakeRedshift.PASSWORD);
    }

    static FakeS3 s3() {
        return Server.S3;
    }

    static Map<String, String> bucket() {
        return Server.bucket();
    }

    private static String databaseName(Path directory) {
        return "t_" + Integer.toHexString(directory.toAbsolutePath().hashCode());
    }

    /** Of the warehouse that belongs to a directory of the test's: opened again, it is the same one. */
    abstract WarehouseSettings settings(Path directory, Selection selection);

    Warehouse open(Path directory, Selection selection) {
        return Warehouse.open(settings(directory, selection));
    }

    final Warehouse open(Path directory) {
        return open(directory, Selection.ALL);
    }

    abstract Connection connect(Warehouse warehouse) throws SQLException;

    /** A database in the one server of this JVM, made if it is not there. */
    static String postgresUrl(Path directory) {
        String name = databaseName(directory);
        try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet there = statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + name + "'")) {
                if (!there.next()) {
                    statement.execute("CREATE DATABASE " + name);
                }
            }
            return "jdbc:postgresql://127.0.0.1:" + Server.POSTGRES.getPort() + "/" + name;
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL does not make a database", e);
        }
    }

    /** Started when the first test asks. */
    private static final class Server {

        static final EmbeddedPostgres POSTGRES = start();
        static final FakeS3 S3 = startS3();
        static final FakeRedshift REDSHIFT = startRedshift();

        private Server() {
        }

        static Map<String, String> bucket() {
            return Map.of("bucket", FakeS3.BUCKET, "bucketPrefix", "hub-1", "bucketRegion", "eu-central-1",
                    "bucketEndpoint", S3.endpoint(), "bucketKey", FakeS3.KEY, "bucketSecret", FakeS3.SECRET);
        }

        private static FakeS3 startS3() {
            try {
                return new FakeS3();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static FakeRedshift startRedshift() {
            try {
                return new FakeRedshift(POSTGRES.getPort(), S3);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder().setServerConfig("max_connections", "50")
                        .setServerConfig("max_locks_per_transaction", "512").start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server)));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void close(EmbeddedPostgres server) {
            try {
                server.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    static Connection connect(String url) throws SQLException {
        return DriverManager.getConnection(url, "postgres", "");
    }
}
