package dev.serai.stripe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.stripe.exception.StripeException;
import com.stripe.model.StripeObject;
import com.stripe.net.ApiRequest;
import com.stripe.net.ApiResource;
import com.stripe.net.BaseAddress;
import com.stripe.net.RequestOptions;
import dev.serai.model.Json;
import java.util.Locale;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.support.DefaultProducer;

/** One request per exchange: what is updated, deleted, cancelled or captured is not read first. */
final class StripeProducer extends DefaultProducer {

    private static final TypeReference<Map<String, Object>> PARAMETERS = new TypeReference<>() { };

    private final StripeEndpoint endpoint;
    private final RequestOptions options;

    StripeProducer(StripeEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
        this.options = endpoint.fill(RequestOptions.builder()).build();
    }

    @Override
    public void process(Exchange exchange) throws StripeException {
        Message message = exchange.getMessage();
        StripeOperation operation = operation(message);
        StripeOperation.Method method = StripeOperation.Method.of(message.getHeader(StripeHeaders.METHOD, String.class));
        operation.require(method);
        String url = operation.url(method, method.needsId() ? ApiResource.urlEncodeId(id(message, method)) : "");
        Class<? extends StripeObject> type = method == StripeOperation.Method.LIST ? operation.list : operation.model;
        ApiRequest request = new ApiRequest(BaseAddress.API, operation.verb(method), url, parameters(message), options);
        StripeObject answer = endpoint.getComponent().sdk().request(request, type);
        message.setBody(answer);
    }

    private StripeOperation operation(Message message) {
        String word = message.getHeader(StripeHeaders.OPERATION, String.class);
        if (word == null || word.isBlank()) {
            return endpoint.getOperation();
        }
        StripeOperation operation = StripeOperation.of(word);
        if (operation == StripeOperation.RAW) {
            throw new IllegalArgumentException("raw is chosen by the URI stripe:raw, not by " + StripeHeaders.OPERATION);
        }
        return operation;
    }

    private static String id(Message message, StripeOperation.Method method) {
        String id = message.getHeader(StripeHeaders.OBJECT_ID, String.class);
        if (id == null || id.isBlank()) {
            throw new IllegalArgumentException("method " + method.name().toLowerCase(Locale.ROOT) + " needs header "
                    + StripeHeaders.OBJECT_ID);
        }
        return id;
    }

    /** A Map as it is; anything else is JSON, whatever carries it. */
    private static Map<String, Object> parameters(Message message) {
        if (message.getBody() instanceof Map<?, ?> map) {
            return Json.MAPPER.convertValue(map, PARAMETERS);
        }
        if (message.getBody() == null) {
            return Map.of();
        }
        String json = message.getBody(String.class);
        if (json == null) {
            throw new IllegalArgumentException("the body is a " + message.getBody().getClass().getName()
                    + "; stripe: takes nothing, a Map, or JSON as text, bytes or stream");
        }
        if (json.isBlank()) {
            return Map.of();
        }
        try {
            return Json.MAPPER.readValue(json.equals("null") ? "{}" : json, PARAMETERS);
        } catch (JsonProcessingException e) {
            // without the parser's message: it quotes the body, and a body may hold a secret
            throw new IllegalArgumentException("the body is not a JSON object; stripe: takes its parameters from one");
        }
    }
}
