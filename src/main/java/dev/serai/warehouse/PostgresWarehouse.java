package dev.serai.warehouse;

import dev.serai.privacy.PersonStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
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
    private final Analysis analysis = new PostgresAnalysis(this);

    PostgresWarehouse(WarehouseSettings settings) {
        super(settings);
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

    @Override
    public Optional<Analysis> analysis() {
        return Optional.of(analysis);
    }

    @Override
    public PersonStore people() {
        return new PersonTables(name(), this::connection);
    }

    @Override
    Connection readOnly(String sql, QueryLimits queryLimits) throws SQLException, QueryException {
        PostgresGuard.check(sql);
        Connection connection = connection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'; SET standard_conforming_strings = on; SET default_transaction_read_only = on; SET statement_timeout = "
                    + queryLimits.time().toMillis());
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    QueryException failure(SQLException failure) {
        WarehouseFault fault = PostgresFault.of(failure);
        if ("57014".equals(failure.getSQLState())) {
            return new QueryException(QueryException.Code.TIMEOUT, fault.getMessage());
        }
        if ("25006".equals(failure.getSQLState())) {
            return new QueryException(QueryException.Code.FORBIDDEN, fault.getMessage());
        }
        return new QueryException(fault.kind() == WarehouseFault.Kind.UNAVAILABLE ? QueryException.Code.FAILED
                : QueryException.Code.INVALID, fault.getMessage());
    }

    Connection connection() throws SQLException {
        return DriverManager.getConnection(url, properties);
    }
}
