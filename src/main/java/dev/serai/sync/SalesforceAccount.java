package dev.serai.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.salesforce.RefreshTokens;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.salesforce.AuthenticationType;
import org.apache.camel.component.salesforce.SalesforceComponent;
import org.apache.camel.component.salesforce.SalesforceEndpointConfig;
import org.apache.camel.support.service.ServiceHelper;
import org.eclipse.jetty.http.HttpHeader;

/**
 * Chooses camel-salesforce's component for the source that a page is asked for, and makes it when it is asked for first:
 * two organizations are two components, each with its own session. The login happens with the first request, so an
 * organization that cannot be reached does not hold up the start.
 */
public final class SalesforceAccount implements Processor {

    /** The component by whose name a route asks on. */
    private static final String COMPONENT = "component";
    private static final String PREFIX = "salesforce-";

    private static final int MAX_PAGE_BYTES = 64 * 1024 * 1024;
    private static final int MAX_HEAD_BYTES = 32 * 1024;
    private static final int TIMEOUT_MILLIS = 60_000;

    private final Syncs syncs;
    private final Set<String> opened = new HashSet<>();
    /** What the header Date of an organization's last answer said. */
    private final Map<String, String> dates = new ConcurrentHashMap<>();

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
            String date = dates.get(message.getHeader(COMPONENT, "", String.class));
            if (date != null) {
                message.setHeader("Date", date);
            }
        };
    }

    private synchronized void open(CamelContext context, String name, String source, Map<?, ?> settings) {
        if (opened.contains(name)) {
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
        component.setHttpMaxContentLength(MAX_PAGE_BYTES);
        // a query may take long before its first byte
        component.setHttpClientIdleTimeout(TIMEOUT_MILLIS + TIMEOUT_MILLIS / 6);
        component.setHttpRequestTimeout(TIMEOUT_MILLIS);
        component.setHttpClientProperties(new HashMap<>(Map.of("maxRequestHeadersSize", MAX_HEAD_BYTES)));
        SalesforceEndpointConfig config = new SalesforceEndpointConfig();
        config.setApiVersion((String) settings.get("apiVersion"));
        config.setRawPayload(true);
        component.setConfig(config);
        // it starts with the context, or now
        context.addComponent(name, component);
        ServiceHelper.startService(component);
        component.getHttpClient().getRequestListeners().addBeginListener(request -> request.onResponseHeaders(response -> {
            String date = response.getHeaders().get(HttpHeader.DATE);
            if (date != null) {
                dates.put(name, date);
            }
        }));
        if (refreshToken != null) {
            RefreshTokens.keep(component, token -> {
                if (syncs != null) {
                    syncs.keepToken(source, refreshToken, token, secret);
                }
            });
        }
        opened.add(name);
    }
}
