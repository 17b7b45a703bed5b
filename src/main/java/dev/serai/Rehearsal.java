package dev.serai;

import dev.serai.delivery.Preview;
import dev.serai.kafka.StepPlaces;
import dev.serai.kafka.Outbox;
import dev.serai.kafka.Routable;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Destinations;
import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.builder.NoErrorHandlerBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultExchange;

/**
 * A routing file in a Camel of its own, without Kafka: what keeps it from running is found before it takes the place of
 * the one that runs, and where an event would go can be asked without sending it.
 */
final class Rehearsal implements AutoCloseable {

    private final DefaultCamelContext context = new DefaultCamelContext();
    private final Stage stage = new Stage();
    private final Destinations destinations;
    private final Preview preview = new Preview();

    /**
     * Where one event would go.
     *
     * @param destination its name
     * @param fate        one of {@code reached}, {@code filtered}, {@code off} and {@code failed}
     * @param why         in words; the step of the routing file, or what holds the event back
     */
    record Outcome(String destination, String fate, String why) { }

    /** @throws SettingsException with what keeps the routing from running */
    Rehearsal(PartnerFolders folders, Destinations destinations, Path routing) {
        this.destinations = destinations;
        context.getPropertiesComponent().addOverrideProperty("camel.component.kamelet.location", "classpath:kamelets");
        context.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerBuilder());
        context.setSourceLocationEnabled(true);
        context.getCamelContextExtension().addInterceptStrategy(new StepPlaces(routing.toString(), true));
        context.addComponent("hub", stage);
        context.getRegistry().bind("partnerFolders", folders);
        context.getRegistry().bind("destinations", destinations);
        context.getRegistry().bind("meterRegistry", new SimpleMeterRegistry());
        preview.bindTo(context);
        try {
            context.start();
            new RouteLoader(context).load(routing);
        } catch (SettingsException e) {
            close();
            throw e;
        }
    }

    /** Loads the partners' routes too, so that what their mappings make of an event is told. */
    List<Problem> loadPartners(PartnerFolders folders) {
        List<Problem> problems = new ArrayList<>();
        for (Partner partner : folders.partners().values()) {
            if (partner.destination().isPresent() && destinations.of(partner).stream().anyMatch(one -> one.isOn())) {
                problems.addAll(new RouteLoader(context).loadMatching(partner, preview::isOfDestination));
            }
        }
        return problems;
    }

    /** @param routable the event or object */
    List<Outcome> outcomes(Routable routable) {
        if (stage.processor == null) {
            return List.of(new Outcome("", "failed", "no route begins with kamelet:routing-source"));
        }
        Exchange exchange = new DefaultExchange(context);
        routable.into(exchange);
        Outbox outbox = new Outbox(routable.body(), new byte[0]);
        outbox.attachTo(exchange);
        try {
            stage.processor.process(exchange);
        } catch (Exception e) {
            exchange.setException(e);
        }
        if (exchange.getException() != null) {
            String place = StepPlaces.of(exchange).map(at -> at + ": ").orElse("");
            return List.of(new Outcome("", "failed", place + "the routing fails on it, and it would be a dead letter: "
                    + exchange.getException().getMessage()));
        }
        Map<String, String> decisions = outbox.decisions();
        List<Outcome> outcomes = new ArrayList<>();
        for (Destinations.ConfiguredDestination destination : destinations.byName().values()) {
            outcomes.add(outcome(destination, decisions.get(destination.name()),
                    outbox.places().getOrDefault(destination.name(), ""), routable));
        }
        return outcomes;
    }

    private Outcome outcome(Destinations.ConfiguredDestination destination, String decision, String place,
                            Routable routable) {
        String name = destination.name();
        if (!destination.isOn()) {
            return new Outcome(name, "off", "set " + String.join(", ", destination.missing()));
        }
        if (decision == null) {
            return new Outcome(name, "filtered", "no step of the routing chose it");
        }
        if (!decision.isEmpty()) {
            return new Outcome(name, "filtered", decision.equals("mapping")
                    ? destination.partner().title() + " takes no objects" : decision.equals("consent")
                    ? "context.consent does not have all of: " + destination.setting(Partner.CONSENT_CATEGORIES).orElse("")
                    : "the event's integrations object does not allow it");
        }
        String chosen = place.isEmpty() ? "chosen" : "chosen at " + place;
        return preview.items(name, routable).map(made -> made.isEmpty()
                        ? new Outcome(name, "filtered", chosen + ", but " + destination.partner().title() + "'s mapping has no use for it")
                        : made.get(0).startsWith("!") ? new Outcome(name, "failed", made.get(0).substring(1))
                        : new Outcome(name, "reached", chosen + ", " + String.join(" and ", made)))
                .orElse(new Outcome(name, "reached", chosen));
    }

    @Override
    public void close() {
        context.stop();
    }

    /** Stands in for {@code hub:}: keeps the routing's first step, and takes nothing from Kafka. */
    private static final class Stage extends DefaultComponent {

        private volatile AsyncProcessor processor;

        @Override
        protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
            parameters.clear();
            return new DefaultEndpoint(uri, this) {
                @Override
                public Producer createProducer() {
                    throw new IllegalArgumentException("a routing sends to destinations, not to hub:");
                }

                @Override
                public Consumer createConsumer(Processor first) {
                    return new DefaultConsumer(this, first) {
                        @Override
                        protected void doStart() throws Exception {
                            super.doStart();
                            processor = AsyncProcessorConverterHelper.convert(first);
                        }
                    };
                }
            };
        }
    }
}
