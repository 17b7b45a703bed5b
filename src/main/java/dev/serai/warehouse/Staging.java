package dev.serai.warehouse;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** Brings rows into stage tables that are there and empty: one way per database and its settings. */
interface Staging extends AutoCloseable {

    void fill(List<Rows> all) throws IOException, SQLException;

    /** Removes what {@link #fill} left outside of the stage tables; after that, the stage tables may be gone. */
    void clear();

    @Override
    void close();

    /** The rows of one stage table, which has this table's columns and types. */
    record Rows(String stage, Table table, Writing writing) {
    }

    /** Writes rows, all columns in the table's order. */
    interface Writing {
        void to(RowSink sink) throws IOException, SQLException;
    }
}
