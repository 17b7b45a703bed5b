package dev.serai.warehouse;

import java.io.IOException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads DuckDB with its appender, the quickest way in. One transaction holds rows, ids and positions; nobody else
 * writes, so it need not look for other hubs. There is no index: it would slow every checkpoint and bar ALTER.
 *
 * <p>Hazards: an appender outside of a transaction commits by itself, so one must be begun with SQL; and its close()
 * keeps silent about rows that were refused, so it must be flushed first.
 */
final class DuckDbSession implements Session {

    private static final Logger LOG = LoggerFactory.getLogger(DuckDbSession.class);

    private final DuckDbWarehouse warehouse;
    private final DuckDBConnection connection;
    private final DuckDbTables tables;
    private int layout;

    DuckDbSession(DuckDbWarehouse warehouse, DuckDBConnection connection) throws SQLException {
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
    public Map<Partition, Position> positions() throws WarehouseFault {
        Map<Partition, Position> positions = new HashMap<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(
                "SELECT topic, topic_id, partition, first_offset, first_end, next_offset FROM _serai.positions")) {
            while (rows.next()) {
                positions.put(new Partition(rows.getString(1), rows.getString(2), rows.getInt(3)),
                        new Position(rows.getLong(4), rows.getLong(5), rows.getLong(6)));
            }
            return positions;
        } catch (SQLException e) {
            throw DuckDbFault.of(e);
        }
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
            for (Batch.Rows rows : load.batch().states()) {
                merge(new States(load.batch(), rows), rows.table(), load.loadedAt());
            }
            storeIds(ids);
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
            Set<String> existing = new HashSet<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    existing.add(rows.getString(1));
                }
            }
            return existing;
        } catch (SQLException e) {
            throw DuckDbFault.of(e);
        }
    }

    @Override
    public void forgetPositions(String topicId) throws WarehouseFault {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM _serai.positions WHERE topic_id = " + Sql.literal(topicId));
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

    @Override
    public void forgetIds(int firstWindow) throws WarehouseFault {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DELETE FROM _serai.loaded_ids WHERE time_window < " + firstWindow);
        } catch (SQLException e) {
            throw DuckDbFault.of(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("Closing the loader's connection failed", e);
        }
    }

    private interface Writing {
        void to(RowSink sink) throws IOException, SQLException;
    }

    private void append(Table table, Writing writing) throws IOException, SQLException {
        try (DuckDBAppender appender = connection.createAppender(table.schema, table.name)) {
            writing.to(new DuckDbSink(appender));
            appender.flush();
        }
    }

    private void merge(States states, Table table, long loadedAt) throws IOException, SQLException {
        String where = " FROM " + Sql.qualified(table) + " WHERE id IN (SELECT unnest(CAST(? AS VARCHAR[])))";
        String columns = table.columns().stream().map(DuckDbSession::readable).collect(Collectors.joining(", "));
        try (PreparedStatement statement = connection.prepareStatement("SELECT " + columns + where)) {
            statement.setArray(1, connection.createArrayOf("VARCHAR", states.ids().toArray()));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    states.start(values(rows, table.columns()));
                }
            }
        }
        if (states.hasStored()) {
            try (PreparedStatement statement = connection.prepareStatement("DELETE" + where)) {
                statement.setArray(1, connection.createArrayOf("VARCHAR", states.ids().toArray()));
                statement.executeUpdate();
            }
        }
        append(table, sink -> states.write(loadedAt, sink));
    }

    private static String readable(Column column) {
        String name = Sql.quoted(column.name);
        return column.type() == ColumnType.TIMESTAMP ? "epoch_us(" + name + ")" : name;
    }

    static Object[] values(ResultSet row, List<Column> columns) throws SQLException {
        Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.getObject(i + 1);
        }
        return values;
    }

    private void storeIds(MessageIds ids) throws SQLException {
        long sequence = ids.sequence() + 1;
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO _serai.loaded_ids VALUES (?, ?, ?)")) {
            for (Map.Entry<Integer, byte[]> window : ids.pendingByWindow().entrySet()) {
                insert.setLong(1, sequence);
                insert.setInt(2, window.getKey());
                insert.setBytes(3, window.getValue());
                insert.executeUpdate();
            }
        }
    }

    private void storePositions(Map<Partition, Position> positions) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                        "UPDATE _serai.positions SET next_offset = ? WHERE topic_id = ? AND partition = ?");
                PreparedStatement insert = connection.prepareStatement("INSERT INTO _serai.positions"
                        + " (next_offset, topic_id, partition, topic, first_offset, first_end) VALUES (?, ?, ?, ?, ?, ?)")) {
            for (Map.Entry<Partition, Position> position : positions.entrySet()) {
                fill(update, position);
                if (update.executeUpdate() == 0) {
                    fill(insert, position);
                    insert.setString(4, position.getKey().topic());
                    insert.setLong(5, position.getValue().first());
                    insert.setLong(6, position.getValue().firstEnd());
                    insert.executeUpdate();
                }
            }
        }
    }

    private static void fill(PreparedStatement statement, Map.Entry<Partition, Position> position) throws SQLException {
        statement.setLong(1, position.getValue().next());
        statement.setString(2, position.getKey().topicId());
        statement.setInt(3, position.getKey().number());
    }
}
