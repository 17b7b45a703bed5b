package dev.serai.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What a route wants written of one event. A step that writes to Kafka puts its records here and the route goes on; when
 * the route has ended well all of them are written, and if it fails none is, so that nothing is sent by a route that
 * was wrong halfway. As nothing waits, a whole route runs on the reader's thread, and two events of a user cannot
 * overtake each other on their ways through different steps.
 */
public final class Outbox {

    /** Header of a replayed event: the one destination that it may go to. */
    public static final String ONLY = "serai-destination";

    private static final String PROPERTY = "serai.outbox";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Object body;
    private final byte[] original;
    private final List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
    private final Map<String, String> decisions = new LinkedHashMap<>();
    private final Map<String, String> places = new LinkedHashMap<>();
    private String only;

    /** @param body the event or object, and the bytes it was read from */
    public Outbox(Object body, byte[] original) {
        this.body = body;
        this.original = original;
    }

    /** The event as it came, to the last digit; null if the route has put another in its place. */
    public byte[] original(Object current) {
        return current == body ? original : null;
    }

    public void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    /** The exchange's own, or null if it came in by another door. */
    public static Outbox of(Exchange exchange) {
        return exchange.getProperty(PROPERTY, Outbox.class);
    }

    /** Whatever the route chooses, nothing goes elsewhere. */
    void only(String destination) {
        only = destination;
    }

    /** Whether only one destination was asked about. */
    boolean isRestricted() {
        return only != null;
    }

    /** A destination that the event goes to. Once: several steps may have chosen it. */
    public synchronized void send(String destination, ProducerRecord<byte[], byte[]> queued) {
        if (only != null && !only.equals(destination)) {
            return;
        }
        if (!"".equals(decisions.put(destination, ""))) {
            records.add(queued);
        }
    }

    /** A destination that the event was chosen for and does not go to, and why. */
    public synchronized void withhold(String destination, String why) {
        decisions.putIfAbsent(destination, why);
    }

    /** Where a step of the routing chose its destinations, for who wants to know why. */
    synchronized void choseAt(String place) {
        decisions.keySet().forEach(destination -> places.putIfAbsent(destination, place));
    }

    /** By destination the step that chose it, as {@code file:line}, as far as is known. */
    public synchronized Map<String, String> places() {
        return new LinkedHashMap<>(places);
    }

    /** By destination: empty if the event goes there, else why it does not. Those that no step has chosen are not in it. */
    public synchronized Map<String, String> decisions() {
        return new LinkedHashMap<>(decisions);
    }

    /**
     * Writes all. Waits only while too much else is on its way, which is right on a reader's thread.
     *
     * @param done called once, with the first failure or null
     */
    void publish(Publisher publisher, Consumer<Exception> done) {
        List<ProducerRecord<byte[], byte[]>> all;
        synchronized (this) {
            all = List.copyOf(records);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                publisher.publish(all, done);
                return;
            } catch (Overloaded e) {
                if (System.nanoTime() - deadline > 0) {
                    done.accept(e);
                    return;
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        }
    }
}
