package dev.serai.warehouse;

/** Pieces of SQL that are the same in every dialect that quotes names with double quotes. */
final class Sql {

    private Sql() {
    }

    static String qualified(Table table) {
        return qualified(table.schema, table.name);
    }

    static String qualified(String schema, String name) {
        return quoted(schema) + "." + quoted(name);
    }

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    static String literal(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }

    /** How many of a column's integers a double would not tell from their neighbours. */
    static String countInexact(String table, String column) {
        return "SELECT count(*) FROM " + table + " WHERE " + column + " > " + ColumnType.MAX_EXACT + " OR " + column + " < "
                + -ColumnType.MAX_EXACT;
    }
}
