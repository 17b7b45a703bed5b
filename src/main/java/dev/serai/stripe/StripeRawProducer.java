package dev.serai.stripe;

import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.StripeException;
import com.stripe.net.ApiResource.RequestMethod;
import com.stripe.net.BaseAddress;
import com.stripe.net.RawApiRequest;
import com.stripe.net.RawRequestOptions;
import com.stripe.net.RequestOptions.RequestOptionsBuilder;
import com.stripe.net.StripeResponse;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/**
 * A GET through the SDK's raw request, which puts the path behind the base URL as it stands: a query reaches Stripe as it
 * was written, and the answer comes back as it was sent (bytes), with fields that the SDK's models do not know. Errors are
 * still the SDK's exceptions. The SDK repeats nothing by itself, as the caller knows better when to.
 */
final class StripeRawProducer extends DefaultProducer {

    /** No query, no other host, nothing that climbs: a part of it may have come from a partner's data. */
    private static final Pattern PATH = Pattern.compile("/v1(/[A-Za-z0-9_-]+)+");

    private final StripeEndpoint endpoint;

    StripeRawProducer(StripeEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    public void process(Exchange exchange) throws StripeException {
        Message message = exchange.getMessage();
        String path = message.getHeader(StripeHeaders.PATH, "", String.class);
        if (!PATH.matcher(path).matches()) {
            throw new IllegalArgumentException("header " + StripeHeaders.PATH + " is '" + path
                    + "' and not a path such as /v1/charges");
        }
        String query = message.getHeader(StripeHeaders.QUERY, "", String.class);
        String version = message.getHeader(StripeHeaders.VERSION, endpoint.getStripeVersion(), String.class);
        StripeResponse response = endpoint.getComponent().sdk().rawRequest(new RawApiRequest(BaseAddress.API,
                RequestMethod.GET, query.isEmpty() ? path : path + "?" + query, null, options(version)));
        message.setBody(whole(response));
        message.setHeader(StripeHeaders.STATUS, response.code());
        for (String name : new String[] {"Date", "Request-Id"}) {
            message.removeHeader(name);
            response.headers().firstValue(name).ifPresent(value -> message.setHeader(name, value));
        }
    }

    /** The JDK's client takes a connection that ends too early for the end of the answer, and the SDK does not look. */
    private static byte[] whole(StripeResponse response) throws ApiConnectionException {
        byte[] body = response.body().getBytes(StandardCharsets.UTF_8);
        String length = response.headers().firstValue("Content-Length").orElse(null);
        if (length != null && Long.parseLong(length) != body.length) {
            throw new ApiConnectionException("the answer ended after " + body.length + " of " + length + " bytes");
        }
        return body;
    }

    private RawRequestOptions options(String version) {
        RawRequestOptions.RawRequestOptionsBuilder builder = RawRequestOptions.builder();
        builder.setMaxNetworkRetries(0);
        endpoint.fill(builder);
        RequestOptionsBuilder.unsafeSetStripeVersionOverride(builder, version);
        return builder.build();
    }
}
