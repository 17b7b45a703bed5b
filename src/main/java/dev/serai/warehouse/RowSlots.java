package dev.serai.warehouse;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.Arrays;

/**
 * One row of a table in the order of its columns: for each, which of the batch's values it gets. Used again and again
 * for all rows of a table.
 */
final class RowSlots {

    private static final int NOTHING = -1;

    private final Table table;
    private final Batch batch;
    private final int[] slots;
    private final StringBuilder more = new StringBuilder();

    RowSlots(Table table, Batch batch) {
        this.table = table;
        this.batch = batch;
        this.slots = new int[table.columns().size()];
    }

    void fill(FlatEvent event, RowPart part) {
        Arrays.fill(slots, NOTHING);
        more.setLength(0);
        long row = batch.nextRow();
        part.forEach(event, index -> put(row, index));
    }

    /** The index of the column's value, or -1. */
    int value(Column column) {
        return slots[column.position];
    }

    /** The JSON object for {@link Table#MORE}, or null. */
    String more() {
        return more.isEmpty() ? null : more + "}";
    }

    private void put(long row, int index) {
        if (batch.values.kind(index) == Kind.NULL) {
            return;
        }
        Column column = table.resolve(row, batch.values, index, batch.pathsGeneration);
        if (column == null) {
            return;
        }
        if (Table.isMore(column)) {
            addMore(index);
        } else {
            slots[column.position] = index;
        }
    }

    private void addMore(int index) {
        Values values = batch.values;
        more.append(more.isEmpty() ? '{' : ',');
        quote(values.path(index).dotted());
        more.append(':');
        switch (values.kind(index)) {
            case TEXT, TIME -> quote(values.text(index));
            default -> more.append(values.text(index));
        }
    }

    private void quote(String text) {
        more.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, more);
        more.append('"');
    }
}
