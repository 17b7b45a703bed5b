package dev.serai.warehouse;

import dev.serai.warehouse.QueryException.Code;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Answers one SELECT over the warehouse while it is being written, on a connection of its own and in a read-only
 * transaction, so neither waits for the other. They share the database's memory and threads, which is why the number of
 * queries, their time and their rows are limited.
 */
public final class Query implements AutoCloseable {

    /** Roughly; a row of a wide table is large. */
    private static final long MAX_CHARACTERS = 16L * 1024 * 1024;

    /** Where a driver would otherwise take the whole answer into memory. */
    private static final int FETCH = 500;

    private final Warehouse warehouse;
    private final QueryLimits limits;
    private final Semaphore places;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "warehouse-query-clock");
        thread.setDaemon(true);
        return thread;
    });

    public Query(Warehouse warehouse, QueryLimits limits) {
        this.warehouse = warehouse;
        this.limits = limits;
        this.places = new Semaphore(limits.concurrent());
    }

    /** Blocks until the answer is there, at most for the time a query may take. */
    public QueryResult run(String sql) throws QueryException {
        if (!places.tryAcquire()) {
            throw new QueryException(Code.BUSY, limits.concurrent() + " queries are running; try again");
        }
        AtomicBoolean expired = new AtomicBoolean();
        try (Connection connection = warehouse.readOnly(sql, limits)) {
            return read(connection, sql, expired);
        } catch (SQLException e) {
            throw expired.get()
                    ? new QueryException(Code.TIMEOUT, "the query took longer than " + limits.time().toSeconds() + " s")
                    : warehouse.failure(e);
        } finally {
            places.release();
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }

    private QueryResult read(Connection connection, String sql, AtomicBoolean expired) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH);
            Future<?> alarm = clock.schedule(() -> {
                expired.set(true);
                statement.cancel();
                return null;
            }, limits.time().toMillis(), TimeUnit.MILLISECONDS);
            try (ResultSet rows = statement.executeQuery(sql)) {
                return read(rows);
            } finally {
                alarm.cancel(false);
            }
        }
    }

    private QueryResult read(ResultSet rows) throws SQLException {
        JsonValues values = new JsonValues(rows.getMetaData());
        List<List<Object>> answer = new ArrayList<>();
        long characters = 0;
        while (rows.next()) {
            if (answer.size() == limits.rows() || characters > MAX_CHARACTERS) {
                return new QueryResult(values.columns(), answer, true);
            }
            List<Object> row = values.row(rows);
            for (Object value : row) {
                characters += value instanceof String text ? text.length() : 8;
            }
            answer.add(row);
        }
        return new QueryResult(values.columns(), answer, false);
    }
}
