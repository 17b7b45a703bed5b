package dev.serai.privacy;

import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.TopicWalk;
import dev.serai.kafka.Rewritten;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Takes a person's records out of a partition. Kafka deletes only from the beginning, so what is there and not
 * theirs is copied to the end, and then everything before the first copy is cut off.
 *
 * <p>Hazards: every group must be past the end before, because it will pass over the copies. Between the copying and
 * the cutting both are there; who dies in between does no harm, since of an original that has a copy already no second
 * one is made. Two of these at a time on one partition make copies twice; one hub does one at a time.
 */
final class TopicRewrite implements AutoCloseable {

    private static final int MAX_BLOCK_MILLIS = 30_000;

    private final KafkaConnection kafka;
    private final Admin admin;
    private final Producer<byte[], byte[]> producer;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    TopicRewrite(KafkaConnection kafka, Admin admin) {
        this.kafka = kafka;
        this.admin = admin;
        Map<String, Object> properties = kafka.producer();
        // of its own, and patient: the hub's producer must keep its room for events that come in
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 16 * 1024 * 1024L);
        this.producer = new KafkaProducer<>(properties);
    }

    /**
     * Copies what is to stay of the records before {@code end}, in order, and returns when Kafka has all of it.
     *
     * @throws IllegalStateException if a copy could not be written; nothing may be cut then
     */
    void copy(TopicPartition partition, long end, Person person) {
        OffsetSet staying = new OffsetSet();
        try (TopicWalk walk = new TopicWalk(kafka)) {
            walk.read(partition, end, walk.ends(partition.topic()).get(partition),
                    entry -> Rewritten.originalOffset(entry).ifPresent(staying::add));
            walk.read(Map.of(partition, end), entry -> {
                boolean isFirst = staying.add(Rewritten.originalOffset(entry).orElse(entry.offset()));
                if (isFirst && !person.owns(entry.topic(), entry.value())) {
                    send(Rewritten.copy(entry));
                }
            });
        }
        producer.flush();
        check();
    }

    /**
     * Writes a tombstone for each of these keys, and returns when Kafka has all of them: where a topic is compacted,
     * Kafka deletes what stands before them, and a copy at the end would hide what was written meanwhile.
     *
     * @throws IllegalStateException if one could not be written
     */
    void clear(TopicPartition partition, Collection<ByteBuffer> keys) {
        for (ByteBuffer key : keys) {
            send(new ProducerRecord<>(partition.topic(), partition.partition(), key.array(), null));
        }
        producer.flush();
        check();
    }

    private void send(ProducerRecord<byte[], byte[]> entry) {
        check();
        producer.send(entry, (metadata, e) -> {
            if (e != null) {
                failure.compareAndSet(null, e);
            }
        });
    }

    private void check() {
        if (failure.get() != null) {
            throw new IllegalStateException("Kafka did not take all that was to be written, so nothing was cut", failure.get());
        }
    }

    /** Deletes all records before {@code end}. */
    void cut(TopicPartition partition, long end) throws ExecutionException, InterruptedException {
        admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(end))).all().get();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }
}
