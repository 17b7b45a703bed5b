package dev.serai.warehouse;

import java.io.IOException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rows of {@code users} or {@code accounts} that a batch changes: one row per id with the latest traits.
 *
 * <p>The rule, by the events' {@code timestamp}: a trait of an event not older than the row overwrites, an explicit
 * null too; a trait that is absent stays. An event older than the row only fills traits that are null. That is all
 * one time per row can tell: a trait nulled on purpose comes back when an older event arrives late with it.
 */
final class TraitStates extends States {

    private final Batch.Rows rows;
    private final Map<String, StateRow> states = new LinkedHashMap<>();

    TraitStates(Batch batch, Batch.Rows rows) {
        super(rows.table(), batch);
        this.rows = rows;
        for (FlatEvent event : rows.events()) {
            states.computeIfAbsent(id(event), id -> new StateRow(table));
        }
    }

    @Override
    <E extends Exception> void read(Stored<E> stored) throws E {
        int id = position(Standard.ID);
        stored.read(table.columns(), states.keySet(), values -> states.get((String) values[id]).start(values));
    }

    @Override
    Set<String> replaced() {
        return states.entrySet().stream().filter(state -> state.getValue().isStored()).map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Applies the events in order and writes all rows. */
    @Override
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
