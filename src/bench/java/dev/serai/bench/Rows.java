package dev.serai.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A table's rows as Java values, what a floor is fed with; times are microseconds since 1970, UTC.
 *
 * @param names the columns
 * @param kinds of {@link Types}: VARCHAR, BIGINT, DOUBLE, BOOLEAN or TIMESTAMP
 */
record Rows(List<String> names, int[] kinds, List<Object[]> rows) {

    /** Every table of a schema. */
    static Map<String, Rows> readAll(Connection connection, String schema) throws SQLException {
        Map<String, Rows> tables = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement()) {
            List<String> names = new ArrayList<>();
            try (ResultSet found = statement.executeQuery("SELECT table_name FROM information_schema.tables"
                    + " WHERE table_schema = '" + schema + "' ORDER BY 1")) {
                while (found.next()) {
                    names.add(found.getString(1));
                }
            }
            for (String name : names) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM " + schema + ".\"" + name + '"')) {
                    tables.put(name, read(rows));
                }
            }
        }
        return tables;
    }

    static long count(Map<String, Rows> tables) {
        return tables.values().stream().mapToLong(table -> table.rows().size()).sum();
    }

    /** The columns for CREATE TABLE, with the names that this database has for the types. */
    String columns(Map<Integer, String> types) {
        List<String> columns = new ArrayList<>();
        for (int i = 0; i < kinds.length; i++) {
            columns.add('"' + names.get(i) + "\" " + types.get(kinds[i]));
        }
        return String.join(", ", columns);
    }

    String list() {
        return names.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
    }

    private static Rows read(ResultSet rows) throws SQLException {
        ResultSetMetaData about = rows.getMetaData();
        int count = about.getColumnCount();
        int[] kinds = new int[count];
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(about.getColumnName(i + 1));
            kinds[i] = switch (about.getColumnType(i + 1)) {
                case Types.BIGINT -> Types.BIGINT;
                case Types.DOUBLE -> Types.DOUBLE;
                case Types.BOOLEAN, Types.BIT -> Types.BOOLEAN;
                case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> Types.TIMESTAMP;
                default -> Types.VARCHAR;
            };
        }
        List<Object[]> values = new ArrayList<>();
        while (rows.next()) {
            Object[] row = new Object[count];
            for (int i = 0; i < count; i++) {
                Object value = kinds[i] == Types.TIMESTAMP ? rows.getTimestamp(i + 1) : rows.getObject(i + 1);
                row[i] = value instanceof Timestamp time
                        ? (Object) (time.getTime() / 1_000 * 1_000_000 + time.getNanos() / 1_000) : value;
            }
            values.add(row);
        }
        return new Rows(names, kinds, values);
    }
}
