package dev.serai.delivery;

import dev.serai.kafka.Outbox;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Topics;
import dev.serai.model.Event;
import dev.serai.model.ObjectState;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Puts an event, or an object's state, into the queues of those destinations that its user's consent and its
 * {@code integrations} object allow. Behind {@code kamelet:routing-source} it is written when the route has ended, see
 * {@link Outbox}; behind any other source at once, and the step is done when Kafka has it.
 */
final class DeliveriesProducer extends DefaultAsyncProducer {

    private final List<ConfiguredDestination> destinations;
    private Publisher publisher;

    DeliveriesProducer(DeliveriesEndpoint endpoint, List<ConfiguredDestination> destinations) {
        super(endpoint);
        this.destinations = List.copyOf(destinations);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        // there is none where a routing file is only tried
        publisher = getEndpoint().getCamelContext().getRegistry().findSingleByType(Publisher.class);
        if (publisher != null) {
            destinations.forEach(destination -> publisher.open(Topics.deliveries(destination.name())));
        }
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            Outbox outbox = Outbox.of(exchange);
            Outbox own = outbox != null ? outbox : new Outbox(null, null);
            List<ProducerRecord<byte[], byte[]>> records = send(exchange.getMessage().getBody(), own);
            if (outbox != null || records.isEmpty()) {
                callback.done(true);
                return true;
            }
            publisher.publish(records, failure -> {
                if (failure != null) {
                    exchange.setException(failure);
                }
                callback.done(false);
            });
            return false;
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    private List<ProducerRecord<byte[], byte[]>> send(Object body, Outbox outbox) {
        Envelope envelope = envelope(body);
        byte[] key = envelope.key().getBytes(StandardCharsets.UTF_8);
        byte[] value = null;
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(destinations.size());
        for (ConfiguredDestination destination : destinations) {
            String withheld = Permission.withheld(envelope, destination);
            if (!withheld.isEmpty()) {
                outbox.withhold(destination.name(), withheld);
                continue;
            }
            if (value == null) {
                byte[] original = outbox.original(body);
                value = original != null ? original : bytes(body);
            }
            ProducerRecord<byte[], byte[]> queued =
                    new ProducerRecord<>(Topics.deliveries(destination.name()), key, value);
            outbox.send(destination.name(), queued);
            records.add(queued);
        }
        return records;
    }

    private static Envelope envelope(Object body) {
        if (body instanceof Event event) {
            return Envelope.of(event);
        }
        if (body instanceof ObjectState object) {
            return Envelope.of(object);
        }
        throw new IllegalArgumentException("a destination takes events and objects, not "
                + (body == null ? "nothing" : body.getClass().getName()));
    }

    private static byte[] bytes(Object body) {
        return body instanceof Event event ? event.toBytes() : ((ObjectState) body).toBytes();
    }
}
