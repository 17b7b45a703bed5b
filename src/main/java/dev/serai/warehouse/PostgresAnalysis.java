package dev.serai.warehouse;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;

/**
 * PostgreSQL. A read-only transaction may write to temporary tables but not make them, so {@link #STAGE} is made first, from
 * the columns that the server says the query has.
 */
final class PostgresAnalysis extends Analysis {

    private static final String NUMBER = "^\\s*[-+]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][-+]?\\d{1,3})?\\s*$";
    private static final String TIME = "^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])([T ]([01]\\d|2[0-3]):[0-5]\\d(:[0-5]\\d(\\.\\d+)?)?"
            + "(Z|[-+]\\d{2}:?\\d{2})?)?$";

    private final PostgresWarehouse warehouse;

    PostgresAnalysis(PostgresWarehouse warehouse) {
        this.warehouse = warehouse;
    }

    @Override
    public Connection open() throws SQLException {
        Connection connection = warehouse.connection();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'; SET standard_conforming_strings = on; SET work_mem = '64MB'");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public void stage(Connection connection, String sql, Duration time) throws QueryException {
        PostgresGuard.check(sql);
        String query = "SELECT * FROM (" + DuckDbAnalysis.stripped(sql) + "\n) AS _query";
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS pg_temp." + STAGE);
            // makes the columns and runs nothing of the query
            statement.execute("CREATE TEMP TABLE " + STAGE + " AS " + query + " WITH NO DATA");
            statement.execute("BEGIN READ ONLY");
            try {
                execute(connection, "INSERT INTO pg_temp." + STAGE + " " + query, time);
                statement.execute("COMMIT; ANALYZE pg_temp." + STAGE);
            } catch (SQLException | QueryException e) {
                statement.execute("ROLLBACK");
                throw e;
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Without it a join of large tables sorts both, in twice the time. */
    @Override
    public void analyze(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ANALYZE " + table);
        }
    }

    @Override
    public boolean claim(Connection connection, String name) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_try_advisory_lock(hashtextextended(?, 20261126))")) {
            lock.setString(1, name);
            try (ResultSet row = lock.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    @Override
    public String hash(List<String> columns) {
        return columns.isEmpty() ? "CAST(0 AS bigint)" : "hash_record_extended(ROW(" + columns.stream().map(Sql::quoted)
                .collect(Collectors.joining(", ")) + "), 0)";
    }

    @Override
    public String json(List<String> columns) {
        return columns.isEmpty() ? "'{}'" : "CAST(json_build_object(" + columns.stream().map(column -> Sql.literal(column) + ", "
                + Sql.quoted(column)).collect(Collectors.joining(", ")) + ") AS text)";
    }

    @Override
    public String time(Instant time) {
        return "CAST(" + Sql.literal(time.toString()) + " AS timestamptz)";
    }

    @Override
    public String seconds(String from, String to) {
        return "EXTRACT(EPOCH FROM (" + to + ") - (" + from + "))";
    }

    @Override
    public String number(String expression) {
        return "CASE WHEN CAST(" + expression + " AS text) ~ " + Sql.literal(NUMBER) + " THEN CAST(CAST(" + expression
                + " AS text) AS double precision) END";
    }

    @Override
    public String asTime(String expression) {
        return "CASE WHEN CAST(" + expression + " AS text) ~ " + Sql.literal(TIME) + " THEN CAST(CAST(" + expression
                + " AS text) AS timestamptz) END";
    }

    /** The server counts rows as they come, and estimates them when it looks at a table; before either nothing is known. */
    @Override
    String layout(int tables, int columns) {
        return "WITH listed AS (SELECT c.oid, n.nspname, c.relname, CASE WHEN c.relkind NOT IN ('r', 'p', 'm') THEN NULL"
                + " WHEN s.n_live_tup > 0 THEN s.n_live_tup WHEN c.reltuples >= 0 THEN CAST(c.reltuples AS bigint) END AS size"
                + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid"
                + " WHERE c.relkind IN ('r', 'p', 'm', 'v', 'f') AND n.nspname NOT LIKE 'pg\\_%'"
                + " AND n.nspname NOT IN ('information_schema', '_serai') AND has_schema_privilege(n.oid, 'USAGE')"
                + " AND has_table_privilege(c.oid, 'SELECT') ORDER BY 2, 3 LIMIT " + tables + ")"
                + " SELECT listed.nspname, listed.relname, listed.size, a.attname, format_type(a.atttypid, a.atttypmod) FROM listed"
                + " JOIN pg_attribute a ON a.attrelid = listed.oid AND a.attnum > 0 AND NOT a.attisdropped"
                + " ORDER BY listed.nspname, listed.relname, a.attnum LIMIT " + columns;
    }

    @Override
    QueryException failure(SQLException failure) {
        return warehouse.failure(failure);
    }
}
