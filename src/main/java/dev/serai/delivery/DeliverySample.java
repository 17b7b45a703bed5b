package dev.serai.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.kafka.Routable;
import dev.serai.model.Event;
import dev.serai.model.IsoTime;
import dev.serai.model.Json;
import dev.serai.model.ObjectState;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.io.IOException;
import java.time.Instant;

/**
 * An event at a destination, for people who look: with what was asked and answered as dead letters have it, so without what
 * is secret. Kept as bytes, and no more than {@link #MAX_BYTES}: there may be hundreds.
 *
 * @param messageId     of an object what stands for it
 * @param event         its name, of other events than track their type, of an object its collection
 * @param key           whose it is
 * @param millis        since it was accepted; negative if that is not known
 * @param correspondence JSON with {@code request} and {@code response}
 */
public record DeliverySample(Instant at, String messageId, String event, String key, long millis, byte[] correspondence) {

    static final int MAX_BYTES = 8 * 1024;
    private static final int MAX_ITEM_BYTES = 5 * 1024;
    private static final int LONGEST_ANSWER = 1_500;
    private static final byte[] NOTHING = "{\"request\":null,\"response\":null}".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    private static final String TOO_LARGE = "too large to be kept here";

    static DeliverySample of(Envelope envelope, Attempt attempt, ConfiguredDestination destination, long now) {
        long accepted = acceptedAt(envelope);
        return new DeliverySample(Instant.ofEpochMilli(now), envelope.id(), envelope.event().map(DeliverySample::name)
                .orElseGet(() -> envelope.json().path("collection").asText()), envelope.key(),
                accepted > 0 ? Math.max(0, now - accepted) : -1,
                attempt.correspondence() == null ? NOTHING : written(attempt, destination));
    }

    static DeliverySample of(Routable routable, long now) {
        String event = routable.body() instanceof Event one ? name(one) : ((ObjectState) routable.body()).collection();
        String key = routable.body() instanceof Event one ? one.key() : ((ObjectState) routable.body()).key();
        return new DeliverySample(Instant.ofEpochMilli(now), routable.id(), event, key, -1, NOTHING);
    }

    /** When the hub took it, in milliseconds since 1970; 0 if it does not say. */
    static long acceptedAt(Envelope envelope) {
        if (envelope.event().isPresent()) {
            return envelope.event().get().receivedAt().toEpochMilli();
        }
        String text = envelope.json().path("receivedAt").textValue();
        long micros = text == null ? IsoTime.NONE : IsoTime.micros(text);
        return micros == IsoTime.NONE ? 0 : micros / 1_000;
    }

    private static String name(Event event) {
        return event.event().orElse(event.type().wireName());
    }

    private static byte[] written(Attempt attempt, ConfiguredDestination destination) {
        try {
            ObjectNode request = attempt.correspondence().request(destination, attempt.item(), attempt.items());
            if (Json.MAPPER.writeValueAsBytes(request.path("item")).length > MAX_ITEM_BYTES) {
                request.put("item", TOO_LARGE);
            }
            ObjectNode response = attempt.correspondence().response(destination);
            if (response != null && response.path("body").asText().length() > LONGEST_ANSWER) {
                response.put("body", response.path("body").asText().substring(0, LONGEST_ANSWER) + "…");
            }
            byte[] written = write(request, response);
            if (written.length > MAX_BYTES) {
                request.put("headers", TOO_LARGE).put("item", TOO_LARGE);
                written = write(request, response == null ? null : response.put("headers", TOO_LARGE));
            }
            return written.length > MAX_BYTES ? NOTHING : written;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    private static byte[] write(ObjectNode request, ObjectNode response) throws JsonProcessingException {
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.set("request", request);
        json.set("response", response);
        return Json.MAPPER.writeValueAsBytes(json);
    }

    /** What the partner was asked, {@code {"method","url","headers","items","item"}}; null if it was not. */
    public JsonNode request() {
        return read().get("request");
    }

    /** What it answered, {@code {"status","headers","body"}}; null if it did not. */
    public JsonNode response() {
        return read().get("response");
    }

    private JsonNode read() {
        try {
            return Json.MAPPER.readTree(correspondence);
        } catch (IOException e) {
            throw new IllegalStateException("what was written can be read", e);
        }
    }
}
