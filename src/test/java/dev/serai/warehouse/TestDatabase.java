package dev.serai.warehouse;

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

/** The databases that the shared suite runs on, each the real one. */
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
    };

    /** Of the warehouse that belongs to a directory of the test's: opened again, it is the same one. */
    abstract WarehouseSettings settings(Path directory, Selection selection);

    final Warehouse open(Path directory, Selection selection) {
        return Warehouse.open(settings(directory, selection));
    }

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
            return "jdbc:postgresql://127.0.0.1:" + Server.POSTGRES.getPort() + "/" + name;
        } catch (SQLException e) {
            throw new IllegalStateException("PostgreSQL does not make a database", e);
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
