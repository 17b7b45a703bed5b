package dev.serai.sync;

import dev.serai.stripe.StripeComponent;
import dev.serai.stripe.StripeHeaders;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Chooses the {@code stripe:} component for the source that a page is asked for, and makes it when it is asked for first:
 * the key is the component's, so it stands in no URI, and two accounts do not mix.
 */
public final class StripeAccount implements Processor {

    private static final String COMPONENT = "component";
    private static final String PREFIX = "stripe-";

    @Override
    public void process(Exchange exchange) {
        Message message = exchange.getMessage();
        Map<?, ?> settings = exchange.getProperty(SyncConsumer.SETTINGS, Map.class);
        String name = PREFIX + message.getHeader("source", String.class);
        open(exchange.getContext(), name, settings);
        message.setHeader(COMPONENT, name);
        message.setHeader(StripeHeaders.PATH, message.getHeader("path"));
        message.setHeader(StripeHeaders.QUERY, message.getHeader("query"));
    }

    private synchronized void open(CamelContext context, String name, Map<?, ?> settings) {
        if (context.hasComponent(name) == null) {
            StripeComponent component = new StripeComponent();
            component.setApiKey((String) settings.get("apiKey"));
            component.setApiBase((String) settings.get("baseUrl"));
            component.setAccount((String) settings.get("account"));
            context.addComponent(name, component);
        }
    }
}
