package dev.serai.warehouse;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.serai.model.EventType;
import dev.serai.model.IsoTime;
import java.io.IOException;
import java.util.Map;

/**
 * Reads an event. What Segment does not write to warehouses (channel, integrations, version, ...) and any other
 * unknown field of the call is skipped.
 */
final class EventReader extends FlatReader<FlatEvent> {

    private final Map<String, String> slugs;
    private Own own;

    EventReader(FieldPaths paths, Values values) {
        super("an event", paths, values);
        this.slugs = paths.slugs();
    }

    @Override
    FlatEvent begin() {
        own = new Own();
        return new FlatEvent();
    }

    @Override
    void field(JsonParser parser, String name, JsonToken token, FlatEvent flat) throws IOException {
        switch (name) {
            case "context" -> {
                flat.contextFrom = values.size();
                object(parser, token, paths.context(), 1);
                flat.contextTo = values.size();
            }
            case "properties" -> {
                flat.propertiesFrom = values.size();
                object(parser, token, paths.body(), 1);
                flat.propertiesTo = values.size();
            }
            case "traits" -> {
                flat.traitsFrom = values.size();
                object(parser, token, paths.body(), 1);
                flat.traitsTo = values.size();
            }
            case "source" -> flat.source = text(parser, token);
            case "type" -> {
                String type = text(parser, token);
                flat.type = EventType.of(type).orElseThrow(() -> new IOException("'" + type + "' is no type of event"));
            }
            case "messageId" -> flat.messageId = text(parser, token);
            case "anonymousId" -> flat.anonymousId = text(parser, token);
            case "userId" -> flat.userId = text(parser, token);
            case "groupId" -> flat.groupId = text(parser, token);
            case "previousId" -> flat.previousId = text(parser, token);
            case "event" -> flat.event = text(parser, token);
            case "timestamp" -> flat.timestamp = own.time(name, text(parser, token));
            case "originalTimestamp" -> flat.originalTimestamp = own.time(name, text(parser, token));
            case "sentAt" -> flat.sentAt = own.time(name, text(parser, token));
            case "receivedAt" -> flat.receivedAt = own.time(name, text(parser, token));
            case "name" -> own.name = text(parser, token);
            case "category" -> own.category = text(parser, token);
            default -> parser.skipChildren();
        }
    }

    @Override
    void end(FlatEvent flat) throws IOException {
        own.addTo(flat);
        if (flat.source == null || flat.source.isEmpty() || flat.type == null || flat.messageId == null
                || flat.receivedAt == IsoTime.NONE) {
            throw new IOException("an event needs 'source', 'type', 'messageId' and the time 'receivedAt'");
        }
        if (flat.type == EventType.TRACK) {
            if (flat.event == null) {
                throw new IOException("a track event needs its name in 'event'");
            }
            flat.slug = slugs.computeIfAbsent(flat.event, Names::table);
        }
        if (flat.timestamp == IsoTime.NONE) {
            flat.timestamp = flat.receivedAt;
        }
        flat.window = (int) Math.floorDiv(flat.receivedAt, MessageIds.WINDOW_MICROS);
        flat.fingerprint = Fingerprint.of(flat.source, flat.messageId);
    }

    /** Fields of the call that are written like properties; added last, so that each group of values is in one piece. */
    private final class Own {

        private String name;
        private String category;
        private String notATimeName;
        private String notATime;
        private Own next;

        /** A time that cannot be read is kept as text, in a column with {@code _} before the standard one's name. */
        long time(String field, String text) {
            if (text == null) {
                return IsoTime.NONE;
            }
            long micros = IsoTime.micros(text);
            if (micros == IsoTime.NONE) {
                Own kept = new Own();
                kept.notATimeName = field;
                kept.notATime = text;
                kept.next = next;
                next = kept;
            }
            return micros;
        }

        void addTo(FlatEvent flat) {
            flat.ownFrom = values.size();
            add("name", name);
            add("category", category);
            for (Own kept = next; kept != null; kept = kept.next) {
                add(kept.notATimeName, kept.notATime);
            }
            flat.ownTo = values.size();
        }

        private void add(String field, String text) {
            if (text != null) {
                values.add(paths.child(paths.call(), field), Kind.TEXT, 0, text);
            }
        }
    }
}
