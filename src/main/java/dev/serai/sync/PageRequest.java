package dev.serai.sync;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;
import org.apache.camel.component.http.HttpClientConfigurer;

/** Makes an HTTP request of what the sync asks for, for Kamelet {@code page-request-action}. */
public final class PageRequest implements Processor {

    private static final String NONE = "none";

    /** The client sends a request once: whether and when again is the sync's business, which saves its place first. */
    public static HttpClientConfigurer client() {
        return builder -> builder.disableAutomaticRetries().disableCookieManagement().disableRedirectHandling();
    }

    /** Behind the request, while the connection is open: the whole answer, in one array that is made as long as it is. */
    public static Processor whole() {
        return exchange -> {
            Message message = exchange.getMessage();
            if (message.getBody() instanceof InputStream stream) {
                Integer length = message.getHeader(Exchange.CONTENT_LENGTH, Integer.class);
                message.setBody(length == null ? stream.readAllBytes() : whole(stream, length));
            }
        };
    }

    private static byte[] whole(InputStream stream, int length) throws IOException {
        byte[] body = stream.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the answer ended after " + body.length + " of " + length + " bytes");
        }
        return body;
    }

    @Override
    public void process(Exchange exchange) {
        Map<?, ?> settings = exchange.getProperty(SyncConsumer.SETTINGS, Map.class);
        Message message = exchange.getMessage();
        String path = message.getHeader("path", String.class);
        String query = message.getHeader("query", String.class);
        // they are for the route; the partner gets none of them
        message.removeHeaders("*");
        message.setBody(null);
        message.setHeader(Exchange.HTTP_METHOD, "GET");
        message.setHeader(Exchange.HTTP_URI, settings.get("baseUrl") + path);
        if (query != null && !query.isEmpty()) {
            message.setHeader(Exchange.HTTP_RAW_QUERY, query);
            message.setHeader(Exchange.HTTP_QUERY, query);
        }
        message.setHeader("Accept", "application/json");
        String bearer = setting(exchange, settings, "serai.bearer");
        if (bearer != null) {
            message.setHeader("Authorization", "Bearer " + bearer);
        } else {
            String suffix = exchange.getProperty("serai.userSuffix", String.class);
            String user = setting(exchange, settings, "serai.user") + (NONE.equals(suffix) ? "" : suffix);
            String credentials = user + ":" + setting(exchange, settings, "serai.password");
            message.setHeader("Authorization", "Basic "
                    + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private static String setting(Exchange exchange, Map<?, ?> settings, String property) {
        return (String) settings.get(exchange.getProperty(property, String.class));
    }
}
