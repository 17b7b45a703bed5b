package dev.serai.warehouse;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.duckdb.DuckDBAppender;

/** The row of one user or account while a batch's events are applied to it; the rule is {@link DuckDbStates}'. */
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
        java.util.Arrays.fill(changes, AS_STORED);
    }

    /** Starts from what the database has; times are read as microseconds. */
    void start(ResultSet row) throws SQLException {
        stored = new Object[changes.length];
        for (Column column : table.columns()) {
            stored[column.position] = row.getObject(column.position + 1);
        }
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
        Column column = table.resolve(row, batch.values, index, batch.paths.generation());
        if (column == null) {
            return;
        }
        if (Table.isMore(column)) {
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

    void append(DuckDBAppender appender, String id, Values values, long loadedAt) throws SQLException {
        appender.beginRow();
        for (Column column : table.columns()) {
            if (column.standard != null) {
                switch (column.standard) {
                    case ID -> appender.append(id);
                    case TIMESTAMP -> DuckDbRows.time(appender, timestamp);
                    case RECEIVED_AT -> DuckDbRows.time(appender, receivedAt);
                    default -> DuckDbRows.time(appender, loadedAt);
                }
            } else if (more != null && Table.isMore(column)) {
                appender.append(more.toString());
            } else if (changes[column.position] == AS_STORED && stored != null) {
                appendStored(appender, column);
            } else {
                // NULL and AS_STORED without a stored row are both below zero
                DuckDbRows.value(appender, column.type(), values, changes[column.position]);
            }
        }
        appender.endRow();
    }

    private void appendStored(DuckDBAppender appender, Column column) throws SQLException {
        Object value = stored[column.position];
        if (value == null) {
            appender.appendNull();
            return;
        }
        switch (column.type()) {
            case VARCHAR -> appender.append((String) value);
            case BIGINT -> appender.append(((Number) value).longValue());
            case DOUBLE -> appender.append(((Number) value).doubleValue());
            case BOOLEAN -> appender.append((boolean) value);
            case TIMESTAMP -> appender.appendEpochMicros(((Number) value).longValue());
        }
    }

    private long storedTime(Standard standard) {
        Object micros = stored[table.standard(standard).position];
        return micros == null ? IsoTime.NONE : ((Number) micros).longValue();
    }
}
