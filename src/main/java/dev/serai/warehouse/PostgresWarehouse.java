package dev.serai.warehouse;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * PostgreSQL 12 or later. A transaction holds rows, ids and positions, so commits need not wait for the disk
 * ({@code synchronous_commit = off}): what a crash of the server takes, it takes altogether, and it is read from Kafka
 * again.
 */
final class PostgresWarehouse extends Warehouse {

    /** A row must fit into a page of 8,160 bytes; texts longer than a pointer are kept outside of it. */
    private static final Limits LIMITS = new Limits(Limits.COLUMNS, 7_900, 40_000);

    private final String url;
    private final Properties properties;

    PostgresWarehouse(WarehouseSettings settings) {
        super(settings.name(), settings.selection());
        this.url = settings.url();
        this.properties = settings.credentials();
        properties.setProperty("ApplicationName", "serai");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("loginTimeout", "10");
        properties.setProperty("connectTimeout", "10");
        properties.setProperty("reWriteBatchedInserts", "true");
    }

    @Override
    public String kind() {
        return "PostgreSQL";
    }

    @Override
    Limits limits() {
        return LIMITS;
    }

    @Override
    Session connect(Throwable failure) throws WarehouseFault {
        try {
            return new PostgresSession(connection());
        } catch (SQLException e) {
            throw PostgresFault.of(e);
        }
    }

    Connection connection() throws SQLException {
        return DriverManager.getConnection(url, properties);
    }
}
