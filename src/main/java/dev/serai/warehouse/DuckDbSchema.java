package dev.serai.warehouse;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * Tables and columns in DuckDB: reads what is there, makes what the plan wants beyond it. DDL has a transaction of
 * its own before the rows; were the process to die between the two, an empty column is all that is left.
 */
final class DuckDbSchema {

    private final DuckDBConnection connection;
    private final Set<String> schemas = new HashSet<>();

    DuckDbSchema(DuckDBConnection connection) {
        this.connection = connection;
    }

    Catalog read() throws SQLException {
        Catalog catalog = new Catalog();
        schemas.clear();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT c.schema_name, c.table_name, c.column_name, c.data_type"
                        + " FROM duckdb_columns() c JOIN duckdb_tables() t USING (database_name, table_oid)"
                        + " WHERE c.database_name = current_database() AND NOT t.temporary"
                        + " AND c.schema_name NOT IN ('_serai', 'main')"
                        + " ORDER BY c.schema_name, c.table_name, c.column_index")) {
            Table table = null;
            while (rows.next()) {
                String schema = rows.getString(1);
                String name = rows.getString(2);
                if (table == null || !table.schema.equals(schema) || !table.name.equals(name)) {
                    if (table != null) {
                        table.complete();
                    }
                    table = Table.stored(schema, name, Catalog.standards(name));
                    catalog.addStored(table);
                    schemas.add(schema);
                }
                table.addStored(rows.getString(3), type(rows.getString(4)));
            }
            if (table != null) {
                table.complete();
            }
        }
        return catalog;
    }

    /** Makes the database as these tables are wanted. */
    void apply(Collection<Table> tables) throws SQLException {
        List<String> ddl = new ArrayList<>();
        for (Table table : tables) {
            collect(table, ddl);
        }
        if (ddl.isEmpty()) {
            return;
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
    }

    private void collect(Table table, List<String> ddl) throws SQLException {
        if (!schemas.contains(table.schema)) {
            ddl.add("CREATE SCHEMA IF NOT EXISTS " + quoted(table.schema));
        }
        if (!table.isStored()) {
            ddl.add(table.columns().stream()
                    .map(column -> quoted(column.name) + " " + column.type())
                    .collect(Collectors.joining(", ", "CREATE TABLE " + qualified(table) + " (", ")")));
            return;
        }
        for (Column column : table.columns()) {
            if (column.stored() == column.type()) {
                continue;
            }
            if (column.isMissing()) {
                ddl.add("ALTER TABLE " + qualified(table) + " ADD COLUMN " + quoted(column.name) + " " + column.type());
            } else {
                ddl.add(widen(table, column));
            }
        }
    }

    private String widen(Table table, Column column) throws SQLException {
        String name = quoted(column.name);
        if (column.type() == ColumnType.DOUBLE && hasInexactIntegers(table, name)) {
            column.widenTo(ColumnType.VARCHAR);
        }
        String using = column.stored() == ColumnType.TIMESTAMP
                ? "CASE WHEN epoch_us(" + name + ") % 1000 = 0 THEN strftime(" + name + ", '%Y-%m-%dT%H:%M:%S.%gZ')"
                        + " ELSE strftime(" + name + ", '%Y-%m-%dT%H:%M:%S.%fZ') END"
                : "CAST(" + name + " AS " + column.type() + ")";
        return "ALTER TABLE " + qualified(table) + " ALTER COLUMN " + name + " SET DATA TYPE " + column.type()
                + " USING " + using;
    }

    private boolean hasInexactIntegers(Table table, String column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM " + qualified(table) + " WHERE " + column
                        + " > " + ColumnType.MAX_EXACT + " OR " + column + " < " + -ColumnType.MAX_EXACT)) {
            rows.next();
            return rows.getLong(1) > 0;
        }
    }

    /** Null for a type that the loader never gives. */
    private static ColumnType type(String name) {
        for (ColumnType type : ColumnType.values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }

    static String qualified(Table table) {
        return quoted(table.schema) + "." + quoted(table.name);
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }
}
