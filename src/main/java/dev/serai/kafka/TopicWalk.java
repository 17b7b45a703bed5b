package dev.serai.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Reads what is in Kafka once, up to an end that is known beforehand; belongs to no group. Whatever is deleted from a
 * partition's beginning meanwhile is not read.
 */
public final class TopicWalk implements AutoCloseable {

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long STRETCH = 5_000;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaConsumer<byte[], byte[]> consumer;

    public TopicWalk(KafkaConnection kafka) {
        Map<String, Object> properties = kafka.consumer("");
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 8 * 1024 * 1024);
        this.consumer = new KafkaConsumer<>(properties);
    }

    /** The offset after the last record of each partition. */
    public Map<TopicPartition, Long> ends(String topic) {
        return consumer.endOffsets(consumer.partitionsFor(topic).stream()
                .map(info -> new TopicPartition(topic, info.partition())).toList());
    }

    /** Every record before these ends. */
    public void read(Map<TopicPartition, Long> ends, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        consumer.assign(ends.keySet());
        consumer.seekToBeginning(ends.keySet());
        readOn(ends, each);
    }

    /** The records that were written since a time, before these ends. */
    public void read(Map<TopicPartition, Long> ends, Instant since, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        Map<TopicPartition, Long> times = new HashMap<>();
        ends.keySet().forEach(partition -> times.put(partition, since.toEpochMilli()));
        consumer.assign(ends.keySet());
        consumer.offsetsForTimes(times).forEach((partition, found) ->
                consumer.seek(partition, found == null ? ends.get(partition) : found.offset()));
        readOn(ends, each);
    }

    public void read(TopicPartition partition, long from, long end, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        readOn(Map.of(partition, end), each);
    }

    /**
     * The newest record that is meant, among about so many that were written last: a stretch at the end of each partition is
     * read, then the ones before. What is rare costs the whole number.
     */
    public Optional<ConsumerRecord<byte[], byte[]>> newest(String topic, long most, Predicate<ConsumerRecord<byte[], byte[]>> meant) {
        Map<TopicPartition, Long> ends = ends(topic);
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(ends.keySet());
        AtomicReference<ConsumerRecord<byte[], byte[]>> newest = new AtomicReference<>();
        for (long left = most; left > 0 && newest.get() == null;) {
            long stretch = Math.max(1, Math.min(STRETCH, left / ends.size()));
            Map<TopicPartition, Long> starts = new HashMap<>();
            ends.forEach((partition, end) -> starts.put(partition, Math.max(beginnings.get(partition), end - stretch)));
            if (starts.equals(ends)) {
                break;
            }
            consumer.assign(starts.keySet());
            starts.forEach(consumer::seek);
            readOn(ends, entry -> {
                if (meant.test(entry)) {
                    newest.updateAndGet(best -> best != null && best.timestamp() > entry.timestamp() ? best : entry);
                }
            });
            left -= stretch * ends.size();
            ends = starts;
        }
        return Optional.ofNullable(newest.get());
    }

    /** The records that were written last, the oldest of them first. */
    public List<ConsumerRecord<byte[], byte[]>> last(String topic, int count) {
        Map<TopicPartition, Long> ends = ends(topic);
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(ends.keySet());
        consumer.assign(ends.keySet());
        ends.forEach((partition, end) -> consumer.seek(partition, Math.max(starts.get(partition), end - count)));
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        readOn(ends, records::add);
        records.sort(Comparator.comparingLong(ConsumerRecord::timestamp));
        return records.subList(Math.max(0, records.size() - count), records.size());
    }

    private void readOn(Map<TopicPartition, Long> ends, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        consumer.resume(consumer.paused());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            Collection<TopicPartition> read = ends.keySet().stream()
                    .filter(partition -> consumer.position(partition) >= ends.get(partition)).toList();
            if (read.size() == ends.size()) {
                return;
            }
            consumer.pause(read);
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> entry : records) {
                if (entry.offset() < ends.get(new TopicPartition(entry.topic(), entry.partition()))) {
                    each.accept(entry);
                }
            }
            if (!records.isEmpty()) {
                deadline = System.nanoTime() + PATIENCE.toNanos();
            } else if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("Kafka gives no records of " + ends.keySet());
            }
        }
    }

    @Override
    public void close() {
        // there is no group to leave, and the answer to the last fetch need not be waited for
        consumer.close(Duration.ZERO);
    }
}
