package dev.serai.stripe;

import com.stripe.net.RequestOptions.RequestOptionsBuilder;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/**
 * One account and one kind of object. The body holds the parameters (nothing, a Map, or JSON as text, bytes or stream),
 * header {@code CamelStripeMethod} says what to do, {@code CamelStripeObjectId} with which; the answer is the SDK's model,
 * of a list exactly one page. Errors are the SDK's exceptions, unchanged. The models are those of the SDK's own API
 * version, so typed calls ask for it; only {@code stripe:raw} asks for {@code stripeVersion}.
 *
 * <p>{@code stripe:raw} is a GET of header {@code CamelStripePath} with the query of header {@code CamelStripeQuery}, sent
 * as it stands; the body of the answer is the JSON as it came, with headers {@code CamelStripeStatus}, {@code Date} and
 * {@code Request-Id}. A call waits for its answer on the caller's thread: keep it away from event loops.
 */
@UriEndpoint(firstVersion = "0.1.0", scheme = "stripe", title = "Stripe", syntax = "stripe:operation", producerOnly = true,
        category = {Category.CLOUD, Category.SAAS}, headersClass = StripeHeaders.class)
public final class StripeEndpoint extends DefaultEndpoint {

    static final String PINNED_VERSION = "2022-11-15";

    @UriPath(description = "charges, customers, paymentIntents, paymentMethods, refunds, subscriptions, invoices, products, "
            + "prices, balanceTransactions, or raw")
    @Metadata(required = true)
    private final StripeOperation operation;

    @UriParam(label = "security", secret = true, description = "Secret or restricted key of the account.")
    private String apiKey;

    @UriParam(description = "Base URL of the API, for another place than api.stripe.com.")
    private String apiBase;

    @UriParam(description = "The connected account to act for, acct_...; not of the official component.")
    private String account;

    @UriParam(defaultValue = PINNED_VERSION, description = "API version of raw answers.")
    private String stripeVersion = PINNED_VERSION;

    @UriParam(description = "Milliseconds to wait for a connection; the SDK's own 30 seconds if not set.")
    private Integer connectTimeout;

    @UriParam(description = "Milliseconds to wait for an answer; the SDK's own 80 seconds if not set.")
    private Integer readTimeout;

    @UriParam(description = "How often the SDK repeats a request by itself: never for raw if not set, else as the SDK says.")
    private Integer maxNetworkRetries;

    StripeEndpoint(String uri, StripeComponent component, StripeOperation operation) {
        super(uri, component);
        this.operation = operation;
    }

    @Override
    public Producer createProducer() {
        if (apiKey == null || apiKey.isBlank()) {
            throw new IllegalArgumentException("stripe:" + operation.word() + " has no apiKey");
        }
        return operation == StripeOperation.RAW ? new StripeRawProducer(this) : new StripeProducer(this);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("stripe: is a step, not a source; events come to a webhook");
    }

    <T extends RequestOptionsBuilder> T fill(T options) {
        options.setApiKey(apiKey);
        if (apiBase != null) {
            options.setBaseUrl(apiBase);
        }
        if (account != null) {
            options.setStripeAccount(account);
        }
        if (connectTimeout != null) {
            options.setConnectTimeout(connectTimeout);
        }
        if (readTimeout != null) {
            options.setReadTimeout(readTimeout);
        }
        if (maxNetworkRetries != null) {
            options.setMaxNetworkRetries(maxNetworkRetries);
        }
        return options;
    }

    @Override
    public StripeComponent getComponent() {
        return (StripeComponent) super.getComponent();
    }

    public StripeOperation getOperation() {
        return operation;
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

    public String getStripeVersion() {
        return stripeVersion;
    }

    public void setStripeVersion(String stripeVersion) {
        this.stripeVersion = stripeVersion;
    }

    public Integer getConnectTimeout() {
        return connectTimeout;
    }

    public void setConnectTimeout(Integer connectTimeout) {
        this.connectTimeout = connectTimeout;
    }

    public Integer getReadTimeout() {
        return readTimeout;
    }

    public void setReadTimeout(Integer readTimeout) {
        this.readTimeout = readTimeout;
    }

    public Integer getMaxNetworkRetries() {
        return maxNetworkRetries;
    }

    public void setMaxNetworkRetries(Integer maxNetworkRetries) {
        this.maxNetworkRetries = maxNetworkRetries;
    }

    public String getAccount() {
        return account;
    }

    public void setAccount(String account) {
        this.account = account;
    }
}
