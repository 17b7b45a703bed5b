package dev.serai.kafka;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Writes records to Kafka and says when all of them are safe (acks=all). The hub's only producer: everything that is
 * acknowledged to a client went through here.
 *
 * <p>Hazard: it is called on event loops, so it must never wait. What is on its way is counted in bytes and refused
 * with {@link Overloaded} before Kafka's own buffer could be full, and a topic must be {@linkplain #open opened}, off
 * the event loop, before it is written.
 */
public final class Publisher implements AutoCloseable {

    static final long BUFFER_BYTES = 48L * 1024 * 1024;

    /** The rest of the buffer is what Kafka wastes in half-filled batches. */
    private static final long MAX_BYTES_IN_FLIGHT = BUFFER_BYTES / 2;

    private static final Duration OPEN_PATIENCE = Duration.ofSeconds(20);

    private final Producer<byte[], byte[]> producer;
    private final AtomicLong bytesInFlight = new AtomicLong();

    public Publisher(KafkaConnection connection) {
        this(new KafkaProducer<>(connection.producer()));
    }

    /** For a producer that writes elsewhere, as samples do. */
    public Publisher(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /**
     * Fetches what the producer must know of a topic before it can write without waiting.
     *
     * @throws TimeoutException if the brokers do not know the topic, or cannot be reached, for 20 seconds
     */
    public void open(String topic) {
        long deadline = System.nanoTime() + OPEN_PATIENCE.toNanos();
        while (true) {
            try {
                producer.partitionsFor(topic);
                return;
            } catch (TimeoutException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
            }
        }
    }

    /**
     * Writes the records in order, and calls {@code done} once: with null when Kafka has them all, else with the first
     * failure. Then some of them may be in Kafka all the same, and the sender will send them again.
     *
     * @param done called on a thread of Kafka's client, which must not be held up
     * @throws Overloaded if the records do not fit; none was written
     */
    public void publish(List<ProducerRecord<byte[], byte[]>> records, Consumer<Exception> done) {
        long bytes = 0;
        for (ProducerRecord<byte[], byte[]> producerRecord : records) {
            bytes += size(producerRecord);
        }
        long inFlight = bytesInFlight.addAndGet(bytes);
        if (inFlight > MAX_BYTES_IN_FLIGHT && inFlight > bytes) {
            bytesInFlight.addAndGet(-bytes);
            throw new Overloaded(inFlight);
        }
        Completion completion = new Completion(records.size(), bytes, done);
        if (records.isEmpty()) {
            done.accept(null);
            return;
        }
        for (ProducerRecord<byte[], byte[]> producerRecord : records) {
            try {
                producer.send(producerRecord, completion);
            } catch (RuntimeException e) {
                completion.onCompletion(null, e);
            }
        }
    }

    /** Bytes handed over and not yet acknowledged. */
    public long bytesInFlight() {
        return bytesInFlight.get();
    }

    /** Waits up to ten seconds for what is on its way. */
    @Override
    public void close() {
        producer.close(Duration.ofSeconds(10));
    }

    private static int size(ProducerRecord<byte[], byte[]> producerRecord) {
        return producerRecord.value().length + (producerRecord.key() == null ? 0 : producerRecord.key().length);
    }

    private final class Completion implements Callback {

        private final AtomicInteger pending;
        private final long bytes;
        private final Consumer<Exception> done;
        private volatile Exception failure;

        Completion(int records, long bytes, Consumer<Exception> done) {
            this.pending = new AtomicInteger(records);
            this.bytes = bytes;
            this.done = done;
        }

        @Override
        public void onCompletion(RecordMetadata metadata, Exception exception) {
            if (exception != null && failure == null) {
                failure = exception;
            }
            if (pending.decrementAndGet() == 0) {
                bytesInFlight.addAndGet(-bytes);
                done.accept(failure);
            }
        }
    }
}
