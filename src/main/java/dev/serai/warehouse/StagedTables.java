package dev.serai.warehouse;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tables and columns where a column cannot change its type: it is widened by a new column that takes over its values
 * and then its name.
 *
 * <p>Hazards: rows that somebody inserts between the copying and the renaming would lose their value, so all this is
 * done by who has the ledger to itself ({@link StagedSession}). And where each ALTER commits by itself, the process
 * may die at any point in between: as long as the old column is there the new one counts for nothing, and once it is
 * gone the new one is whole. {@link #repair} goes on from either.
 */
final class StagedTables {

    /** Before the name of a column that is being widened; no name of an event's can begin so. */
    private static final String WIDER = "_serai_wider_";

    private final Connection connection;
    private final StagedDialect dialect;
    private final Set<String> schemas = new HashSet<>();

    StagedTables(Connection connection, StagedDialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    Map<String, Set<String>> names() throws SQLException {
        Map<String, Set<String>> names = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(dialect.tablesQuery())) {
            while (rows.next()) {
                String schema = dialect.known(rows.getString(1));
                String table = dialect.known(rows.getString(2));
                if (schema != null && table != null) {
                    names.computeIfAbsent(schema, key -> new HashSet<>()).add(table);
                }
            }
        }
        schemas.addAll(names.keySet());
        return names;
    }

    /** The table as it is, or null if it has a column that somebody died over. */
    Table read(Table.Shape shape) throws SQLException {
        Map<String, String> columns = columns(shape.schema(), shape.name());
        if (columns.keySet().stream().anyMatch(column -> column.startsWith(WIDER))) {
            return null;
        }
        Table table = Table.stored(shape);
        columns.forEach((column, type) -> table.addStored(column, dialect.type(type), dialect.isExact(type)));
        return table;
    }

    /** Finishes or undoes the widening of columns that a process died over. */
    void repair(Table.Shape shape) throws SQLException, WarehouseFault {
        Set<String> columns = columns(shape.schema(), shape.name()).keySet();
        String table = dialect.qualified(shape.schema(), shape.name());
        for (String column : columns) {
            if (column.startsWith(WIDER)) {
                String name = column.substring(WIDER.length());
                alter("ALTER TABLE " + table + (columns.contains(name)
                        ? " DROP COLUMN " + dialect.quoted(column)
                        : " RENAME COLUMN " + dialect.quoted(column) + " TO " + dialect.quoted(name)));
            }
        }
    }

    static boolean differs(Table table) {
        return !table.isStored() || table.columns().stream().anyMatch(column -> column.stored() != column.type());
    }

    /** Makes the table as it is wanted. */
    void apply(Table table) throws SQLException, WarehouseFault {
        if (!table.isStored()) {
            create(table);
            return;
        }
        String name = dialect.qualified(table);
        Map<String, String> stored = columns(table.schema, table.name);
        for (Column column : table.columns()) {
            if (column.isMissing()) {
                alter("ALTER TABLE " + name + " ADD COLUMN " + dialect.quoted(column.name) + " " + dialect.type(column.type()));
            } else if (column.stored() != column.type() && !isAlready(column, stored.get(column.name))) {
                widen(table, column);
            }
        }
    }

    private boolean isAlready(Column column, String stored) {
        return stored != null && dialect.isExact(stored) && dialect.type(stored) == column.type();
    }

    private void create(Table table) throws WarehouseFault {
        if (schemas.add(table.schema)) {
            alter("CREATE SCHEMA IF NOT EXISTS " + dialect.quoted(table.schema));
        }
        alter("CREATE TABLE " + dialect.qualified(table) + " (" + dialect.definitions(table.columns()) + ")"
                + dialect.layoutHints(table.holdsStates()));
    }

    /** Changes what can be changed in place: nothing is lost however often, but some databases refuse it in a transaction. */
    void lengthen(Table table) throws SQLException, WarehouseFault {
        if (!table.isStored()) {
            return;
        }
        for (Map.Entry<String, String> stored : columns(table.schema, table.name).entrySet()) {
            Column column = table.named(stored.getKey());
            if (column != null && column.stored() == null && dialect.canLengthen(stored.getValue())) {
                alter("ALTER TABLE " + dialect.qualified(table) + " ALTER COLUMN " + dialect.quoted(column.name) + " TYPE "
                        + dialect.type(ColumnType.VARCHAR));
            }
        }
    }

    private void widen(Table table, Column column) throws SQLException, WarehouseFault {
        String name = dialect.qualified(table);
        if (column.type() == ColumnType.DOUBLE && hasInexactIntegers(table, column)) {
            column.widenTo(ColumnType.VARCHAR);
        }
        String wider = WIDER + column.name;
        alter("ALTER TABLE " + name + " ADD COLUMN " + dialect.quoted(wider) + " " + dialect.type(column.type()));
        for (String sql : dialect.copy(name, column, wider)) {
            alter(sql);
        }
        alter("ALTER TABLE " + name + " DROP COLUMN " + dialect.quoted(column.name));
        alter("ALTER TABLE " + name + " RENAME COLUMN " + dialect.quoted(wider) + " TO " + dialect.quoted(column.name));
    }

    private boolean hasInexactIntegers(Table table, Column column) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(
                Sql.countInexact(dialect.qualified(table), dialect.quoted(column.name)))) {
            rows.next();
            return rows.getLong(1) > 0;
        }
    }

    private Map<String, String> columns(String schema, String table) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(dialect.columnsQuery())) {
            statement.setString(1, dialect.stored(schema));
            statement.setString(2, dialect.stored(table));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String column = dialect.known(rows.getString(1));
                    if (column != null) {
                        columns.put(column, rows.getString(2));
                    }
                }
            }
        }
        return columns;
    }

    private void alter(String sql) throws WarehouseFault {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw dialect.faultOfDdl(e);
        }
    }
}
