package dev.serai.warehouse;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * SQL over what is loaded, for the hub's own use, beside the loader and without waiting for it. A query that somebody
 * wrote may read only, in a transaction that can do nothing else: its rows go to the temporary table {@link #STAGE} of a
 * connection, or are compared as they are read, and only statements of the hub go on from there.
 *
 * <p>What is here is all in which the databases differ; the rest is SQL that both understand.
 */
public abstract class Analysis {

    /** The temporary table that {@link #stage} fills. */
    public static final String STAGE = "_stage";

    private static final ScheduledExecutorService CLOCK = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "warehouse-analysis-clock");
        thread.setDaemon(true);
        return thread;
    });

    /** A column of a result. */
    public record ResultColumn(String name, boolean isScalar) { }

    /** What a query that somebody wrote comes to; read once. */
    public interface Rows extends AutoCloseable {

        List<ResultColumn> columns();

        /**
         * Adds to a table of the hub what a statement makes of the rows.
         *
         * @param select makes the statement of what stands for the rows in its FROM
         * @throws QueryException if the query is wrong, or takes too long
         */
        void insertInto(String table, UnaryOperator<String> select) throws SQLException, QueryException;

        @Override
        void close() throws SQLException;
    }

    Analysis() {
    }

    /** A connection for the caller alone, who closes it; each statement is a transaction unless told otherwise. */
    public abstract Connection open() throws SQLException;

    /**
     * Puts the rows of a query into {@link #STAGE} anew.
     *
     * @param time after which it is cancelled
     * @throws QueryException if it is no single statement that only reads, is wrong, or takes too long
     */
    public abstract void stage(Connection connection, String sql, Duration time) throws QueryException;

    /**
     * The rows of a query, for one statement; they need not be written down on the way.
     *
     * @param connection where that statement writes to
     * @param time       after which it is cancelled
     * @throws QueryException as {@link #stage} does
     */
    public abstract Rows rows(Connection connection, String sql, Duration time) throws SQLException, QueryException;

    /** The rows of {@link #STAGE}. */
    public final Rows staged(Connection connection) throws SQLException {
        List<ResultColumn> columns = columns(connection, STAGE);
        return new Rows() {
            @Override
            public List<ResultColumn> columns() {
                return columns;
            }

            @Override
            public void insertInto(String table, UnaryOperator<String> select) throws SQLException {
                try (Statement statement = connection.createStatement()) {
                    statement.execute("INSERT INTO " + table + " " + select.apply(STAGE));
                }
            }

            @Override
            public void close() {
                // it is the connection's
            }
        };
    }

    /** Waits for nobody: false if another hub, or another thread, is at what the name stands for; until it is released or the connection ends. */
    public abstract boolean claim(Connection connection, String name) throws SQLException;

    /** A connection that is closed still has its claims for a moment, so whoever goes on at once says that it is done. */
    public abstract void release(Connection connection, String name);

    /** Tells the database what a table is like now, where it does not see that by itself. */
    public void analyze(Connection connection, String table) throws SQLException {
        // most do
    }

    /** Lets rows of a table in {@code _serai} be found by a column, where that is not quick without. */
    public void index(Connection connection, String table, String column) throws SQLException {
        // columnar ones are quick
    }

    /** A 64-bit hash of these columns, by which changed rows are told. */
    public abstract String hash(List<String> columns);

    /** A JSON object of these columns as text. */
    public abstract String json(List<String> columns);

    /** A point of time as tables have them. */
    public abstract String time(Instant time);

    /** Seconds from one time to a later one. */
    public abstract String seconds(String from, String to);

    /** The value of a text as a number, null where it is none. */
    public abstract String number(String expression);

    /** A text that says a point of time, as one; null where it does not. */
    public abstract String asTime(String expression);

    abstract QueryException failure(SQLException failure);

    /** What a query that somebody wrote means to whoever wrote it. */
    public final QueryException explained(SQLException failure) {
        return failure(failure);
    }

    /** Runs a statement that is cancelled when it takes too long. */
    static void execute(Connection connection, String sql, Duration time) throws SQLException, QueryException {
        try (Statement statement = connection.createStatement()) {
            within(time, statement::cancel, () -> statement.execute(sql));
        }
    }

    /** A call to a database. */
    interface Call {
        void run() throws SQLException;
    }

    static void within(Duration time, Call cancel, Call call) throws SQLException, QueryException {
        AtomicBoolean expired = new AtomicBoolean();
        Future<?> alarm = CLOCK.schedule(() -> {
            expired.set(true);
            cancel.run();
            return null;
        }, time.toMillis(), TimeUnit.MILLISECONDS);
        try {
            call.run();
        } catch (SQLException e) {
            if (expired.get()) {
                throw new QueryException(QueryException.Code.TIMEOUT, "the query took longer than " + time.toSeconds() + " s");
            }
            throw e;
        } finally {
            alarm.cancel(false);
        }
    }

    /**
     * The tables that people may query, with their columns, all by name; without what is the hub's own.
     *
     * @param limits how much of it; the rest is left out
     * @throws QueryException if it takes too long
     */
    public final Layout layout(Layout.Limits limits) throws QueryException {
        try (Connection connection = open(); Statement statement = connection.createStatement()) {
            AtomicReference<Layout> found = new AtomicReference<>();
            within(limits.time(), statement::cancel, () -> {
                // one more of each, by which is told that there are more
                try (ResultSet rows = statement.executeQuery(layout(limits.tables() + 1, limits.columns() + 1))) {
                    found.set(Layout.read(rows, limits));
                }
            });
            return found.get();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /**
     * A query for the first tables by schema and name: a row for each column, by its place, with schema, table, how many rows
     * the table has (null where that is not known), column and type.
     */
    abstract String layout(int tables, int columns);

    /** The columns of a table, as they are in the table. */
    static List<ResultColumn> columns(Connection connection, String table) throws SQLException {
        List<ResultColumn> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT * FROM " + table + " LIMIT 0");
                ResultSet rows = statement.executeQuery()) {
            ResultSetMetaData data = rows.getMetaData();
            for (int i = 1; i <= data.getColumnCount(); i++) {
                String type = data.getColumnTypeName(i);
                boolean nested = type.startsWith("_") || type.endsWith("]") || type.startsWith("STRUCT") || type.startsWith("MAP")
                        || type.startsWith("UNION") || type.equalsIgnoreCase("json") || type.equals("jsonb")
                        || type.equals("BLOB") || type.equals("bytea") || type.equals("record");
                columns.add(new ResultColumn(data.getColumnLabel(i), !nested));
            }
        }
        return columns;
    }

    public static String quoted(String identifier) {
        return Sql.quoted(identifier);
    }

    public static String literal(String text) {
        return Sql.literal(text);
    }
}
