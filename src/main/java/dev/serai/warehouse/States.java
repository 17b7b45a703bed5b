package dev.serai.warehouse;

import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The rows of {@code users} or {@code accounts} that a batch changes: one row per id with the latest traits. A dialect
 * reads the rows of {@link #ids}, gives them to {@link #start}, and writes what {@link #write} gives it in their place:
 * a few statements per table and batch, however many events.
 *
 * <p>The rule, by the events' {@code timestamp}: a trait of an event not older than the row overwrites, an explicit
 * null too; a trait that is absent stays. An event older than the row only fills traits that are null. That is all
 * one time per row can tell: a trait nulled on purpose comes back when an older event arrives late with it.
 */
final class States {

    private final Table table;
    private final Batch batch;
    private final Batch.Rows rows;
    private final Map<String, StateRow> states = new LinkedHashMap<>();

    States(Batch batch, Batch.Rows rows) {
        this.table = rows.table();
        this.batch = batch;
        this.rows = rows;
        for (FlatEvent event : rows.events()) {
            states.computeIfAbsent(id(event), id -> new StateRow(table));
        }
    }

    Set<String> ids() {
        return states.keySet();
    }

    /**
     * Takes a row as it is stored.
     *
     * @param values in the order of the table's columns: String, Number, Boolean, times as microseconds since 1970
     */
    void start(Object[] values) {
        states.get((String) values[table.standard(Standard.ID).position]).start(values);
    }

    /** True if {@link #start} was called: there are rows to be replaced. */
    boolean hasStored() {
        return states.values().stream().anyMatch(StateRow::isStored);
    }

    /** Applies the events in order and writes all rows. */
    void write(long loadedAt, RowSink sink) throws IOException, SQLException {
        for (FlatEvent event : rows.events()) {
            states.get(id(event)).apply(event, batch);
        }
        for (Map.Entry<String, StateRow> state : states.entrySet()) {
            state.getValue().write(sink, state.getKey(), batch.values, loadedAt);
        }
    }

    private String id(FlatEvent event) {
        return table.name.equals("users") ? event.userId : event.groupId;
    }
}
