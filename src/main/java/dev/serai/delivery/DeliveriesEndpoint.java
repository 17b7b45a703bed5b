package dev.serai.delivery;

import dev.serai.partner.Destinations;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.Partner;
import dev.serai.partner.Settings;
import java.util.List;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** The queues of one partner's destinations to read from, or of one or all destinations to write to. */
final class DeliveriesEndpoint extends DefaultEndpoint {

    private static final String ALL = "*";

    private final String name;
    private final String mapping;

    /** @param mapping file in the partner's folder, from an event to items; empty if the event itself is the item */
    DeliveriesEndpoint(String uri, DeliveriesComponent component, String name, String mapping) {
        super(uri, component);
        this.name = name;
        this.mapping = mapping;
    }

    @Override
    public Producer createProducer() {
        Destinations destinations = Registry.destinations(getCamelContext());
        if (name.equals(ALL)) {
            return new DeliveriesProducer(this, destinations.on());
        }
        ConfiguredDestination destination = destinations.byName().get(name);
        if (destination == null) {
            throw new IllegalArgumentException("'" + name + "' is no destination; "
                    + Settings.suggestion(name, destinations.byName().keySet()));
        }
        return new DeliveriesProducer(this, destination.isOn() ? List.of(destination) : List.of());
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        Partner partner = Registry.partner(getCamelContext(), name);
        return new DeliveriesConsumer(this, processor, partner, Registry.program(partner, mapping));
    }
}
