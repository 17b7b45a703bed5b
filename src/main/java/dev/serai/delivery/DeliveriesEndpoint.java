package dev.serai.delivery;

import dev.serai.partner.Destinations;
import dev.serai.partner.Destinations.ConfiguredDestination;
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

    DeliveriesEndpoint(String uri, DeliveriesComponent component, String name) {
        super(uri, component);
        this.name = name;
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
        return new DeliveriesConsumer(this, processor, Registry.partner(getCamelContext(), name));
    }
}
