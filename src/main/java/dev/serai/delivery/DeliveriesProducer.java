package dev.serai.delivery;

import dev.serai.kafka.Acknowledgements;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Topics;
import dev.serai.model.Event;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Puts an event into the queues of those destinations that its {@code integrations} object allows. Behind
 * {@code kamelet:events-source} it does not wait for Kafka, see {@link Acknowledgements}; behind any other source it
 * is done when Kafka has the event.
 */
final class DeliveriesProducer extends DefaultAsyncProducer {

    private record Queue(ConfiguredDestination destination, String topic) { }

    private final List<Queue> queues;
    private Publisher publisher;

    DeliveriesProducer(DeliveriesEndpoint endpoint, List<ConfiguredDestination> destinations) {
        super(endpoint);
        this.queues = destinations.stream()
                .map(destination -> new Queue(destination, Topics.deliveries(destination.name()))).toList();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        publisher = Registry.need(getEndpoint().getCamelContext(), Publisher.class);
        queues.forEach(queue -> publisher.open(queue.topic()));
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            Acknowledgements acknowledgements = Acknowledgements.of(exchange);
            List<ProducerRecord<byte[], byte[]>> records = records(exchange.getMessage().getBody(), acknowledgements);
            if (records.isEmpty()) {
                callback.done(true);
                return true;
            }
            if (acknowledgements != null) {
                acknowledgements.publish(publisher, records);
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

    private List<ProducerRecord<byte[], byte[]>> records(Object body, Acknowledgements read) {
        if (!(body instanceof Event event)) {
            throw new IllegalArgumentException("a destination takes events, not "
                    + (body == null ? "nothing" : body.getClass().getName()));
        }
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(queues.size());
        byte[] key = null;
        byte[] value = null;
        for (Queue queue : queues) {
            if (Integrations.allow(event, queue.destination())) {
                if (value == null) {
                    key = event.key().getBytes(StandardCharsets.UTF_8);
                    value = read == null ? event.toBytes() : read.bytesOf(event);
                }
                records.add(new ProducerRecord<>(queue.topic(), key, value));
            }
        }
        return records;
    }
}
