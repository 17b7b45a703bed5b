package dev.serai.delivery;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.serai.model.Json;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.io.ByteArrayOutputStream;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.camel.Exchange;

/**
 * The items of one request, and what became of them. Travels with the exchange as a property; the body is the array of
 * the items. The step that makes the request answers it; an exchange that ends without an answer counts as one that
 * failed.
 */
final class Batch {

    private static final String PROPERTY = "serai.batch";

    private final ConfiguredDestination destination;
    private final Kind kind;
    private final List<Item> items;
    private final ArrayNode bodies;
    private volatile List<Verdict> verdicts;
    private volatile Verdict ofDestination;
    private volatile Correspondence correspondence;

    Batch(ConfiguredDestination destination, Kind kind, List<Item> items) {
        this.destination = destination;
        this.kind = kind;
        this.items = List.copyOf(items);
        this.bodies = Json.MAPPER.createArrayNode();
        items.forEach(item -> bodies.add(item.body()));
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

    Kind kind() {
        return kind;
    }

    List<Item> items() {
        return items;
    }

    /** The items as JSON. */
    ArrayNode bodies() {
        return bodies;
    }

    int size() {
        return items.size();
    }

    Envelope envelope(int index) {
        return items.get(index).delivery().envelope();
    }

    /** Whether each item is its event, as it lies in the queue. */
    boolean isAsItLies() {
        return items.stream().allMatch(item -> item.body() == item.delivery().envelope().json());
    }

    /** The events' bytes as they lie in the queue: the first, or an array of all. */
    byte[] originals(boolean onlyFirst) {
        if (onlyFirst) {
            return items.get(0).delivery().taken().value();
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < items.size(); i++) {
            all.write(i == 0 ? '[' : ',');
            all.writeBytes(items.get(i).delivery().taken().value());
        }
        all.write(']');
        return all.toByteArray();
    }

    /** What was asked, and answered: for dead letters. To be told before the verdicts. */
    void correspondence(Correspondence what) {
        this.correspondence = what;
    }

    Optional<Correspondence> correspondence() {
        return Optional.ofNullable(correspondence);
    }

    /** The same for all, and for the destination. */
    void answer(Verdict all) {
        answer(Collections.nCopies(items.size(), all), all);
    }

    /** The same for all; the destination was not asked. */
    void answerUnasked(Verdict all) {
        answer(Collections.nCopies(items.size(), all), null);
    }

    /**
     * @param each          for each item, in order
     * @param ofDestination what the answer says of the destination itself, as when it is down for all; null if
     *                      nothing, because it was not asked
     */
    void answer(List<Verdict> each, Verdict ofDestination) {
        if (each.size() != items.size()) {
            throw new IllegalArgumentException(each.size() + " verdicts for " + items.size() + " items");
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
