package dev.serai.delivery;

import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.TopicReaders;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * The destinations' queues as Camel endpoints. {@code from deliveries:<partner>?mapping=} yields the requests of
 * every destination of that partner; {@code to deliveries:<destination>} puts an event into a destination's queue, and
 * {@code to deliveries:*} into those of all that are on.
 */
@Component("deliveries")
public final class DeliveriesComponent extends DefaultComponent {

    private final Map<String, DeliveryQueue> queues = new ConcurrentHashMap<>();
    private DestinationReports reports;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        return new DeliveriesEndpoint(uri, this, remaining, getAndRemoveParameter(parameters, "mapping", String.class, ""));
    }

    /** How each destination does. From any thread. */
    public List<DestinationStatus> statuses() {
        List<DestinationStatus> statuses = new ArrayList<>();
        for (ConfiguredDestination destination : Registry.destinations(getCamelContext()).byName().values()) {
            DeliveryQueue queue = queues.get(destination.name());
            statuses.add(queue != null ? queue.status() : destination.isOn() ? DestinationStatus.elsewhere(destination.name(), destination.partner().slug())
                    : DestinationStatus.off(destination.name(), destination.partner().slug(), destination.missing()));
        }
        return statuses;
    }

    void started(ConfiguredDestination destination, DeliveryQueue queue) {
        queues.put(destination.name(), queue);
    }

    void stopped(ConfiguredDestination destination) {
        queues.remove(destination.name());
        reports().end(destination.name());
    }

    /** What is told of each; for nobody where the hub's parts run alone. */
    synchronized DestinationReports reports() {
        if (reports == null) {
            DestinationReports given = getCamelContext().getRegistry().findSingleByType(DestinationReports.class);
            reports = given != null ? given : new DestinationReports(Registry.clock(getCamelContext()));
        }
        return reports;
    }

    Optional<ItemMapping> mapping(String destination) {
        return Optional.ofNullable(queues.get(destination)).map(DeliveryQueue::mapping);
    }

    TopicReaders readers() {
        TopicReaders given = getCamelContext().getRegistry().findSingleByType(TopicReaders.class);
        return given != null ? given : TopicReaders.of(Registry.need(getCamelContext(), KafkaConnection.class));
    }
}
