package dev.serai.warehouse;

import dev.serai.model.IsoTime;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Loads PostgreSQL: {@code COPY} straight into the tables of events, since the ids have told what is new, and read,
 * delete and {@code COPY} for users, accounts and a few objects, {@code ON CONFLICT} for many.
 *
 * <p>Several hubs may load one database. A transaction ends in the order {@code _serai.ledger} gives: whoever has its
 * row may read all ids that were committed before, finds those that are also its own, and checks that its partitions
 * are where it left them. So an event is loaded once even if two hubs hold the same partition for a moment. Everything
 * that takes time, the rows of events, goes before that row is locked; rows that are merged go after, because two hubs
 * may have the same one: an account, or an object that is loaded and back-filled.
 */
final class PostgresSession extends JdbcSession {

    private static final long SETUP_LOCK = 0x5e7a1L;
    /** Each temporary table leaves a little to be cleaned in PostgreSQL's catalog, so small batches do without. */
    static final int MANY = 500;

    private final Connection connection;
    private final PostgresTables tables;
    private int stages;

    PostgresSession(Connection connection) throws SQLException {
        super(connection);
        this.connection = connection;
        this.tables = new PostgresTables(connection);
        try (Statement statement = connection.createStatement()) {
            // an ALTER that waits for somebody's long query holds up all others that come after it
            statement.execute("SET lock_timeout = '10s'; SET synchronous_commit = off; SET TimeZone = 'UTC'");
            setUp(statement);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static void setUp(Statement statement) throws SQLException {
        try (ResultSet there = statement.executeQuery("SELECT to_regclass('_serai.ledger') IS NOT NULL")) {
            there.next();
            if (there.getBoolean(1)) {
                return;
            }
        }
        statement.execute("BEGIN; SELECT pg_advisory_xact_lock(" + SETUP_LOCK + ");"
                + " CREATE SCHEMA IF NOT EXISTS _serai;"
                + " CREATE TABLE IF NOT EXISTS _serai.positions (topic_id text, partition integer, topic text,"
                + " first_offset bigint, first_end bigint, next_offset bigint, PRIMARY KEY (topic_id, partition));"
                + " CREATE TABLE IF NOT EXISTS _serai.loaded_ids (sequence bigint, time_window integer, fingerprints bytea,"
                + " PRIMARY KEY (sequence, time_window));"
                + " ALTER TABLE _serai.loaded_ids ALTER COLUMN fingerprints SET STORAGE EXTERNAL;"
                + " CREATE TABLE IF NOT EXISTS _serai.ledger (sequence bigint);"
                + " INSERT INTO _serai.ledger SELECT 0 WHERE NOT EXISTS (SELECT FROM _serai.ledger); COMMIT");
    }

    @Override
    WarehouseFault fault(Exception failure) {
        return PostgresFault.of(failure);
    }

    @Override
    public Map<String, Set<String>> tables() throws WarehouseFault {
        try {
            return tables.names();
        } catch (SQLException e) {
            throw PostgresFault.of(e);
        }
    }

    @Override
    public Table read(Table.Shape shape) throws WarehouseFault {
        try {
            return tables.read(shape);
        } catch (SQLException e) {
            throw PostgresFault.of(e);
        }
    }

    @Override
    public void apply(Collection<Table> wanted) throws WarehouseFault {
        try {
            tables.apply(wanted);
        } catch (SQLException e) {
            throw PostgresFault.of(e);
        }
    }

    @Override
    public void readIds(MessageIds ids) throws WarehouseFault {
        try {
            readIds(ids, Long.MAX_VALUE);
        } catch (SQLException e) {
            throw PostgresFault.of(e);
        }
    }

    /** @return true if one of them is in the batch in hand */
    private boolean readIds(MessageIds ids, long upTo) throws SQLException {
        boolean meets = false;
        // a cursor needs a transaction: a day of ids does not fit into memory at once
        boolean began = connection.getAutoCommit();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(16);
            try (ResultSet rows = statement.executeQuery("SELECT sequence, time_window, fingerprints"
                    + " FROM _serai.loaded_ids WHERE sequence > " + ids.sequence() + " AND sequence <= " + upTo)) {
                while (rows.next()) {
                    meets |= ids.read(rows.getLong(1), rows.getInt(2), rows.getBytes(3));
                }
            }
        }
        if (began) {
            connection.commit();
            connection.setAutoCommit(true);
        }
        return meets;
    }

    @Override
    public boolean write(Load load, MessageIds ids) throws WarehouseFault {
        try {
            connection.setAutoCommit(false);
            boolean written = writeRows(load, ids);
            if (written) {
                connection.commit();
            } else {
                connection.rollback();
            }
            connection.setAutoCommit(true);
            return written;
        } catch (SQLException | IOException e) {
            throw PostgresFault.of(e);
        }
    }

    private boolean writeRows(Load load, MessageIds ids) throws SQLException, IOException, WarehouseFault {
        tables.lock(load.batch().tables());
        for (Batch.Rows rows : load.batch().appended()) {
            copy(rows.table(), sink -> EventRows.write(load.batch(), rows, load.loadedAt(), sink));
        }
        long sequence = nextSequence();
        if (sequence - 1 > ids.sequence() && readIds(ids, sequence - 1)) {
            return false;
        }
        ids.readUpTo(sequence - 1);
        for (States states : load.batch().states()) {
            if (states instanceof ObjectStates objects && objects.size() >= MANY && tables.hasKey(objects.table())) {
                upsert(objects.part(true), load.loadedAt());
                merge(objects.part(false), load.loadedAt());
            } else {
                merge(states, load.loadedAt());
            }
        }
        storeIds(ids, sequence, Integer.MAX_VALUE);
        storePositions(load);
        return true;
    }

    @Override
    public Set<String> existing(Table table, Collection<String> ids, long from, long to) throws WarehouseFault {
        try (PreparedStatement statement = connection.prepareStatement("SELECT id FROM " + Sql.qualified(table)
                + " WHERE received_at BETWEEN ?::timestamptz AND ?::timestamptz AND id = ANY (?)")) {
            statement.setString(1, IsoTime.format(from));
            statement.setString(2, IsoTime.format(to));
            statement.setArray(3, connection.createArrayOf("text", ids.toArray()));
            return texts(statement);
        } catch (SQLException e) {
            throw PostgresFault.of(e);
        }
    }

    @Override
    public long removeBefore(String schema, String table, long micros) throws WarehouseFault {
        String name = Sql.qualified(schema, table);
        try (Statement statement = connection.createStatement()) {
            long removed = 0;
            for (int piece = 1; piece > 0; removed += piece) {
                piece = statement.executeUpdate("DELETE FROM " + name + " WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM "
                        + name + " WHERE received_at < '" + IsoTime.format(micros) + "' LIMIT 20000)");
            }
            return removed;
        } catch (SQLException e) {
            throw PostgresFault.of(e);
        }
    }

    /** Locks the ledger until the transaction ends. */
    private long nextSequence() throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(
                "UPDATE _serai.ledger SET sequence = sequence + 1 RETURNING sequence")) {
            row.next();
            return row.getLong(1);
        }
    }

    private void copy(Table table, Writing writing) throws IOException, SQLException {
        copy(Sql.qualified(table), table, writing);
    }

    private void copy(String target, Table table, Writing writing) throws IOException, SQLException {
        try (PostgresCopy copy = new PostgresCopy(connection, target, table)) {
            writing.to(copy);
            copy.finish();
        }
    }

    /** One look at the index per row, where {@link #merge} takes three; worth a table of its own when they are many. */
    private void upsert(ObjectStates states, long loadedAt) throws IOException, SQLException {
        Table table = states.table();
        String stage = "pg_temp._serai_stage_" + stages++;
        String version = Sql.quoted(Standard.VERSION.column());
        String columns = table.columns().stream().map(column -> Sql.quoted(column.name)).collect(Collectors.joining(", "));
        try (Statement statement = connection.createStatement()) {
            statement.execute(table.columns().stream()
                    .map(column -> Sql.quoted(column.name) + " " + PostgresTables.type(column.type()))
                    .collect(Collectors.joining(", ", "CREATE TEMPORARY TABLE " + stage + " (", ") ON COMMIT DROP")));
            copy(stage, table, sink -> states.write(loadedAt, sink));
            statement.execute("INSERT INTO " + Sql.qualified(table) + " AS t (" + columns + ") SELECT " + columns + " FROM " + stage
                    + table.columns().stream().map(column -> Sql.quoted(column.name))
                            .map(name -> name + " = excluded." + name)
                            .collect(Collectors.joining(", ", " ON CONFLICT (id) DO UPDATE SET ", ""))
                    + " WHERE t." + version + " IS NULL OR t." + version + " <= excluded." + version);
        }
    }

    private void merge(States states, long loadedAt) throws IOException, SQLException {
        Table table = states.table();
        String where = " FROM " + Sql.qualified(table) + " WHERE id = ANY (?)";
        states.<SQLException>read((columns, ids, row) -> {
            String select = columns.stream().map(PostgresSession::readable)
                    .collect(Collectors.joining(", ", "SELECT ", where));
            try (PreparedStatement statement = connection.prepareStatement(select)) {
                statement.setArray(1, connection.createArrayOf("text", ids.toArray()));
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
                statement.setArray(1, connection.createArrayOf("text", replaced.toArray()));
                statement.executeUpdate();
            }
        }
        copy(table, sink -> states.write(loadedAt, sink));
    }

    private static String readable(Column column) {
        String name = Sql.quoted(column.name);
        return column.type() == ColumnType.TIMESTAMP ? "(extract(epoch FROM " + name + ") * 1000000)::bigint" : name;
    }

    private void storePositions(Load load) throws SQLException, WarehouseFault {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + POSITIONS + " SET next_offset = ?"
                        + " WHERE topic_id = ? AND partition = ? AND next_offset = ?");
                PreparedStatement insert = connection.prepareStatement(INSERT_POSITION + " ON CONFLICT DO NOTHING")) {
            for (Map.Entry<Partition, Position> to : load.to().entrySet()) {
                Partition partition = to.getKey();
                Position from = load.from().get(partition);
                PreparedStatement statement = from == null ? insert : update;
                if (from == null) {
                    fillNew(insert, partition, to.getValue());
                } else {
                    fill(update, partition, to.getValue());
                    update.setLong(4, from.next());
                }
                if (statement.executeUpdate() == 0) {
                    throw WarehouseFault.stale("partition " + partition.number() + " of " + partition.topic()
                            + " is loaded by another hub");
                }
            }
        }
    }
}
