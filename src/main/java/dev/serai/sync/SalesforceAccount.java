package dev.serai.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.salesforce.AuthenticationType;
import org.apache.camel.component.salesforce.SalesforceComponent;
import org.apache.camel.component.salesforce.SalesforceEndpointConfig;

/**
 * Chooses camel-salesforce's component for the source that a page is asked for, and makes it when it is asked for first:
 * two organizations are two components, each with its own session. The login happens with the first request, so an
 * organization that cannot be reached does not hold up the start.
 */
public final class SalesforceAccount implements Processor {

    /** The component by whose name a route asks on. */
    private static final String COMPONENT = "component";
    private static final String PREFIX = "salesforce-";

    private final Syncs syncs;

    /** @param syncs keeps refresh tokens that Salesforce replaces; null where none are */
    public SalesforceAccount(Syncs syncs) {
        this.syncs = syncs;
    }

    @Override
    public void process(Exchange exchange) throws Exception {
        Message message = exchange.getMessage();
        Map<?, ?> settings = exchange.getProperty(SyncConsumer.SETTINGS, Map.class);
        String source = message.getHeader("source", String.class);
        open(exchange.getContext(), PREFIX + source, source, settings);
        message.setHeader(COMPONENT, PREFIX + source);
        message.setHeader("apiVersion", settings.get("apiVersion"));
        Object soql = message.getHeader("soql");
        message.setHeader("sObjectQuery", soql);
        message.setHeader("sObjectName", message.getHeader("path"));
        message.setHeader("jobId", message.getHeader("job"));
        // what is in the body goes out with GET requests too
        message.setBody("bulk-create".equals(message.getHeader("kind")) ? job((String) soql) : null);
    }

    private static String job(String soql) {
        ObjectNode job = Json.MAPPER.createObjectNode().put("operation", "queryAll").put("query", soql)
                .put("contentType", "CSV").put("columnDelimiter", "COMMA").put("lineEnding", "LF");
        return job.toString();
    }

    private synchronized void open(CamelContext context, String name, String source, Map<?, ?> settings) throws Exception {
        if (context.hasComponent(name) != null) {
            return;
        }
        SalesforceComponent component = new SalesforceComponent();
        component.setLoginUrl((String) settings.get("baseUrl"));
        component.setClientId((String) settings.get("clientId"));
        component.setClientSecret((String) settings.get("clientSecret"));
        component.setLazyLogin(true);
        if (settings.get("refreshToken") == null) {
            component.setAuthenticationType(AuthenticationType.CLIENT_CREDENTIALS);
        } else {
            component.setAuthenticationType(AuthenticationType.REFRESH_TOKEN);
            component.setRefreshToken((String) settings.get("refreshToken"));
        }
        SalesforceEndpointConfig config = new SalesforceEndpointConfig();
        config.setApiVersion((String) settings.get("apiVersion"));
        config.setRawPayload(true);
        component.setConfig(config);
        context.addComponent(name, component);
    }
}
