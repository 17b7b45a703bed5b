package dev.serai.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.serai.model.Json;
import dev.serai.partner.Webhook.Place;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** A partner's request as it came, byte by byte, and what stands where in it. */
final class WebhookRequest {

    /** Exchange property: path and query as they were asked for. */
    static final String URI = "serai.uri";
    /** Exchange property: the secret that stood in the path. */
    static final String PATH_SECRET = "serai.path-secret";

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final String BEARER = "Bearer ";
    private static final String BASIC = "Basic ";

    private final Exchange exchange;
    private final byte[] body;
    private JsonNode json;
    private List<Map.Entry<String, String>> fields;

    WebhookRequest(Exchange exchange) {
        this.exchange = exchange;
        byte[] sent = exchange.getMessage().getBody(byte[].class);
        this.body = sent == null ? new byte[0] : sent;
    }

    byte[] body() {
        return body;
    }

    String uri() {
        return exchange.getProperty(URI, "", String.class);
    }

    String query() {
        return exchange.getMessage().getHeader(Exchange.HTTP_RAW_QUERY, "", String.class);
    }

    String method() {
        return exchange.getMessage().getHeader(Exchange.HTTP_METHOD, "POST", String.class);
    }

    /** Null if there is none. */
    String header(String name) {
        return exchange.getMessage().getHeader(name, String.class);
    }

    boolean isForm() {
        String type = exchange.getMessage().getHeader(Exchange.CONTENT_TYPE, "", String.class);
        return type.toLowerCase(Locale.ROOT).startsWith(FORM);
    }

    /** The fields of a form, in their order. */
    List<Map.Entry<String, String>> fields() {
        if (fields == null) {
            fields = Form.parse(body);
        }
        return fields;
    }

    /** The body's tree; missing if it is no JSON. */
    JsonNode json() {
        if (json == null) {
            try {
                json = Json.MAPPER.readTree(body);
            } catch (IOException e) {
                json = MissingNode.getInstance();
            }
        }
        return json;
    }

    /** What stands there; null if nothing does. */
    String at(Place place) {
        return switch (place.where()) {
            case HEADER -> header(place.name());
            case BODY -> {
                JsonNode found = json().at(place.name());
                yield found.isValueNode() && !found.isNull() ? found.asText() : null;
            }
            case BEARER -> after(BEARER);
            case BASIC -> after(BASIC);
            case PATH -> exchange.getProperty(PATH_SECRET, String.class);
        };
    }

    private String after(String scheme) {
        Message message = exchange.getMessage();
        String authorization = message.getHeader("Authorization", String.class);
        return authorization != null && authorization.regionMatches(true, 0, scheme, 0, scheme.length())
                ? authorization.substring(scheme.length()).strip() : null;
    }
}
