package dev.serai.warehouse;

import dev.serai.kafka.Rewritten;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Puts Kafka records into the warehouse: rows, message ids and positions in one transaction, after the DDL they need.
 * When it returns, the records are loaded, were duplicates, or are dead letters.
 *
 * <p>When the database refuses a transaction, the records are split in halves until the one at fault stands alone;
 * it becomes a dead letter and its neighbours are loaded. Hazard: a database that is full or broken refuses
 * everything, and must not turn a stream into dead letters; so before a record is given up the database must have
 * shown that it takes a transaction without it.
 */
final class BatchLoader implements AutoCloseable {

    private static final String STAGE = "warehouse";

    /** Another hub's ALTER or rebalance may strike more than once; beyond this something else is wrong. */
    private static final int MAX_STALE = 20;

    private final Warehouse warehouse;
    private final LoaderContext context;
    private final LoaderMeter meter;
    private final Selection selection;
    private final MessageIds ids;
    private final Novelty novelty;
    /** A back-fill finds out by the table what is there, copies too. */
    private final boolean readsCopies;
    private final Map<Partition, Position> beginnings = new HashMap<>();
    private final Map<Partition, Position> positions = new HashMap<>();
    private Partition askedLast;
    private Position answeredLast;
    private Session session;
    private Catalog catalog;
    private Throwable failure;
    private int forgottenBefore = Integer.MIN_VALUE;

    /** The loader of all that comes. */
    BatchLoader(Warehouse warehouse, LoaderContext context, LoaderMeter meter) {
        this(warehouse, warehouse.selection(), new MessageIds(context.scratch()), null, context, meter);
    }

    /** @param novelty what tells new events; null for the message ids */
    BatchLoader(Warehouse warehouse, Selection selection, MessageIds ids, Novelty novelty, LoaderContext context,
            LoaderMeter meter) {
        this.warehouse = warehouse;
        this.selection = selection;
        this.ids = ids;
        this.novelty = novelty == null ? ids::add : novelty;
        this.readsCopies = novelty != null;
        this.context = context;
        this.meter = meter;
    }

    /**
     * Tells where a partition stands of which nothing was ever loaded.
     *
     * @param first the first offset that will be read
     * @param end   where the partition ends now
     */
    void begin(Partition partition, long first, long end) {
        beginnings.put(partition, new Position(first, end, first));
        askedLast = null;
    }

    /** Connects if there is no connection that works, and reads where loading stands. */
    Map<Partition, Position> positions() throws WarehouseFault {
        try {
            connect();
            positions.clear();
            advance(session.positions());
            return positions;
        } catch (WarehouseFault e) {
            disconnect(e);
            throw e;
        }
    }

    /** Where loading stands, as far as this loader knows. */
    Map<Partition, Position> standing() {
        return positions;
    }

    /**
     * @param reading the records of each partition in order, from where {@link #positions} stands on
     * @throws WarehouseFault if no record is to blame; what is not loaded may be tried again, from {@link #positions}
     */
    void load(Reading reading) throws WarehouseFault {
        load(reading, reading.records());
    }

    private void load(Reading reading, List<TakenRecord> records) throws WarehouseFault {
        int from = 0;
        for (int stale = 0; from < records.size();) {
            try {
                connect();
                from += loadSome(reading, records.subList(from, records.size()));
                stale = 0;
            } catch (WarehouseFault e) {
                disconnect(e);
                // what was altered is read anew; a partition that is another hub's by now is the caller's business
                if (e.kind() != WarehouseFault.Kind.STALE || ++stale > MAX_STALE || !areOurs(records)) {
                    throw e;
                }
            }
        }
    }

    /** True if the partitions of these records are where this loader left them. */
    private boolean areOurs(List<TakenRecord> records) throws WarehouseFault {
        Map<Partition, Position> now = session().positions();
        return records.stream().map(TakenRecord::partition).distinct()
                .allMatch(partition -> Objects.equals(now.get(partition), positions.get(partition)));
    }

    @Override
    public void close() {
        if (session != null) {
            session.close();
            session = null;
        }
    }

    void forgetPositions(String topicId) throws WarehouseFault {
        try {
            session().forgetPositions(topicId);
        } catch (WarehouseFault e) {
            disconnect(e);
            throw e;
        }
    }

    private Session session() throws WarehouseFault {
        connect();
        return session;
    }

    private void connect() throws WarehouseFault {
        if (session == null) {
            Session opened = warehouse.connect(failure);
            try {
                catalog = new Catalog(opened, warehouse.limits(), selection);
                opened.readIds(ids);
            } catch (WarehouseFault e) {
                opened.close();
                throw e;
            }
            session = opened;
        }
    }

    private void disconnect(Throwable why) {
        failure = why;
        ids.rollback();
        close();
    }

    /** True if the database has this table, with objects in it; empty if it has no such table. */
    Optional<Boolean> holdsObjects(String schema, String table) throws WarehouseFault {
        try {
            connect();
            return catalog.isStored(schema, table) ? Optional.of(catalog.holdsObjects(schema, table)) : Optional.empty();
        } catch (WarehouseFault e) {
            disconnect(e);
            throw e;
        }
    }

    /** Loads as many records as one transaction may hold, and says how many. */
    private int loadSome(Reading reading, List<TakenRecord> records) throws WarehouseFault {
        catalog.trim();
        Batch batch = new Batch(catalog, reading);
        List<DeadLetter> unreadable = new ArrayList<>();
        int taken = 0;
        int passedOver = 0;
        WarehouseFault fault = null;
        try {
            novelty.prepare(session, catalog, records);
            while (taken < records.size() && !batch.isFull()) {
                TakenRecord record = records.get(taken++);
                if (isLoaded(record) || isSuppressed(record) || record.saysNothing()) {
                    passedOver++;
                } else if (record.problem() != null) {
                    unreadable.add(letter(record, "unreadable", record.problem()));
                } else if (record.object() != null) {
                    if (!batch.add(record.object())) {
                        taken--;
                        break;
                    }
                } else if (novelty.isNew(record.event())) {
                    batch.add(record.event());
                }
            }
            give(unreadable);
            if (!write(batch, records.subList(0, taken))) {
                return 0;
            }
        } catch (WarehouseFault e) {
            fault = e;
        } catch (RuntimeException e) {
            // a mistake of ours that one event brings out must not stop all others
            fault = new WarehouseFault(WarehouseFault.Kind.REFUSED, e.toString(), e);
        }
        if (fault != null) {
            isolate(reading, records.subList(0, taken), fault);
        } else {
            meter.loaded(batch, taken - batch.events().size() - batch.objects().size() - unreadable.size() - passedOver,
                    unreadable.size());
        }
        return taken;
    }

    /** After a failure some of the records may have made it, and a topic that was rewritten brings them again. */
    private boolean isLoaded(TakenRecord record) {
        Position standing = standing(record);
        return record.record().offset() < standing.next()
                || !readsCopies && standing.hasOriginal(Rewritten.originalOffset(record.record()), record.record().offset());
    }

    /** Records come in runs of one partition, so the last answer is usually the next one too. */
    private Position standing(TakenRecord record) {
        if (record.partition() != askedLast) {
            Position standing = positions.get(record.partition());
            long offset = record.record().offset();
            answeredLast = standing != null ? standing
                    : beginnings.computeIfAbsent(record.partition(), key -> new Position(offset, Long.MAX_VALUE, offset));
            askedLast = record.partition();
        }
        return answeredLast;
    }

    private void advance(Map<Partition, Position> to) {
        positions.putAll(to);
        askedLast = null;
    }

    private boolean isSuppressed(TakenRecord record) {
        FlatEvent event = record.event();
        return event != null && (event.userId != null && context.isSuppressed().test(event.userId)
                || event.previousId != null && context.isSuppressed().test(event.previousId));
    }

    /** @return false if another hub had loaded some of the events meanwhile; they are known now, nothing was written */
    private boolean write(Batch batch, List<TakenRecord> part) throws WarehouseFault {
        session.apply(batch.tables());
        Map<Partition, Position> to = positionsAfter(part);
        Map<Partition, Position> from = new HashMap<>(positions);
        from.keySet().retainAll(to.keySet());
        if (!session.write(new Load(batch, from, to, System.currentTimeMillis() * 1_000L), ids)) {
            ids.rollback();
            return false;
        }
        ids.commit();
        advance(to);
        forgetOldIds();
        return true;
    }

    /** Once per window; were it to fail, old ids would only take room. */
    private void forgetOldIds() throws WarehouseFault {
        if (ids.firstKept() > forgottenBefore) {
            session.forgetIds(ids.firstKept());
            forgottenBefore = ids.firstKept();
        }
    }

    private void isolate(Reading reading, List<TakenRecord> part, WarehouseFault fault) throws WarehouseFault {
        disconnect(fault);
        boolean isOfTheRows = fault.kind() == WarehouseFault.Kind.REFUSED
                || fault.kind() == WarehouseFault.Kind.TOO_LARGE && part.size() > 1;
        if (!isOfTheRows) {
            throw fault;
        }
        if (part.size() > 1) {
            load(reading, part.subList(0, part.size() / 2));
            load(reading, part.subList(part.size() / 2, part.size()));
            return;
        }
        connect();
        // the database must take a transaction now, else it is not the record that is at fault
        TakenRecord record = part.get(0);
        writeNothing(reading, Map.of(record.partition(), standing(record)));
        give(List.of(letter(record, "refused", "the warehouse refused the row: " + fault.getMessage())));
        writeNothing(reading, positionsAfter(part));
        meter.gaveUp();
    }

    private void writeNothing(Reading reading, Map<Partition, Position> to) throws WarehouseFault {
        Map<Partition, Position> from = new HashMap<>(positions);
        from.keySet().retainAll(to.keySet());
        try {
            session.write(new Load(new Batch(catalog, reading), from, to, 0), ids);
            ids.commit();
            advance(to);
        } catch (WarehouseFault e) {
            disconnect(e);
            throw e.kind() == WarehouseFault.Kind.STALE ? e
                    : new WarehouseFault(WarehouseFault.Kind.UNAVAILABLE, e.getMessage(), e);
        }
    }

    private void give(List<DeadLetter> letters) throws WarehouseFault {
        try {
            letters.forEach(context.deadLetters());
        } catch (RuntimeException e) {
            throw new WarehouseFault(WarehouseFault.Kind.UNAVAILABLE, WarehouseFault.sentence(e), e);
        }
    }

    private static DeadLetter letter(TakenRecord taken, String code, String message) {
        ConsumerRecord<byte[], byte[]> record = taken.record();
        String id = record.topic() + "-" + record.partition() + "-" + record.offset();
        byte[] raw = taken.bytes();
        return new DeadLetter(STAGE + "-" + id, source(raw), STAGE, code, message, Instant.now(), raw);
    }

    private static String source(byte[] raw) {
        try {
            return Json.MAPPER.readTree(raw).path("source").asText("unknown");
        } catch (IOException | RuntimeException e) {
            return "unknown";
        }
    }

    private Map<Partition, Position> positionsAfter(List<TakenRecord> records) {
        Map<Partition, Position> after = new HashMap<>();
        TakenRecord last = null;
        for (TakenRecord taken : records) {
            if (last != null && last.partition() != taken.partition()) {
                advance(after, last);
            }
            last = taken;
        }
        if (last != null) {
            advance(after, last);
        }
        return after;
    }

    private void advance(Map<Partition, Position> after, TakenRecord last) {
        after.merge(last.partition(), standing(last).upTo(last.record().offset() + 1), (one, other) -> one.upTo(other.next()));
    }
}
