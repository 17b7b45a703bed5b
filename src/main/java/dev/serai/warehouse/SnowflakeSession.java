package dev.serai.warehouse;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Snowflake: isolation is read committed, and who has updated the ledger's row has the lock until its transaction
 * ends. Hazard: DDL commits the transaction it is in. So while tables are altered, a second connection's transaction
 * has the ledger; if the process dies then, Snowflake rolls that back and {@link StagedTables#repair} finishes the
 * rest. Source: Snowflake Documentation, "Transactions".
 */
final class SnowflakeSession extends StagedSession {

    /** Another connection to the same database. */
    interface Connecting {
        Connection connect() throws SQLException;
    }

    private final Connecting connecting;

    SnowflakeSession(Connection connection, Staging staging, Connecting connecting) throws SQLException {
        super(connection, new SnowflakeDialect(), staging);
        this.connecting = connecting;
    }

    @Override
    void lockLedger() {
        // counting up is what locks
    }

    @Override
    void alterAlone(List<Altering> all) throws SQLException, WarehouseFault {
        try (Connection guard = connecting.connect(); Statement statement = guard.createStatement()) {
            statement.execute("BEGIN");
            statement.execute(COUNT_UP);
            for (Altering altering : all) {
                altering.run();
            }
            statement.execute("ROLLBACK");
        }
    }
}
