package dev.serai.delivery;

import dev.serai.partner.Partner;
import dev.serai.partner.Program;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.support.DefaultEndpoint;

/** How requests to one partner are made and their answers read; any of the two programs may be null. */
final class RequestEndpoint extends DefaultEndpoint {

    /** How a request proves where it comes from. */
    enum Signature {
        NONE, STANDARD_WEBHOOKS;

        static Signature of(String word) {
            return switch (word) {
                case "" -> NONE;
                case "standard-webhooks" -> STANDARD_WEBHOOKS;
                default -> throw new IllegalArgumentException("'" + word + "' is no signature; there is "
                        + "standard-webhooks");
            };
        }
    }

    private final Partner partner;
    private final Program request;
    private final ResponseRules response;
    private final Signature signature;

    RequestEndpoint(String uri, RequestComponent component, Partner partner, Program request,
                    ResponseRules response, Signature signature) {
        super(uri, component);
        this.partner = partner;
        this.request = request;
        this.response = response;
        this.signature = signature;
        if (signature == Signature.STANDARD_WEBHOOKS && partner.destination().orElseThrow().requests().values().stream()
                .anyMatch(limits -> limits.maxItems() > 1)) {
            throw new IllegalArgumentException("a Standard Webhooks request carries one event; set maxItems of "
                    + partner.file("partner.yaml") + " to 1");
        }
    }

    @Override
    public Producer createProducer() {
        return new RequestProducer(this, partner, request, response, signature);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new UnsupportedOperationException("request: is a step, not a source");
    }
}
