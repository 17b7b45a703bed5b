package dev.serai.warehouse;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.duckdb.DuckDBConnection;

/**
 * DuckDB. {@link SelectGuard} lets only SELECTs through, and a read-only transaction may fill a temporary table, so that is
 * what a query runs in. One process has the file, so claims are kept in memory.
 */
final class DuckDbAnalysis extends Analysis {

    private final DuckDbWarehouse warehouse;
    private final Map<String, Connection> claims = new ConcurrentHashMap<>();

    DuckDbAnalysis(DuckDbWarehouse warehouse) {
        this.warehouse = warehouse;
    }

    @Override
    public Connection open() throws SQLException {
        return warehouse.connection();
    }

    @Override
    public void stage(Connection connection, String sql, Duration time) throws QueryException {
        try (Statement statement = connection.createStatement()) {
            SelectGuard.check((DuckDBConnection) connection, sql);
            statement.execute("DROP TABLE IF EXISTS " + STAGE);
            statement.execute("BEGIN TRANSACTION READ ONLY");
            try {
                execute(connection, "CREATE TEMP TABLE " + STAGE + " AS SELECT * FROM (" + stripped(sql) + "\n) AS _query", time);
                statement.execute("COMMIT");
            } catch (SQLException | QueryException e) {
                statement.execute("ROLLBACK");
                throw e;
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Writing rows to memory that is columnar costs less than reading them twice. */
    @Override
    public Rows rows(Connection connection, String sql, Duration time) throws SQLException, QueryException {
        stage(connection, sql, time);
        return staged(connection);
    }

    static String stripped(String sql) {
        return sql.strip().replaceFirst("[;\\s]+$", "");
    }

    @Override
    public boolean claim(Connection connection, String name) throws SQLException {
        Connection holder = claims.compute(name, (key, held) -> held == null || isClosed(held) ? connection : held);
        return holder == connection;
    }

    @Override
    public void release(Connection connection, String name) {
        claims.remove(name, connection);
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true;
        }
    }

    @Override
    public String hash(List<String> columns) {
        return columns.isEmpty() ? "CAST(0 AS BIGINT)" : "CAST(hash(" + columns.stream().map(Sql::quoted)
                .collect(Collectors.joining(", ")) + ") >> 1 AS BIGINT)";
    }

    @Override
    public String json(List<String> columns) {
        return columns.isEmpty() ? "'{}'" : "CAST(json_object(" + columns.stream().map(column -> Sql.literal(column) + ", "
                + Sql.quoted(column)).collect(Collectors.joining(", ")) + ") AS VARCHAR)";
    }

    @Override
    public String time(Instant time) {
        return "CAST(" + Sql.literal(time.toString().replace("T", " ").replace("Z", "")) + " AS TIMESTAMP)";
    }

    @Override
    public String seconds(String from, String to) {
        return "(epoch_ms(" + to + ") - epoch_ms(" + from + ")) / 1000.0";
    }

    @Override
    public String number(String expression) {
        return "TRY_CAST(" + expression + " AS DOUBLE)";
    }

    @Override
    public String asTime(String expression) {
        return "TRY_CAST(" + expression + " AS TIMESTAMP)";
    }

    @Override
    String layout(int tables, int columns) {
        return "WITH listed AS (SELECT t.table_schema, t.table_name, d.estimated_size FROM information_schema.tables t"
                + " LEFT JOIN duckdb_tables() d ON d.database_name = t.table_catalog AND d.schema_name = t.table_schema"
                + " AND d.table_name = t.table_name WHERE t.table_catalog = current_database()"
                + " AND t.table_schema NOT IN ('information_schema', 'pg_catalog', '_serai') ORDER BY 1, 2 LIMIT " + tables + ")"
                + " SELECT c.table_schema, c.table_name, listed.estimated_size, c.column_name, c.data_type FROM listed"
                + " JOIN information_schema.columns c ON c.table_catalog = current_database() AND c.table_schema = listed.table_schema"
                + " AND c.table_name = listed.table_name ORDER BY c.table_schema, c.table_name, c.ordinal_position LIMIT " + columns;
    }

    @Override
    QueryException failure(SQLException failure) {
        return warehouse.failure(failure);
    }
}
