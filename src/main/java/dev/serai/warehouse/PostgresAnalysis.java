package dev.serai.warehouse;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyOut;

/**
 * PostgreSQL. A read-only transaction may write to temporary tables but not make them, so {@link #STAGE} is made first, from
 * the columns that the server says the query has.
 *
 * <p>Rows that are only compared are not staged: that costs as much as the comparison. What is other comes out by COPY, which
 * the server may compute on several cores, as it may not what a statement inserts, and goes in by COPY on the hub's connection.
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
        String query = "SELECT * FROM " + subquery(sql);
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

    private static String subquery(String sql) {
        return "(" + DuckDbAnalysis.stripped(sql) + "\n) AS _query";
    }

    @Override
    public Rows rows(Connection connection, String sql, Duration time) throws SQLException, QueryException {
        PostgresGuard.check(sql);
        Connection reader = open();
        try (Statement statement = reader.createStatement()) {
            // the server expects that most rows differ, and that bringing them together costs more than all else
            statement.execute("BEGIN READ ONLY; SET LOCAL parallel_tuple_cost = 0; SET LOCAL parallel_setup_cost = 0; "
                    + "SET LOCAL work_mem = '128MB'");
            return new ReadRows(reader, connection, subquery(sql), columns(reader, subquery(sql)), time);
        } catch (SQLException e) {
            reader.close();
            throw failure(e);
        }
    }

    private final class ReadRows implements Rows {

        private final Connection reader;
        private final Connection writer;
        private final String query;
        private final List<ResultColumn> columns;
        private final Duration time;

        ReadRows(Connection reader, Connection writer, String query, List<ResultColumn> columns, Duration time) {
            this.reader = reader;
            this.writer = writer;
            this.query = query;
            this.columns = columns;
            this.time = time;
        }

        @Override
        public List<ResultColumn> columns() {
            return columns;
        }

        @Override
        public void insertInto(String table, UnaryOperator<String> select) throws SQLException, QueryException {
            PGConnection from = reader.unwrap(PGConnection.class);
            CopyIn to = writer.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY " + table + " FROM STDIN (FORMAT binary)");
            try {
                within(time, from::cancelQuery, () -> {
                    CopyOut rows = from.getCopyAPI().copyOut("COPY (" + select.apply(query) + ") TO STDOUT (FORMAT binary)");
                    for (byte[] some = rows.readFromCopy(); some != null; some = rows.readFromCopy()) {
                        to.writeToCopy(some, 0, some.length);
                    }
                });
                to.endCopy();
            } catch (SQLException e) {
                throw failure(e);
            } finally {
                if (to.isActive()) {
                    to.cancelCopy();
                }
            }
        }

        @Override
        public void close() throws SQLException {
            reader.close();
        }
    }

    @Override
    public void index(Connection connection, String table, String column) throws SQLException {
        String name = table.substring(table.indexOf('.') + 1).replace("\"", "") + "_" + column;
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("SELECT to_regclass("
                + Sql.literal("_serai." + Sql.quoted(name)) + ")")) {
            // making one waits for whoever writes, even if there is one
            if (row.next() && row.getString(1) == null) {
                try (Statement make = connection.createStatement()) {
                    make.execute("CREATE INDEX IF NOT EXISTS " + Sql.quoted(name) + " ON " + table + " (" + Sql.quoted(column) + ")");
                }
            }
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
        return ask(connection, "pg_try_advisory_lock", name);
    }

    @Override
    public void release(Connection connection, String name) {
        try {
            ask(connection, "pg_advisory_unlock", name);
        } catch (SQLException e) {
            // the connection is broken, and its claims end with it
        }
    }

    private static boolean ask(Connection connection, String lock, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT " + lock + "(hashtextextended(?, 20261126))")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
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
