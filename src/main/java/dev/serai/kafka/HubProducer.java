package dev.serai.kafka;

import dev.serai.model.DeadLetter;
import dev.serai.model.Event;
import dev.serai.model.Intake;
import dev.serai.observe.SourceCounts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Writes the body, an {@link Intake}, an {@link Event} or a {@link DeadLetter}, and is done when Kafka has it. An
 * intake writes to two topics, its events and its dead letters, and leaves the receipt for the sender as the body.
 */
final class HubProducer extends DefaultAsyncProducer {

    private Publisher publisher;
    private SourceCounts counts;

    HubProducer(HubEndpoint endpoint) {
        super(endpoint);
    }

    @Override
    public HubEndpoint getEndpoint() {
        return (HubEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        publisher = getEndpoint().bean(Publisher.class);
        counts = getEndpoint().counts();
        publisher.open(getEndpoint().getTopic());
        publisher.open(Topics.DEAD_LETTERS);
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            Object body = exchange.getMessage().getBody();
            publisher.publish(records(body), failure -> {
                if (failure != null) {
                    exchange.setException(failure);
                } else if (body instanceof Intake intake) {
                    answer(exchange, intake);
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

    private List<ProducerRecord<byte[], byte[]>> records(Object body) {
        String topic = getEndpoint().getTopic();
        if (body instanceof Intake intake) {
            List<ProducerRecord<byte[], byte[]>> records =
                    new ArrayList<>(intake.events().size() + intake.rejects().size());
            for (Intake.Accepted event : intake.events()) {
                records.add(new ProducerRecord<>(topic, event.key(), event.value()));
            }
            for (Intake.Reject reject : intake.rejects()) {
                records.add(DeadLetters.toRecord(reject.deadLetter()));
            }
            return records;
        }
        if (body instanceof Event event) {
            return List.of(new ProducerRecord<>(topic, event.key().getBytes(StandardCharsets.UTF_8),
                    event.toBytes()));
        }
        if (body instanceof DeadLetter deadLetter) {
            return List.of(DeadLetters.toRecord(deadLetter));
        }
        throw new IllegalArgumentException("hub:" + topic + " takes events and dead letters, not "
                + (body == null ? "nothing" : body.getClass().getName())
                + "; is a mapping Kamelet missing before the sink?");
    }

    private void answer(Exchange exchange, Intake intake) {
        counts.count(intake);
        if (intake.refusal() != null) {
            exchange.setException(intake.refusal());
            return;
        }
        Message message = exchange.getMessage();
        message.setBody(intake.receipt());
        message.setHeader(Exchange.CONTENT_TYPE, "application/json");
    }
}
