package dev.serai.warehouse;

import dev.serai.model.DeadLetter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
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
 * Carries a Kafka topic of events into the warehouse: one thread that gathers a batch by size and age, loads it, and
 * polls again. Where to read from is what the warehouse says, never what Kafka says: offsets are committed with the
 * rows, so each event has its effect once, whenever the process dies. Kafka is told afterwards, for its lag tools.
 *
 * <p>Hazards: a rebalance throws the gathered batch away and reads it again from the warehouse's offsets. While the
 * warehouse does not work, partitions are paused and Kafka is polled on, so that the group does not drop this member.
 */
public final class Loader implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Loader.class);

    private static final Duration IDLE_POLL = Duration.ofSeconds(2);
    private static final Duration MAX_BACK_OFF = Duration.ofSeconds(30);
    private static final int ADMIN_SECONDS = 10;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Object> kafka;
    private final String warehouse;
    private final String topic;
    private final BatchLimits limits;
    private final BatchLoader batches;
    private final LoaderMeter meter = new LoaderMeter();
    private final Thread thread;
    private final List<TopicRecord> gathered = new ArrayList<>();
    private final Map<Integer, Partition> partitions = new HashMap<>();
    private String topicId;
    private int gatheredBytes;
    private long gatheredSince;
    private Exception failure;
    private int failures;
    private long retryAt;
    private volatile boolean closing;
    private volatile long lag = -1;
    private volatile String error;

    /**
     * Does not read yet, see {@link #start}.
     *
     * @param consumer    properties of a Kafka consumer, {@code bootstrap.servers} and {@code group.id} at least;
     *                    what exactly-once loading needs is set here and wins
     * @param topic       the topic of events
     * @param deadLetters takes what cannot be loaded and returns once it is safe; if it throws, it is asked again
     * @param scratch     a folder for files that live as long as the process; must exist
     */
    public Loader(Map<String, Object> consumer, String topic, Warehouse warehouse, Consumer<DeadLetter> deadLetters,
            Path scratch) {
        this(consumer, topic, warehouse, deadLetters, scratch, warehouse.batchLimits());
    }

    Loader(Map<String, Object> consumer, String topic, Warehouse warehouse, Consumer<DeadLetter> deadLetters,
            Path scratch, BatchLimits limits) {
        Map<String, Object> properties = new HashMap<>(consumer);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.putIfAbsent(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Math.min(5_000, limits.records()));
        properties.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, limits.bytes());
        properties.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        this.kafka = consumer;
        this.topic = topic;
        this.limits = limits;
        this.warehouse = warehouse.name();
        this.batches = new BatchLoader(warehouse, deadLetters, meter, scratch);
        this.consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        this.thread = new Thread(this::run, "loader-" + warehouse.name());
    }

    public void start() {
        thread.start();
    }

    /** Loads what is gathered, if the warehouse works, and ends. */
    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        if (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // it ends all the same, only unattended
                Thread.currentThread().interrupt();
            }
        } else if (thread.getState() == Thread.State.NEW) {
            consumer.close();
            batches.close();
        }
    }

    public LoaderStatus status() {
        return new LoaderStatus(thread.isAlive(), meter.events(), meter.duplicates(), meter.deadLetters(), lag,
                Optional.ofNullable(meter.lastLoad()), meter.freshness().percentile(0.5),
                meter.freshness().percentile(0.95), Optional.ofNullable(error));
    }

    private void run() {
        try {
            consumer.subscribe(List.of(topic), new Assignment());
            while (!closing) {
                poll();
            }
            if (!gathered.isEmpty()) {
                batches.load(gathered);
                commitToKafka();
            }
        } catch (WakeupException e) {
            LOG.debug("The loader was woken to end");
        } catch (WarehouseFault e) {
            LOG.warn("The last batch stays in Kafka until the next start warehouse={} error={}", warehouse,
                    e.getMessage());
        } catch (RuntimeException e) {
            error = e.toString();
            LOG.error("The loader stopped warehouse={} topic={}", warehouse, topic, e);
        } finally {
            consumer.close(Duration.ofSeconds(5));
            batches.close();
        }
    }

    private void poll() {
        try {
            if (failure != null && System.nanoTime() >= retryAt) {
                tryAgain();
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(patience())) {
                gather(record);
            }
            if (isDue()) {
                loadGathered();
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

    private void gather(ConsumerRecord<byte[], byte[]> record) {
        if (gathered.isEmpty()) {
            gatheredSince = System.nanoTime();
        }
        gathered.add(new TopicRecord(partition(record.partition()), record));
        gatheredBytes += record.value() == null ? 0 : record.value().length;
    }

    private Duration patience() {
        if (failure != null) {
            return Duration.ofNanos(Math.max(0, Math.min(IDLE_POLL.toNanos(), retryAt - System.nanoTime())));
        }
        if (gathered.isEmpty()) {
            return IDLE_POLL;
        }
        Duration left = limits.age().minusNanos(System.nanoTime() - gatheredSince);
        return left.isNegative() ? Duration.ZERO : left;
    }

    private boolean isDue() {
        return !gathered.isEmpty() && (gathered.size() >= limits.records() || gatheredBytes >= limits.bytes()
                || System.nanoTime() - gatheredSince >= limits.age().toNanos());
    }

    private void loadGathered() {
        try {
            batches.load(gathered);
            forgetGathered();
            failures = 0;
            error = null;
            commitToKafka();
        } catch (WarehouseFault e) {
            fail(e);
        }
    }

    /** Lets go of what is gathered, and waits; the warehouse's offsets say where to go on. */
    private void fail(Exception e) {
        forgetGathered();
        failures++;
        failure = e;
        error = e.getMessage() == null ? e.toString() : e.getMessage();
        Duration wait = Duration.ofMillis(100L << Math.min(failures, 9));
        retryAt = System.nanoTime() + (wait.compareTo(MAX_BACK_OFF) > 0 ? MAX_BACK_OFF : wait).toNanos();
        consumer.pause(consumer.assignment());
        LOG.warn("Loading failed and is tried again warehouse={} attempt={} error={}", warehouse, failures, error);
    }

    private void tryAgain() {
        try {
            topicId = null;
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
        readTopicId();
        Map<Partition, Position> positions = batches.positions();
        for (TopicPartition one : assigned) {
            Position position = positions.get(partition(one.partition()));
            if (position == null) {
                consumer.seekToBeginning(List.of(one));
            } else {
                consumer.seek(one, position.next());
            }
        }
    }

    private Partition partition(int number) {
        return partitions.computeIfAbsent(number, key -> new Partition(topic, topicId, key));
    }

    /** Asked again after each failure and rebalance: somebody may have made the topic anew. */
    private void readTopicId() throws WarehouseFault {
        if (topicId != null) {
            return;
        }
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.keySet().retainAll(AdminClientConfig.configNames());
        try (Admin admin = Admin.create(properties)) {
            topicId = admin.describeTopics(List.of(topic)).allTopicNames().get(ADMIN_SECONDS, TimeUnit.SECONDS)
                    .get(topic).topicId().toString();
            partitions.clear();
        } catch (ExecutionException | TimeoutException e) {
            throw new WarehouseFault(WarehouseFault.Kind.UNAVAILABLE, "Kafka does not describe topic " + topic + ": "
                    + WarehouseFault.sentence(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WarehouseFault(WarehouseFault.Kind.UNAVAILABLE, "interrupted", e);
        }
    }

    private void forgetGathered() {
        gathered.clear();
        gatheredBytes = 0;
    }

    private void commitToKafka() {
        Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            positions.put(partition, new OffsetAndMetadata(consumer.position(partition)));
        }
        consumer.commitAsync(positions, (offsets, e) -> {
            if (e != null) {
                LOG.debug("Kafka was not told the offsets; only lag tools use them", e);
            }
        });
    }

    private void measureLag() {
        long behind = gathered.size();
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

    /** What is gathered may belong to partitions that go; it is read again from where the warehouse stands. */
    private final class Assignment implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            forgetGathered();
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            forgetGathered();
            topicId = null;
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
