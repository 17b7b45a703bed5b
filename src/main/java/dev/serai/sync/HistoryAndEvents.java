package dev.serai.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Everything once from a list, then only changes from a feed. The feed is read from the moment at which the partner
 * answered the first request of the list: what is changed while the list is read is in it.
 */
record HistoryAndEvents(Paging history, EventsPaging events) implements Paging {

    private static final String FEED = "feed";
    private static final String HISTORY = "history";
    /** History is read once more: what was deleted meanwhile is found by what is not there any more. */
    private static final String AGAIN = "again";

    @Override
    public Ask ask(ObjectNode cursor, Run run) {
        return isHistory(cursor) ? history.ask(historyOf(cursor), run)
                : events.ask((ObjectNode) cursor.get(FEED), run);
    }

    @Override
    public Page read(ObjectNode cursor, Ask ask, Answer answer, Run run) throws SyncFault {
        ObjectNode next = cursor.deepCopy();
        if (isHistory(cursor)) {
            if (!cursor.has(FEED)) {
                next.set(FEED, EventsPaging.at(cursor.objectNode(), answer.date().getEpochSecond()));
            }
            Page page = history.read(historyOf(cursor), ask, answer, run);
            if (page.isLast()) {
                next.remove(HISTORY);
                next.remove(AGAIN);
            } else {
                next.set(HISTORY, page.cursor());
            }
            return new Page(page.items(), next, false);
        }
        ObjectNode feed = (ObjectNode) cursor.get(FEED);
        if (events.isTooOld(feed, answer)) {
            return new Page(List.of(), cursor.objectNode().put(AGAIN, true), false);
        }
        Page page = events.read(feed, ask, answer, run);
        next.set(FEED, page.cursor());
        return new Page(page.items(), next, page.isLast());
    }

    @Override
    public ObjectNode recover(ObjectNode cursor) {
        ObjectNode next = cursor.deepCopy();
        if (isHistory(cursor)) {
            next.set(HISTORY, history.recover(historyOf(cursor)));
        } else {
            next.set(FEED, events.recover((ObjectNode) cursor.get(FEED)));
        }
        return next;
    }

    @Override
    public boolean readsAll(ObjectNode cursor) {
        return isHistory(cursor);
    }

    @Override
    public boolean startsAll(ObjectNode cursor) {
        return !cursor.has(FEED);
    }

    @Override
    public ObjectNode restart(ObjectNode cursor) {
        return cursor.objectNode().put(AGAIN, true);
    }

    @Override
    public boolean mustCompare(ObjectNode cursor) {
        return cursor.has(AGAIN);
    }

    private static ObjectNode historyOf(ObjectNode cursor) {
        return cursor.get(HISTORY) instanceof ObjectNode there ? there : cursor.objectNode();
    }

    private static boolean isHistory(ObjectNode cursor) {
        return !cursor.has(FEED) || cursor.has(HISTORY);
    }
}
