package dev.serai.warehouse;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * What makes loading exactly once, in schema {@code _serai}: {@code offsets}, the next Kafka offset per partition,
 * and {@code message_ids}, the fingerprints of what was loaded in the last day. Both are written in the transaction
 * of the rows. There is no index: it would slow every checkpoint, and the ids are checked in memory.
 */
final class DuckDbLedger {

    private final DuckDBConnection connection;

    DuckDbLedger(DuckDBConnection connection) throws SQLException {
        this.connection = connection;
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE SCHEMA IF NOT EXISTS _serai");
            statement.execute("CREATE TABLE IF NOT EXISTS _serai.offsets"
                    + " (topic VARCHAR, partition INTEGER, next_offset BIGINT)");
            statement.execute("CREATE TABLE IF NOT EXISTS _serai.message_ids (hour INTEGER, fingerprint BIGINT)");
            statement.execute("CREATE TABLE IF NOT EXISTS _serai.identity AS SELECT CAST(uuid() AS VARCHAR) AS id");
        }
    }

    /** A name that this warehouse has had since it was made, and no other. */
    String identity() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT id FROM _serai.identity")) {
            row.next();
            return row.getString(1);
        }
    }

    Map<TopicPartition, Long> offsets() throws SQLException {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT topic, partition, next_offset FROM _serai.offsets")) {
            while (rows.next()) {
                offsets.put(new TopicPartition(rows.getString(1), rows.getInt(2)), rows.getLong(3));
            }
        }
        return offsets;
    }

    void storeOffsets(Map<TopicPartition, Long> offsets) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                        "UPDATE _serai.offsets SET next_offset = ? WHERE topic = ? AND partition = ?");
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO _serai.offsets (next_offset, topic, partition) VALUES (?, ?, ?)")) {
            for (Map.Entry<TopicPartition, Long> offset : offsets.entrySet()) {
                if (execute(update, offset) == 0) {
                    execute(insert, offset);
                }
            }
        }
    }

    private static int execute(PreparedStatement statement, Map.Entry<TopicPartition, Long> offset) throws SQLException {
        statement.setLong(1, offset.getValue());
        statement.setString(2, offset.getKey().topic());
        statement.setInt(3, offset.getKey().partition());
        return statement.executeUpdate();
    }

    void storeIds(List<FlatEvent> events) throws SQLException {
        try (DuckDBAppender appender = connection.createAppender("_serai", "message_ids")) {
            for (FlatEvent event : events) {
                appender.beginRow();
                appender.append(event.receivedHour());
                appender.append(event.fingerprint);
                appender.endRow();
            }
            appender.flush();
        }
    }

    /** Fills the memory from what is stored, newest hours first. */
    void restore(MessageIds ids) throws SQLException {
        for (Map.Entry<Integer, Long> hour : newestHours().entrySet()) {
            if (hour.getValue() >= ids.room()) {
                ids.forgetBefore(hour.getKey() + 1);
                return;
            }
            restore(ids, hour.getKey());
        }
    }

    /** Hours with their number of ids, newest first. */
    private Map<Integer, Long> newestHours() throws SQLException {
        Map<Integer, Long> newest = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet hours = statement.executeQuery(
                        "SELECT hour, count(*) FROM _serai.message_ids GROUP BY hour ORDER BY hour DESC LIMIT "
                                + MessageIds.HOURS_KEPT)) {
            while (hours.next()) {
                newest.put(hours.getInt(1), hours.getLong(2));
            }
        }
        return newest;
    }

    private void restore(MessageIds ids, int hour) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT fingerprint FROM _serai.message_ids WHERE hour = " + hour)) {
            while (rows.next()) {
                ids.restore(hour, rows.getLong(1));
            }
        }
    }

    /** Those of the events' fingerprints that are stored with an hour before the first in memory. */
    Set<Long> known(MessageIds ids) throws SQLException {
        Set<Long> known = new HashSet<>();
        Object[] asked = ids.pending().stream().map(event -> event.fingerprint).toArray();
        try (PreparedStatement statement = connection.prepareStatement("SELECT fingerprint FROM _serai.message_ids"
                + " WHERE hour >= ? AND hour < ? AND fingerprint IN (SELECT unnest(CAST(? AS BIGINT[])))")) {
            statement.setInt(1, ids.firstKept());
            statement.setInt(2, ids.firstInMemory());
            statement.setArray(3, connection.createArrayOf("BIGINT", asked));
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    known.add(rows.getLong(1));
                }
            }
        }
        return known;
    }

    /** Removes ids older than a day. */
    void clean(MessageIds ids) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("DELETE FROM _serai.message_ids WHERE hour < ?")) {
            statement.setInt(1, ids.firstKept());
            statement.executeUpdate();
        }
    }
}
