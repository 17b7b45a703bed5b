package dev.serai.kafka;

import dev.serai.model.Event;
import dev.serai.model.ObjectState;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;

/**
 * An event or an object's state as routes see it.
 *
 * @param id      the event's {@code messageId}, or what stands for it
 * @param body    the {@link Event} or {@link ObjectState}
 * @param headers what conditions can ask by a short name; {@code type} is {@code object} for an object
 */
public record Routable(String id, String source, Object body, Map<String, Object> headers) {

    /** @throws IOException if the bytes are no event */
    public static Routable event(byte[] value) throws IOException {
        Event event = Event.parse(value);
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("source", event.source());
        headers.put("type", event.type().wireName());
        headers.put("messageId", event.messageId());
        event.event().ifPresent(name -> headers.put("event", name));
        event.userId().ifPresent(id -> headers.put("userId", id));
        event.anonymousId().ifPresent(id -> headers.put("anonymousId", id));
        return new Routable(event.messageId(), event.source(), event, headers);
    }

    /** @throws IOException if the bytes are no state of an object */
    public static Routable object(byte[] value) throws IOException {
        ObjectState object = ObjectState.parse(value);
        return new Routable(object.stateId(), object.source(), object, Map.of("source", object.source(), "type", "object",
                "collection", object.collection(), "id", object.id(), "isDeleted", object.isDeleted()));
    }

    /** As the route gets it. */
    public void into(Exchange exchange) {
        exchange.setPattern(ExchangePattern.InOnly);
        exchange.getIn().setBody(body);
        exchange.getIn().getHeaders().putAll(headers);
    }

    boolean isOfAny(Suppressions suppressions) {
        return body instanceof Event event && suppressions.contains(event);
    }
}
