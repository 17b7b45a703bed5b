package dev.serai.kafka;

import dev.serai.model.DeadLetter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Route;
import org.apache.camel.component.kamelet.KameletConsumerNotAvailableException;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.support.DefaultConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands each event of a topic, and if asked each state of an object and each replayed event, to the route as one exchange, begun in order and
 * without waiting for the one before. What the route wants written is written when it has ended well; an event that it
 * fails on becomes a dead letter and the stream goes on; if it is Kafka, or the hub's stopping, that failed, the event
 * is read again. Either way nothing is committed before it is decided.
 */
final class HubConsumer extends DefaultConsumer {

    private static final Logger LOG = LoggerFactory.getLogger(HubConsumer.class);
    private static final int MAX_RUNNING = 2_000;
    private static final int LONGEST_MESSAGE = 500;
    private static final Duration IDLE = Duration.ofSeconds(5);

    private final List<TopicReaders.Reader> readers = new ArrayList<>();
    private volatile boolean failing;
    private Publisher publisher;
    private Suppressions suppressions;
    private Decisions decisions;
    private Counter suppressed;

    HubConsumer(HubEndpoint endpoint, Processor processor) {
        super(endpoint, processor);
    }

    @Override
    public HubEndpoint getEndpoint() {
        return (HubEndpoint) super.getEndpoint();
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        HubEndpoint endpoint = getEndpoint();
        publisher = endpoint.bean(Publisher.class);
        publisher.open(Topics.DEAD_LETTERS);
        suppressions = endpoint.suppressions();
        decisions = endpoint.decisions();
        suppressed = Counter.builder("serai.events.suppressed").tag("group", endpoint.getGroup())
                .description("events of forgotten users that were in Kafka already and were passed over")
                .register(endpoint.bean(MeterRegistry.class));
        readers.add(endpoint.readers().open(endpoint.getTopic(), endpoint.getGroup(), new Reading(Routable::event)));
        if (endpoint.isEverything()) {
            readers.add(endpoint.readers().open(Topics.OBJECTS, endpoint.getGroup() + "-objects",
                    new Reading(Routable::object)));
            readers.add(endpoint.readers().open(Topics.REPLAYS, endpoint.getGroup() + "-replays",
                    new Reading(Routable::event)));
        }
    }

    @Override
    protected void doStop() throws Exception {
        readers.forEach(TopicReaders.Reader::close);
        readers.clear();
        super.doStop();
    }

    /** What there is to be read in a record. */
    private interface Parser {
        Routable parse(byte[] value) throws IOException;
    }

    /** The handler of one topic. */
    private final class Reading implements TopicReaders.Handler {

        private final Parser parser;
        private final AtomicInteger running = new AtomicInteger();

        Reading(Parser parser) {
            this.parser = parser;
        }

        @Override
        public Duration turn() {
            return IDLE;
        }

        @Override
        public boolean hasRoom() {
            // half of what the door may fill: a backlog here must not turn clients away
            return running.get() < MAX_RUNNING && publisher.bytesInFlight() < Publisher.BUFFER_BYTES / 4;
        }

        @Override
        public int running() {
            return running.get();
        }

        @Override
        public void hold(boolean held) {
            // an exchange is begun only where a record is taken, and none comes while the reader holds
        }

        @Override
        public void forget() {
            // nothing waits here
        }

        @Override
        public void take(TakenRecord taken) {
            if (taken.value().length == 0) {
                // a compacted topic's word for what is no more
                taken.done();
                return;
            }
            running.incrementAndGet();
            Routable routable;
            try {
                routable = parser.parse(taken.value());
            } catch (IOException | RuntimeException e) {
                giveUp(taken, new DeadLetter(taken.place(), "unknown", "routing", "unreadable",
                        "this record is no event: " + firstLine(e), Instant.now(), taken.value()));
                return;
            }
            if (routable.isOfAny(suppressions)) {
                suppressed.increment();
                decisions.suppressed(routable);
                running.decrementAndGet();
                taken.done();
                return;
            }
            Exchange exchange = createExchange(false);
            routable.into(exchange);
            Outbox outbox = new Outbox(routable.body(), taken.value());
            taken.header(Outbox.ONLY).ifPresent(outbox::only);
            outbox.attachTo(exchange);
            getAsyncProcessor().process(exchange, doneSync -> ended(exchange, outbox, routable, taken));
        }

        private void ended(Exchange exchange, Outbox outbox, Routable routable, TakenRecord taken) {
            Exception failure = exchange.getException();
            if (failure == null) {
                outbox.publish(publisher, kafkaFailure -> {
                    if (kafkaFailure == null) {
                        failing = false;
                        if (!outbox.isRestricted()) {
                            decisions.made(routable, outbox.decisions());
                        }
                        releaseExchange(exchange, false);
                        running.decrementAndGet();
                        taken.done();
                    } else {
                        failed(exchange, routable, taken, kafkaFailure);
                    }
                });
            } else {
                failed(exchange, routable, taken, failure);
            }
        }

        private void failed(Exchange exchange, Routable routable, TakenRecord taken, Exception failure) {
            if (mayPass(failure)) {
                again(taken, failure);
                return;
            }
            String place = StepPlaces.of(exchange).orElseGet(() -> "route " + routeOf(exchange));
            String why = place + " failed: " + firstLine(failure);
            giveUp(taken, new DeadLetter(routable.id() + ":routing", routable.source(), "routing", "routing_failed", why,
                    Instant.now(), taken.value()));
            decisions.failed(routable, why);
        }

        private void giveUp(TakenRecord taken, DeadLetter deadLetter) {
            try {
                publisher.publish(List.of(DeadLetters.toRecord(deadLetter)), failure -> {
                    if (failure == null) {
                        running.decrementAndGet();
                        taken.done();
                    } else {
                        again(taken, failure);
                    }
                });
            } catch (RuntimeException e) {
                again(taken, e);
            }
        }

        private void again(TakenRecord taken, Exception cause) {
            if (!failing && !isStoppingOrStopped()) {
                failing = true;
                LOG.warn("Events cannot be handed on now and are read again topic={} group={}", getEndpoint().getTopic(),
                        getEndpoint().getGroup(), cause);
            }
            running.decrementAndGet();
            taken.again();
        }
    }

    /** The route as its author named it, not the one that the Kamelet in front of it became. */
    private String routeOf(Exchange exchange) {
        String from = exchange.getFromRouteId();
        return getEndpoint().getCamelContext().getRoutes().stream()
                .filter(route -> route.getEndpoint() instanceof KameletEndpoint source
                        && source.getRouteId().equals(from))
                .map(Route::getRouteId).findFirst().orElse(from);
    }

    /** Whether the failure says nothing of the event: Kafka's, or that of a hub that stops or reloads its routes. */
    private boolean mayPass(Exception failure) {
        if (getEndpoint().getCamelContext().isStopping() || isStoppingOrStopped()) {
            return true;
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof RecordTooLargeException) {
                return false;
            }
            if (cause instanceof KafkaException || cause instanceof Overloaded
                    || cause instanceof RejectedExecutionException
                    || cause instanceof KameletConsumerNotAvailableException) {
                return true;
            }
        }
        return false;
    }

    private static String firstLine(Throwable failure) {
        String text = failure.getMessage() == null ? failure.getClass().getSimpleName()
                : failure.getMessage().lines().findFirst().orElse("");
        return text.length() > LONGEST_MESSAGE ? text.substring(0, LONGEST_MESSAGE) : text;
    }
}
