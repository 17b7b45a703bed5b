package dev.serai.warehouse;

import dev.serai.model.IsoTime;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What {@link StagedSession} and {@link StagedTables} must be told of a database, as SQL: names, types, conversions,
 * and whose fault a failure is. The hub's own tables are written without quotes, so each database folds their names
 * as it does.
 */
abstract class StagedDialect {

    /** The name as the database stores it. */
    abstract String stored(String name);

    final String quoted(String name) {
        return Sql.quoted(stored(name));
    }

    /** The name by which the loader knows what the database calls so; null for a name that it could never have made. */
    abstract String known(String stored);

    final String qualified(String schema, String name) {
        return quoted(schema) + "." + quoted(name);
    }

    final String qualified(Table table) {
        return qualified(table.schema, table.name);
    }

    final String names(List<Column> columns) {
        return columns.stream().map(column -> quoted(column.name)).collect(Collectors.joining(", "));
    }

    final String definitions(List<Column> columns) {
        return columns.stream().map(column -> quoted(column.name) + " " + type(column.type()))
                .collect(Collectors.joining(", "));
    }

    abstract String type(ColumnType type);

    /** The column's type, or the one that holds what a column of a type that the loader never gives has. */
    abstract ColumnType type(String stored);

    /** False if the column must be changed before the loader may write to it. */
    abstract boolean isExact(String stored);

    /** How many bytes of UTF-8 a text may have; a longer one is cut. */
    abstract int textBytes();

    /** What follows the columns where a table is created. */
    abstract String layoutHints(boolean isState);

    /** A query of column and type, in order, for the table of these two parameters. */
    abstract String columnsQuery();

    /** A query of schema and name of all tables but the hub's and the system's. */
    abstract String tablesQuery();

    /** The name of a session's own table. */
    abstract String stage(int number);

    /** A time as text in UTC, for instance {@code 2026-11-24 10:00:00.000000}. */
    abstract String timeText(String expression);

    /** A time as {@link IsoTime#format} writes it. */
    abstract String isoText(String expression);

    /** Fills a column with what another, narrower one of the same table has. */
    List<String> copy(String table, Column from, String to) {
        String name = quoted(from.name);
        String value = from.type() != ColumnType.VARCHAR || from.stored() == null ? "CAST(" + name + " AS " + type(from.type()) + ")"
                : switch (from.stored()) {
                    case TIMESTAMP -> isoText(name);
                    case BOOLEAN -> "CASE WHEN " + name + " THEN 'true' ELSE 'false' END";
                    default -> "CAST(" + name + " AS " + type(ColumnType.VARCHAR) + ")";
                };
        return List.of("UPDATE " + table + " SET " + quoted(to) + " = " + value + " WHERE " + name + " IS NOT NULL");
    }

    /** True for a type of short texts that the database turns into {@link #type VARCHAR} in place. */
    boolean canLengthen(String stored) {
        return false;
    }

    /** False where each CREATE commits by itself. */
    abstract boolean hasDdlInTransactions();

    abstract WarehouseFault fault(Exception failure);

    /** Of a statement that alters tables: no row is to blame. */
    abstract WarehouseFault faultOfDdl(SQLException failure);
}
