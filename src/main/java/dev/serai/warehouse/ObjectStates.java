package dev.serai.warehouse;

import dev.serai.model.IsoTime;
import java.io.IOException;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The rows of an object table that a batch changes: the newest state of each id.
 *
 * <p>The rule, by the envelope's {@code version}, which the row keeps in {@code _version}: a state that is not older
 * than the row takes its place, and what it does not have becomes null; an older one changes nothing. A deletion
 * without properties leaves those of the row as they are. So a repeat does no harm, and neither does an old page of a
 * sync that comes after a newer state.
 *
 * <p>Of stored rows only id and version are read, which cost little however wide the table is; all of a row only
 * where a deletion keeps it.
 */
final class ObjectStates extends States {

    private final ObjectRows rows;
    private final Set<String> ids;
    private final Map<String, Long> versions = new HashMap<>();
    private final Map<String, Object[]> kept = new HashMap<>();

    ObjectStates(Batch batch, ObjectRows rows) {
        this(batch, rows, rows.ids());
    }

    private ObjectStates(Batch batch, ObjectRows rows, Set<String> ids) {
        super(rows.table(), batch);
        this.rows = rows;
        this.ids = ids;
    }

    /**
     * Those of which all is known, or the others. The former can be written without being read by a database that
     * compares the versions itself.
     */
    ObjectStates part(boolean isWhole) {
        return new ObjectStates(batch, rows, ids.stream().filter(id -> isWhole == (rows.latest(id).deletion() == null))
                .collect(Collectors.toCollection(LinkedHashSet::new)));
    }

    int size() {
        return ids.size();
    }

    @Override
    <E extends Exception> void read(Stored<E> stored) throws E {
        stored.read(List.of(table.standard(Standard.ID), table.standard(Standard.VERSION)), ids,
                values -> versions.merge((String) values[0], micros(values[1]), Math::max));
        Set<String> keeping = new HashSet<>();
        versions.forEach((id, version) -> {
            ObjectRows.Latest latest = rows.latest(id);
            if (isNewer(latest.deletion(), version) && !isNewer(latest.whole(), version)) {
                keeping.add(id);
            }
        });
        if (!keeping.isEmpty()) {
            int id = position(Standard.ID);
            stored.read(table.columns(), keeping, values -> kept.put((String) values[id], values));
        }
    }

    private static boolean isNewer(FlatObject state, long version) {
        return state != null && state.version >= version;
    }

    @Override
    Set<String> replaced() {
        Set<String> replaced = new HashSet<>(versions.keySet());
        replaced.removeIf(id -> newest(id) == null);
        return replaced;
    }

    /** The state that the row is to tell of; null if it stays as it is. */
    private FlatObject newest(String id) {
        ObjectRows.Latest latest = rows.latest(id);
        FlatObject newest = latest.deletion() != null ? latest.deletion() : latest.whole();
        return isNewer(newest, versions.getOrDefault(id, IsoTime.NONE)) ? newest : null;
    }

    @Override
    void write(long loadedAt, RowSink sink) throws IOException, SQLException {
        RowSlots slots = new RowSlots(batch.values, rows.places(), table);
        Column[] columns = table.columns().toArray(Column[]::new);
        for (String id : ids) {
            FlatObject whole = rows.latest(id).whole();
            FlatObject newest = newest(id);
            if (newest == null) {
                continue;
            }
            Object[] stored = kept.get(id);
            slots.at(stored == null && whole != null ? whole.place : RowSlots.NOTHING);
            sink.begin();
            for (Column column : columns) {
                if (column.standard != null) {
                    standard(sink, column, newest, loadedAt);
                } else if (stored != null) {
                    sink.stored(column.type(), stored[column.position]);
                } else if (column.isMore) {
                    sink.textOrNothing(slots.more());
                } else {
                    sink.value(column.type(), batch.values, slots.value(column));
                }
            }
            sink.end();
        }
    }

    private static void standard(RowSink sink, Column column, FlatObject state, long loadedAt)
            throws IOException, SQLException {
        if (!column.isSelected()) {
            sink.nothing();
            return;
        }
        switch (column.standard) {
            case ID -> sink.text(state.id);
            case IS_DELETED -> {
                if (column.type() == ColumnType.BOOLEAN) {
                    sink.truth(state.isDeleted);
                } else {
                    sink.text(Boolean.toString(state.isDeleted));
                }
            }
            case VERSION -> EventRows.time(sink, column, state.version);
            case RECEIVED_AT -> EventRows.time(sink, column, state.receivedAt);
            default -> EventRows.time(sink, column, loadedAt);
        }
    }
}
