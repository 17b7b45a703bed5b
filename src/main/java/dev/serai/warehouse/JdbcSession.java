package dev.serai.warehouse;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What DuckDB and PostgreSQL have in common: the hub's own tables, in schema {@code _serai}. */
abstract class JdbcSession implements Session {

    private static final Logger LOG = LoggerFactory.getLogger(JdbcSession.class);

    /** {@code topic_id, partition, topic, first_offset, first_end, next_offset}: where loading stands. */
    static final String POSITIONS = "_serai.positions";
    /** {@code sequence, time_window, fingerprints}: the ids of one transaction and window, in one row or more, see {@link MessageIds}. */
    static final String LOADED_IDS = "_serai.loaded_ids";
    static final String INSERT_POSITION = "INSERT INTO " + POSITIONS
            + " (next_offset, topic_id, partition, topic, first_offset, first_end) VALUES (?, ?, ?, ?, ?, ?)";

    private final Connection connection;

    JdbcSession(Connection connection) {
        this.connection = connection;
    }

    abstract WarehouseFault fault(Exception failure);

    /** Writes rows into a table. */
    interface Writing {
        void to(RowSink sink) throws IOException, SQLException;
    }

    @Override
    public final Map<Partition, Position> positions() throws WarehouseFault {
        Map<Partition, Position> positions = new HashMap<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(
                "SELECT topic, topic_id, partition, first_offset, first_end, next_offset FROM " + POSITIONS)) {
            while (rows.next()) {
                positions.put(new Partition(rows.getString(1), rows.getString(2), rows.getInt(3)),
                        new Position(rows.getLong(4), rows.getLong(5), rows.getLong(6)));
            }
            return positions;
        } catch (SQLException e) {
            throw fault(e);
        }
    }

    @Override
    public final void forgetIds(int firstWindow) throws WarehouseFault {
        execute("DELETE FROM " + LOADED_IDS + " WHERE time_window < " + firstWindow);
    }

    @Override
    public final void forgetPositions(String topicId) throws WarehouseFault {
        execute("DELETE FROM " + POSITIONS + " WHERE topic_id = " + Sql.literal(topicId));
    }

    private void execute(String sql) throws WarehouseFault {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw fault(e);
        }
    }

    /** @param bytesPerRow what the database should be given at once */
    final void storeIds(MessageIds ids, long sequence, int bytesPerRow) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + LOADED_IDS + " VALUES (?, ?, ?)")) {
            for (Map.Entry<Integer, byte[]> window : ids.pendingByWindow().entrySet()) {
                byte[] all = window.getValue();
                for (int from = 0, to; from < all.length; from = to) {
                    to = from + Math.min(bytesPerRow, all.length - from);
                    insert.setLong(1, sequence);
                    insert.setInt(2, window.getKey());
                    insert.setBytes(3, Arrays.copyOfRange(all, from, to));
                    insert.executeUpdate();
                }
            }
        }
    }

    /** Fills what {@link #INSERT_POSITION} and an UPDATE have in common. */
    static void fill(PreparedStatement statement, Partition partition, Position to) throws SQLException {
        statement.setLong(1, to.next());
        statement.setString(2, partition.topicId());
        statement.setInt(3, partition.number());
    }

    static void fillNew(PreparedStatement insert, Partition partition, Position to) throws SQLException {
        fill(insert, partition, to);
        insert.setString(4, partition.topic());
        insert.setLong(5, to.first());
        insert.setLong(6, to.firstEnd());
    }

    static Object[] values(ResultSet row, List<Column> columns) throws SQLException {
        Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.getObject(i + 1);
        }
        return values;
    }

    static Set<String> texts(PreparedStatement statement) throws SQLException {
        Set<String> texts = new HashSet<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    @Override
    public final void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("Closing the loader's connection failed", e);
        }
    }
}
