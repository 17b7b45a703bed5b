package dev.serai.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.schibsted.spt.data.jslt.JsltException;
import dev.serai.delivery.RequestEndpoint.Signature;
import dev.serai.delivery.ResponseRules.Judgement;
import dev.serai.model.Json;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.Partner;
import dev.serai.partner.Program;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;

/**
 * One attempt: each event becomes the partner's item, the items become a request, the answer becomes a verdict for
 * each event. What goes wrong with one event (its mapping fails) costs no other; what goes wrong with all says so in
 * the verdict, and the queue decides what to do.
 */
final class RequestProducer extends DefaultAsyncProducer {

    private final Partner partner;
    private final Program mapping;
    private final Program request;
    private final ResponseRules rules;
    private final Signature signature;
    private Transport transport;
    private InstantSource clock;

    RequestProducer(RequestEndpoint endpoint, Partner partner, Program mapping, Program request, ResponseRules rules,
                    Signature signature) {
        super(endpoint);
        this.partner = partner;
        this.mapping = mapping;
        this.request = request;
        this.rules = rules;
        this.signature = signature;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        RequestComponent component = (RequestComponent) getEndpoint().getComponent();
        transport = component.transport();
        clock = component.clock();
    }

    /** The events that go into the request, by their place in the batch, and the verdicts of the others. */
    private static final class Draft {
        private final Batch batch;
        private final Map<String, JsonNode> variables;
        private final Verdict[] verdicts;
        private final ArrayNode items = Json.MAPPER.createArrayNode();
        private final List<Integer> places = new ArrayList<>();

        Draft(Batch batch) {
            this.batch = batch;
            this.variables = Program.variables(batch.destination());
            this.verdicts = new Verdict[batch.size()];
        }

        void answer(Judgement judgement) {
            for (int i = 0; i < places.size(); i++) {
                verdicts[places.get(i)] = judgement.each().get(i);
            }
            batch.answer(List.of(verdicts), judgement.ofDestination());
        }

        void answer(Verdict all, boolean ofDestination) {
            for (int place : places) {
                verdicts[place] = all;
            }
            batch.answer(List.of(verdicts), ofDestination ? all : null);
        }
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Batch batch;
        Draft draft;
        try {
            batch = Batch.of(exchange);
            draft = new Draft(batch);
            map(draft);
            HttpCall call = draft.places.isEmpty() ? null : call(draft);
            if (call == null) {
                if (!batch.isAnswered()) {
                    batch.answer(List.of(draft.verdicts), null);
                }
                callback.done(true);
                return true;
            }
            transport.send(batch.destination(), call).whenComplete((answer, failure) -> {
                try {
                    end(draft, answer, failure);
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

    private void map(Draft draft) {
        for (int i = 0; i < draft.batch.size(); i++) {
            JsonNode event = draft.batch.events().get(i).json();
            try {
                JsonNode item = mapping == null ? event : mapping.run(draft.variables, event);
                if (item.isNull()) {
                    draft.verdicts[i] = Verdict.FILTERED;
                } else {
                    draft.items.add(item);
                    draft.places.add(i);
                }
            } catch (JsltException e) {
                draft.verdicts[i] = Verdict.deadLetter("mapping_failed", String.valueOf(e.getMessage()));
            }
        }
    }

    /** The request, or null if there can be none; then the draft is answered. */
    private HttpCall call(Draft draft) {
        HttpCall call;
        try {
            call = request == null ? plainCall(draft) : mappedCall(draft);
        } catch (JsltException | IllegalArgumentException e) {
            // with fewer events in it the request may do; the one that spoils it is given up in the end
            draft.answer(Verdict.split("request_failed", partner.slug() + " request: " + e.getMessage()), false);
            return null;
        }
        int maxBytes = draft.batch.destination().limits().maxBytes();
        if (call.body().length > maxBytes) {
            draft.answer(Verdict.split("too_large", "the request is " + call.body().length + " bytes, " + partner.title()
                    + " takes " + maxBytes), true);
            return null;
        }
        return call;
    }

    private HttpCall plainCall(Draft draft) {
        ConfiguredDestination destination = draft.batch.destination();
        String url = destination.setting("url").orElseThrow(() -> new IllegalArgumentException(
                "without a request mapping the partner needs a setting 'url'"));
        boolean single = destination.limits().maxEvents() == 1;
        byte[] body = single && mapping == null
                ? draft.batch.original(0)
                : bytes(single ? draft.items.get(0) : draft.items);
        return finished(draft, "POST", url, new TreeMap<>(), body);
    }

    private HttpCall mappedCall(Draft draft) {
        JsonNode told = request.run(draft.variables, Json.MAPPER.createObjectNode().set("events", draft.items));
        Map<String, String> headers = new TreeMap<>();
        told.path("headers").fields().forEachRemaining(header ->
                headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue().asText()));
        JsonNode body = told.path("body");
        return finished(draft, told.path("method").asText("POST"), told.path("url").asText(), headers,
                body.isTextual() ? body.textValue().getBytes(StandardCharsets.UTF_8) : bytes(body));
    }

    private HttpCall finished(Draft draft, String method, String url, Map<String, String> headers, byte[] body) {
        headers.putIfAbsent("content-type", "application/json");
        headers.putIfAbsent("user-agent", "Serai");
        if (signature == Signature.STANDARD_WEBHOOKS) {
            StandardWebhookSignature.sign(headers, draft.batch.events().get(draft.places.get(0)).messageId(),
                    clock.instant().getEpochSecond(), body,
                    draft.batch.destination().setting("secret").orElse(null));
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

    private void end(Draft draft, HttpAnswer answer, Throwable failure) {
        if (failure instanceof AddressRefused) {
            draft.answer(Verdict.stop("private_address", failure.getMessage()), true);
        } else if (failure != null) {
            draft.answer(Verdict.retry("no_answer", "the request came to no answer: "
                    + failure.getClass().getSimpleName(), null), true);
        } else {
            draft.answer(rules.judge(answer, draft.items, draft.variables, clock.instant()));
        }
    }
}
