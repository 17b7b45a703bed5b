package dev.serai.kafka;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A thread that reads a topic for one handler and commits what is done, no more. It never stops polling: where the
 * handler has no room, or a partition has more undone records than a commit can tell, partitions are paused, so the
 * group keeps its member however slow the work is.
 *
 * <p>Whatever Kafka answers, nothing is skipped: on a failure the consumer is closed and made anew, and begins where
 * the last commit stands. Hazard: so a record can come twice, and the handler must bear it.
 */
final class TopicReader implements TopicReaders.Reader {

    private static final Logger LOG = LoggerFactory.getLogger(TopicReader.class);
    private static final long NOTHING = -1;
    private static final Duration COMMIT_PERIOD = Duration.ofMillis(200);

    /** How long a handler that has enough to do is left to it; the group must hear of its member now and then. */
    private static final Duration POLL_PERIOD = Duration.ofMillis(100);
    /** Between two turns of the handler, so that what it has to send does not wait for all that was fetched. */
    private static final int TAKEN_AT_ONCE = 500;
    private static final Duration CLOSE = Duration.ofMillis(500);
    private static final Duration PATIENCE_WITH_KAFKA = Duration.ofSeconds(1);

    /** What has not ended by then is done again by whoever reads on. */
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final KafkaConnection connection;
    private final String topic;
    private final String group;
    private final TopicReaders.Handler handler;
    private final Thread thread;
    private final Map<TopicPartition, Part> parts = new HashMap<>();
    private final ArrayDeque<ConsumerRecord<byte[], byte[]>> fetched = new ArrayDeque<>();
    private final AtomicBoolean polling = new AtomicBoolean();
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean stopping;
    private volatile boolean stalled;
    private volatile boolean woken;
    private volatile boolean parked;
    private long nextPoll;
    private volatile long lag;
    private long nextCommit;

    /** What is known of one assigned partition. */
    private static final class Part {
        private Ledger ledger;
        private long notBefore;
        private boolean paused;
        private long committed;
        private String committedMetadata;

        Part(Ledger ledger, long committed, String metadata) {
            this.ledger = ledger;
            this.committed = committed;
            this.committedMetadata = metadata;
        }
    }

    private TopicReader(KafkaConnection connection, String topic, String group, TopicReaders.Handler handler) {
        this.connection = connection;
        this.topic = topic;
        this.group = group;
        this.handler = handler;
        this.thread = new Thread(this::run, "serai-" + group);
    }

    static TopicReader start(KafkaConnection connection, String topic, String group, TopicReaders.Handler handler) {
        TopicReader reader = new TopicReader(connection, topic, group, handler);
        handler.readBy(reader);
        reader.thread.start();
        return reader;
    }

    @Override
    public void wake() {
        woken = true;
        if (parked) {
            LockSupport.unpark(thread);
        }
        if (polling.compareAndSet(true, false)) {
            KafkaConsumer<byte[], byte[]> polled = consumer;
            if (polled != null) {
                polled.wakeup();
            }
        }
    }

    @Override
    public long lag() {
        return lag;
    }

    @Override
    public void close() {
        stopping = true;
        wake();
        try {
            thread.join(DRAIN.plusSeconds(8).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean failing = false;
        while (!stopping) {
            try {
                consumer = new KafkaConsumer<>(properties());
                consumer.subscribe(List.of(topic), new Moves());
                while (!stopping) {
                    turn();
                    failing = false;
                }
                drain();
                commitNow();
            } catch (RuntimeException e) {
                if (!failing) {
                    LOG.warn("Reading a topic failed and is tried again topic={} group={}", topic, group, e);
                }
                failing = true;
                forgetAll();
                LockSupport.parkNanos(PATIENCE_WITH_KAFKA.toNanos());
            } finally {
                closeConsumer();
            }
        }
        forgetAll();
    }

    private void closeConsumer() {
        try {
            if (consumer != null) {
                // enough to leave the group; the rest would wait for the answer to the last fetch
                consumer.close(CLOSE);
            }
        } catch (RuntimeException e) {
            LOG.debug("A consumer did not close cleanly topic={} group={}", topic, group, e);
        }
        consumer = null;
    }

    private Map<String, Object> properties() {
        Map<String, Object> properties = connection.consumer(group);
        // partitions that stay here go on while others move
        properties.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                List.of(CooperativeStickyAssignor.class.getName()));
        properties.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
        if (connection.isAlone()) {
            // after a kill the group would wait for the member that is gone; under the same name it only comes back
            properties.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "hub");
        }
        // how often an idle topic is asked; a record is answered at once all the same
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 1_000);
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 * 1024 * 1024);
        // all that was fetched, in one poll: while the client holds some of a partition, it asks the broker for the other
        // partitions only, and if they have nothing, for the whole of that wait
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, Integer.MAX_VALUE);
        return properties;
    }

    private void turn() {
        woken = false;
        Duration wait = handler.turn();
        steer();
        if (stalled || parts.isEmpty() || !isSettled()) {
            wait = min(wait, COMMIT_PERIOD);
        }
        if (handler.hasEnough() && System.nanoTime() - nextPoll < 0) {
            park(wait);
        } else if (!fetched.isEmpty() && handler.hasRoom()) {
            takeSome();
        } else {
            poll(wait);
        }
        if (System.nanoTime() - nextCommit >= 0) {
            commitLater();
            measureLag();
            nextCommit = System.nanoTime() + COMMIT_PERIOD.toNanos();
        }
    }

    /** Kafka's client wakes up by throwing, which costs more than many a request; so a busy handler is waited for here. */
    private void park(Duration wait) {
        parked = true;
        if (!woken && !stopping) {
            LockSupport.parkNanos(this, Math.min(wait.toNanos(), nextPoll - System.nanoTime()));
        }
        parked = false;
    }

    private void poll(Duration wait) {
        polling.set(true);
        try {
            consumer.poll(woken || stopping ? Duration.ZERO : wait).forEach(fetched::add);
        } catch (WakeupException e) {
            // the handler has something to do
        } finally {
            polling.set(false);
        }
        takeSome();
    }

    private void takeSome() {
        for (int i = 0; i < TAKEN_AT_ONCE && !fetched.isEmpty() && handler.hasRoom(); i++) {
            take(fetched.poll());
        }
        nextPoll = System.nanoTime() + POLL_PERIOD.toNanos();
    }

    private void take(ConsumerRecord<byte[], byte[]> read) {
        Part part = parts.get(partition(read));
        if (part == null) {
            throw new IllegalStateException("a record of a partition that was not assigned");
        }
        if (part.ledger.isPast(read.offset())) {
            part.ledger.close();
            part.ledger = new Ledger(read.offset());
            handler.forget();
        }
        // what comes after a record that must be read again comes again too
        if (!part.ledger.isBroken() && part.ledger.take(read.offset())) {
            if (Rewritten.originalOffset(read).isPresent()) {
                // a topic is rewritten only when all its groups are past the originals
                part.ledger.done(read.offset());
                return;
            }
            handler.take(new TakenRecord(read, part.ledger, this::ended));
        }
    }

    private static TopicPartition partition(ConsumerRecord<byte[], byte[]> read) {
        return new TopicPartition(read.topic(), read.partition());
    }

    private void ended() {
        if (stalled) {
            wake();
        }
    }

    /** Pauses what may not be read on, resumes what may, and goes back where records are to be read again. */
    private void steer() {
        boolean room = handler.hasRoom();
        boolean anyPaused = false;
        long now = System.nanoTime();
        for (Map.Entry<TopicPartition, Part> entry : parts.entrySet()) {
            Part part = entry.getValue();
            if (part.ledger.isBroken() && part.ledger.open() == 0) {
                long from = part.ledger.committable();
                part.ledger.close();
                part.ledger = new Ledger(from);
                part.notBefore = now + PATIENCE_WITH_KAFKA.toNanos();
                consumer.seek(entry.getKey(), from);
                fetched.removeIf(read -> partition(read).equals(entry.getKey()));
            }
            boolean pause = !room || part.ledger.isBroken() || part.ledger.isCrowded()
                    || part.notBefore != 0 && now - part.notBefore < 0;
            if (pause != part.paused) {
                if (pause) {
                    consumer.pause(Set.of(entry.getKey()));
                } else {
                    consumer.resume(Set.of(entry.getKey()));
                }
                part.paused = pause;
            }
            anyPaused |= pause;
        }
        stalled = anyPaused;
    }

    /** Whether all that was read is done and committed. */
    private boolean isSettled() {
        return parts.values().stream().allMatch(part -> part.ledger.ahead() == 0
                && part.ledger.committable() == part.committed);
    }

    private Map<TopicPartition, OffsetAndMetadata> toCommit() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        parts.forEach((partition, part) -> {
            synchronized (part.ledger) {
                long offset = part.ledger.committable();
                String metadata = part.ledger.metadata();
                if (offset != part.committed || !metadata.equals(part.committedMetadata)) {
                    offsets.put(partition, new OffsetAndMetadata(offset, metadata));
                    part.committed = offset;
                    part.committedMetadata = metadata;
                }
            }
        });
        return offsets;
    }

    private void commitLater() {
        Map<TopicPartition, OffsetAndMetadata> offsets = toCommit();
        if (!offsets.isEmpty()) {
            consumer.commitAsync(offsets, (committed, failure) -> {
                if (failure != null) {
                    LOG.debug("A commit failed; the next one covers it topic={} group={}", topic, group, failure);
                    committed.keySet().stream().map(parts::get).filter(part -> part != null)
                            .forEach(part -> part.committed = NOTHING);
                }
            });
        }
    }

    private void commitNow() {
        Map<TopicPartition, OffsetAndMetadata> offsets = toCommit();
        if (offsets.isEmpty()) {
            return;
        }
        try {
            undisturbed(() -> {
                consumer.commitSync(offsets, Duration.ofSeconds(5));
                return null;
            });
        } catch (RuntimeException e) {
            LOG.warn("A last commit failed; some records will be handled twice topic={} group={}", topic, group, e);
        }
    }

    /** A wake-up meant for a poll may strike the next thing that is asked of Kafka; it strikes only once. */
    private static <T> T undisturbed(Supplier<T> asked) {
        try {
            return asked.get();
        } catch (WakeupException e) {
            return asked.get();
        }
    }

    private void drain() {
        handler.hold(true);
        long deadline = System.nanoTime() + DRAIN.toNanos();
        handler.turn();
        while (handler.running() > 0 && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            handler.turn();
        }
        handler.hold(false);
    }

    private void measureLag() {
        long sum = 0;
        for (TopicPartition partition : consumer.assignment()) {
            sum += consumer.currentLag(partition).orElse(0);
        }
        lag = sum;
    }

    private void drop(Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            Part part = parts.remove(partition);
            if (part != null) {
                part.ledger.close();
            }
        }
        fetched.removeIf(read -> partitions.contains(partition(read)));
        handler.forget();
    }

    private void forgetAll() {
        drop(new HashSet<>(parts.keySet()));
    }

    private static Duration min(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /** Called within poll, on the reader's thread. */
    private final class Moves implements ConsumerRebalanceListener {

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            if (partitions.isEmpty()) {
                return;
            }
            Map<TopicPartition, OffsetAndMetadata> committed =
                    undisturbed(() -> consumer.committed(new HashSet<>(partitions)));
            for (TopicPartition partition : partitions) {
                OffsetAndMetadata offset = committed.get(partition);
                Part part = offset == null
                        ? new Part(new Ledger(undisturbed(() -> consumer.position(partition))), NOTHING, "")
                        : new Part(Ledger.restored(offset.offset(), offset.metadata()), offset.offset(),
                                offset.metadata());
                parts.put(partition, part);
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty() && !stopping) {
                drain();
                commitNow();
                drop(partitions);
            }
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            drop(partitions);
        }
    }
}
