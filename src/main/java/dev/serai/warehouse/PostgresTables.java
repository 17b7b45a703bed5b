package dev.serai.warehouse;

import java.sql.Connection;
import java.sql.PreparedStatement;
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
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Tables and columns in PostgreSQL. Each ALTER is a transaction of its own, so that a session never holds one table
 * while it waits for another: two hubs that alter the same tables cannot lock each other out.
 *
 * <p>Because another hub or a person may alter a table at any time, each transaction of rows first locks its tables
 * against ALTER, in the order of their names, and then compares their layouts with what was read
 * ({@link #lock}).
 */
final class PostgresTables {

    private static final String COLUMNS = " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.attnum > 0 AND NOT a.attisdropped"
            + " AND a.attgenerated = '' AND a.attidentity <> 'a' AND c.relkind IN ('r', 'p')";

    private final Connection connection;
    private final Set<String> schemas = new HashSet<>();
    private final Map<String, String> layouts = new HashMap<>();
    private final Map<String, Boolean> keyed = new HashMap<>();

    PostgresTables(Connection connection) {
        this.connection = connection;
    }

    Map<String, Set<String>> names() throws SQLException {
        Map<String, Set<String>> names = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT n.nspname, c.relname FROM pg_class c"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')"
                        + " AND NOT c.relispartition AND n.nspname NOT IN ('_serai', 'public', 'information_schema')"
                        + " AND n.nspname NOT LIKE 'pg\\_%'")) {
            while (rows.next()) {
                names.computeIfAbsent(rows.getString(1), key -> new HashSet<>()).add(rows.getString(2));
            }
        }
        schemas.addAll(names.keySet());
        return names;
    }

    Table read(Table.Shape shape) throws SQLException {
        keyed.remove(shape.schema() + "." + shape.name());
        // before the columns: if they change in between, the layout is found to be another, and all is read again
        layouts.put(shape.schema() + "." + shape.name(), layout(shape.schema(), shape.name()));
        Table table = Table.stored(shape);
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT a.attname, format_type(a.atttypid, a.atttypmod)" + COLUMNS
                        + " AND n.nspname = ? AND c.relname = ? ORDER BY a.attnum")) {
            statement.setString(1, shape.schema());
            statement.setString(2, shape.name());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String type = rows.getString(2);
                    ColumnType known = type(type);
                    table.addStored(rows.getString(1), known, type(known).equals(type) || isSame(type));
                }
            }
        }
        return table;
    }

    /** Keeps the tables from being altered until the transaction ends. STALE if one is not what was read. */
    void lock(Collection<Table> tables) throws SQLException, WarehouseFault {
        if (tables.isEmpty()) {
            return;
        }
        Map<String, Table> sorted = new TreeMap<>();
        tables.forEach(table -> sorted.put(table.schema + "." + table.name, table));
        try (Statement statement = connection.createStatement()) {
            statement.execute(sorted.values().stream().map(Sql::qualified)
                    .collect(Collectors.joining(", ", "LOCK TABLE ", " IN ROW EXCLUSIVE MODE")));
        }
        Map<String, String> now = layouts(tables);
        for (String name : sorted.keySet()) {
            if (!now.getOrDefault(name, "").equals(layouts.get(name))) {
                throw WarehouseFault.stale("table " + name + " was altered by somebody else");
            }
        }
    }

    /** Makes the database as these tables are wanted. */
    void apply(Collection<Table> tables) throws SQLException, WarehouseFault {
        for (Table table : tables) {
            List<String> ddl = ddl(table);
            if (ddl.isEmpty()) {
                continue;
            }
            try (Statement statement = connection.createStatement()) {
                for (String sql : ddl) {
                    statement.execute(sql);
                }
            } catch (SQLException e) {
                throw PostgresFault.ofDdl(e);
            }
            schemas.add(table.schema);
            confirm(table);
        }
    }

    /** IF NOT EXISTS may have left something of another hub's in place. */
    private void confirm(Table table) throws SQLException, WarehouseFault {
        Table now = read(table.shape());
        for (Column column : table.columns()) {
            Column there = now.named(column.name);
            if (there == null || there.stored() != column.type()) {
                throw WarehouseFault.stale("column " + column.name + " of " + table.schema + "." + table.name
                        + " was made by somebody else with another type");
            }
        }
        table.markStored();
    }

    private List<String> ddl(Table table) throws SQLException {
        List<String> ddl = new ArrayList<>();
        String name = Sql.qualified(table);
        if (!table.isStored()) {
            if (!schemas.contains(table.schema)) {
                ddl.add("CREATE SCHEMA IF NOT EXISTS " + Sql.quoted(table.schema));
            }
            boolean isState = table.holdsStates();
            ddl.add("CREATE TABLE IF NOT EXISTS " + name + table.columns().stream()
                    .map(column -> Sql.quoted(column.name) + " " + type(column.type()))
                    .collect(Collectors.joining(", ", " (", isState ? ", PRIMARY KEY (id))" : ")")));
            if (!isState) {
                // a few bytes per megabyte; makes queries by time, back-fills and retention read only their part
                ddl.add("CREATE INDEX IF NOT EXISTS " + Sql.quoted(Names.suffixed(table.name, "received_at")) + " ON "
                        + name + " USING brin (received_at)");
            }
            return ddl;
        }
        List<String> changes = new ArrayList<>();
        for (Column column : table.columns()) {
            if (column.isMissing()) {
                changes.add("ADD COLUMN IF NOT EXISTS " + Sql.quoted(column.name) + " " + type(column.type()));
            } else if (column.stored() != column.type()) {
                changes.add(widen(table, column));
            }
        }
        Column version = table.holdsObjects() ? table.standard(Standard.VERSION) : null;
        if (version != null && version.isMissing() && !hasIndexOnId(table, "")) {
            // events or rows of somebody's were there before, perhaps several of one id
            ddl.add("CREATE INDEX IF NOT EXISTS " + Sql.quoted(Names.suffixed(table.name, "id")) + " ON " + name
                    + " (id)");
        }
        if (!changes.isEmpty()) {
            ddl.add("ALTER TABLE " + name + " " + String.join(", ", changes));
        }
        return ddl;
    }

    /** True if PostgreSQL itself can tell the rows of an object table by id and compare their versions. */
    boolean hasKey(Table table) throws SQLException {
        if (table.standard(Standard.VERSION).type() != ColumnType.TIMESTAMP) {
            return false;
        }
        String name = table.schema + "." + table.name;
        Boolean known = keyed.get(name);
        if (known == null) {
            known = hasIndexOnId(table, " AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indnkeyatts = 1");
            keyed.put(name, known);
        }
        return known;
    }

    private boolean hasIndexOnId(Table table, String condition) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT FROM pg_index i"
                + " JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
                + " WHERE n.nspname = ? AND c.relname = ? AND a.attname = 'id' AND i.indpred IS NULL" + condition)) {
            statement.setString(1, table.schema);
            statement.setString(2, table.name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private String widen(Table table, Column column) throws SQLException {
        String name = Sql.quoted(column.name);
        if (column.type() == ColumnType.DOUBLE && hasInexactIntegers(table, name)) {
            column.widenTo(ColumnType.VARCHAR);
        }
        String using = column.stored() == ColumnType.TIMESTAMP
                ? "to_char(" + name + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.' || CASE WHEN extract(microseconds FROM "
                        + name + ")::bigint % 1000 = 0 THEN 'MS' ELSE 'US' END || '\"Z\"')"
                : name + "::" + type(column.type());
        return "ALTER COLUMN " + name + " TYPE " + type(column.type()) + " USING " + using;
    }

    private boolean hasInexactIntegers(Table table, String column) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(Sql.countInexact(Sql.qualified(table), column))) {
            rows.next();
            return rows.getLong(1) > 0;
        }
    }

    private String layout(String schema, String name) throws SQLException {
        return layouts("n.nspname = " + Sql.literal(schema) + " AND c.relname = " + Sql.literal(name)).values().stream()
                .findFirst().orElse("");
    }

    private Map<String, String> layouts(Collection<Table> tables) throws SQLException {
        return layouts(tables.stream()
                .map(table -> "(" + Sql.literal(table.schema) + ", " + Sql.literal(table.name) + ")")
                .collect(Collectors.joining(", ", "(n.nspname, c.relname) IN (", ")")));
    }

    private Map<String, String> layouts(String condition) throws SQLException {
        Map<String, String> found = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT n.nspname || '.' || c.relname, md5(string_agg(a.attname"
                        + " || ' ' || a.atttypid || ' ' || a.atttypmod, ',' ORDER BY a.attnum))" + COLUMNS + " AND "
                        + condition + " GROUP BY 1")) {
            while (rows.next()) {
                found.put(rows.getString(1), rows.getString(2));
            }
        }
        return found;
    }

    static String type(ColumnType type) {
        return switch (type) {
            case BIGINT -> "bigint";
            case DOUBLE -> "double precision";
            case BOOLEAN -> "boolean";
            case TIMESTAMP -> "timestamp with time zone";
            case VARCHAR -> "text";
        };
    }

    /** Without a length, varchar is text; a timestamp without zone has the same bytes, and ours are UTC. */
    private static boolean isSame(String type) {
        return type.equals("character varying") || type.equals("timestamp without time zone");
    }

    /** The type itself, or the one that holds what a column of a type that the loader never gives has. */
    private static ColumnType type(String type) {
        return switch (type) {
            case "bigint", "integer", "smallint" -> ColumnType.BIGINT;
            case "double precision", "real" -> ColumnType.DOUBLE;
            case "boolean" -> ColumnType.BOOLEAN;
            case "timestamp with time zone", "timestamp without time zone" -> ColumnType.TIMESTAMP;
            default -> ColumnType.VARCHAR;
        };
    }
}
