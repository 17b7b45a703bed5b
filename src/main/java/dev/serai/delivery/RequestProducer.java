package dev.serai.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.schibsted.spt.data.jslt.JsltException;
import dev.serai.delivery.RequestEndpoint.Signature;
import dev.serai.model.Json;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.Partner;
import dev.serai.partner.Program;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * One attempt: the items become a request, the answer becomes a verdict for each item, and the queue decides what to
 * do.
 */
final class RequestProducer extends DefaultAsyncProducer {

    private static final int UNAUTHORIZED = 401;
    private static final String ASKED_AGAIN = "serai.asked-again";

    private final Partner partner;
    private final Program request;
    private final ResponseRules rules;
    private final Signature signature;
    private AccessTokens tokens;
    private Transport transport;
    private InstantSource clock;

    RequestProducer(RequestEndpoint endpoint, Partner partner, Program request, ResponseRules rules, Signature signature) {
        super(endpoint);
        this.partner = partner;
        this.request = request;
        this.rules = rules;
        this.signature = signature;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        RequestComponent component = (RequestComponent) getEndpoint().getComponent();
        transport = component.transport();
        tokens = component.tokens();
        clock = component.clock();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        try {
            Batch batch = Batch.of(exchange);
            Map<String, JsonNode> variables = new HashMap<>(Program.variables(batch.destination()));
            if (partner.destination().orElseThrow().tokenUrl().isEmpty()) {
                return ask(batch, variables, "", exchange, callback);
            }
            tokens.of(batch.destination()).whenComplete((token, failure) -> {
                try {
                    if (failure == null) {
                        variables.put("accessToken", TextNode.valueOf(token));
                        ask(batch, variables, token, exchange, callback);
                        return;
                    }
                    noToken(batch, failure instanceof CompletionException ? failure.getCause() : failure);
                } catch (RuntimeException e) {
                    exchange.setException(e);
                }
                callback.done(false);
            });
            return false;
        } catch (RuntimeException e) {
            exchange.setException(e);
            callback.done(true);
            return true;
        }
    }

    /** @return whether the callback is done already */
    private boolean ask(Batch batch, Map<String, JsonNode> variables, String token, Exchange exchange,
                        AsyncCallback callback) {
        HttpCall call = call(batch, variables);
        if (call == null) {
            callback.done(token.isEmpty());
            return true;
        }
        transport.send(batch.destination(), call).whenComplete((answer, failure) -> {
            try {
                batch.correspondence(new Correspondence(call, answer));
                if (answer != null && answer.status() == UNAUTHORIZED && !token.isEmpty() && isFirst(exchange)) {
                    tokens.refused(batch.destination(), token);
                    process(exchange, callback);
                    return;
                }
                end(batch, variables, answer, failure);
            } catch (RuntimeException e) {
                exchange.setException(e);
            }
            callback.done(false);
        });
        return false;
    }

    /** A token may have been taken back before its time; a second one that is refused says more. */
    private static boolean isFirst(Exchange exchange) {
        boolean first = exchange.getProperty(ASKED_AGAIN) == null;
        exchange.setProperty(ASKED_AGAIN, true);
        return first;
    }

    private static void noToken(Batch batch, Throwable failure) {
        if (failure instanceof AccessTokens.TokenRefused || failure instanceof AddressRefused) {
            batch.answer(Verdict.stop("no_access_token", failure.getMessage()));
        } else {
            batch.answer(Verdict.retry("no_access_token", "no access token could be had: " + failure.getMessage(), null));
        }
    }

    /** The request, or null if there can be none; then the batch is answered. */
    private HttpCall call(Batch batch, Map<String, JsonNode> variables) {
        HttpCall call;
        try {
            call = request == null ? plainCall(batch) : mappedCall(batch, variables);
        } catch (JsltException | IllegalArgumentException e) {
            // with fewer items in it the request may do; the one that spoils it is given up in the end
            batch.answerUnasked(Verdict.split("request_failed", partner.slug() + " request: " + e.getMessage()));
            return null;
        }
        int maxBytes = batch.kind().limits().maxBytes();
        if (call.body().length > maxBytes) {
            batch.answer(Verdict.split("too_large", "the request is " + call.body().length + " bytes, " + partner.title()
                    + " takes " + maxBytes));
            return null;
        }
        return call;
    }

    private HttpCall plainCall(Batch batch) {
        ConfiguredDestination destination = batch.destination();
        String url = destination.setting("url").orElseThrow(() -> new IllegalArgumentException(
                "without a request mapping the partner needs a setting 'url'"));
        boolean single = batch.kind().limits().maxItems() == 1;
        byte[] body = batch.isAsItLies() ? batch.originals(single) : bytes(single ? batch.bodies().get(0) : batch.bodies());
        return finished(batch, "POST", url, new TreeMap<>(), body);
    }

    private HttpCall mappedCall(Batch batch, Map<String, JsonNode> variables) {
        JsonNode told = request.run(variables, Json.MAPPER.createObjectNode().set("items", batch.bodies()));
        Map<String, String> headers = new TreeMap<>();
        told.path("headers").fields().forEachRemaining(header ->
                headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue().asText()));
        JsonNode body = told.path("body");
        return finished(batch, told.path("method").asText("POST"), told.path("url").asText(), headers,
                body.isTextual() ? body.textValue().getBytes(StandardCharsets.UTF_8) : bytes(body));
    }

    private HttpCall finished(Batch batch, String method, String url, Map<String, String> headers, byte[] body) {
        headers.putIfAbsent("content-type", "application/json");
        headers.putIfAbsent("user-agent", "Serai");
        if (signature == Signature.STANDARD_WEBHOOKS) {
            StandardWebhookSignature.sign(headers, batch.envelope(0).id(), clock.instant().getEpochSecond(), body,
                    batch.destination().setting("secret").orElse(null));
        }
        return new HttpCall(method, URI.create(url), headers, body);
    }

    private static byte[] bytes(JsonNode node) {
        try {
            return Json.MAPPER.writeValueAsBytes(node);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("the request cannot be written as JSON", e);
        }
    }

    private void end(Batch batch, Map<String, JsonNode> variables, HttpAnswer answer, Throwable failure) {
        if (failure instanceof AddressRefused) {
            batch.answer(Verdict.stop("private_address", failure.getMessage()));
        } else if (failure != null) {
            batch.answer(Verdict.retry("no_answer", "the request came to no answer: "
                    + failure.getClass().getSimpleName(), null));
        } else {
            ResponseRules.Judgement judgement = rules.judge(answer, batch.bodies(), variables, clock.instant());
            batch.answer(judgement.each(), judgement.ofDestination());
        }
    }
}
