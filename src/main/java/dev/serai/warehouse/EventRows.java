package dev.serai.warehouse;

import dev.serai.model.IsoTime;
import java.io.IOException;
import java.sql.SQLException;

/** Writes a batch's rows of one table, whatever the database. */
final class EventRows {

    private EventRows() {
    }

    static void write(Batch batch, Batch.Rows rows, long loadedAt, RowSink sink) throws IOException, SQLException {
        Table table = rows.table();
        RowSlots slots = new RowSlots(batch.values, rows.places(), table);
        Column[] columns = table.columns().toArray(Column[]::new);
        for (FlatEvent event : rows.events()) {
            slots.next();
            sink.begin();
            for (Column column : columns) {
                if (column.standard != null) {
                    standard(sink, column, event, loadedAt);
                } else if (column.isMore) {
                    sink.textOrNothing(slots.more());
                } else {
                    sink.value(column.type(), batch.values, slots.value(column));
                }
            }
            sink.end();
        }
    }

    private static void standard(RowSink sink, Column column, FlatEvent event, long loadedAt)
            throws IOException, SQLException {
        if (!column.isSelected()) {
            sink.nothing();
        } else if (column.standard.type() == ColumnType.TIMESTAMP) {
            time(sink, column, event.micros(column.standard, loadedAt));
        } else {
            sink.textOrNothing(event.text(column.standard));
        }
    }

    /** A time; as text where somebody has made the column one. */
    static void time(RowSink sink, Column column, long micros) throws IOException, SQLException {
        if (column.type() == ColumnType.TIMESTAMP || micros == IsoTime.NONE) {
            sink.timeOrNothing(micros);
        } else {
            sink.text(IsoTime.format(micros));
        }
    }
}
