package dev.serai.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.model.RequestRefused;
import dev.serai.partner.Sources;
import dev.serai.partner.Sources.ConfiguredSource;
import dev.serai.partner.Webhook;
import dev.serai.partner.Webhook.Handshake;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Processor;

/**
 * Lets a partner's webhook in, as its folder declares: finds the source that the path names, checks that the request is
 * the partner's, answers what it asks before it sends anything, and hands on the body as JSON.
 *
 * <p>Hazard: signatures are over the raw bytes, so nothing before may have read the body and written it again.
 */
public final class WebhookDoor implements Processor {

    /** Exchange property: the partner that the route belongs to. */
    static final String PARTNER = "serai.partner";
    /** Exchange property: the {@link ConfiguredSource} by which the request came. */
    static final String SOURCE = "serai.source";
    /** Exchange property: the headers that the mapping sees, as a tree. */
    static final String HEADERS = "serai.headers";

    private final Supplier<Sources> sources;
    private final WebhookChecks checks;

    /**
     * @param sources       as they are now
     * @param isOnLoopback  whether the hub can be reached from this machine only
     * @param publicUrl     its address as partners see it; empty to go by the request
     * @param isBehindProxy whether the proxy's headers tell the address
     */
    public WebhookDoor(Supplier<Sources> sources, Clock clock, boolean isOnLoopback, String publicUrl, boolean isBehindProxy) {
        this.sources = sources;
        this.checks = new WebhookChecks(clock, isOnLoopback, publicUrl, isBehindProxy);
    }

    @Override
    public void process(Exchange exchange) {
        String name = exchange.getMessage().getHeader("source", String.class);
        String partner = exchange.getProperty(PARTNER, String.class);
        ConfiguredSource source = Optional.ofNullable(sources.get().byName().get(name))
                .filter(found -> found.partner().slug().equals(partner))
                .orElseThrow(() -> new RequestRefused(404, "unknown_source", "partner '" + partner
                        + "' has no source '" + name + "'; set serai.sources.<source>.partner=" + partner));
        Webhook webhook = source.partner().source().orElseThrow().webhook();
        WebhookRequest request = new WebhookRequest(exchange);
        if (!request.method().equals("POST")) {
            greet(webhook.handshake(), source, request, exchange);
            return;
        }
        checks.check(webhook, source, request);
        if (!webhook.handshake().challenge().isEmpty()) {
            JsonNode challenge = request.json().path(webhook.handshake().challenge());
            if (challenge.isTextual()) {
                ObjectNode answer = Json.MAPPER.createObjectNode();
                answer.set(webhook.handshake().challenge(), challenge);
                end(exchange, "application/json", answer.toString());
                return;
            }
        }
        exchange.setProperty(SOURCE, source);
        exchange.setProperty(HEADERS, headers(webhook.headers(), request));
        exchange.getMessage().setBody(json(webhook, request));
    }

    private static void greet(Handshake handshake, ConfiguredSource source, WebhookRequest request, Exchange exchange) {
        List<Map.Entry<String, String>> query = Form.parse(request.query().getBytes(StandardCharsets.UTF_8));
        String echo = handshake.echo().isEmpty() ? null : Form.value(query, handshake.echo());
        if (echo != null) {
            String expected = handshake.setting().isEmpty() ? "" : source.setting(handshake.setting()).orElse("");
            String given = handshake.token().isEmpty() ? null : Form.value(query, handshake.token());
            if (!expected.isEmpty() && !MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8),
                    (given == null ? "" : given).getBytes(StandardCharsets.UTF_8))) {
                throw new RequestRefused(403, "bad_token", handshake.token() + " must be the value of serai.sources."
                        + source.name() + "." + handshake.setting());
            }
            end(exchange, "text/plain; charset=utf-8", echo);
        } else if (handshake.get()) {
            end(exchange, "text/plain; charset=utf-8", "");
        } else {
            throw new RequestRefused(405, "method_not_allowed", "webhooks are posted");
        }
    }

    private static void end(Exchange exchange, String contentType, String body) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.CONTENT_TYPE, contentType);
        message.setBody(body.getBytes(StandardCharsets.UTF_8));
        exchange.setRouteStop(true);
    }

    private static ObjectNode headers(List<String> names, WebhookRequest request) {
        ObjectNode headers = Json.MAPPER.createObjectNode();
        for (String name : names) {
            String value = request.header(name);
            if (value != null) {
                headers.put(name.toLowerCase(Locale.ROOT), value);
            }
        }
        return headers;
    }

    private static byte[] json(Webhook webhook, WebhookRequest request) {
        return switch (webhook.format()) {
            case JSON -> request.body();
            case NDJSON -> lines(request.body());
            case FORM -> {
                if (!request.isForm()) {
                    // some partners send a form or JSON, as they are told to
                    yield request.body();
                }
                String json = webhook.field().isEmpty() ? null : Form.value(request.fields(), webhook.field());
                if (!webhook.field().isEmpty() && json == null) {
                    throw new RequestRefused(400, "bad_request", "the form has no field '" + webhook.field() + "'");
                }
                yield (json == null ? Form.toJson(request.fields()).toString() : json).getBytes(StandardCharsets.UTF_8);
            }
        };
    }

    /** An array of the lines; one that is no JSON is a text, so that it costs no other. */
    private static byte[] lines(byte[] body) {
        ByteArrayOutputStream array = new ByteArrayOutputStream(body.length + 64);
        array.write('[');
        for (String line : new String(body, StandardCharsets.UTF_8).split("\n")) {
            if (!line.isBlank()) {
                if (array.size() > 1) {
                    array.write(',');
                }
                array.writeBytes((Json.isOneValue(line) ? line : quoted(line)).getBytes(StandardCharsets.UTF_8));
            }
        }
        array.write(']');
        return array.toByteArray();
    }

    private static String quoted(String line) {
        try {
            return Json.MAPPER.writeValueAsString(line);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a text can be written as JSON", e);
        }
    }
}
