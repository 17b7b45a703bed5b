package dev.serai.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.salesforce.AuthenticationType;
import org.apache.camel.component.salesforce.SalesforceComponent;
import org.apache.camel.component.salesforce.SalesforceEndpointConfig;
import org.apache.camel.component.salesforce.SalesforceLoginConfig;

/**
 * Chooses camel-salesforce's component for the source that a page is asked for, and makes it when it is asked for first:
 * two organizations are two components, each with its own session. The login happens with the first request, so an
 * organization that cannot be reached does not hold up the start.
 */
public final class SalesforceAccount implements Processor {

    /** The component by whose name a route asks on. */
    private static final String COMPONENT = "component";
    private static final String PREFIX = "salesforce-";

    private static final int THREADS = 4;

    private final Syncs syncs;
    private final Map<String, SalesforceClient> clients = new ConcurrentHashMap<>();

    /** @param syncs keeps refresh tokens that Salesforce replaces; null where none are */
    public SalesforceAccount(Syncs syncs) {
        this.syncs = syncs;
    }

    @Override
    public void process(Exchange exchange) {
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

    /** Behind the request: the partner's clock, which the component does not hand out. */
    public Processor answered() {
        return exchange -> {
            Message message = exchange.getMessage();
            SalesforceClient client = clients.get(message.getHeader(COMPONENT, String.class));
            if (client != null && client.date() != null) {
                message.setHeader("Date", client.date());
            }
        };
    }

    private synchronized void open(CamelContext context, String name, String source, Map<?, ?> settings) {
        if (clients.containsKey(name)) {
            return;
        }
        String secret = (String) settings.get("clientSecret");
        String refreshToken = (String) settings.get("refreshToken");
        SalesforceComponent component = new SalesforceComponent();
        component.setLoginUrl((String) settings.get("baseUrl"));
        component.setClientId((String) settings.get("clientId"));
        component.setClientSecret(secret);
        component.setLazyLogin(true);
        if (refreshToken == null) {
            component.setAuthenticationType(AuthenticationType.CLIENT_CREDENTIALS);
        } else {
            component.setAuthenticationType(AuthenticationType.REFRESH_TOKEN);
            component.setRefreshToken(syncs == null ? refreshToken
                    : syncs.token(source, refreshToken, secret).orElse(refreshToken));
        }
        SalesforceEndpointConfig config = new SalesforceEndpointConfig();
        config.setApiVersion((String) settings.get("apiVersion"));
        config.setRawPayload(true);
        SalesforceClient client = new SalesforceClient(context, context.getExecutorServiceManager()
                .newThreadPool(this, name, 1, THREADS), token -> replaced(component, source, refreshToken, token, secret));
        config.setHttpClient(client);
        component.setConfig(config);
        context.addComponent(name, component);
        clients.put(name, client);
    }

    /** A login may bring another refresh token, and the one before is good no longer: also for the hub's next start. */
    private void replaced(SalesforceComponent component, String source, String configured, String token, String secret) {
        SalesforceLoginConfig login = component.getLoginConfig();
        if (configured != null && !token.equals(login.getRefreshToken())) {
            login.setRefreshToken(token);
            if (syncs != null) {
                syncs.keepToken(source, configured, token, secret);
            }
        }
    }
}
