package dev.serai.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Sources.ConfiguredSource;
import dev.serai.plan.Plans;
import java.time.Clock;
import java.util.Map;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;
import org.apache.camel.support.DefaultEndpoint;
import org.apache.camel.support.DefaultProducer;

/**
 * {@code mapping:<partner>/<file.jslt>?items=<member>}: the body, a partner's payload, becomes the {@link
 * dev.serai.model.Intake} of its events. An endpoint and not a bean, so that a mapping that does not compile stops
 * its partner's routes when they are loaded, not at the first request.
 */
@Component("mapping")
public final class MappingComponent extends DefaultComponent {

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        int slash = remaining.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException("mapping: needs <partner>/<file.jslt>");
        }
        PartnerFolders folders = getCamelContext().getRegistry().findSingleByType(PartnerFolders.class);
        Partner partner = folders == null ? null : folders.partners().get(remaining.substring(0, slash));
        if (partner == null) {
            throw new IllegalArgumentException("there is no partner '" + remaining.substring(0, slash) + "'");
        }
        SuppressedUsers suppressed = getCamelContext().getRegistry().findSingleByType(SuppressedUsers.class);
        Plans plans = getCamelContext().getRegistry().findSingleByType(Plans.class);
        String items = getAndRemoveParameter(parameters, "items", String.class, "");
        return new MappingEndpoint(uri, this,
                EventMapping.compile(partner, remaining.substring(slash + 1), items, suppressed,
                        plans == null ? Plans.NONE : plans));
    }

    private static final class MappingEndpoint extends DefaultEndpoint {

        private final EventMapping mapping;

        MappingEndpoint(String uri, MappingComponent component, EventMapping mapping) {
            super(uri, component);
            this.mapping = mapping;
        }

        @Override
        public Producer createProducer() {
            Clock clock = getCamelContext().getRegistry().findSingleByType(Clock.class);
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) {
                    ConfiguredSource source = exchange.getProperty(WebhookDoor.SOURCE, ConfiguredSource.class);
                    byte[] body = exchange.getMessage().getBody(byte[].class);
                    JsonNode headers = exchange.getProperty(WebhookDoor.HEADERS, NullNode.getInstance(), JsonNode.class);
                    exchange.getMessage().setBody(mapping.map(body == null ? new byte[0] : body, source, headers,
                            clock.millis()));
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("mapping: is a step, not a source");
        }
    }
}
