package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.partner.Collection;
import dev.serai.partner.Collection.PagingStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Style {@code events}: a feed of changes that is listed newest first and must be applied oldest first. If one page holds
 * all that is new it is turned round; else the run walks down to the oldest without reading, and up again page by page.
 * Each run begins a while before the last one's end, so that events which become visible late are found, and applies
 * that while again in order, so that the latest state is also the last that is written.
 *
 * <p>Events have one-second ticks, and of one second the list's order counts: an object's version is the second and,
 * below it, the event's number within the second, in which events of creation come first. The feed keeps events for
 * some days only; a cursor that is older is no longer enough, and history is read again.
 */
final class EventsPaging implements Paging {

    private static final String AT = "at";
    private static final String UNTIL = "until";
    private static final String DOWN = "down";
    private static final String UP = "up";
    private static final String SECOND = "second";
    private static final String COUNT = "count";

    /** Within a second, after all that only changes. */
    private static final long LAST_OF_SECOND = 900_000L;
    private static final long SECONDS_OF_A_DAY = 86_400;

    private final PagingStyle style;
    private final Collection.Changes changes;

    EventsPaging(Collection.Changes changes) {
        this.style = changes.paging();
        this.changes = changes;
    }

    /** A cursor at a time of the partner's clock. */
    static ObjectNode at(ObjectNode empty, long second) {
        return empty.put(AT, second);
    }

    /** Whether the feed has forgotten events that came after this cursor. */
    boolean isTooOld(ObjectNode cursor, Answer answer) {
        return answer.date().getEpochSecond() - cursor.path(AT).asLong() > style.number("keptDays", 30) * SECONDS_OF_A_DAY;
    }

    @Override
    public Ask ask(ObjectNode cursor, Run run) {
        Ask ask = Ask.page(style.text("endpoint"), style.text("limit"))
                .with(style.text("typesParameter"), String.join(",", changes.types()))
                .with(style.text("sizeParameter"), style.number("size", 100));
        if (cursor.has(UP)) {
            return ask.with(style.text("backParameter"), cursor.path(UP).asText()).resuming();
        }
        long from = Math.max(0, cursor.path(AT).asLong() - style.number("lookBackSeconds", 0));
        ask = ask.with(style.text("startParameter"), from);
        return cursor.has(DOWN) ? ask.with(style.text("cursorParameter"), cursor.path(DOWN).asText()).resuming() : ask;
    }

    @Override
    public Page read(ObjectNode cursor, Ask ask, Answer answer, Run run) throws SyncFault {
        AnswerReader read = AnswerReader.read(answer.body(), "data", Set.of());
        boolean hasMore = read.field(style.text("more")).asBoolean();
        List<JsonNode> events = read.items().stream().map(Item::tree).toList();
        ObjectNode next = cursor.deepCopy();
        if (!next.has(UNTIL)) {
            next.put(UNTIL, answer.date().getEpochSecond());
        }
        boolean isUp = cursor.has(UP);
        if (!isUp && hasMore) {
            if (!events.isEmpty()) {
                next.put(DOWN, id(events.get(events.size() - 1)));
            }
            return new Page(List.of(), next, false);
        }
        List<Item> items = new ArrayList<>();
        for (int i = events.size() - 1; i >= 0; i--) {
            item(events.get(i), next, items);
        }
        boolean isLast = isUp ? !hasMore : !cursor.has(DOWN);
        if (isLast) {
            return new Page(items, cursor.objectNode().put(AT, next.path(UNTIL).asLong()), true);
        }
        next.remove(DOWN);
        if (!events.isEmpty()) {
            next.put(UP, id(events.get(0)));
        }
        // there was more, but nothing is left of it: what is newer is read by the next run
        boolean isLost = !isUp && events.isEmpty();
        return new Page(items, isLost ? cursor.objectNode().put(AT, cursor.path(AT).asLong()) : next, isLost);
    }

    private void item(JsonNode event, ObjectNode cursor, List<Item> to) {
        String type = event.path("type").asText();
        long second = event.path(style.text("createdField")).asLong();
        long count = cursor.path(SECOND).asLong(-1) == second ? cursor.path(COUNT).asLong() + 1 : 1;
        cursor.put(SECOND, second).put(COUNT, count);
        JsonNode object = AnswerReader.field(event, style.text("objectField"));
        if (object.isObject()) {
            boolean isDeleted = changes.deletes().contains(type);
            to.add(Item.of(object, version(second, type, count, isDeleted), isDeleted));
        }
    }

    /**
     * When an object was as an event says it is.
     *
     * @param count the event's number within its second, from 1; 0 if it came alone
     */
    static long version(long second, String type, long count, boolean isDeleted) {
        long below = isDeleted ? LAST_OF_SECOND : type.endsWith(".created") ? 0 : Math.min(count, LAST_OF_SECOND - 1);
        return second * Times.MICROS + below;
    }

    /** From the last time that is known to be done; the walk begins anew. */
    @Override
    public ObjectNode recover(ObjectNode cursor) {
        return cursor.objectNode().put(AT, cursor.path(AT).asLong());
    }

    @Override
    public boolean readsAll(ObjectNode cursor) {
        return false;
    }

    @Override
    public boolean startsAll(ObjectNode cursor) {
        return false;
    }

    private static String id(JsonNode event) {
        return event.path("id").asText();
    }
}
