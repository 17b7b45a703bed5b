package dev.serai.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * What one request came to: the events to keep, what was rejected, and what to tell the sender once Kafka has both.
 *
 * @param source  the source by which the request came
 * @param events  ready for topic {@code events}
 * @param rejects ready for topic {@code dead-letters}, each with its place in the request
 * @param refusal the answer when the request as a whole must not count as accepted; null when it does
 */
public record Intake(String source, List<Accepted> events, List<Reject> rejects, RequestRefused refusal) {

    private static final byte[] SUCCESS = "{\"success\":true}".getBytes(StandardCharsets.UTF_8);

    /** How many rejected events an answer lists; the rest is counted. */
    private static final int LISTED = 20;

    public Intake {
        Objects.requireNonNull(source, "source");
        events = List.copyOf(events);
        rejects = List.copyOf(rejects);
    }

    /**
     * An event in its form on topic {@code events}.
     *
     * @param key   the user it belongs to; orders their events
     * @param value the JSON, UTF-8
     * @param type  the event's; null for the state of an object
     */
    public record Accepted(byte[] key, byte[] value, EventType type) {

        /** The state of an object. */
        public Accepted(byte[] key, byte[] value) {
            this(key, value, null);
        }
    }

    /**
     * An event that was not accepted.
     *
     * @param index      its place in the request, from 0
     * @param deadLetter why, and the original
     * @param type       the event's, as far as it told one; else null
     */
    public record Reject(int index, DeadLetter deadLetter, EventType type) {

        public Reject(int index, DeadLetter deadLetter) {
            this(index, deadLetter, null);
        }
    }

    /**
     * The body of the answer 200: {@code {"success":true}}, and where some events were rejected, which and why:
     * {@code "rejected":[{"index":3,"error":"no_user_anon_id","message":"..."}]}. Segment's SDKs read only
     * {@code success}.
     */
    public byte[] receipt() {
        if (rejects.isEmpty()) {
            return SUCCESS;
        }
        ObjectNode receipt = Json.MAPPER.createObjectNode()
                .put("success", true)
                .put("accepted", events.size())
                .put("rejectedCount", rejects.size());
        ArrayNode rejected = receipt.putArray("rejected");
        rejects.stream().limit(LISTED).forEach(reject -> rejected.addObject()
                .put("index", reject.index())
                .put("error", reject.deadLetter().code())
                .put("message", reject.deadLetter().message()));
        try {
            return Json.MAPPER.writeValueAsBytes(receipt);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an object of texts can be written", e);
        }
    }
}
