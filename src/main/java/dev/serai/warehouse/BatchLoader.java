package dev.serai.warehouse;

import dev.serai.model.DeadLetter;
import dev.serai.model.Event;
import java.io.IOException;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts Kafka records into the warehouse: rows, message ids and offsets in one transaction, after a transaction with
 * the DDL they need. When it returns, the records are loaded, were duplicates, or are dead letters.
 *
 * <p>When the database refuses a transaction, the records are split in halves until the one at fault stands alone;
 * it becomes a dead letter and its neighbours are loaded. Hazard: a database that is full or broken refuses
 * everything, and must not turn a stream into dead letters; {@link DuckDbFault} tells the two apart, and before a
 * record is given up the database must have shown that it takes a transaction without it.
 */
final class BatchLoader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BatchLoader.class);
    private static final String STAGE = "warehouse";

    private final DuckDbWarehouse warehouse;
    private final Consumer<DeadLetter> deadLetters;
    private final LoaderMeter meter;
    private final FieldPaths paths = new FieldPaths();
    private final MessageIds ids;
    private DuckDBConnection connection;
    private DuckDbSchema schema;
    private DuckDbLedger ledger;
    private DuckDbRows rows;
    private DuckDbStates states;
    private Catalog catalog;
    private int cleanedHour = Integer.MIN_VALUE;

    BatchLoader(DuckDbWarehouse warehouse, Consumer<DeadLetter> deadLetters, LoaderMeter meter, int idsInMemory)
            throws SQLException {
        this.warehouse = warehouse;
        this.deadLetters = deadLetters;
        this.meter = meter;
        this.ids = new MessageIds(idsInMemory);
        connect();
        ledger.restore(ids);
    }

    String identity() throws SQLException {
        return ledger.identity();
    }

    /** The next offset of each partition of which anything was ever loaded. */
    Map<TopicPartition, Long> offsets() throws WarehouseUnavailable {
        try {
            return ledger.offsets();
        } catch (SQLException e) {
            throw new WarehouseUnavailable(e);
        }
    }

    /**
     * @throws WarehouseUnavailable if the fault is not the records'; what was not committed may be tried again, after
     *         {@link #recover}
     */
    void load(List<ConsumerRecord<byte[], byte[]>> records) throws WarehouseUnavailable {
        int from = 0;
        while (from < records.size()) {
            from += loadSome(records.subList(from, records.size()), Set.of());
        }
    }

    /** After a failure: a new connection, on a newly opened database if the old one is beyond use. */
    void recover(Exception failure) throws WarehouseUnavailable {
        close();
        try {
            if (DuckDbFault.needsReopening(failure)) {
                warehouse.reopen();
            }
            connect();
        } catch (SQLException e) {
            throw new WarehouseUnavailable(e);
        }
    }

    @Override
    public void close() {
        ids.rollback();
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("Closing the loader's connection failed", e);
        }
    }

    /** Loads as many records as one transaction may hold, and says how many. */
    private int loadSome(List<ConsumerRecord<byte[], byte[]>> records, Set<Long> known) throws WarehouseUnavailable {
        Batch batch = new Batch(catalog, paths);
        List<DeadLetter> unreadable = new ArrayList<>();
        int taken = 0;
        for (; taken < records.size() && !batch.isFull(); taken++) {
            ConsumerRecord<byte[], byte[]> record = records.get(taken);
            try {
                FlatEvent event = batch.read(record.value() == null ? new byte[0] : record.value());
                if (!known.contains(event.fingerprint) && ids.add(event)) {
                    batch.add(event);
                }
            } catch (IOException e) {
                unreadable.add(letter(record, "unreadable", e.getMessage()));
            }
        }
        List<ConsumerRecord<byte[], byte[]>> part = records.subList(0, taken);
        try {
            if (known.isEmpty() && ids.firstInMemory() > ids.firstKept() && !ids.pending().isEmpty()) {
                Set<Long> earlier = ledger.known(ids);
                if (!earlier.isEmpty()) {
                    ids.rollback();
                    return loadSome(part, earlier);
                }
            }
            give(unreadable);
            write(batch, offsetsAfter(part));
            meter.loaded(batch.events(), taken - batch.events().size() - unreadable.size(), unreadable.size());
            if (paths.isFull()) {
                paths.forget();
            }
        } catch (SQLException | RuntimeException e) {
            recover(e);
            isolate(part, e);
        }
        return taken;
    }

    private void write(Batch batch, Map<TopicPartition, Long> offsets) throws SQLException {
        List<Table> tables = Stream.concat(batch.appended().stream(), batch.states().stream())
                .map(Batch.Rows::table).toList();
        schema.apply(tables);
        long now = System.currentTimeMillis() * 1_000L;
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN TRANSACTION");
            for (Batch.Rows appended : batch.appended()) {
                rows.append(batch, appended, now);
            }
            for (Batch.Rows merged : batch.states()) {
                states.merge(batch, merged, now);
            }
            ledger.storeIds(ids.pending());
            ledger.storeOffsets(offsets);
            statement.execute("COMMIT");
        }
        ids.commit();
        clean();
    }

    /** Old ids go once an hour; were it to fail, they would only take room. */
    private void clean() throws SQLException {
        if (ids.firstKept() > cleanedHour) {
            ledger.clean(ids);
            cleanedHour = ids.firstKept();
        }
    }

    private void isolate(List<ConsumerRecord<byte[], byte[]>> part, Exception failure) throws WarehouseUnavailable {
        if (DuckDbFault.isOfTheDatabase(failure)) {
            throw new WarehouseUnavailable(failure);
        }
        if (part.size() > 1) {
            load(part.subList(0, part.size() / 2));
            load(part.subList(part.size() / 2, part.size()));
            return;
        }
        if (DuckDbFault.isMemory(failure)) {
            throw new WarehouseUnavailable(failure);
        }
        ConsumerRecord<byte[], byte[]> record = part.get(0);
        Batch nothing = new Batch(catalog, paths);
        try {
            // the database must take a transaction now, else it is not the record that is at fault
            write(nothing, Map.of(new TopicPartition(record.topic(), record.partition()), record.offset()));
            give(List.of(letter(record, "refused", "the warehouse refused the row: " + DuckDbFault.sentence(failure))));
            write(nothing, offsetsAfter(part));
        } catch (SQLException | RuntimeException e) {
            recover(e);
            throw new WarehouseUnavailable(e);
        }
        meter.loaded(List.of(), 0, 1);
    }

    private void give(List<DeadLetter> letters) throws WarehouseUnavailable {
        try {
            letters.forEach(deadLetters);
        } catch (RuntimeException e) {
            ids.rollback();
            throw new WarehouseUnavailable(e);
        }
    }

    private DeadLetter letter(ConsumerRecord<byte[], byte[]> record, String code, String message) {
        String id = record.topic() + "-" + record.partition() + "-" + record.offset();
        byte[] raw = record.value() == null ? new byte[0] : record.value();
        return new DeadLetter(STAGE + "-" + id, source(raw), STAGE, code, message, Instant.now(), raw);
    }

    private static String source(byte[] raw) {
        try {
            return Event.parse(raw).source();
        } catch (IOException | RuntimeException e) {
            return "unknown";
        }
    }

    private static Map<TopicPartition, Long> offsetsAfter(List<ConsumerRecord<byte[], byte[]>> records) {
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            offsets.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        }
        return offsets;
    }

    private void connect() throws SQLException {
        connection = warehouse.connection();
        ledger = new DuckDbLedger(connection);
        schema = new DuckDbSchema(connection);
        rows = new DuckDbRows(connection);
        states = new DuckDbStates(connection);
        catalog = schema.read();
    }
}
