package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.partner.Collection.PagingStyle;
import java.util.List;

/**
 * Style {@code newest-first}: a list by time of creation, continued after the last id of a page, as Stripe's are. What
 * was newest is only the checkpoint when the run has come to its end, since the run goes backwards in time. With a
 * {@code startParameter} a sync asks for what was created since, and a while before that; without it for everything.
 *
 * <p>Hazard: the list cannot go on after an object that was deleted meanwhile; then it goes on from the time at which
 * that one was created.
 */
record NewestFirstPaging(PagingStyle style) implements Paging {

    private static final String HIGH = "high";
    private static final String AFTER = "after";
    private static final String CREATED = "created";
    private static final String TOP = "top";
    private static final String BEFORE = "before";

    /** Goes on behind the objects that came embedded. */
    static ObjectNode after(ObjectNode empty, String id) {
        return empty.put(AFTER, id);
    }

    @Override
    public Ask ask(ObjectNode cursor, Run run) {
        Ask ask = Ask.page(run.endpoint(), style.text("limit")).with(style.text("sizeParameter"), style.number("size", 100));
        long since = cursor.has(HIGH) ? cursor.path(HIGH).asLong() - style.number("lookBackSeconds", 0)
                : run.since().getEpochSecond();
        if (since > 0) {
            ask = ask.with(style.text("startParameter"), since);
        }
        if (cursor.has(BEFORE)) {
            ask = ask.with(style.text("endParameter"), cursor.path(BEFORE).asLong());
        }
        return cursor.has(AFTER) ? ask.with(style.text("cursorParameter"), cursor.path(AFTER).asText()).resuming() : ask;
    }

    @Override
    public Page read(ObjectNode cursor, Ask ask, Answer answer, Run run) throws SyncFault {
        AnswerReader read = AnswerReader.read(answer.body(), run.collection().records(), run.fields());
        List<Item> items = read.items();
        ObjectNode next = cursor.deepCopy();
        String created = style.text("createdField");
        for (Item item : items) {
            next.put(AFTER, item.field("id").asText());
            JsonNode time = item.field(created);
            if (time.isNumber()) {
                next.put(CREATED, time.asLong()).put(TOP, Math.max(time.asLong(), next.path(TOP).asLong(0)));
            }
        }
        if (read.field(style.text("more")).asBoolean()) {
            return new Page(items, next, false);
        }
        ObjectNode idle = cursor.objectNode();
        if (style.isIncremental()) {
            long top = Math.max(next.path(TOP).asLong(0), cursor.path(HIGH).asLong(0));
            idle.put(HIGH, top > 0 ? top : run.now().getEpochSecond());
        }
        return new Page(items, idle, true);
    }

    @Override
    public ObjectNode recover(ObjectNode cursor) {
        ObjectNode next = cursor.deepCopy();
        next.remove(AFTER);
        if (cursor.has(CREATED) && !style.text("endParameter").isEmpty()) {
            next.set(BEFORE, cursor.get(CREATED));
        }
        return next;
    }

    @Override
    public boolean readsAll(ObjectNode cursor) {
        return !cursor.has(HIGH);
    }

    @Override
    public boolean startsAll(ObjectNode cursor) {
        return readsAll(cursor) && !cursor.has(AFTER) && !cursor.has(BEFORE);
    }
}
