package dev.serai.warehouse;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables of a warehouse with their columns, for people who write a query.
 *
 * @param tables    by schema and name
 * @param truncated true if there are more tables or columns than were wanted
 */
public record Layout(List<Listed> tables, boolean truncated) {

    /**
     * @param rows how many it has, as far as the database knows without counting; null where it does not
     */
    public record Listed(String schema, String name, Long rows, List<Named> columns) { }

    /** @param type in the database's words */
    public record Named(String name, String type) { }

    /**
     * @param tables  at most so many
     * @param columns of all tables together
     * @param time    after which it is given up
     */
    public record Limits(int tables, int columns, Duration time) {

        public static final Limits DEFAULT = new Limits(2_000, 20_000, Duration.ofSeconds(5));
    }

    /** @param rows as {@link Analysis#layout(int, int)} has them */
    static Layout read(ResultSet rows, Limits limits) throws SQLException {
        List<Listed> tables = new ArrayList<>();
        int columns = 0;
        while (rows.next()) {
            String schema = rows.getString(1);
            String name = rows.getString(2);
            Listed last = tables.isEmpty() ? null : tables.get(tables.size() - 1);
            boolean isSame = last != null && last.schema().equals(schema) && last.name().equals(name);
            if (columns++ == limits.columns() || !isSame && tables.size() == limits.tables()) {
                return new Layout(tables, true);
            }
            if (!isSame) {
                long size = rows.getLong(3);
                last = new Listed(schema, name, rows.wasNull() ? null : size, new ArrayList<>());
                tables.add(last);
            }
            last.columns().add(new Named(rows.getString(4), rows.getString(5)));
        }
        return new Layout(tables, false);
    }
}
