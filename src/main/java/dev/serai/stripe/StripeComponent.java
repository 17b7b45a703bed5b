package dev.serai.stripe;

import com.stripe.net.LiveStripeResponseGetter;
import com.stripe.net.StripeResponseGetter;
import java.util.Map;
import org.apache.camel.Endpoint;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.annotations.Component;
import org.apache.camel.support.DefaultComponent;

/**
 * {@code stripe:<operation>}. Key and base URL set here hold for endpoints that have none of their own. Nothing is set in
 * the SDK's global {@code Stripe} class: two accounts in one JVM do not meet.
 */
@Component("stripe")
public final class StripeComponent extends DefaultComponent {

    private final StripeResponseGetter sdk = new LiveStripeResponseGetter();

    @Metadata(label = "security", secret = true, description = "Secret or restricted key of the account.")
    private String apiKey;

    @Metadata(description = "Base URL of the API, for another place than api.stripe.com.")
    private String apiBase;

    @Metadata(description = "The connected account to act for, acct_...; not of the official component.")
    private String account;

    @Override
    protected Endpoint createEndpoint(String uri, String remaining, Map<String, Object> parameters) throws Exception {
        StripeEndpoint endpoint = new StripeEndpoint(uri, this, StripeOperation.of(remaining));
        endpoint.setApiKey(apiKey);
        endpoint.setApiBase(apiBase);
        endpoint.setAccount(account);
        setProperties(endpoint, parameters);
        return endpoint;
    }

    StripeResponseGetter sdk() {
        return sdk;
    }

    public String getApiKey() {
        return apiKey;
    }

    public void setApiKey(String apiKey) {
        this.apiKey = apiKey;
    }

    public String getApiBase() {
        return apiBase;
    }

    public void setApiBase(String apiBase) {
        this.apiBase = apiBase;
    }

    public String getAccount() {
        return account;
    }

    public void setAccount(String account) {
        this.account = account;
    }
}
