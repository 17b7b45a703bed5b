package dev.serai.warehouse;

import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Keeps {@code users} and {@code accounts}, one row per id with the latest traits. The rows of the batch's ids are
 * read, the events applied to them in order, and the rows written anew: three statements per table and batch,
 * however many events.
 *
 * <p>The rule, by the events' {@code timestamp}: a trait of an event not older than the row overwrites, an explicit
 * null too; a trait that is absent stays. An event older than the row only fills traits that are null. That is all
 * one time per row can tell: a trait nulled on purpose comes back when an older event arrives late with it.
 */
final class DuckDbStates {

    private final DuckDBConnection connection;

    DuckDbStates(DuckDBConnection connection) {
        this.connection = connection;
    }

    void merge(Batch batch, Batch.Rows rows, long loadedAt) throws SQLException {
        Table table = rows.table();
        Map<String, StateRow> states = new LinkedHashMap<>();
        for (FlatEvent event : rows.events()) {
            states.computeIfAbsent(id(table, event), id -> new StateRow(table));
        }
        readCurrent(table, states);
        for (FlatEvent event : rows.events()) {
            states.get(id(table, event)).apply(event, batch);
        }
        delete(table, states);
        try (DuckDBAppender appender = connection.createAppender(table.schema, table.name)) {
            for (Map.Entry<String, StateRow> state : states.entrySet()) {
                state.getValue().append(appender, state.getKey(), batch.values, loadedAt);
            }
            appender.flush();
        }
    }

    private static String id(Table table, FlatEvent event) {
        return table.name.equals("users") ? event.userId : event.groupId;
    }

    private void readCurrent(Table table, Map<String, StateRow> states) throws SQLException {
        String columns = table.columns().stream().map(DuckDbStates::readable).collect(Collectors.joining(", "));
        Column id = table.standard(Standard.ID);
        String sql = "SELECT " + columns + " FROM " + DuckDbSchema.qualified(table) + where();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setArray(1, ids(states));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    states.get(rows.getString(id.position + 1)).start(rows);
                }
            }
        }
    }

    private void delete(Table table, Map<String, StateRow> states) throws SQLException {
        if (states.values().stream().noneMatch(StateRow::isStored)) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(
                "DELETE FROM " + DuckDbSchema.qualified(table) + where())) {
            statement.setArray(1, ids(states));
            statement.executeUpdate();
        }
    }

    private static String where() {
        return " WHERE id IN (SELECT unnest(CAST(? AS VARCHAR[])))";
    }

    private Array ids(Map<String, StateRow> states) throws SQLException {
        return connection.createArrayOf("VARCHAR", states.keySet().toArray());
    }

    private static String readable(Column column) {
        String name = DuckDbSchema.quoted(column.name);
        return column.type() == ColumnType.TIMESTAMP ? "epoch_us(" + name + ")" : name;
    }
}
