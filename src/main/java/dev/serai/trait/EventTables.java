package dev.serai.trait;

import dev.serai.warehouse.Analysis;
import dev.serai.warehouse.Names;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tables of events and users that the hub has loaded, with their columns. What it computed itself, schema
 * {@link #OWN_SCHEMA}, counts for traits only: an audience must not be made of its own entering and leaving.
 */
final class EventTables {

    /** Of the events that traits and audiences come to. */
    static final String OWN_SCHEMA = Names.schema(RowEvents.SOURCE);

    private static final String COLUMNS = """
            SELECT c.table_schema, c.table_name, c.column_name
            FROM information_schema.columns c JOIN information_schema.tables t
              ON t.table_catalog = c.table_catalog AND t.table_schema = c.table_schema AND t.table_name = c.table_name
            WHERE c.table_catalog = current_database() AND t.table_type = 'BASE TABLE'
              AND c.table_schema NOT IN ('information_schema', 'pg_catalog', '_serai')""";

    /** A table with its columns. */
    record Table(String schema, String name, Set<String> columns) {

        String sql() {
            return Analysis.quoted(schema) + "." + Analysis.quoted(name);
        }

        boolean has(String... wanted) {
            return columns.containsAll(List.of(wanted));
        }

        boolean isOfEvents() {
            return has("uuid_ts", "user_id", "anonymous_id", "timestamp", "received_at");
        }
    }

    private final Map<String, List<Table>> byName;

    private EventTables(Map<String, List<Table>> byName) {
        this.byName = byName;
    }

    static EventTables read(Connection connection) throws SQLException {
        Map<String, Table> tables = new TreeMap<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(COLUMNS)) {
            while (rows.next()) {
                String schema = rows.getString(1);
                String name = rows.getString(2);
                tables.computeIfAbsent(schema + "." + name, key -> new Table(schema, name, new LinkedHashSet<>()))
                        .columns().add(rows.getString(3));
            }
        }
        Map<String, List<Table>> byName = new HashMap<>();
        tables.values().stream().filter(table -> table.has("uuid_ts") && !table.has("_version"))
                .forEach(table -> byName.computeIfAbsent(table.name(), key -> new ArrayList<>()).add(table));
        return new EventTables(byName);
    }

    /** Where rows of these events are, one table a source. */
    List<Table> of(EventName event) {
        return named(event.isTrack() ? Names.table(event.name()) : event.table());
    }

    /** Tables of events of this name. */
    List<Table> named(String name) {
        return byName.getOrDefault(name, List.of()).stream().filter(Table::isOfEvents)
                .filter(table -> !table.schema().equals(OWN_SCHEMA)).toList();
    }

    /** The traits of users, one table a source. */
    List<Table> users() {
        return byName.getOrDefault("users", List.of()).stream().filter(table -> table.has("id", "timestamp")).toList();
    }
}
