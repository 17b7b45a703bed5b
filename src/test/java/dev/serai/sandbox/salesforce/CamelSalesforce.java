package dev.serai.sandbox.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.salesforce.AuthenticationType;
import org.apache.camel.component.salesforce.SalesforceComponent;
import org.apache.camel.component.salesforce.SalesforceEndpointConfig;
import org.apache.camel.component.salesforce.SalesforceLoginConfig;
import org.apache.camel.component.salesforce.api.SalesforceException;
import org.apache.camel.impl.DefaultCamelContext;

/** The fake, served, and a Camel that calls it through camel-salesforce. */
final class CamelSalesforce implements AutoCloseable {

    static final String VERSION = "60.0";

    final SandboxClock clock = new SandboxClock();
    final Faults faults = new Faults();
    final SalesforceFake fake;
    final Sandbox sandbox;
    final DefaultCamelContext camel = new DefaultCamelContext();
    private ProducerTemplate template;

    CamelSalesforce(int people) {
        clock.set(Instant.parse("2026-02-01T12:00:00Z"));
        fake = new SalesforceFake(new Population(7), clock, faults, people);
        sandbox = Sandbox.start(0, clock, faults, List.of(fake));
    }

    /** Adds an account of the hub's at Salesforce, under the name by which endpoints call it. */
    SalesforceComponent account(String scheme, SalesforceLoginConfig login) {
        return account(scheme, login, component -> { });
    }

    /** @param more what to set before it starts */
    SalesforceComponent account(String scheme, SalesforceLoginConfig login, Consumer<SalesforceComponent> more) {
        SalesforceComponent component = new SalesforceComponent();
        login.setLoginUrl(sandbox.url("salesforce"));
        login.setLazyLogin(true);
        component.setLoginConfig(login);
        SalesforceEndpointConfig config = new SalesforceEndpointConfig();
        config.setApiVersion(VERSION);
        config.setRawPayload(true);
        component.setConfig(config);
        component.setPackages("dev.serai.salesforce");
        more.accept(component);
        camel.addComponent(scheme, component);
        return component;
    }

    static SalesforceLoginConfig clientCredentials(String secret) {
        SalesforceLoginConfig login = new SalesforceLoginConfig();
        login.setType(AuthenticationType.CLIENT_CREDENTIALS);
        login.setClientId(Logins.CLIENT_ID);
        login.setClientSecret(secret);
        return login;
    }

    static SalesforceLoginConfig refreshToken(String token) {
        SalesforceLoginConfig login = new SalesforceLoginConfig();
        login.setType(AuthenticationType.REFRESH_TOKEN);
        login.setClientId(Logins.CLIENT_ID);
        login.setClientSecret(Logins.CLIENT_SECRET);
        login.setRefreshToken(token);
        return login;
    }

    CamelSalesforce start() {
        camel.start();
        template = camel.createProducerTemplate();
        return this;
    }

    Exchange call(String uri, Object body, Map<String, Object> headers) {
        return template.request(uri, exchange -> {
            exchange.getMessage().setBody(body);
            exchange.getMessage().setHeaders(new java.util.HashMap<>(headers));
        });
    }

    Exchange query(String soql) {
        return call("salesforce:query", soql, Map.of());
    }

    Exchange get(String path) {
        return call("salesforce:raw?rawMethod=GET&format=JSON&rawPath=/services/data/v" + VERSION + path, null, Map.of());
    }

    static JsonNode json(Exchange exchange) {
        try {
            if (exchange.getException() != null) {
                throw new AssertionError("the call failed", exchange.getException());
            }
            return Json.MAPPER.readTree(exchange.getMessage().getBody(InputStream.class));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    static SalesforceException failure(Exchange exchange) {
        return exchange.getException(SalesforceException.class);
    }

    @Override
    public void close() {
        camel.stop();
        sandbox.close();
    }
}
