package dev.serai.delivery;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Event;
import dev.serai.model.EventType;
import dev.serai.model.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Events as they lie on topic {@code events}. */
final class Events {

    private static final Instant RECEIVED = Instant.parse("2026-11-24T10:00:00.250Z");

    private Events() {
    }

    static Event track(String messageId, String user, String name) {
        return track(messageId, user, name, json -> { });
    }

    static Event track(String messageId, String user, String name, Consumer<ObjectNode> more) {
        ObjectNode json = Json.MAPPER.createObjectNode()
                .put("source", "website").put("type", "track").put("messageId", messageId)
                .put("event", name).put("userId", user)
                .put("timestamp", RECEIVED.toString()).put("receivedAt", RECEIVED.toString());
        json.putObject("properties").put("total", 59.9);
        more.accept(json);
        return new Event("website", EventType.TRACK, messageId, RECEIVED, json);
    }

    /** {@code perUser} events for each of {@code users} users, interleaved; ids are {@code <user>-<number>}. */
    static List<Event> interleaved(int users, int perUser) {
        List<Event> events = new ArrayList<>();
        for (int number = 0; number < perUser; number++) {
            for (int user = 0; user < users; user++) {
                events.add(track("user" + user + "-" + number, "user" + user, "Song Played"));
            }
        }
        return events;
    }
}
