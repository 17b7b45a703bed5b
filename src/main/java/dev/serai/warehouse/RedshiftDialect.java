package dev.serai.warehouse;

import java.sql.SQLException;
import java.util.List;

/**
 * Amazon Redshift's SQL. Types are Segment's, times without zone and in UTC, so that {@code date_trunc} does not
 * depend on who asks. A VARCHAR has at most 65,535 bytes, longer texts are cut. Sources: Amazon Redshift Database
 * Developer Guide, "CREATE TABLE", "ALTER TABLE" (one column per statement; ALTER COLUMN TYPE for VARCHAR only and not
 * in a transaction), "Character types", "Querying the catalog tables".
 */
final class RedshiftDialect extends StagedDialect {

    private static final int TEXT_BYTES = 65_535;

    @Override
    String stored(String name) {
        return name;
    }

    @Override
    String known(String stored) {
        return stored;
    }

    @Override
    String type(ColumnType type) {
        return switch (type) {
            case BIGINT -> "BIGINT";
            case DOUBLE -> "DOUBLE PRECISION";
            case BOOLEAN -> "BOOLEAN";
            case TIMESTAMP -> "TIMESTAMP";
            case VARCHAR -> "VARCHAR(" + TEXT_BYTES + ")";
        };
    }

    @Override
    ColumnType type(String stored) {
        return switch (stored) {
            case "bigint", "integer", "smallint" -> ColumnType.BIGINT;
            case "double precision", "real" -> ColumnType.DOUBLE;
            case "boolean" -> ColumnType.BOOLEAN;
            case "timestamp without time zone", "timestamp with time zone" -> ColumnType.TIMESTAMP;
            default -> ColumnType.VARCHAR;
        };
    }

    @Override
    boolean isExact(String stored) {
        return switch (stored) {
            case "bigint", "double precision", "boolean", "timestamp without time zone", "timestamp with time zone" -> true;
            default -> stored.equals("character varying(" + TEXT_BYTES + ")");
        };
    }

    @Override
    boolean canLengthen(String stored) {
        return stored.startsWith("character varying") && !isExact(stored);
    }

    @Override
    int textBytes() {
        return TEXT_BYTES;
    }

    /** As Segment has them: rows of one id meet on one node, and queries by time read only their blocks. */
    @Override
    String layoutHints(boolean isState) {
        return " DISTKEY(\"id\") SORTKEY(\"received_at\")";
    }

    @Override
    boolean hasDdlInTransactions() {
        return true;
    }

    @Override
    String columnsQuery() {
        return "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a"
                + " JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r' AND n.nspname = ? AND c.relname = ?"
                + " ORDER BY a.attnum";
    }

    @Override
    String tablesQuery() {
        return "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " WHERE c.relkind = 'r' AND n.nspname NOT IN ('_serai', 'public', 'information_schema', 'catalog_history')"
                + " AND n.nspname NOT LIKE 'pg!_%' ESCAPE '!'";
    }

    @Override
    String stage(int number) {
        return "serai_stage_" + number;
    }

    @Override
    String timeText(String expression) {
        return "TO_CHAR(" + expression + ", 'YYYY-MM-DD HH24:MI:SS.US')";
    }

    @Override
    String isoText(String expression) {
        return "TO_CHAR(" + expression + ", 'YYYY-MM-DD') || 'T' || CASE WHEN RIGHT(TO_CHAR(" + expression
                + ", 'US'), 3) = '000' THEN TO_CHAR(" + expression + ", 'HH24:MI:SS.MS') ELSE TO_CHAR(" + expression
                + ", 'HH24:MI:SS.US') END || 'Z'";
    }

    /**
     * A double is written with 15 digits, {@code 0.1}, where they say all, and else with 17. The session has 17, so
     * that what it reads of states is exact.
     */
    @Override
    List<String> copy(String table, Column from, String to) {
        if (from.stored() != ColumnType.DOUBLE || from.type() != ColumnType.VARCHAR) {
            return super.copy(table, from, to);
        }
        String name = quoted(from.name);
        String update = "UPDATE " + table + " SET " + quoted(to) + " = CAST(" + name + " AS VARCHAR) WHERE ";
        return List.of("SET extra_float_digits TO 0",
                update + "CAST(CAST(" + name + " AS VARCHAR) AS DOUBLE PRECISION) = " + name,
                "SET extra_float_digits TO 2",
                update + name + " IS NOT NULL AND " + quoted(to) + " IS NULL");
    }

    @Override
    WarehouseFault fault(Exception failure) {
        return RedshiftFault.of(failure);
    }

    @Override
    WarehouseFault faultOfDdl(SQLException failure) {
        return RedshiftFault.ofDdl(failure);
    }
}
