package dev.serai.delivery;

import dev.serai.kafka.DeadLetters;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.TopicReaders;
import dev.serai.kafka.Topics;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.Partner;
import dev.serai.partner.Program;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.Processor;
import org.apache.camel.support.DefaultConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the queues of one partner's destinations, each with a reader and a thread of its own, so that a slow one
 * delays no other. An exchange is one attempt at one request; its body is the array of items.
 */
final class DeliveriesConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(DeliveriesConsumer.class);

    private record Running(ConfiguredDestination destination, TopicReaders.Reader reader, DeliveryMetrics metrics) { }

    private final Partner partner;
    private final Program mapping;
    private final DeliveriesComponent component;
    private final List<Running> running = new ArrayList<>();
    private final Set<String> failing = ConcurrentHashMap.newKeySet();

    DeliveriesConsumer(DeliveriesEndpoint endpoint, Processor processor, Partner partner, Program mapping) {
        super(endpoint, processor);
        this.mapping = mapping;
        this.partner = partner;
        this.component = (DeliveriesComponent) endpoint.getComponent();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        CamelContext context = getEndpoint().getCamelContext();
        for (ConfiguredDestination destination : Registry.destinations(context).of(partner)) {
            if (destination.isOn()) {
                start(context, destination);
            } else {
                LOG.debug("Destination is off destination={} missing={}", destination.name(),
                        String.join(",", destination.missing()));
            }
        }
    }

    private void start(CamelContext context, ConfiguredDestination destination) {
        DeadLetters given = context.getRegistry().findSingleByType(DeadLetters.class);
        Backoff backoff = context.getRegistry().findSingleByType(Backoff.class);
        DeliveryMetrics metrics = new DeliveryMetrics(Registry.need(context, MeterRegistry.class), destination.name());
        DeliveryQueue queue = new DeliveryQueue(destination, new ItemMapping(destination, mapping), this::send,
                given != null ? given : DeadLetters.of(Registry.need(context, Publisher.class)),
                backoff != null ? backoff : Backoff.standard(), Registry.clock(context), metrics,
                component.reports().begin(destination), Registry.suppressions(context), Registry.fates(context));
        String topic = Topics.deliveries(destination.name());
        TopicReaders.Reader reader = component.readers().open(topic, Topics.deliveriesGroup(topic), queue);
        metrics.gauge("serai.deliveries.waiting", "events that wait for another attempt", queue,
                of -> of.status().waiting());
        metrics.gauge("serai.deliveries.lag", "events in the queue that are not read yet", queue,
                of -> of.status().lag());
        metrics.gauge("serai.deliveries.stopped", "1 while nothing is sent until a person has mended its settings", queue,
                of -> of.status().stoppedBy().isPresent() ? 1 : 0);
        running.add(new Running(destination, reader, metrics));
        component.started(destination, queue);
    }

    private void send(Batch batch, Runnable done) {
        Exchange exchange = createExchange(false);
        exchange.setPattern(ExchangePattern.InOnly);
        exchange.getIn().setBody(batch.bodies());
        exchange.getIn().setHeader("destination", batch.destination().name());
        exchange.getIn().setHeader("request", batch.kind().name());
        batch.attachTo(exchange);
        getAsyncProcessor().process(exchange, doneSync -> {
            Exception failure = exchange.getException();
            // once until it works again: its events are retried, each time to the same end
            if (failure == null) {
                failing.remove(batch.destination().name());
            } else if (failing.add(batch.destination().name()) && !isStoppingOrStopped()) {
                LOG.warn("A destination's route failed and is tried again destination={}",
                        batch.destination().name(), failure);
            }
            releaseExchange(exchange, false);
            done.run();
        });
    }

    @Override
    protected void doStop() throws Exception {
        // side by side: each may have a request under way
        running.stream().map(one -> CompletableFuture.runAsync(one.reader()::close)).toList()
                .forEach(CompletableFuture::join);
        running.forEach(one -> {
            component.stopped(one.destination());
            one.metrics().close();
        });
        running.clear();
        super.doStop();
    }
}
