package dev.serai.sync;

import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Sources.ConfiguredSource;
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

/** {@code pushed:<partner>}: the body, an event of the partner's feed, becomes the intake of its objects. */
@Component("pushed")
public final class PushedComponent extends DefaultComponent {

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) {
        PartnerFolders folders = getCamelContext().getRegistry().findSingleByType(PartnerFolders.class);
        Clock clock = getCamelContext().getRegistry().findSingleByType(Clock.class);
        return new PushedEndpoint(uri, this, PushedObjects.of(folders.partners(), remaining, clock)
                .orElseThrow(() -> new IllegalArgumentException("there is no partner '" + remaining + "'")));
    }

    private static final class PushedEndpoint extends DefaultEndpoint {

        private final PushedObjects objects;

        PushedEndpoint(String uri, PushedComponent component, PushedObjects objects) {
            super(uri, component);
            this.objects = objects;
        }

        @Override
        public Producer createProducer() {
            return new DefaultProducer(this) {
                @Override
                public void process(Exchange exchange) {
                    ConfiguredSource source = exchange.getProperty(PushedObjects.SOURCE, ConfiguredSource.class);
                    byte[] body = exchange.getMessage().getBody(byte[].class);
                    exchange.getMessage().setBody(objects.map(body == null ? new byte[0] : body, source));
                }
            };
        }

        @Override
        public Consumer createConsumer(Processor processor) {
            throw new UnsupportedOperationException("pushed: is a step, not a source");
        }
    }
}
