package dev.serai.kafka;

import dev.serai.model.Event;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whose events the hub no longer takes. The list lies on the compacted topic {@code suppressions}, so every hub has it
 * and it outlives them; it holds the SHA-256 of user ids, for a list of who is to be forgotten must not itself name
 * them. A thread follows the topic; while nothing changes it asks Kafka once in five seconds.
 *
 * <p>Hazard: another hub learns of a suppression some milliseconds after this one, and what it took meanwhile is in
 * Kafka. Everything behind Kafka therefore asks again.
 */
public final class Suppressions implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Suppressions.class);
    private static final TopicPartition PARTITION = new TopicPartition(Topics.SUPPRESSIONS, 0);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /** There is no group to leave, and the answer to the last fetch is not waited for. */
    private static final Duration AT_ONCE = Duration.ZERO;

    private final Set<String> hashes = ConcurrentHashMap.newKeySet();
    private final AtomicLong version = new AtomicLong();
    private KafkaConnection connection;
    private Thread thread;
    private volatile KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;
    /** Guarded by this; the offset up to which the topic is known here. */
    private long read;

    /** Nobody is suppressed, until {@link #follow}. */
    public Suppressions() {
        // empty
    }

    /** A fixed list, for running the hub's parts without Kafka. */
    public static Suppressions of(String... userIds) {
        Suppressions suppressions = new Suppressions();
        for (String userId : userIds) {
            suppressions.hashes.add(hash(userId));
        }
        return suppressions;
    }

    /** Reads the list as it is now, and follows it from then on. To be called before events are taken. */
    public void follow(KafkaConnection kafka) {
        connection = kafka;
        KafkaConsumer<byte[], byte[]> first = open();
        try {
            load(first);
        } catch (RuntimeException e) {
            first.close(AT_ONCE);
            throw e;
        }
        consumer = first;
        thread = new Thread(this::run, "serai-suppressions");
        thread.start();
    }

    /** @param userId null is nobody */
    public boolean contains(String userId) {
        return !hashes.isEmpty() && userId != null && hashes.contains(hash(userId));
    }

    /** Whether the event is a suppressed user's, or tells that one had another id before. */
    public boolean contains(Event event) {
        return !hashes.isEmpty() && (contains(event.userId().orElse(null))
                || contains(event.json().path("previousId").textValue()));
    }

    public boolean isEmpty() {
        return hashes.isEmpty();
    }

    /** Another number whenever the list may have changed. */
    public long version() {
        return version.get();
    }

    /** From when this returns this hub takes no event of the user's; every other learns of it in the same moment. */
    public void suppress(String userId) throws InterruptedException {
        write(userId, ("{\"at\":\"" + Instant.now() + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    /** Takes events of the user again. */
    public void allow(String userId) throws InterruptedException {
        write(userId, null);
    }

    /** Whether Kafka has it, read anew from the beginning: not what this object believes. */
    public boolean isStored(String userId) {
        KafkaConsumer<byte[], byte[]> fresh = open();
        try {
            return readAll(fresh).contains(hash(userId));
        } finally {
            fresh.close(AT_ONCE);
        }
    }

    /** What the list knows of a user id, in hexadecimal; its beginning also stands for the person in logs. */
    public static String hash(String userId) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(userId.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void write(String userId, byte[] value) throws InterruptedException {
        Map<String, Object> properties = connection.producer();
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, 1024 * 1024L);
        long offset;
        try (Producer<byte[], byte[]> producer = new KafkaProducer<>(properties)) {
            offset = producer.send(new ProducerRecord<>(Topics.SUPPRESSIONS, 0,
                    hash(userId).getBytes(StandardCharsets.US_ASCII), value)).get().offset();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
        awaitRead(offset);
    }

    private synchronized void awaitRead(long offset) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (read <= offset) {
            long left = deadline - System.nanoTime();
            if (left <= 0 || closed) {
                throw new TimeoutException("the suppression is in Kafka, but this hub could not read it back");
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private synchronized void readUpTo(long offset) {
        read = offset;
        version.incrementAndGet();
        notifyAll();
    }

    private void run() {
        while (!closed) {
            try {
                if (consumer == null) {
                    consumer = open();
                    load(consumer);
                    continue;
                }
                for (ConsumerRecord<byte[], byte[]> entry : consumer.poll(POLL)) {
                    apply(entry, hashes);
                    readUpTo(entry.offset() + 1);
                }
            } catch (WakeupException e) {
                LOG.debug("Woken to end");
            } catch (RuntimeException e) {
                LOG.warn("The list of suppressed users cannot be followed and is read anew known={}",
                        hashes.size(), e);
                closeConsumer();
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        closeConsumer();
    }

    private void closeConsumer() {
        KafkaConsumer<byte[], byte[]> last = consumer;
        consumer = null;
        if (last != null) {
            last.close(AT_ONCE);
        }
    }

    private KafkaConsumer<byte[], byte[]> open() {
        Map<String, Object> properties = connection.consumer("");
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        // how often an idle topic is asked; a record is answered at once all the same
        properties.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 5_000);
        properties.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) PATIENCE.toMillis());
        KafkaConsumer<byte[], byte[]> opened = new KafkaConsumer<>(properties);
        opened.assign(List.of(PARTITION));
        return opened;
    }

    private void load(KafkaConsumer<byte[], byte[]> from) {
        Set<String> all = readAll(from);
        hashes.addAll(all);
        hashes.retainAll(all);
        readUpTo(from.position(PARTITION));
    }

    private static Set<String> readAll(KafkaConsumer<byte[], byte[]> from) {
        Set<String> all = new HashSet<>();
        from.seekToBeginning(List.of(PARTITION));
        long end = from.endOffsets(List.of(PARTITION)).get(PARTITION);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (from.position(PARTITION) < end) {
            if (System.nanoTime() - deadline > 0) {
                throw new TimeoutException("the list of suppressed users cannot be read");
            }
            from.poll(Duration.ofSeconds(1)).forEach(entry -> apply(entry, all));
        }
        return all;
    }

    private static void apply(ConsumerRecord<byte[], byte[]> entry, Set<String> to) {
        String hash = new String(entry.key(), StandardCharsets.US_ASCII);
        if (entry.value() == null) {
            to.remove(hash);
        } else {
            to.add(hash);
        }
    }

    @Override
    public void close() {
        closed = true;
        KafkaConsumer<byte[], byte[]> polled = consumer;
        if (polled != null) {
            polled.wakeup();
        }
        if (thread != null) {
            LockSupport.unpark(thread);
            try {
                thread.join(PATIENCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
