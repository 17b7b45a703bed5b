package dev.serai.kafka;

import dev.serai.model.Event;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What an event of {@code hub:events} still waits for. A step that writes to Kafka does not hold the route up until
 * Kafka answers: it writes, notes it here, and the route goes on with the next step. So a whole route runs on the
 * reader's thread, and two events of a user cannot overtake each other on their ways through different steps. The
 * event counts as handled when its route has ended and everything noted here is acknowledged.
 */
public final class Acknowledgements {

    private static final String PROPERTY = "serai.acknowledgements";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** One for the route itself. */
    private final AtomicInteger pending = new AtomicInteger(1);
    private final Consumer<Exception> done;
    private volatile Exception failure;

    private final Event event;
    private final byte[] original;

    /**
     * @param event    the event and the bytes it was read from
     * @param done     called once, with the first failure or null
     */
    Acknowledgements(Event event, byte[] original, Consumer<Exception> done) {
        this.event = event;
        this.original = original;
        this.done = done;
    }

    /** The event as it came, to the last digit, unless the route has put another in its place. */
    public byte[] bytesOf(Event body) {
        return body == event ? original : body.toBytes();
    }

    void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    /** The exchange's own, or null if it came in by another door. */
    public static Acknowledgements of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Acknowledgements.class);
    }

    /** Writes the records. Waits only while too much else is on its way, which is right on a reader's thread. */
    public void publish(Publisher publisher, List<ProducerRecord<byte[], byte[]>> records) {
        pending.incrementAndGet();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                publisher.publish(records, this::ended);
                return;
            } catch (Overloaded e) {
                if (System.nanoTime() - deadline > 0) {
                    ended(e);
                    return;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        }
    }

    void routeEnded() {
        ended(null);
    }

    private void ended(Exception cause) {
        if (cause != null && failure == null) {
            failure = cause;
        }
        if (pending.decrementAndGet() == 0) {
            done.accept(failure);
        }
    }
}
