package dev.serai.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Topics;
import dev.serai.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The compacted topic {@code checkpoints}: of each collection, by {@code <source>/<collection>}, its cursor and how its
 * syncs go, and by {@code <source>/<collection>?run} the last wish for one. Every hub follows it whole, so every hub can
 * answer for all and take over from any; the partition of a source says which hub of the group syncs it.
 */
final class Checkpoints implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final Duration POLL = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final String WISH = "?run";

    private final KafkaConnection kafka;
    private final SyncPublisher publisher;
    private final Map<String, ObjectNode> latest = new ConcurrentHashMap<>();
    private final Map<Integer, Long> read = new HashMap<>();
    private final Consumer<String> wishes;
    private final Thread thread = new Thread(this::run, "serai-checkpoints");
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;
    private volatile int partitions;

    /** @param wishes told the key of a collection that somebody wants synced; must not wait */
    Checkpoints(KafkaConnection kafka, SyncPublisher publisher, Consumer<String> wishes) {
        this.kafka = kafka;
        this.publisher = publisher;
        this.wishes = wishes;
    }

    static String key(String source, String collection) {
        return source + "/" + collection;
    }

    /** Reads all there is, and follows it from then on. */
    void follow() throws InterruptedException {
        consumer = open();
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        thread.start();
        for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
            awaitRead(end.getKey().partition(), end.getValue());
        }
    }

    int partitions() {
        return partitions;
    }

    /** The partition whose owner syncs the source: all of a source's collections share its limits, so one hub has them. */
    int partition(String source) {
        return Utils.toPositive(Utils.murmur2(source.getBytes(StandardCharsets.UTF_8))) % partitions;
    }

    Optional<ObjectNode> find(String key) {
        return Optional.ofNullable(latest.get(key));
    }

    Optional<ObjectNode> wish(String key) {
        return find(key + WISH);
    }

    /** Returns when Kafka has it. */
    void save(String source, String collection, ObjectNode value) throws SyncFault, InterruptedException {
        write(source, key(source, collection), value);
    }

    /** Tells whichever hub has the source that a collection is to be synced. */
    void saveWish(String source, String collection, ObjectNode value) throws SyncFault, InterruptedException {
        write(source, key(source, collection) + WISH, value);
        // the next wish, which may come before this one has been read, must know of it
        latest.put(key(source, collection) + WISH, value);
    }

    /** Anything else that all hubs of a source's must have. */
    void keep(String source, String key, ObjectNode value) throws SyncFault, InterruptedException {
        write(source, key, value);
    }

    private void write(String source, String key, ObjectNode value) throws SyncFault, InterruptedException {
        publisher.write(List.of(new ProducerRecord<>(Topics.CHECKPOINTS, partition(source),
                key.getBytes(StandardCharsets.UTF_8), value.toString().getBytes(StandardCharsets.UTF_8))));
    }

    /** Waits until what the partition held when this was called is known here. */
    void catchUp(int partition) throws InterruptedException {
        Map<String, Object> properties = kafka.consumer("");
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        try (KafkaConsumer<byte[], byte[]> asking = new KafkaConsumer<>(properties)) {
            TopicPartition one = new TopicPartition(Topics.CHECKPOINTS, partition);
            awaitRead(partition, asking.endOffsets(List.of(one)).get(one));
        }
    }

    private void awaitRead(int partition, long end) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        synchronized (read) {
            while (read.getOrDefault(partition, 0L) < end) {
                long left = deadline - System.nanoTime();
                if (left <= 0 || closed) {
                    throw new IllegalStateException("the checkpoints cannot be read");
                }
                TimeUnit.NANOSECONDS.timedWait(read, left);
            }
        }
    }

    private void run() {
        while (!closed) {
            try {
                if (consumer == null) {
                    consumer = open();
                }
                for (ConsumerRecord<byte[], byte[]> entry : consumer.poll(POLL)) {
                    apply(entry);
                }
                synchronized (read) {
                    consumer.assignment().forEach(one -> read.put(one.partition(), consumer.position(one)));
                    read.notifyAll();
                }
            } catch (WakeupException e) {
                LOG.debug("Woken to end");
            } catch (RuntimeException e) {
                LOG.warn("The checkpoints cannot be followed and are read anew", e);
                consumer.close(Duration.ZERO);
                consumer = null;
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        if (consumer != null) {
            consumer.close(Duration.ZERO);
        }
    }

    private void apply(ConsumerRecord<byte[], byte[]> entry) {
        String key = new String(entry.key(), StandardCharsets.UTF_8);
        try {
            if (entry.value() == null) {
                latest.remove(key);
            } else if (Json.MAPPER.readTree(entry.value()) instanceof ObjectNode value) {
                latest.put(key, value);
                if (key.endsWith(WISH)) {
                    wishes.accept(key.substring(0, key.length() - WISH.length()));
                }
            }
        } catch (IOException e) {
            LOG.warn("A checkpoint cannot be read and is passed over key={}", key);
        }
    }

    private KafkaConsumer<byte[], byte[]> open() {
        Map<String, Object> properties = kafka.consumer("");
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        // how often an idle topic is asked; a record is answered at once all the same
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5_000);
        KafkaConsumer<byte[], byte[]> opened = new KafkaConsumer<>(properties);
        List<TopicPartition> all = opened.partitionsFor(Topics.CHECKPOINTS).stream()
                .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
        partitions = all.size();
        opened.assign(all);
        opened.seekToBeginning(all);
        return opened;
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        KafkaConsumer<byte[], byte[]> polled = consumer;
        if (polled != null && thread.isAlive()) {
            polled.wakeup();
            LockSupport.unpark(thread);
            thread.join(PATIENCE_NANOS / 1_000_000);
        }
    }
}
