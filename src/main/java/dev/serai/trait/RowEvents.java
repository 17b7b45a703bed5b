package dev.serai.trait;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Event;
import dev.serai.model.EventType;
import dev.serai.model.IsoTime;
import dev.serai.model.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * What a change of a definition's result is told as: Segment's forms (facts/segment.md sections 7.1 and 7.3). Traits go as
 * identify, or group, with all columns, nulls once the user is gone from the result. Who enters or leaves an audience is
 * told by an identify with its key as a trait and by {@code Audience Entered} or {@code Audience Exited}, once more for each
 * further email of the profile.
 *
 * <p>The {@code messageId} is made of the definition, the run and the row, so that a change that is sent again is the same event.
 */
final class RowEvents {

    /** Of topic {@code events}, and so the schema in warehouses. */
    static final String SOURCE = "audiences";

    private final Definition definition;
    private final long run;
    private final String at;

    RowEvents(Definition definition, long run, Instant at) {
        this.definition = definition;
        this.run = run;
        this.at = IsoTime.format(at.toEpochMilli() * 1_000);
    }

    List<Event> of(Differences.Row row) {
        JsonNode identities = tree(row.identities());
        Optional<String> user = text(identities, "user_id");
        Optional<String> group = text(identities, "group_id");
        Optional<String> email = text(identities, "email");
        Optional<String> anonymous = text(identities, "anonymous_id").or(() -> email);
        if (user.isEmpty() && group.isEmpty() && anonymous.isEmpty()) {
            return List.of();
        }
        List<Event> events = new ArrayList<>();
        if (definition.isAudience()) {
            // another email of a member is told again as that he has entered
            boolean in = row.change() != Differences.Change.REMOVED;
            ObjectNode traits = Json.MAPPER.createObjectNode().put(definition.key(), in);
            email.ifPresent(value -> traits.put("email", value));
            events.add(event(row, EventType.IDENTIFY, "", user, anonymous, Optional.empty(), json -> json.set("traits", traits)));
            events.add(event(row, EventType.TRACK, "", user, anonymous, Optional.empty(), json -> membership(json, in, email)));
            // lists find people by each of their addresses; a trait that changed from one to the next would be wrong in the end
            text(identities, "other_emails").stream().flatMap(String::lines).forEach(other -> events.add(event(row, EventType.TRACK, other,
                    user, anonymous, Optional.empty(), json -> membership(json, in, Optional.of(other)))));
        } else {
            ObjectNode traits = (ObjectNode) tree(row.traits());
            if (user.isEmpty() || definition.body() instanceof Definition.SqlTrait) {
                email.ifPresent(value -> traits.put("email", value));
            }
            events.add(event(row, group.isPresent() ? EventType.GROUP : EventType.IDENTIFY, "", user, anonymous.or(() -> group), group,
                    json -> json.set("traits", traits)));
        }
        return events;
    }

    private void membership(ObjectNode json, boolean in, Optional<String> email) {
        json.put("event", in ? "Audience Entered" : "Audience Exited");
        json.putObject("properties").put("audience_key", definition.key()).put(definition.key(), in);
        email.ifPresent(value -> ((ObjectNode) json.get("context")).putObject("traits").put("email", value));
    }

    private interface Body {
        void addTo(ObjectNode json);
    }

    /** @param other what tells it from others of the same row and type */
    private Event event(Differences.Row row, EventType type, String other, Optional<String> user, Optional<String> anonymous,
            Optional<String> group, Body body) {
        ObjectNode json = Json.MAPPER.createObjectNode().put("source", SOURCE).put("type", type.wireName())
                .put("messageId", id(row, type.name() + other));
        user.ifPresentOrElse(value -> json.put("userId", value), () -> json.put("anonymousId", anonymous.orElseThrow()));
        group.ifPresent(value -> json.put("groupId", value));
        json.put("timestamp", at).put("receivedAt", at);
        json.putObject("context").putObject("personas").put("computation_class", definition.kind())
                .put("computation_id", (definition.isAudience() ? "aud_" : "tra_") + definition.name())
                .put("computation_key", definition.key()).put("namespace", "serai").put("space_id", "serai");
        ObjectNode integrations = json.putObject("integrations").put("All", false);
        definition.destinations().forEach(destination -> integrations.put(destination, true));
        body.addTo(json);
        return new Event(SOURCE, type, json.get("messageId").textValue(), Instant.parse(at), json);
    }

    private String id(Differences.Row row, String which) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(String.join("\u0000", definition.name(), String.valueOf(run),
                    row.id(), row.change().name(), which).getBytes(StandardCharsets.UTF_8));
            return definition.kind().substring(0, 3) + "-" + HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static Optional<String> text(JsonNode json, String field) {
        return Optional.ofNullable(json.path(field).textValue()).filter(value -> !value.isEmpty());
    }

    private static JsonNode tree(String json) {
        try {
            return json.isEmpty() ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the warehouse made it", e);
        }
    }
}
