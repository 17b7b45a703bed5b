package dev.serai.delivery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Event;
import dev.serai.model.Json;
import dev.serai.model.ObjectState;
import java.io.IOException;
import java.util.Optional;

/**
 * What lies in a destination's queue: an event, or a state of an object.
 *
 * @param id     the event's {@code messageId}; of an object {@code source/collection/id@version}
 * @param key    what is delivered in order: a user's events, an object's states
 * @param source the source it came by
 * @param json   the whole of it; not to be changed
 * @param event  empty for an object
 */
record Envelope(String id, String key, String source, ObjectNode json, Optional<Event> event) {

    /** @throws IOException if the bytes are neither an event nor an object */
    static Envelope parse(byte[] bytes) throws IOException {
        if (!(Json.MAPPER.readTree(bytes) instanceof ObjectNode json)) {
            throw new IOException("an event or an object must be a JSON object");
        }
        return json.has("collection") ? of(ObjectState.of(json)) : of(Event.of(json));
    }

    static Envelope of(Event event) {
        return new Envelope(event.messageId(), event.key(), event.source(), event.json(), Optional.of(event));
    }

    static Envelope of(ObjectState object) {
        return new Envelope(object.stateId(), object.key(), object.source(), object.json(), Optional.empty());
    }
}
