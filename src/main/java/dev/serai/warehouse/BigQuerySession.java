package dev.serai.warehouse;

import com.google.cloud.bigquery.FieldValue;
import com.google.cloud.bigquery.FieldValueList;
import com.google.cloud.bigquery.QueryParameterValue;
import com.google.cloud.bigquery.TableId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Loads BigQuery: a batch is staged by load jobs, then moved by one {@link BigQueryTransaction}. A table that was
 * loaded after a transaction began is not in its snapshot, and BigQuery cancels one of two transactions instead of
 * letting it wait; so everything is read and staged before, at a number of {@code _serai.ledger}, and the transaction
 * only compares that number. If it has moved, another hub committed: its message ids are read, state
 * merged again, and the next try is fenced by the new number. Each failed try is another hub's success.
 *
 * <p>Hazard: an answer that is lost may be that of a transaction that commits later. Then the number has moved too,
 * and whoever tries again finds the ids.
 */
final class BigQuerySession implements Session {

    static final String DATASET = "_serai";

    /** More would be somebody's endless loop, or a load for which hours are too short. */
    private static final long MAX_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int MAX_TRIES = 6;

    private final BigQueryClient client;
    private final BigQueryTables tables;

    BigQuerySession(BigQueryClient client) throws WarehouseFault {
        this.client = client;
        this.tables = new BigQueryTables(client);
        if (client.call(() -> client.api.getTable(TableId.of(client.project, DATASET, "ledger"))) == null) {
            setUp();
        }
    }

    /** The ledger comes last, and with its row: where it is, all is. */
    private void setUp() throws WarehouseFault {
        client.run(tables.createDataset(DATASET)
                + "CREATE TABLE IF NOT EXISTS " + client.table(DATASET, "positions") + " (topic_id STRING, `partition` INT64,"
                + " topic STRING, first_offset INT64, first_end INT64, next_offset INT64);\n"
                + "CREATE TABLE IF NOT EXISTS " + client.table(DATASET, "loaded_ids") + " (sequence INT64, time_window INT64,"
                + " fingerprints BYTES) CLUSTER BY sequence;\n"
                + "CREATE TABLE IF NOT EXISTS " + client.table(DATASET, "ledger") + " AS SELECT CAST(0 AS INT64) AS sequence;", Map.of());
    }

    @Override
    public List<Standard> standards(List<Standard> everywhere) {
        return Stream.concat(everywhere.stream(), Stream.of(Standard.LOADED_AT)).toList();
    }

    @Override
    public Map<Partition, Position> positions() throws WarehouseFault {
        Map<Partition, Position> positions = new HashMap<>();
        client.query("SELECT topic, topic_id, `partition`, first_offset, first_end, next_offset FROM "
                + client.table(DATASET, "positions"), Map.of(), row -> positions.put(
                        new Partition(row.get(0).getStringValue(), row.get(1).getStringValue(), (int) row.get(2).getLongValue()),
                        new Position(row.get(3).getLongValue(), row.get(4).getLongValue(), row.get(5).getLongValue())));
        return positions;
    }

    @Override
    public Map<String, Set<String>> tables() throws WarehouseFault {
        return tables.names();
    }

    @Override
    public Table read(Table.Shape shape) throws WarehouseFault {
        return tables.read(shape);
    }

    @Override
    public void apply(Collection<Table> wanted) throws WarehouseFault {
        tables.apply(wanted);
    }

    @Override
    public void readIds(MessageIds ids) throws WarehouseFault {
        readIds(ids, Long.MAX_VALUE);
    }

    /** @return true if one of them is in the batch in hand */
    private boolean readIds(MessageIds ids, long upTo) throws WarehouseFault {
        boolean[] meets = {false};
        client.query("SELECT sequence, time_window, fingerprints FROM " + client.table(DATASET, "loaded_ids")
                + " WHERE sequence > @known AND sequence <= @upTo", Map.of("known", QueryParameterValue.int64(ids.sequence()),
                        "upTo", QueryParameterValue.int64(upTo)), row -> meets[0] |= ids.read(row.get(0).getLongValue(),
                                (int) row.get(1).getLongValue(), row.get(2).getBytesValue()));
        return meets[0];
    }

    @Override
    public boolean write(Load load, MessageIds ids) throws WarehouseFault {
        List<Batch.Rows> appended = List.copyOf(load.batch().appended());
        if (appended.isEmpty()) {
            return write(load, ids, appended, null);
        }
        try (BigQueryStage stage = BigQueryStage.load(client, sink -> {
            for (int part = 0; part < appended.size(); part++) {
                sink.part(part);
                EventRows.write(load.batch(), appended.get(part), load.loadedAt(), sink);
            }
        })) {
            return write(load, ids, appended, stage);
        }
    }

    private boolean write(Load load, MessageIds ids, List<Batch.Rows> appended, BigQueryStage events) throws WarehouseFault {
        WarehouseFault conflict = null;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            long sequence = ledger();
            if (sequence > ids.sequence() && readIds(ids, sequence)) {
                return false;
            }
            ids.readUpTo(sequence);
            BigQueryTransaction transaction = new BigQueryTransaction(client, sequence);
            for (int part = 0; part < appended.size(); part++) {
                transaction.append(appended.get(part).table(), events, part);
            }
            transaction.storeIds(ids.pendingByWindow());
            transaction.storePositions(load);
            try {
                commit(transaction, load);
                return true;
            } catch (WarehouseFault e) {
                conflict = fence(e);
                // hubs in step with each other would meet again
                LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(MAX_PAUSE_NANOS * (tries + 1)));
            }
        }
        throw new WarehouseFault(WarehouseFault.Kind.UNAVAILABLE, "other hubs committed first, " + MAX_TRIES
                + " times in a row; give them a longer loadSeconds", conflict);
    }

    /** What to do about a transaction that did not commit: returns if it may be tried again at once. */
    private static WarehouseFault fence(WarehouseFault fault) throws WarehouseFault {
        String message = String.valueOf(fault.getMessage());
        if (message.contains(BigQueryTransaction.PARTITION_MOVED)) {
            throw new WarehouseFault(WarehouseFault.Kind.STALE, message, fault);
        }
        if (message.contains(BigQueryTransaction.LEDGER_MOVED) || BigQueryFault.isConflict(fault)) {
            return fault;
        }
        throw fault;
    }

    private void commit(BigQueryTransaction transaction, Load load) throws WarehouseFault {
        List<States> changed = load.batch().states();
        if (changed.isEmpty()) {
            transaction.commit();
            return;
        }
        for (States states : changed) {
            states.<WarehouseFault>read((columns, ids, row) -> read(states.table(), columns, ids, row));
        }
        try (BigQueryStage stage = BigQueryStage.load(client, sink -> {
            for (int part = 0; part < changed.size(); part++) {
                sink.part(part);
                changed.get(part).write(load.loadedAt(), sink);
            }
        })) {
            for (int part = 0; part < changed.size(); part++) {
                transaction.merge(changed.get(part), stage, part);
            }
            transaction.commit();
        }
    }

    private void read(Table table, List<Column> columns, Collection<String> ids, States.Row row) throws WarehouseFault {
        client.query("SELECT " + columns.stream().map(BigQuerySession::readable).collect(Collectors.joining(", ")) + " FROM "
                + client.table(table) + " WHERE `id` IN UNNEST(@ids)",
                Map.of("ids", BigQueryTransaction.strings(List.copyOf(ids))),
                found -> row.take(values(found, columns)));
    }

    private static String readable(Column column) {
        String name = BigQuerySql.column(column);
        return column.type() == ColumnType.TIMESTAMP ? "UNIX_MICROS(" + name + ")" : name;
    }

    private static Object[] values(FieldValueList row, List<Column> columns) {
        Object[] values = new Object[row.size()];
        for (int i = 0; i < values.length; i++) {
            FieldValue value = row.get(i);
            values[i] = value.isNull() ? null : switch (columns.get(i).type()) {
                case VARCHAR -> value.getStringValue();
                case BIGINT, TIMESTAMP -> value.getLongValue();
                case DOUBLE -> value.getDoubleValue();
                case BOOLEAN -> value.getBooleanValue();
            };
        }
        return values;
    }

    private long ledger() throws WarehouseFault {
        long[] sequence = {-1};
        client.query("SELECT sequence FROM " + client.table(DATASET, "ledger"), Map.of(),
                row -> sequence[0] = row.get(0).getLongValue());
        if (sequence[0] < 0) {
            throw new WarehouseFault(WarehouseFault.Kind.SETTINGS, "table " + DATASET + ".ledger has lost its row; insert the"
                    + " highest sequence of " + DATASET + ".loaded_ids", null);
        }
        return sequence[0];
    }

    @Override
    public void forgetIds(int firstWindow) throws WarehouseFault {
        client.run("DELETE FROM " + client.table(DATASET, "loaded_ids") + " WHERE time_window < @first",
                Map.of("first", QueryParameterValue.int64(firstWindow)));
    }

    @Override
    public void forgetPositions(String topicId) throws WarehouseFault {
        client.run("DELETE FROM " + client.table(DATASET, "positions") + " WHERE topic_id = @topicId",
                Map.of("topicId", QueryParameterValue.string(topicId)));
    }

    @Override
    public Set<String> existing(Table table, Collection<String> ids, long from, long to) throws WarehouseFault {
        Set<String> existing = new HashSet<>();
        client.query("SELECT `id` FROM " + client.table(table) + " WHERE `received_at` BETWEEN TIMESTAMP_MICROS(@from)"
                + " AND TIMESTAMP_MICROS(@to) AND `id` IN UNNEST(@ids)", Map.of("from", QueryParameterValue.int64(from), "to",
                        QueryParameterValue.int64(to), "ids", BigQueryTransaction.strings(List.copyOf(ids))),
                row -> existing.add(row.get(0).getStringValue()));
        return existing;
    }

    @Override
    public long removeBefore(String schema, String table, long micros) throws WarehouseFault {
        Map<String, QueryParameterValue> before = Map.of("before", QueryParameterValue.int64(micros));
        String rows = client.table(schema, table) + " WHERE `received_at` < TIMESTAMP_MICROS(@before)";
        long[] count = {0};
        client.query("SELECT COUNT(*) FROM " + rows, before, row -> count[0] = row.get(0).getLongValue());
        if (count[0] > 0) {
            client.run("DELETE FROM " + rows, before);
        }
        return count[0];
    }

    /** The client keeps no connection that would have to be closed. */
    @Override
    public void close() {
    }
}
