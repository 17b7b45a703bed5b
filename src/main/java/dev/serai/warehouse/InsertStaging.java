package dev.serai.warehouse;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Rows as INSERT statements of many rows each: slow beside files, and needs nothing but the database. */
final class InsertStaging implements Staging {

    private final Connection connection;
    private final StagedDialect dialect;

    InsertStaging(Connection connection, StagedDialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    @Override
    public void fill(List<Rows> all) throws IOException, SQLException {
        for (Rows rows : all) {
            InsertRows sink = new InsertRows(connection, rows.stage(), rows.table(), dialect);
            rows.writing().to(sink);
            sink.finish();
        }
    }

    @Override
    public void clear() {
        // the rows are nowhere but in the stage tables
    }

    @Override
    public void close() {
        // the connection is the session's
    }
}
