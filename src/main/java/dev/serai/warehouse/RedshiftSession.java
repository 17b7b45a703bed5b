package dev.serai.warehouse;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Redshift: transactions hold DDL too, so a column is widened in one. Isolation is serializable or snapshot, and the
 * snapshot is taken by the first statement that reads or writes: LOCK comes before it, so that the transaction sees
 * all that was committed while it waited, and no two hubs' transactions overlap (error 1023). Source: Amazon Redshift
 * Database Developer Guide, "Serializable isolation" and "LOCK".
 */
final class RedshiftSession extends StagedSession {

    private static final int LOCK_MILLIS = 120_000;

    private final Connection connection;

    RedshiftSession(Connection connection, Staging staging) throws SQLException {
        super(connection, new RedshiftDialect(), staging);
        this.connection = connection;
        execute("SET timezone TO 'UTC'");
        execute("SET extra_float_digits TO 2");
    }

    @Override
    void lockLedger() throws SQLException {
        execute("SET statement_timeout TO " + LOCK_MILLIS);
        execute("LOCK _serai.ledger");
        execute("SET statement_timeout TO 0");
    }

    @Override
    void alterAlone(List<Altering> all) throws SQLException, WarehouseFault {
        for (Altering altering : all) {
            beginAlone();
            altering.run();
            execute("COMMIT");
        }
    }

    /** COPY says only where its errors can be read; of them column and reason, for the value is nobody's business. */
    @Override
    WarehouseFault failed(Exception failure) {
        if (!RedshiftFault.isOfCopy(failure)) {
            return super.failed(failure);
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
            try (ResultSet error = statement.executeQuery("SELECT column_name, error_message FROM sys_load_error_detail"
                    + " WHERE session_id = pg_backend_pid() ORDER BY start_time DESC LIMIT 1")) {
                if (error.next()) {
                    return new WarehouseFault(WarehouseFault.Kind.REFUSED, "column " + error.getString(1).strip() + ": "
                            + error.getString(2).strip(), failure);
                }
            }
        } catch (SQLException e) {
            failure.addSuppressed(e);
        }
        return super.failed(failure);
    }
}
