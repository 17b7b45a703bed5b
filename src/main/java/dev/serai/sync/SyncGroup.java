package dev.serai.sync;

import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which hub syncs what: a consumer group over topic {@code checkpoints}, whose partitions stand for sources. It reads
 * nothing; it is there for Kafka to say who is alive and to share the partitions out. A hub that is killed is given up
 * after six seconds, one that stops leaves at once.
 */
final class SyncGroup implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SyncGroup.class);
    private static final String GROUP = "serai-syncs";
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final int SESSION_MILLIS = 6_000;
    private static final int HEARTBEAT_MILLIS = 1_500;

    private final Map<String, Object> properties;
    private final Owner owner;
    private final Thread thread = new Thread(this::run, "serai-syncs");
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;

    /** Told which partitions this hub has; both are called on one thread. */
    interface Owner {
        void take(int partition);

        void give(int partition);
    }

    SyncGroup(KafkaConnection kafka, Owner owner) {
        this.owner = owner;
        this.properties = kafka.consumer(GROUP);
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS);
        properties.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MILLIS);
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, List.of(CooperativeStickyAssignor.class.getName()));
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (!closed) {
            try (KafkaConsumer<byte[], byte[]> joined = new KafkaConsumer<>(properties)) {
                consumer = joined;
                joined.subscribe(List.of(Topics.CHECKPOINTS), new Shares());
                while (!closed) {
                    joined.poll(POLL);
                }
            } catch (WakeupException e) {
                LOG.debug("Woken to end");
            } catch (RuntimeException e) {
                LOG.warn("The group of syncing hubs is joined anew", e);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    private final class Shares implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
            // nothing is to be fetched: checkpoints are followed elsewhere
            consumer.pause(assigned);
            assigned.forEach(one -> owner.take(one.partition()));
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
            revoked.forEach(one -> owner.give(one.partition()));
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        KafkaConsumer<byte[], byte[]> polled = consumer;
        if (polled != null && thread.isAlive()) {
            polled.wakeup();
        }
        LockSupport.unpark(thread);
        thread.join();
    }
}
