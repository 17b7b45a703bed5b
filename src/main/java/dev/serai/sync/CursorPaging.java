package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.partner.Collection.PagingStyle;

/**
 * Style {@code cursor}: an export that begins at a time and goes on by an opaque token, which stays good at the end, so
 * that the next sync goes on from it. Only the answer's {@code end} says that there is no more: a page may be empty
 * before that.
 *
 * <p>Beside the token the cursor keeps the newest version that was seen. If the partner forgets the token, the export
 * begins again there, not at the present.
 */
record CursorPaging(PagingStyle style) implements Paging {

    private static final String TOKEN = "token";
    private static final String SEEN = "seen";
    private static final String SINCE = "since";

    @Override
    public Ask ask(ObjectNode cursor, Run run) {
        Ask ask = Ask.page(run.endpoint(), style.text("limit")).with(style.text("sizeParameter"), style.number("size", 100));
        if (cursor.has(TOKEN)) {
            return ask.with(style.text("cursorParameter"), cursor.path(TOKEN).asText()).resuming();
        }
        long newest = run.now().getEpochSecond() - style.number("lagSeconds", 0);
        long since = cursor.has(SINCE) ? cursor.path(SINCE).asLong() : run.since().getEpochSecond();
        return ask.with(style.text("startParameter"), Math.max(0, Math.min(since, newest)));
    }

    @Override
    public Page read(ObjectNode cursor, Ask ask, Answer answer, Run run) throws SyncFault {
        AnswerReader read = AnswerReader.read(answer.body(), run.collection().records(), run.fields());
        String version = run.collection().version();
        ObjectNode next = cursor.deepCopy();
        JsonNode token = read.field(style.text("next"));
        if (token.isTextual() && !token.textValue().isEmpty()) {
            next.put(TOKEN, token.textValue());
        }
        long seen = cursor.path(SEEN).asLong(0);
        if (!version.isEmpty() && !read.items().isEmpty()) {
            // exports are in the order of what they go by, so the last is the newest
            seen = Math.max(seen, Times.micros(read.items().get(read.items().size() - 1).field(version)));
        }
        next.put(SEEN, seen);
        return new Page(read.items(), next, read.field(style.text("end")).asBoolean());
    }

    @Override
    public ObjectNode recover(ObjectNode cursor) {
        long seen = cursor.path(SEEN).asLong(0) / Times.MICROS;
        return cursor.objectNode().put(SINCE, Math.max(0, seen - style.number("lookBackSeconds", 0)));
    }

    @Override
    public boolean readsAll(ObjectNode cursor) {
        return cursor.isEmpty();
    }

    @Override
    public boolean startsAll(ObjectNode cursor) {
        return cursor.isEmpty();
    }
}
