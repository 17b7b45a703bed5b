package dev.serai.warehouse;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * Loads DuckDB with its appender, the quickest way in. One transaction holds rows, ids and positions; nobody else
 * writes, so it need not look for other hubs. There is no index: it would slow every checkpoint and bar ALTER.
 *
 * <p>Hazards: an appender outside of a transaction commits by itself, so one must be begun with SQL; and its close()
 * keeps silent about rows that were refused, so it must be flushed first.
 */
final class DuckDbSession extends JdbcSession {

    /** DuckDB reads 2,048 rows at once into the little memory that it has, so rows are small. */
    private static final int ID_BYTES = 8 * 1_024;

    private final DuckDbWarehouse warehouse;
    private final DuckDBConnection connection;
    private final DuckDbTables tables;
    private int layout;

    DuckDbSession(DuckDbWarehouse warehouse, DuckDBConnection connection) throws SQLException {
        super(connection);
        this.warehouse = warehouse;
        this.connection = connection;
        this.tables = new DuckDbTables(connection);
        warehouse.writing().lock();
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS _serai");
            statement.execute("CREATE TABLE IF NOT EXISTS _serai.positions (topic_id VARCHAR, partition INTEGER,"
                    + " topic VARCHAR, first_offset BIGINT, first_end BIGINT, next_offset BIGINT)");
            statement.execute("CREATE TABLE IF NOT EXISTS _serai.loaded_ids"
                    + " (sequence BIGINT, time_window INTEGER, fingerprints BLOB)");
            layout = warehouse.layout();
        } finally {
            warehouse.writing().unlock();
        }
    }

    /** Takes the right to write, if the tables are still as this session read them. */
    private void lock() throws WarehouseFault {
        warehouse.writing().lock();
        if (layout != warehouse.layout()) {
            warehouse.writing().unlock();
            throw WarehouseFault.stale("tables were altered meanwhile");
        }
    }

    @Override
    WarehouseFault fault(Exception failure) {
        return DuckDbFault.of(failure);
    }

    @Override
    public Map<String, Set<String>> tables() throws WarehouseFault {
        try {
            return tables.names();
        } catch (SQLException e) {
            throw DuckDbFault.of(e);
        }
    }

    @Override
    public Table read(Table.Shape shape) throws WarehouseFault {
        try {
            return tables.read(shape);
        } catch (SQLException e) {
            throw DuckDbFault.of(e);
        }
    }

    @Override
    public void apply(Collection<Table> wanted) throws WarehouseFault {
        lock();
        try {
            if (tables.apply(wanted)) {
                layout = warehouse.noteAltered();
            }
        } catch (SQLException e) {
            throw DuckDbFault.of(e);
        } finally {
            warehouse.writing().unlock();
        }
    }

    @Override
    public void readIds(MessageIds ids) throws WarehouseFault {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(
                "SELECT sequence, time_window, fingerprints FROM _serai.loaded_ids WHERE sequence > " + ids.sequence())) {
            while (rows.next()) {
                java.sql.Blob blob = rows.getBlob(3);
                ids.read(rows.getLong(1), rows.getInt(2), blob.getBytes(1, (int) blob.length()));
            }
        } catch (SQLException e) {
            throw DuckDbFault.of(e);
        }
    }

    @Override
    public boolean write(Load load, MessageIds ids) throws WarehouseFault {
        lock();
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN TRANSACTION");
            for (Batch.Rows rows : load.batch().appended()) {
                append(rows.table(), sink -> EventRows.write(load.batch(), rows, load.loadedAt(), sink));
            }
            for (States states : load.batch().states()) {
                merge(states, load.loadedAt());
            }
            storeIds(ids, ids.sequence() + 1, ID_BYTES);
            storePositions(load.to());
            statement.execute("COMMIT");
            return true;
        } catch (SQLException | IOException e) {
            throw DuckDbFault.of(e);
        } finally {
            warehouse.writing().unlock();
        }
    }

    @Override
    public Set<String> existing(Table table, Collection<String> ids, long from, long to) throws WarehouseFault {
        try (PreparedStatement statement = connection.prepareStatement("SELECT id FROM " + Sql.qualified(table)
                + " WHERE received_at BETWEEN make_timestamp(?) AND make_timestamp(?)"
                + " AND id IN (SELECT unnest(CAST(? AS VARCHAR[])))")) {
            statement.setLong(1, from);
            statement.setLong(2, to);
            statement.setArray(3, connection.createArrayOf("VARCHAR", ids.toArray()));
            return texts(statement);
        } catch (SQLException e) {
            throw DuckDbFault.of(e);
        }
    }

    @Override
    public long removeBefore(String schema, String table, long micros) throws WarehouseFault {
        try (Statement statement = connection.createStatement()) {
            return statement.executeLargeUpdate("DELETE FROM " + Sql.qualified(schema, table)
                    + " WHERE received_at < make_timestamp(" + micros + ")");
        } catch (SQLException e) {
            throw DuckDbFault.of(e);
        }
    }

    private void append(Table table, Writing writing) throws IOException, SQLException {
        try (DuckDBAppender appender = connection.createAppender(table.schema, table.name)) {
            writing.to(new DuckDbSink(appender));
            appender.flush();
        }
    }

    private void merge(States states, long loadedAt) throws IOException, SQLException {
        Table table = states.table();
        String where = " FROM " + Sql.qualified(table) + " WHERE id IN (SELECT unnest(CAST(? AS VARCHAR[])))";
        states.<SQLException>read((columns, ids, row) -> {
            String select = columns.stream().map(DuckDbSession::readable).collect(Collectors.joining(", ", "SELECT ", where));
            try (PreparedStatement statement = connection.prepareStatement(select)) {
                statement.setArray(1, connection.createArrayOf("VARCHAR", ids.toArray()));
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        row.take(values(rows, columns));
                    }
                }
            }
        });
        Set<String> replaced = states.replaced();
        if (!replaced.isEmpty()) {
            try (PreparedStatement statement = connection.prepareStatement("DELETE" + where)) {
                statement.setArray(1, connection.createArrayOf("VARCHAR", replaced.toArray()));
                statement.executeUpdate();
            }
        }
        append(table, sink -> states.write(loadedAt, sink));
    }

    private static String readable(Column column) {
        String name = Sql.quoted(column.name);
        return column.type() == ColumnType.TIMESTAMP ? "epoch_us(" + name + ")" : name;
    }

    private void storePositions(Map<Partition, Position> positions) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + POSITIONS
                        + " SET next_offset = ? WHERE topic_id = ? AND partition = ?");
                PreparedStatement insert = connection.prepareStatement(INSERT_POSITION)) {
            for (Map.Entry<Partition, Position> position : positions.entrySet()) {
                fill(update, position.getKey(), position.getValue());
                if (update.executeUpdate() == 0) {
                    fillNew(insert, position.getKey(), position.getValue());
                    insert.executeUpdate();
                }
            }
        }
    }
}
