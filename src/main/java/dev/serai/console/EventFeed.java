package dev.serai.console;

import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Rewritten;
import dev.serai.kafka.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the newest of {@code events} and {@code dead-letters} on one thread, until it is stopped. It belongs to no
 * group, commits nothing and holds up nobody.
 *
 * <p>It reads as fast as its {@link ReadBudget} allows. When that is spent it rests, and a topic that ran away
 * meanwhile is left behind: it goes on at the end and tells how many records it passed over. So it costs the same at
 * a hundred events a second and at a million. Each topic is judged alone, so that a flood of events does not hide the
 * few dead letters. A fault of Kafka's is waited out.
 */
final class EventFeed implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
    private static final List<String> TOPICS = List.of(Topics.EVENTS, Topics.DEAD_LETTERS);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int MAX_POLL_RECORDS = 50;
    private static final long SHORTEST_REST_SECONDS = 1;
    private static final long LONGEST_REST_SECONDS = 30;

    /** Who the feed reads for; all called on its thread. */
    interface Audience {

        /** From now on everything new is shown. */
        void listening();

        void show(Frame frame);

        void skipped(long count);

        /** Kafka cannot be read; {@link #listening} follows when it can be again. */
        void interrupted();
    }

    private final KafkaConnection kafka;
    private final StreamLimits limits;
    private final Audience audience;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile Consumer<byte[], byte[]> consumer;

    private EventFeed(KafkaConnection kafka, StreamLimits limits, Audience audience) {
        this.kafka = kafka;
        this.limits = limits;
        this.audience = audience;
        this.thread = new Thread(this, "event-stream");
        thread.setDaemon(true);
    }

    static EventFeed start(KafkaConnection kafka, StreamLimits limits, Audience audience) {
        EventFeed feed = new EventFeed(kafka, limits, audience);
        feed.thread.start();
        return feed;
    }

    /** Ends the thread soon; does not wait for it, so it may be called on an event loop. */
    void stop() {
        stopped = true;
        Consumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        long rest = SHORTEST_REST_SECONDS;
        while (!stopped) {
            long begin = System.nanoTime();
            try (Consumer<byte[], byte[]> reader = new KafkaConsumer<>(properties())) {
                consumer = reader;
                follow(reader);
            } catch (WakeupException e) {
                // stopped
            } catch (RuntimeException e) {
                if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(LONGEST_REST_SECONDS)) {
                    rest = SHORTEST_REST_SECONDS;
                }
                LOG.warn("Event stream cannot read from Kafka, trying again; seconds={} reason={}", rest,
                        e.toString());
                audience.interrupted();
                rest(TimeUnit.SECONDS.toNanos(rest));
                rest = Math.min(LONGEST_REST_SECONDS, rest * 2);
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> reader) {
        List<TopicPartition> partitions = partitions(reader);
        reader.assign(partitions);
        reader.endOffsets(partitions).forEach(reader::seek);
        ReadBudget budget = new ReadBudget(limits.perSecond(), limits.burst(), System::nanoTime);
        audience.listening();
        while (!stopped) {
            for (ConsumerRecord<byte[], byte[]> entry : reader.poll(POLL)) {
                if (stopped) {
                    return;
                }
                budget.spend(entry.serializedValueSize());
                if (Rewritten.originalOffset(entry).isPresent()) {
                    continue;
                }
                Frame.of(entry).ifPresent(audience::show);
            }
            long wait = budget.nanosToWait();
            if (wait > 0) {
                rest(wait);
                leaveBehind(reader);
            }
        }
    }

    private static List<TopicPartition> partitions(Consumer<byte[], byte[]> reader) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : TOPICS) {
            List<PartitionInfo> known = reader.partitionsFor(topic);
            if (known == null || known.isEmpty()) {
                throw new IllegalStateException("Kafka has no topic " + topic);
            }
            known.forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
        }
        return partitions;
    }

    private void leaveBehind(Consumer<byte[], byte[]> reader) {
        Map<TopicPartition, Long> ends = reader.endOffsets(reader.assignment());
        long skipped = 0;
        for (String topic : TOPICS) {
            long behind = 0;
            for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
                if (end.getKey().topic().equals(topic)) {
                    behind += Math.max(0, end.getValue() - reader.position(end.getKey()));
                }
            }
            if (behind > limits.perSecond()) {
                ends.forEach((partition, end) -> {
                    if (partition.topic().equals(topic)) {
                        reader.seek(partition, end);
                    }
                });
                skipped += behind;
            }
        }
        if (skipped > 0) {
            audience.skipped(skipped);
        }
    }

    private void rest(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0 && !stopped; left = end - System.nanoTime()) {
            LockSupport.parkNanos(this, left);
        }
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = kafka.consumer("");
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.CLIENT_ID_CONFIG, "event-stream");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, MAX_POLL_RECORDS);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 64 * 1024);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 256 * 1024);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 10_000);
        properties.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        return properties;
    }
}
