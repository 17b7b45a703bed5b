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

/** The databases that the shared suite runs on: the real one, or a fake of its documented API where that is said. */
enum TestDatabase {
    DUCKDB {
        @Override
        Warehouse open(Path directory, Selection selection) {
            return DuckDbWarehouse.open("warehouse", selection, directory.resolve("warehouse.duckdb"), "256MB");
        }

        @Override
        Connection connect(Warehouse warehouse) throws SQLException {
            return ((DuckDbWarehouse) warehouse).connection();
        }
    },
    POSTGRESQL {
        @Override
        Warehouse open(Path directory, Selection selection) {
            return new PostgresWarehouse(new WarehouseSettings("warehouse", postgresUrl(directory), "postgres", "", selection,
                    Map.of()));
        }

        @Override
        Connection connect(Warehouse warehouse) throws SQLException {
            return ((PostgresWarehouse) warehouse).connection();
        }
    },
    /** Google's own client and a fake of the service behind it. */
    BIGQUERY {
        @Override
        Warehouse open(Path directory, Selection selection) {
            return Warehouse.open(new WarehouseSettings("warehouse", "bigquery://" + FakeBigQuery.PROJECT, "", "", selection,
                    Map.of("location", "EU", "endpoint", bigQuery(directory).url())));
        }

        @Override
        Connection connect(Warehouse warehouse) throws SQLException {
            return Fake.current.connection();
        }
    };

    /** The warehouse that belongs to a directory of the test's: opened again, it is the same one. */
    abstract Warehouse open(Path directory, Selection selection);

    final Warehouse open(Path directory) {
        return open(directory, Selection.ALL);
    }

    abstract Connection connect(Warehouse warehouse) throws SQLException;

    /** A database in the one server of this JVM, made if it is not there. */
    static String postgresUrl(Path directory) {
        String name = "t_" + Integer.toHexString(directory.toAbsolutePath().hashCode());
        try (Connection connection = Server.POSTGRES.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet there = statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + name + "'")) {
                if (!there.next()) {
                    statement.execute("CREATE DATABASE " + name);
                }
            }
            return Server.POSTGRES.getJdbcUrl("postgres", name);
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL does not make a database", e);
        }
    }

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

    /** Started when the first test asks. */
    private static final class Server {

        static final EmbeddedPostgres POSTGRES = start();

        private Server() {
        }

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder().setServerConfig("max_connections", "50").start();
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
