package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.partner.Collection.PagingStyle;
import java.time.Instant;

/**
 * Style {@code pages}: a list from its beginning to its end by a token per page. With a {@code startParameter} each sync
 * asks for what was changed since the one before began; without it for everything.
 */
record PagesPaging(PagingStyle style) implements Paging {

    private static final String TOKEN = "token";
    private static final String SINCE = "since";
    /** When the run began: what was changed later belongs to the next. */
    private static final String UNTIL = "until";

    @Override
    public Ask ask(ObjectNode cursor, Run run) {
        Ask ask = Ask.page(run.endpoint(), style.text("limit")).with(style.text("sizeParameter"), style.number("size", 100));
        if (style.isIncremental()) {
            long since = cursor.has(SINCE) ? cursor.path(SINCE).asLong() - style.number("lookBackSeconds", 0)
                    : run.since().getEpochSecond();
            String end = style.text("endParameter");
            ask = ask.with(style.text("startParameter"), time(Math.max(0, since)));
            if (!end.isEmpty()) {
                // the same name twice is a range, as in filter[created_at][]
                ask = end.equals(style.text("startParameter"))
                        ? ask.with(end, time(Math.max(0, since)) + "," + time(until(cursor, run)))
                        : ask.with(end, time(until(cursor, run)));
            }
        }
        return cursor.has(TOKEN) ? ask.with(style.text("cursorParameter"), cursor.path(TOKEN).asText()).resuming() : ask;
    }

    @Override
    public Page read(ObjectNode cursor, Ask ask, Answer answer, Run run) throws SyncFault {
        AnswerReader read = AnswerReader.read(answer.body(), run.collection().records(), run.fields());
        JsonNode token = read.field(style.text("next"));
        boolean hasNext = token.isValueNode() && !token.isNull() && !token.asText().isEmpty();
        String more = style.text("more");
        boolean isLast = !hasNext || !more.isEmpty() && !read.field(more).asBoolean();
        ObjectNode next = cursor.objectNode();
        if (isLast) {
            if (style.isIncremental()) {
                next.put(SINCE, until(cursor, run));
            }
        } else {
            next.put(TOKEN, token.asText()).put(UNTIL, until(cursor, run));
            if (cursor.has(SINCE)) {
                next.set(SINCE, cursor.get(SINCE));
            }
        }
        return new Page(read.items(), next, isLast);
    }

    @Override
    public ObjectNode recover(ObjectNode cursor) {
        ObjectNode start = cursor.deepCopy();
        start.remove(TOKEN);
        return start;
    }

    @Override
    public boolean readsAll(ObjectNode cursor) {
        return !cursor.has(SINCE);
    }

    @Override
    public boolean startsAll(ObjectNode cursor) {
        return readsAll(cursor) && !cursor.has(TOKEN);
    }

    private static long until(ObjectNode cursor, Run run) {
        return cursor.has(UNTIL) ? cursor.path(UNTIL).asLong() : run.now().getEpochSecond();
    }

    private Object time(long second) {
        return style.text("startFormat").equals("iso") ? Instant.ofEpochSecond(second).toString() : second;
    }
}
