package dev.serai.warehouse;

import com.google.cloud.bigquery.StandardSQLTypeName;
import java.util.List;
import java.util.Locale;

/**
 * Pieces of GoogleSQL, and the names of columns on the way in and out. BigQuery refuses columns with some prefixes,
 * and {@code _} before a reserved word makes one of them out of {@code partition}: such a name gets one more
 * {@code _}, which no name of the loader begins with, so the way back is clear. Sources: BigQuery's documents "Specify
 * a schema", "Lexical structure and syntax", "Format elements".
 */
final class BigQuerySql {

    private static final List<String> TAKEN_PREFIXES = List.of("_table_", "_file_", "_partition", "_row_timestamp",
            "__root__", "_colidentifier", "_change_sequence_number", "_change_type", "_change_timestamp");

    private BigQuerySql() {
    }

    static String quoted(String name) {
        return "`" + name.replace("\\", "\\\\").replace("`", "\\`") + "`";
    }

    static String column(Column column) {
        return quoted(physical(column.name));
    }

    /** The column's name in BigQuery. */
    static String physical(String name) {
        return isTaken(name) ? "_" + name : name;
    }

    /** The name in the loader; BigQuery keeps upper case but does not tell it from lower case. */
    static String logical(String physical) {
        String name = physical.toLowerCase(Locale.ROOT);
        return name.startsWith("__") && isTaken(name.substring(1)) ? name.substring(1) : name;
    }

    private static boolean isTaken(String name) {
        return TAKEN_PREFIXES.stream().anyMatch(name::startsWith);
    }

    static String type(ColumnType type) {
        return switch (type) {
            case BIGINT -> "INT64";
            case DOUBLE -> "FLOAT64";
            case BOOLEAN -> "BOOL";
            case TIMESTAMP -> "TIMESTAMP";
            case VARCHAR -> "STRING";
        };
    }

    /** The type itself, or the one that holds what a column of a type that the loader never gives has. */
    static ColumnType type(StandardSQLTypeName type) {
        return switch (type) {
            case INT64 -> ColumnType.BIGINT;
            case FLOAT64 -> ColumnType.DOUBLE;
            case BOOL -> ColumnType.BOOLEAN;
            case TIMESTAMP -> ColumnType.TIMESTAMP;
            default -> ColumnType.VARCHAR;
        };
    }

    /** A value of the stage, a text, as the column's type has it. */
    static String fromText(String text, ColumnType type) {
        return switch (type) {
            case VARCHAR -> text;
            case TIMESTAMP -> "TIMESTAMP_MICROS(CAST(" + text + " AS INT64))";
            default -> "CAST(" + text + " AS " + type(type) + ")";
        };
    }

    /** A column of any type as the text that its values are elsewhere in the loader. */
    static String toText(String column, StandardSQLTypeName type, boolean isArray) {
        if (isArray) {
            return "TO_JSON_STRING(" + column + ")";
        }
        return switch (type) {
            case TIMESTAMP -> "IF(MOD(UNIX_MICROS(" + column + "), 1000) = 0, FORMAT_TIMESTAMP('%E4Y-%m-%dT%H:%M:%E3SZ', " + column
                    + "), FORMAT_TIMESTAMP('%E4Y-%m-%dT%H:%M:%E6SZ', " + column + "))";
            case STRUCT, JSON, RANGE -> "TO_JSON_STRING(" + column + ")";
            case BYTES -> "TO_BASE64(" + column + ")";
            case GEOGRAPHY -> "ST_ASTEXT(" + column + ")";
            default -> "CAST(" + column + " AS STRING)";
        };
    }
}
