package dev.serai.warehouse;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the topics of events and of objects into the warehouse. One thread polls and reads records into flat ones,
 * until there is enough or the oldest is old enough; another plans and writes what was read before, meanwhile. Where to
 * read from is what the warehouse says, never what Kafka says: positions are committed with the rows, by topic, so each
 * record has its effect once, whenever the process dies. Kafka is told afterwards, for tools that show lag and for
 * whoever must know that everybody is past an offset.
 *
 * <p>Hazards: a rebalance waits for what is being written and throws away what is only read. While the warehouse does
 * not work, partitions are paused and Kafka is polled on, so that the group does not drop this member. What belongs to
 * the connection is touched by the writing thread, or by the other while nothing is being written.
 */
public final class Loader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Loader.class);

    private static final Duration IDLE_POLL = Duration.ofSeconds(2);
    private static final Duration MAX_BACK_OFF = Duration.ofSeconds(30);
    private static final Duration BUSY_POLL = Duration.ofMillis(20);
    private static final Duration HOLD = Duration.ofSeconds(5);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final LoaderContext context;
    private final String warehouse;
    private final BatchLimits limits;
    private final BatchLoader batches;
    private final Warehouse target;
    private final Backfills backfills;
    private final Retention retention;
    private boolean isKafkaTold = true;
    private final LoaderMeter meter = new LoaderMeter();
    private final Thread thread;
    private final ExecutorService writer;
    private final FieldPaths paths = new FieldPaths();
    private final Map<TopicPartition, Partition> partitions = new HashMap<>();
    /** By the topic's name; null while they are not known. */
    private volatile Map<String, String> topicIds;
    private Reading reading;
    private long readingSince;
    private Reading handedOver;
    private Future<Void> writing;
    private Exception failure;
    private int failures;
    private long retryAt;
    private volatile boolean closing;
    private volatile long lag = -1;
    private volatile String error;

    /** Does not read yet, see {@link #start}. */
    public Loader(LoaderContext context, Warehouse warehouse) {
        this(context, warehouse, warehouse.batchLimits());
    }

    Loader(LoaderContext context, Warehouse warehouse, BatchLimits limits) {
        Map<String, Object> properties = new HashMap<>(context.kafka());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.min(5_000, limits.records()));
        properties.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, limits.bytes());
        properties.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        this.context = context;
        this.reading = new Reading(paths, context.objects());
        this.limits = limits;
        this.warehouse = warehouse.name();
        this.target = warehouse;
        int days = warehouse.settings().retentionDays();
        this.retention = days == 0 ? null : new Retention(warehouse, Duration.ofDays(days));
        this.batches = new BatchLoader(warehouse, context, meter);
        this.backfills = new Backfills(context, warehouse, limits);
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.thread = new Thread(this::run, "loader-" + warehouse.name());
        this.writer = Executors.newSingleThreadExecutor(task -> new Thread(task, "loader-" + this.warehouse + "-writer"));
    }

    public void start() {
        thread.start();
        if (retention != null) {
            retention.start();
        }
    }

    /** Loads what is gathered, if the warehouse works, and ends. */
    @Override
    public void close() {
        closing = true;
        backfills.close();
        if (retention != null) {
            retention.close();
        }
        consumer.wakeup();
        if (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // it ends all the same, only unattended
                Thread.currentThread().interrupt();
            }
        } else if (thread.getState() == Thread.State.NEW) {
            end();
        }
    }

    public LoaderStatus status() {
        return new LoaderStatus(thread.isAlive(), meter.events(), meter.objects(), meter.duplicates(), meter.deadLetters(), lag,
                Optional.ofNullable(meter.lastLoad()), meter.freshness().percentile(0.5),
                meter.freshness().percentile(0.95), Optional.ofNullable(error));
    }

    /**
     * Begins to load a table from all that Kafka has, beside what comes, unless that is being done already.
     *
     * @param table schema and name with a dot between
     * @throws IllegalArgumentException if the selection leaves the table out, or this is no name of a table
     * @throws IllegalStateException    if the warehouse was not reached yet
     */
    public BackfillStatus backfill(String table) {
        return backfills.begin(table, topicIds);
    }

    /** Back-fills of this process, ended ones too. */
    public List<BackfillStatus> backfills() {
        return backfills.statuses();
    }

    public Warehouse warehouse() {
        return target;
    }

    /** The tables that were written to since the start, by name; of very many those of late. */
    public List<TableStatus> tables() {
        return meter.tables();
    }

    private void run() {
        try {
            consumer.subscribe(context.topics(), new Assignment());
            while (!closing) {
                poll();
            }
            awaitWriting(Duration.ofSeconds(60));
            if (failure == null && !reading.isEmpty()) {
                handOver();
                awaitWriting(Duration.ofSeconds(60));
            }
        } catch (WakeupException e) {
            LOG.debug("The loader was woken to end");
        } catch (RuntimeException e) {
            error = e.toString();
            LOG.error("The loader stopped warehouse={}", warehouse, e);
        } finally {
            end();
        }
    }

    private void end() {
        writer.shutdown();
        try {
            consumer.close(Duration.ofSeconds(5));
            // before the session: it is the writer's
            if (!writer.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("The last batch is still being written warehouse={}", warehouse);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            batches.close();
        }
    }

    private void poll() {
        try {
            if (writing != null && writing.isDone()) {
                finishWriting();
            }
            if (!isKafkaTold && failure == null && writing == null) {
                commitToKafka();
            }
            if (failure != null && writing == null && System.nanoTime() >= retryAt) {
                tryAgain();
            }
            if (writing != null && reading.reaches(limits)) {
                hold();
                return;
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience())) {
                read(record);
            }
            if (isDue() && writing == null) {
                handOver();
            }
            measureLag();
        } catch (WakeupException e) {
            if (!closing) {
                throw e;
            }
        } catch (KafkaException e) {
            // brokers out of reach are waited for inside the client; what comes here is told and tried again
            fail(e);
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        if (reading.isEmpty()) {
            readingSince = System.nanoTime();
        }
        reading.take(partition(new TopicPartition(record.topic(), record.partition())), record);
    }

    private Duration patience() {
        if (failure != null) {
            return Duration.ofNanos(Math.max(0, Math.min(IDLE_POLL.toNanos(), retryAt - System.nanoTime())));
        }
        if (writing != null) {
            return BUSY_POLL;
        }
        if (reading.isEmpty()) {
            return IDLE_POLL;
        }
        Duration left = limits.age().minusNanos(System.nanoTime() - readingSince);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private boolean isDue() {
        return !reading.isEmpty() && (reading.reaches(limits) || System.nanoTime() - readingSince >= limits.age().toNanos());
    }

    private void handOver() {
        Reading full = reading;
        handedOver = full;
        reading = full.next();
        writing = writer.submit(() -> {
            batches.load(full);
            return null;
        });
    }

    /** There is enough to write, and the writer is busy: waits for it, and lets Kafka see that this member lives. */
    private void hold() {
        if (awaitWriting(HOLD)) {
            return;
        }
        consumer.pause(consumer.assignment());
        consumer.poll(Duration.ZERO);
        if (failure == null) {
            consumer.resume(consumer.assignment());
        }
    }

    /** @return true when nothing is being written any more */
    private boolean awaitWriting(Duration atMost) {
        if (writing == null) {
            return true;
        }
        try {
            writing.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            // said below
            LOG.trace("Writing failed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        finishWriting();
        return true;
    }

    private void finishWriting() {
        try {
            writing.get();
            if (failures > 0) {
                LOG.info("Events are loaded again warehouse={} attempts={}", warehouse, failures);
            }
            failures = 0;
            error = null;
            commitToKafka();
        } catch (ExecutionException e) {
            fail(e.getCause() instanceof Exception failed ? failed : e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            writing = null;
            handedOver = null;
        }
    }

    /** Lets go of what was read, and waits; the warehouse's positions say where to go on. */
    private void fail(Exception e) {
        forgetRead();
        failures++;
        failure = e;
        error = e.getMessage() == null ? e.toString() : e.getMessage();
        Duration wait = Duration.ofMillis(100L << Math.min(failures, 9));
        retryAt = System.nanoTime() + (wait.compareTo(MAX_BACK_OFF) > 0 ? MAX_BACK_OFF : wait).toNanos();
        consumer.pause(consumer.assignment());
        if (Integer.bitCount(failures) == 1) {
            // a database may be away for hours; the first time, the second, the fourth, ... will do
            LOG.warn("Loading failed and is tried again warehouse={} attempt={} error={}", warehouse, failures, error);
        }
    }

    private void tryAgain() {
        try {
            topicIds = null;
            seek(consumer.assignment());
            consumer.resume(consumer.assignment());
            failure = null;
        } catch (WarehouseFault e) {
            fail(e);
        }
    }

    private void seek(Collection<TopicPartition> assigned) throws WarehouseFault {
        if (assigned.isEmpty()) {
            return;
        }
        readTopicIds();
        Map<Partition, Position> positions = batches.positions();
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(assigned);
        Map<TopicPartition, Long> ends = consumer.endOffsets(assigned);
        for (TopicPartition one : assigned) {
            Position position = positions.get(partition(one));
            if (position == null) {
                batches.begin(partition(one), beginnings.get(one), ends.get(one));
                consumer.seek(one, beginnings.get(one));
            } else {
                consumer.seek(one, position.next());
            }
        }
        commitToKafka();
        backfills.resume(positions.keySet(), topicIds);
    }

    private Partition partition(TopicPartition of) {
        return partitions.computeIfAbsent(of, key -> new Partition(key.topic(), topicIds.get(key.topic()), key.partition()));
    }

    /** Asked again after each failure and rebalance: somebody may have made a topic anew. */
    private void readTopicIds() throws WarehouseFault {
        if (topicIds != null) {
            return;
        }
        topicIds = TopicIds.of(context.topics(), context.kafka());
        partitions.clear();
    }

    private void forgetRead() {
        reading = new Reading(paths, context.objects());
    }

    private void commitToKafka() {
        Map<String, String> ids = topicIds == null ? Map.of() : topicIds;
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        batches.standing().forEach((partition, position) -> {
            TopicPartition assigned = new TopicPartition(partition.topic(), partition.number());
            if (partition.topicId().equals(ids.get(partition.topic())) && consumer.assignment().contains(assigned)) {
                offsets.put(assigned, new OffsetAndMetadata(position.next()));
            }
        });
        isKafkaTold = true;
        consumer.commitAsync(offsets, (committed, e) -> {
            if (e != null) {
                isKafkaTold = false;
                LOG.debug("Kafka was not told the offsets; it is told again", e);
            }
        });
    }

    private void measureLag() {
        long behind = reading.records().size() + (handedOver == null ? 0 : handedOver.records().size());
        if (failure != null) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
            for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                behind += Math.max(0, end.getValue() - consumer.position(end.getKey()));
            }
        } else {
            for (TopicPartition partition : consumer.assignment()) {
                OptionalLong known = consumer.currentLag(partition);
                if (known.isEmpty()) {
                    return;
                }
                behind += known.getAsLong();
            }
        }
        lag = behind;
    }

    /** What is only read may belong to partitions that go; it is read again from where the warehouse stands. */
    private final class Assignment implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            awaitWriting(HOLD);
            forgetRead();
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            // another hub has them already, and the positions in the warehouse keep what is being written from counting
            forgetRead();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            forgetRead();
            topicIds = null;
            if (writing != null) {
                fail(new IllegalStateException("the group was rebalanced while a batch was being written"));
                return;
            }
            try {
                seek(consumer.assignment());
            } catch (WarehouseFault e) {
                fail(e);
            }
            if (failure != null) {
                consumer.pause(consumer.assignment());
            }
        }
    }
}
