package dev.serai.warehouse;

import dev.serai.model.IsoTime;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a warehouse that is slow per statement and has no unique keys: rows go into tables of the session's own
 * first, which takes the time, and from there into their tables in one short transaction with ids and positions.
 *
 * <p>Several hubs may load one warehouse. All of them write and alter only while they have {@code _serai.ledger} to
 * themselves: so the order of commits is the ledger's {@code sequence}; whoever has it may read all ids and positions
 * that were committed before, and nobody's rows are under way while a column is replaced. Hazard: what was altered by
 * another hub since this session read the tables is told by {@code _serai.alterations}; what a person alters by hand
 * is found by the statement that fails.
 */
abstract class StagedSession implements Session {

    private static final Logger LOG = LoggerFactory.getLogger(StagedSession.class);

    /** Of eight bytes each: base64 of a row fits into Redshift's longest VARCHAR. */
    private static final int IDS_PER_ROW = 6_000;
    private static final int IDS_PER_STATEMENT = 1_000;

    static final String COUNT_UP = "UPDATE _serai.ledger SET sequence = sequence + 1";

    private final Connection connection;
    private final StagedDialect dialect;
    private final StagedTables tables;
    private final Staging staging;
    private final String hub = UUID.randomUUID().toString();
    private final long alterationsKnown;
    private final List<String> used = new ArrayList<>();
    private int stages;

    StagedSession(Connection connection, StagedDialect dialect, Staging staging) throws SQLException {
        this.connection = connection;
        this.dialect = dialect;
        this.staging = staging;
        this.tables = new StagedTables(connection, dialect);
        setUp();
        alterationsKnown = number("SELECT COALESCE(MAX(alteration), 0) FROM _serai.alterations");
    }

    private void setUp() throws SQLException {
        execute("CREATE SCHEMA IF NOT EXISTS _serai");
        execute("CREATE TABLE IF NOT EXISTS _serai.positions (topic_id VARCHAR(300), partition_number INTEGER,"
                + " topic VARCHAR(300), first_offset BIGINT, first_end BIGINT, next_offset BIGINT)");
        execute("CREATE TABLE IF NOT EXISTS _serai.loaded_ids (sequence BIGINT, time_window INTEGER,"
                + " fingerprints VARCHAR(65535))");
        execute("CREATE TABLE IF NOT EXISTS _serai.alterations (alteration BIGINT, hub VARCHAR(64), schema_name VARCHAR(300),"
                + " table_name VARCHAR(300))");
        execute("CREATE TABLE IF NOT EXISTS _serai.ledger (sequence BIGINT)");
        if (number("SELECT COUNT(*) FROM _serai.ledger") == 0) {
            // two hubs may do so at once: all rows are counted up together, and the greatest one is the ledger's
            execute("INSERT INTO _serai.ledger VALUES (0)");
        }
    }

    /** Waits until nobody else has the ledger, where updating it does not suffice for that. */
    abstract void lockLedger() throws SQLException;

    /** Begins a transaction that has the ledger to itself until it ends. */
    final void beginAlone() throws SQLException {
        execute("BEGIN");
        lockLedger();
        execute(COUNT_UP);
    }

    /** Alters tables one after the other while no other hub writes or alters. */
    abstract void alterAlone(List<Altering> all) throws SQLException, WarehouseFault;

    interface Altering {
        void run() throws SQLException, WarehouseFault;
    }

    @Override
    public final Map<Partition, Position> positions() throws WarehouseFault {
        try {
            return storedPositions();
        } catch (SQLException e) {
            throw dialect.fault(e);
        }
    }

    @Override
    public final Map<String, Set<String>> tables() throws WarehouseFault {
        try {
            return tables.names();
        } catch (SQLException e) {
            throw dialect.fault(e);
        }
    }

    @Override
    public final Table read(Table.Shape shape) throws WarehouseFault {
        try {
            Table table = tables.read(shape);
            if (table == null) {
                alterAlone(List.of(() -> {
                    noteAlteration(shape.schema(), shape.name());
                    tables.repair(shape);
                }));
                table = tables.read(shape);
            }
            return table;
        } catch (SQLException e) {
            throw dialect.fault(e);
        }
    }

    @Override
    public final void apply(Collection<Table> wanted) throws WarehouseFault {
        List<Table> changed = wanted.stream().filter(StagedTables::differs).toList();
        if (changed.isEmpty()) {
            return;
        }
        try {
            for (Table table : changed) {
                tables.lengthen(table);
            }
            alterAlone(changed.stream().<Altering>map(table -> () -> {
                refuseStale(List.of(table));
                noteAlteration(table.schema, table.name);
                tables.apply(table);
            }).toList());
        } catch (SQLException e) {
            throw dialect.fault(e);
        }
        changed.forEach(Table::markStored);
    }

    @Override
    public final void readIds(MessageIds ids) throws WarehouseFault {
        try {
            readIds(ids, Long.MAX_VALUE);
        } catch (SQLException e) {
            throw dialect.fault(e);
        }
    }

    /** @return true if one of them is in the batch in hand */
    private boolean readIds(MessageIds ids, long upTo) throws SQLException {
        boolean meets = false;
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(
                "SELECT sequence, time_window, fingerprints FROM _serai.loaded_ids WHERE sequence > " + ids.sequence()
                        + " AND sequence <= " + upTo)) {
            while (rows.next()) {
                meets |= ids.read(rows.getLong(1), rows.getInt(2), Base64.getDecoder().decode(rows.getString(3)));
            }
        }
        return meets;
    }

    @Override
    public final boolean write(Load load, MessageIds ids) throws WarehouseFault {
        try {
            List<Staging.Rows> appended = load.batch().appended().stream().map(rows -> stage(rows.table(),
                    sink -> EventRows.write(load.batch(), rows, load.loadedAt(), sink))).toList();
            Map<States, String> states = new LinkedHashMap<>();
            load.batch().states().forEach(one -> states.put(one, dialect.stage(stages++)));
            stage(appended, states);
            beginAlone();
            boolean written = writeRows(load, ids, appended, states);
            execute(written ? "COMMIT" : "ROLLBACK");
            staging.clear();
            return written;
        } catch (SQLException | IOException e) {
            throw failed(e);
        }
    }

    /** What the database knows of a failure beyond its message may take a question to find out. */
    WarehouseFault failed(Exception failure) {
        return dialect.fault(failure);
    }

    private Staging.Rows stage(Table table, Staging.Writing writing) {
        return new Staging.Rows(dialect.stage(stages++), table, writing);
    }

    /** In a transaction before the other: a snapshot taken here would not show what was committed before the lock. */
    private void stage(List<Staging.Rows> appended, Map<States, String> states) throws SQLException, IOException {
        if (dialect.hasDdlInTransactions()) {
            execute("BEGIN");
        }
        for (String old : used) {
            execute("DROP TABLE IF EXISTS " + old);
        }
        used.clear();
        for (Staging.Rows rows : appended) {
            createStage(rows.stage(), rows.table());
        }
        for (Map.Entry<States, String> state : states.entrySet()) {
            createStage(state.getValue(), state.getKey().table());
        }
        staging.fill(appended);
        if (dialect.hasDdlInTransactions()) {
            execute("COMMIT");
        }
    }

    private void createStage(String stage, Table table) throws SQLException {
        used.add(stage);
        execute("CREATE TEMPORARY TABLE " + stage + " (" + dialect.definitions(table.columns()) + ")");
    }

    private boolean writeRows(Load load, MessageIds ids, List<Staging.Rows> appended, Map<States, String> states)
            throws SQLException, IOException, WarehouseFault {
        long sequence = number("SELECT MAX(sequence) FROM _serai.ledger");
        refuseMoved(load);
        refuseStale(load.batch().tables());
        if (sequence - 1 > ids.sequence() && readIds(ids, sequence - 1)) {
            return false;
        }
        ids.readUpTo(sequence - 1);
        for (Staging.Rows rows : appended) {
            insert(rows);
        }
        merge(load, states);
        storeIds(ids, sequence);
        storePositions(load);
        return true;
    }

    private void insert(Staging.Rows rows) throws SQLException {
        String columns = dialect.names(rows.table().columns());
        execute("INSERT INTO " + dialect.qualified(rows.table()) + " (" + columns + ") SELECT " + columns + " FROM "
                + rows.stage());
    }

    private void merge(Load load, Map<States, String> stagesOf) throws SQLException, IOException {
        List<Staging.Rows> all = new ArrayList<>();
        Set<Staging.Rows> replacing = new HashSet<>();
        for (Map.Entry<States, String> stage : stagesOf.entrySet()) {
            States states = stage.getKey();
            states.<SQLException>read((columns, ids, row) -> readStates(states.table(), columns, List.copyOf(ids), row));
            Staging.Rows merged = new Staging.Rows(stage.getValue(), states.table(),
                    sink -> states.write(load.loadedAt(), sink));
            all.add(merged);
            if (!states.replaced().isEmpty()) {
                replacing.add(merged);
            }
        }
        staging.fill(all);
        for (Staging.Rows rows : all) {
            if (replacing.contains(rows)) {
                String id = dialect.quoted(Standard.ID.column());
                execute("DELETE FROM " + dialect.qualified(rows.table()) + " WHERE " + id + " IN (SELECT " + id + " FROM "
                        + rows.stage() + ")");
            }
            insert(rows);
        }
    }

    private void readStates(Table table, List<Column> columns, List<String> ids, States.Row row) throws SQLException {
        String select = "SELECT " + columns.stream().map(this::readable).collect(Collectors.joining(", "))
                + " FROM " + dialect.qualified(table) + " WHERE " + dialect.quoted(Standard.ID.column()) + " IN ";
        for (int from = 0; from < ids.size(); from += IDS_PER_STATEMENT) {
            query(select, ids.subList(from, Math.min(ids.size(), from + IDS_PER_STATEMENT)),
                    found -> row.take(values(found, columns)));
        }
    }

    private String readable(Column column) {
        String name = dialect.quoted(column.name);
        return column.type() == ColumnType.TIMESTAMP ? dialect.timeText(name) : name;
    }

    private static Object[] values(ResultSet row, List<Column> columns) throws SQLException {
        Object[] values = new Object[columns.size()];
        for (int i = 0; i < values.length; i++) {
            Object value = row.getObject(i + 1);
            values[i] = value != null && columns.get(i).type() == ColumnType.TIMESTAMP
                    ? (Object) IsoTime.micros((String) value) : value;
        }
        return values;
    }

    private void storeIds(MessageIds ids, long sequence) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO _serai.loaded_ids VALUES (?, ?, ?)")) {
            for (Map.Entry<Integer, byte[]> window : ids.pendingByWindow().entrySet()) {
                byte[] all = window.getValue();
                for (int from = 0; from < all.length; from += IDS_PER_ROW * Long.BYTES) {
                    insert.setLong(1, sequence);
                    insert.setInt(2, window.getKey());
                    insert.setString(3, Base64.getEncoder().encodeToString(
                            Arrays.copyOfRange(all, from, Math.min(all.length, from + IDS_PER_ROW * Long.BYTES))));
                    insert.executeUpdate();
                }
            }
        }
    }

    private Map<Partition, Position> storedPositions() throws SQLException {
        Map<Partition, Position> positions = new HashMap<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(
                "SELECT topic, topic_id, partition_number, first_offset, first_end, next_offset FROM _serai.positions")) {
            while (rows.next()) {
                positions.put(new Partition(rows.getString(1), rows.getString(2), rows.getInt(3)),
                        new Position(rows.getLong(4), rows.getLong(5), rows.getLong(6)));
            }
        }
        return positions;
    }

    private void refuseMoved(Load load) throws SQLException, WarehouseFault {
        Map<Partition, Position> now = storedPositions();
        for (Partition partition : load.to().keySet()) {
            Position there = now.get(partition);
            Position from = load.from().get(partition);
            if (there == null ? from != null : from == null || there.next() != from.next()) {
                throw WarehouseFault.stale("partition " + partition.number() + " of " + partition.topic()
                        + " is loaded by another hub");
            }
        }
    }

    private void storePositions(Load load) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE _serai.positions SET next_offset = ?"
                        + " WHERE topic_id = ? AND partition_number = ?");
                PreparedStatement insert = connection.prepareStatement("INSERT INTO _serai.positions"
                        + " (next_offset, topic_id, partition_number, topic, first_offset, first_end)"
                        + " VALUES (?, ?, ?, ?, ?, ?)")) {
            for (Map.Entry<Partition, Position> to : load.to().entrySet()) {
                boolean isNew = !load.from().containsKey(to.getKey());
                PreparedStatement statement = isNew ? insert : update;
                statement.setLong(1, to.getValue().next());
                statement.setString(2, to.getKey().topicId());
                statement.setInt(3, to.getKey().number());
                if (isNew) {
                    statement.setString(4, to.getKey().topic());
                    statement.setLong(5, to.getValue().first());
                    statement.setLong(6, to.getValue().firstEnd());
                }
                statement.executeUpdate();
            }
        }
    }

    /** To be asked by who has the ledger: one of these tables may not be what this session read. */
    private void refuseStale(Collection<Table> touched) throws SQLException, WarehouseFault {
        Set<String> altered = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement("SELECT schema_name, table_name"
                + " FROM _serai.alterations WHERE alteration > ? AND hub <> ?")) {
            statement.setLong(1, alterationsKnown);
            statement.setString(2, hub);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    altered.add(rows.getString(1) + "." + rows.getString(2));
                }
            }
        }
        for (Table table : touched) {
            if (altered.contains(table.schema + "." + table.name)) {
                throw WarehouseFault.stale("table " + table.schema + "." + table.name + " was altered by another hub");
            }
        }
    }

    /** Before the ALTER: that may commit by itself, and if the process dies then, other hubs must still read anew. */
    private void noteAlteration(String schema, String table) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO _serai.alterations"
                + " SELECT COALESCE(MAX(alteration), 0) + 1, ?, ?, ? FROM _serai.alterations")) {
            insert.setString(1, hub);
            insert.setString(2, schema);
            insert.setString(3, table);
            insert.executeUpdate();
        }
    }

    @Override
    public final void forgetIds(int firstWindow) throws WarehouseFault {
        deleteAlone("DELETE FROM _serai.loaded_ids WHERE time_window < " + firstWindow);
    }

    @Override
    public final void forgetPositions(String topicId) throws WarehouseFault {
        deleteAlone("DELETE FROM _serai.positions WHERE topic_id = " + Sql.literal(topicId));
    }

    private void deleteAlone(String sql) throws WarehouseFault {
        try {
            beginAlone();
            execute(sql);
            execute("COMMIT");
        } catch (SQLException e) {
            throw dialect.fault(e);
        }
    }

    @Override
    public final Set<String> existing(Table table, Collection<String> ids, long from, long to) throws WarehouseFault {
        List<String> all = List.copyOf(ids);
        String id = dialect.quoted(Standard.ID.column());
        String received = dialect.quoted(Standard.RECEIVED_AT.column());
        String select = "SELECT " + id + " FROM " + dialect.qualified(table) + " WHERE " + received + " BETWEEN '"
                + IsoTime.format(from) + "' AND '" + IsoTime.format(to) + "' AND " + id + " IN ";
        Set<String> existing = new HashSet<>();
        try {
            for (int start = 0; start < all.size(); start += IDS_PER_STATEMENT) {
                query(select, all.subList(start, Math.min(all.size(), start + IDS_PER_STATEMENT)),
                        row -> existing.add(row.getString(1)));
            }
            return existing;
        } catch (SQLException e) {
            throw dialect.fault(e);
        }
    }

    @Override
    public final long removeBefore(String schema, String table, long micros) throws WarehouseFault {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate("DELETE FROM " + dialect.qualified(schema, table) + " WHERE "
                    + dialect.quoted(Standard.RECEIVED_AT.column()) + " < '" + IsoTime.format(micros) + "'");
        } catch (SQLException e) {
            throw dialect.fault(e);
        }
    }

    private interface Row {
        void read(ResultSet row) throws SQLException;
    }

    private void query(String select, List<String> ids, Row each) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                select + "(" + String.join(", ", Collections.nCopies(ids.size(), "?")) + ")")) {
            for (int i = 0; i < ids.size(); i++) {
                statement.setString(i + 1, ids.get(i));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    each.read(rows);
                }
            }
        }
    }

    @Override
    public final void close() {
        staging.close();
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("Closing the loader's connection failed", e);
        }
    }

    final void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}
