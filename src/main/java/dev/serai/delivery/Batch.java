package dev.serai.delivery;

import dev.serai.model.Event;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * The events of one request, and what became of them. Travels with the exchange as a property; the body is the plain
 * list of its events. The step that makes the request answers it; an exchange that ends without an answer counts as
 * one that failed.
 */
final class Batch {

    private static final String PROPERTY = "serai.batch";

    private final ConfiguredDestination destination;
    private final List<Delivery> deliveries;
    private final List<Event> events;
    private volatile List<Verdict> verdicts;
    private volatile Verdict ofDestination;

    Batch(ConfiguredDestination destination, List<Delivery> deliveries) {
        this.destination = destination;
        this.deliveries = List.copyOf(deliveries);
        this.events = deliveries.stream().map(Delivery::event).toList();
    }

    void attachTo(Exchange exchange) {
        exchange.setProperty(PROPERTY, this);
    }

    /** @throws IllegalStateException if the exchange did not come out of a destination's queue */
    static Batch of(Exchange exchange) {
        Batch batch = exchange.getProperty(PROPERTY, Batch.class);
        if (batch == null) {
            throw new IllegalStateException("a request needs events from a destination's queue; begin the route with "
                    + "kamelet:deliveries-source");
        }
        return batch;
    }

    ConfiguredDestination destination() {
        return destination;
    }

    List<Delivery> deliveries() {
        return deliveries;
    }

    List<Event> events() {
        return events;
    }

    int size() {
        return events.size();
    }

    /** The event's bytes as they lie in the queue. */
    byte[] original(int index) {
        return deliveries.get(index).taken().value();
    }

    /** The same for all. */
    void answer(Verdict all) {
        answer(Collections.nCopies(events.size(), all), all);
    }

    /**
     * @param each          for each event, in order
     * @param ofDestination what the answer says of the destination itself, as when it is down for all; null if
     *                      nothing, because it was not asked
     */
    void answer(List<Verdict> each, Verdict ofDestination) {
        if (each.size() != events.size()) {
            throw new IllegalArgumentException(each.size() + " verdicts for " + events.size() + " events");
        }
        this.ofDestination = ofDestination;
        this.verdicts = List.copyOf(each);
    }

    boolean isAnswered() {
        return verdicts != null;
    }

    Verdict verdict(int index) {
        return verdicts.get(index);
    }

    Optional<Verdict> ofDestination() {
        return Optional.ofNullable(ofDestination);
    }
}
