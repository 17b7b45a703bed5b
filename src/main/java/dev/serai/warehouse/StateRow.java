package dev.serai.warehouse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.IsoTime;
import dev.serai.model.Json;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Arrays;

/** The row of one user or account while a batch's events are applied to it; the rule is {@link TraitStates}'. */
final class StateRow {

    private static final int AS_STORED = -1;
    private static final int NULL = -2;

    private final Table table;
    private final int[] changes;
    private Object[] stored;
    private ObjectNode more;
    private long timestamp = IsoTime.NONE;
    private long receivedAt = IsoTime.NONE;

    StateRow(Table table) {
        this.table = table;
        this.changes = new int[table.columns().size()];
        Arrays.fill(changes, AS_STORED);
    }

    /** Starts from what the database has; times are microseconds. */
    void start(Object[] values) {
        stored = values;
        timestamp = storedTime(Standard.TIMESTAMP);
        receivedAt = storedTime(Standard.RECEIVED_AT);
    }

    boolean isStored() {
        return stored != null;
    }

    void apply(FlatEvent event, Batch batch) {
        boolean isOlder = event.timestamp < timestamp;
        long row = batch.nextRow();
        RowPart.TRAITS.forEach(event, index -> apply(index, isOlder, row, batch));
        timestamp = Math.max(timestamp, event.timestamp);
        receivedAt = Math.max(receivedAt, event.receivedAt);
    }

    private void apply(int index, boolean isOlder, long row, Batch batch) {
        if (batch.values.kind(index) == Kind.NULL) {
            Column column = table.existing(batch.values.path(index));
            if (column != null && !isOlder && column.standard == null) {
                changes[column.position] = NULL;
            }
            return;
        }
        Column column = table.resolve(row, batch.values, index, batch.pathsGeneration);
        if (column == null) {
            return;
        }
        if (column.isMore) {
            applyMore(batch.values, index, isOlder);
            return;
        }
        if (isOlder && hasValue(column)) {
            return;
        }
        changes[column.position] = index;
    }

    private void applyMore(Values values, int index, boolean isOlder) {
        try {
            if (more == null) {
                Object text = stored == null ? null : stored[table.more().position];
                more = text == null ? Json.MAPPER.createObjectNode() : (ObjectNode) Json.MAPPER.readTree((String) text);
            }
            String name = values.path(index).dotted();
            if (isOlder && more.has(name)) {
                return;
            }
            switch (values.kind(index)) {
                case TEXT, TIME -> more.put(name, values.text(index));
                default -> more.set(name, Json.MAPPER.readTree(values.text(index)));
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what was read as JSON cannot be read again", e);
        }
    }

    private boolean hasValue(Column column) {
        int change = changes[column.position];
        return change >= 0 || change == AS_STORED && stored != null && stored[column.position] != null;
    }

    void write(RowSink sink, String id, Values values, long loadedAt) throws IOException, SQLException {
        sink.begin();
        for (Column column : table.columns()) {
            if (column.standard != null) {
                switch (column.standard) {
                    case ID -> sink.text(id);
                    case TIMESTAMP -> EventRows.time(sink, column, timestamp);
                    case RECEIVED_AT -> EventRows.time(sink, column, receivedAt);
                    default -> EventRows.time(sink, column, loadedAt);
                }
            } else if (more != null && column.isMore) {
                sink.text(more.toString());
            } else if (changes[column.position] == AS_STORED && stored != null) {
                sink.stored(column.type(), stored[column.position]);
            } else {
                // NULL and AS_STORED without a stored row are both below zero
                sink.value(column.type(), values, changes[column.position]);
            }
        }
        sink.end();
    }

    private long storedTime(Standard standard) {
        Column column = table.standard(standard);
        return column == null ? IsoTime.NONE : States.micros(stored[column.position]);
    }
}
