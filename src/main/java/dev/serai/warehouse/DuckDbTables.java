package dev.serai.warehouse;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * Tables and columns in DuckDB: reads what is there, makes what the plan wants beyond it. DDL has a transaction of
 * its own before the rows; were the process to die between the two, an empty column is all that is left.
 */
final class DuckDbTables {

    private final DuckDBConnection connection;
    private final Set<String> schemas = new HashSet<>();

    DuckDbTables(DuckDBConnection connection) {
        this.connection = connection;
    }

    Map<String, Set<String>> names() throws SQLException {
        Map<String, Set<String>> names = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT schema_name, table_name FROM duckdb_tables()"
                        + " WHERE database_name = current_database() AND NOT temporary"
                        + " AND schema_name NOT IN ('_serai', 'main')")) {
            while (rows.next()) {
                names.computeIfAbsent(rows.getString(1), key -> new HashSet<>()).add(rows.getString(2));
            }
        }
        schemas.addAll(names.keySet());
        return names;
    }

    Table read(Table.Shape shape) throws SQLException {
        Table table = Table.stored(shape);
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("DESCRIBE " + Sql.qualified(shape.schema(), shape.name()))) {
            while (rows.next()) {
                String type = rows.getString(2);
                ColumnType known = type(type);
                table.addStored(rows.getString(1), known, known.name().equals(type));
            }
        }
        return table;
    }

    /**
     * Makes the database as these tables are wanted.
     *
     * @return whether anything had to be done
     */
    boolean apply(Collection<Table> tables) throws SQLException {
        List<String> ddl = new ArrayList<>();
        for (Table table : tables) {
            collect(table, ddl);
        }
        if (ddl.isEmpty()) {
            return false;
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN TRANSACTION");
            for (String sql : ddl) {
                statement.execute(sql);
            }
            statement.execute("COMMIT");
        }
        for (Table table : tables) {
            schemas.add(table.schema);
            table.markStored();
        }
        return true;
    }

    private void collect(Table table, List<String> ddl) throws SQLException {
        if (!schemas.contains(table.schema)) {
            ddl.add("CREATE SCHEMA IF NOT EXISTS " + Sql.quoted(table.schema));
        }
        if (!table.isStored()) {
            ddl.add(table.columns().stream()
                    .map(column -> Sql.quoted(column.name) + " " + column.type())
                    .collect(Collectors.joining(", ", "CREATE TABLE " + Sql.qualified(table) + " (", ")")));
            return;
        }
        for (Column column : table.columns()) {
            if (column.stored() == column.type()) {
                continue;
            }
            if (column.isMissing()) {
                ddl.add("ALTER TABLE " + Sql.qualified(table) + " ADD COLUMN " + Sql.quoted(column.name) + " " + column.type());
            } else {
                ddl.add(widen(table, column));
            }
        }
    }

    private String widen(Table table, Column column) throws SQLException {
        String name = Sql.quoted(column.name);
        if (column.type() == ColumnType.DOUBLE && hasInexactIntegers(table, name)) {
            column.widenTo(ColumnType.VARCHAR);
        }
        String using = column.stored() == ColumnType.TIMESTAMP
                ? "CASE WHEN epoch_us(" + name + ") % 1000 = 0 THEN strftime(" + name + ", '%Y-%m-%dT%H:%M:%S.%gZ')"
                        + " ELSE strftime(" + name + ", '%Y-%m-%dT%H:%M:%S.%fZ') END"
                : "CAST(" + name + " AS " + column.type() + ")";
        return "ALTER TABLE " + Sql.qualified(table) + " ALTER COLUMN " + name + " SET DATA TYPE " + column.type()
                + " USING " + using;
    }

    private boolean hasInexactIntegers(Table table, String column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(Sql.countInexact(Sql.qualified(table), column))) {
            rows.next();
            return rows.getLong(1) > 0;
        }
    }

    /** The type itself, or the one that holds what a column of a type that the loader never gives has. */
    private static ColumnType type(String name) {
        return switch (name) {
            case "BIGINT", "TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER" -> ColumnType.BIGINT;
            case "DOUBLE", "FLOAT" -> ColumnType.DOUBLE;
            case "BOOLEAN" -> ColumnType.BOOLEAN;
            case "TIMESTAMP" -> ColumnType.TIMESTAMP;
            default -> ColumnType.VARCHAR;
        };
    }
}
