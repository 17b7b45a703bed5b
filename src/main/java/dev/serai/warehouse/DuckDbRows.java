package dev.serai.warehouse;

import java.sql.SQLException;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Appends rows to DuckDB's tables with its appender, the quickest way in. An appender outside of a transaction would
 * commit by itself, so whoever calls must have begun one with SQL; and its close() keeps silent about rows that were
 * refused, so it must be flushed first.
 */
final class DuckDbRows {

    private final DuckDBConnection connection;

    DuckDbRows(DuckDBConnection connection) {
        this.connection = connection;
    }

    void append(Batch batch, Batch.Rows rows, long loadedAt) throws SQLException {
        Table table = rows.table();
        RowSlots slots = new RowSlots(table, batch);
        Column[] columns = table.columns().toArray(Column[]::new);
        try (DuckDBAppender appender = connection.createAppender(table.schema, table.name)) {
            for (FlatEvent event : rows.events()) {
                slots.fill(event, rows.part());
                appender.beginRow();
                for (Column column : columns) {
                    if (column.standard != null) {
                        standard(appender, column.standard, event, loadedAt);
                    } else if (Table.isMore(column)) {
                        text(appender, slots.more());
                    } else {
                        value(appender, column.type(), batch.values, slots.value(column));
                    }
                }
                appender.endRow();
            }
            appender.flush();
        }
    }

    static void value(DuckDBAppender appender, ColumnType type, Values values, int index) throws SQLException {
        if (index < 0) {
            appender.appendNull();
            return;
        }
        Kind kind = values.kind(index);
        switch (type) {
            case VARCHAR -> text(appender, values.text(index));
            case BIGINT -> appender.append(kind == Kind.LONG ? values.bits(index) : (long) values.number(index));
            case DOUBLE -> appender.append(kind == Kind.LONG ? (double) values.bits(index) : values.number(index));
            case BOOLEAN -> appender.append(values.bits(index) != 0);
            case TIMESTAMP -> appender.appendEpochMicros(values.bits(index));
        }
    }

    static void text(DuckDBAppender appender, String text) throws SQLException {
        if (text == null) {
            appender.appendNull();
        } else {
            appender.append(text);
        }
    }

    static void time(DuckDBAppender appender, long micros) throws SQLException {
        if (micros == IsoTime.NONE) {
            appender.appendNull();
        } else {
            appender.appendEpochMicros(micros);
        }
    }

    private static void standard(DuckDBAppender appender, Standard standard, FlatEvent event, long loadedAt)
            throws SQLException {
        if (standard.type() == ColumnType.TIMESTAMP) {
            time(appender, event.micros(standard, loadedAt));
        } else {
            text(appender, event.text(standard));
        }
    }
}
