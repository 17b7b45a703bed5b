package dev.serai.warehouse;

import java.sql.SQLException;
import java.util.Locale;

/**
 * Snowflake's SQL. Names are in upper case, which is what a name without quotes means, so analysts write
 * {@code website.order_completed}; the loader quotes them, for reserved words' sake. What somebody made with quotes and
 * in lower case is not the loader's and is left alone.
 *
 * <p>A time is a TIMESTAMP_TZ with offset 0: compared with {@code current_timestamp()} it is right in a session of any
 * time zone, which a TIMESTAMP_NTZ is not (sessions are in Los Angeles unless told otherwise), and its date is the UTC
 * day everywhere. Each DDL statement commits by itself. Sources: Snowflake Documentation, "Identifier requirements",
 * "Date and time data types", "Transactions", "ALTER TABLE ... ALTER COLUMN", "Clustering keys".
 */
final class SnowflakeDialect extends StagedDialect {

    private static final int TEXT_BYTES = 16_777_216;

    @Override
    String stored(String name) {
        return name.toUpperCase(Locale.ROOT);
    }

    @Override
    String known(String stored) {
        return stored.equals(stored.toUpperCase(Locale.ROOT)) ? stored.toLowerCase(Locale.ROOT) : null;
    }

    @Override
    String type(ColumnType type) {
        return switch (type) {
            case BIGINT -> "NUMBER(38,0)";
            case DOUBLE -> "FLOAT";
            case BOOLEAN -> "BOOLEAN";
            case TIMESTAMP -> "TIMESTAMP_TZ";
            case VARCHAR -> "VARCHAR";
        };
    }

    @Override
    ColumnType type(String stored) {
        return switch (stored) {
            case "FLOAT" -> ColumnType.DOUBLE;
            case "BOOLEAN" -> ColumnType.BOOLEAN;
            case "TIMESTAMP_TZ", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ" -> ColumnType.TIMESTAMP;
            default -> stored.matches("NUMBER\\(\\d+,0\\)") ? ColumnType.BIGINT : ColumnType.VARCHAR;
        };
    }

    @Override
    boolean isExact(String stored) {
        return switch (type(stored)) {
            case DOUBLE, BOOLEAN, TIMESTAMP -> true;
            case BIGINT -> length(stored) >= 19;
            case VARCHAR -> stored.startsWith("TEXT(") && length(stored) >= TEXT_BYTES;
        };
    }

    private static int length(String stored) {
        return Integer.parseInt(stored.replaceAll("\\D*(\\d+).*", "$1"));
    }

    @Override
    boolean canLengthen(String stored) {
        return stored.startsWith("TEXT(") && !isExact(stored);
    }

    @Override
    int textBytes() {
        return TEXT_BYTES;
    }

    @Override
    String layoutHints(boolean isState) {
        return isState ? "" : " CLUSTER BY (TO_DATE(" + quoted(Standard.RECEIVED_AT.column()) + "))";
    }

    @Override
    boolean hasDdlInTransactions() {
        return false;
    }

    @Override
    String columnsQuery() {
        return "SELECT column_name, CASE data_type WHEN 'NUMBER' THEN 'NUMBER(' || numeric_precision || ',' || numeric_scale || ')'"
                + " WHEN 'TEXT' THEN 'TEXT(' || character_maximum_length || ')' ELSE data_type END"
                + " FROM information_schema.columns WHERE table_schema = ? AND table_name = ? ORDER BY ordinal_position";
    }

    @Override
    String tablesQuery() {
        return "SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE'"
                + " AND table_schema NOT IN ('_SERAI', 'PUBLIC', 'INFORMATION_SCHEMA')";
    }

    @Override
    String stage(int number) {
        return "_serai.stage_" + number;
    }

    @Override
    String timeText(String expression) {
        return "TO_VARCHAR(CONVERT_TIMEZONE('UTC', " + expression + "), 'YYYY-MM-DD HH24:MI:SS.FF6')";
    }

    @Override
    String isoText(String expression) {
        String utc = "TO_VARCHAR(CONVERT_TIMEZONE('UTC', " + expression + "), ";
        return "CASE WHEN RIGHT(" + timeText(expression) + ", 3) = '000' THEN " + utc + "'YYYY-MM-DD\"T\"HH24:MI:SS.FF3\"Z\"') ELSE "
                + utc + "'YYYY-MM-DD\"T\"HH24:MI:SS.FF6\"Z\"') END";
    }

    @Override
    WarehouseFault fault(Exception failure) {
        return SnowflakeFault.of(failure);
    }

    @Override
    WarehouseFault faultOfDdl(SQLException failure) {
        return SnowflakeFault.ofDdl(failure);
    }
}
