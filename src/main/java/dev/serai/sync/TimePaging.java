package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.partner.Collection.PagingStyle;
import dev.serai.sync.SyncFault.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Style {@code time}: an export in which the time at the end of a page is where the next begins. The rows of that second
 * come again with the next page, so the cursor keeps which they were (id and version) and they are dropped then.
 *
 * <p>Hazard: if one second holds more rows than a page, the time does not advance. What is behind it can then not be
 * read at all, which is said as a fault: to jump over the second would lose rows in silence.
 */
record TimePaging(PagingStyle style) implements Paging {

    private static final String SINCE = "since";
    private static final String BOUNDARY = "boundary";

    @Override
    public Ask ask(ObjectNode cursor, Run run) {
        long newest = run.now().getEpochSecond() - style.number("lagSeconds", 0);
        long since = cursor.has(SINCE) ? cursor.path(SINCE).asLong() : run.since().getEpochSecond();
        return Ask.page(run.endpoint(), style.text("limit")).with(style.text("sizeParameter"), style.number("size", 100))
                .with(style.text("startParameter"), Math.max(0, Math.min(since, newest)));
    }

    @Override
    public Page read(ObjectNode cursor, Ask ask, Answer answer, Run run) throws SyncFault {
        AnswerReader read = AnswerReader.read(answer.body(), run.collection().records(), run.fields());
        boolean isLast = read.field(style.text("end")).asBoolean();
        long since = Long.parseLong(ask.query().get(style.text("startParameter")));
        JsonNode end = read.field(style.text("next"));
        // an empty page has no time at its end
        long next = end.isNumber() ? end.asLong() : since;
        Set<String> before = new HashSet<>();
        cursor.path(BOUNDARY).forEach(key -> before.add(key.asText()));
        List<Item> items = new ArrayList<>();
        ObjectNode after = cursor.objectNode().put(SINCE, next);
        var boundary = after.putArray(BOUNDARY);
        for (Item item : read.items()) {
            JsonNode version = item.field(run.collection().version());
            String key = item.field(run.collection().id()).asText() + "@" + version.asText();
            if (!before.contains(key)) {
                items.add(item);
            }
            if (Math.floorDiv(Times.micros(version), Times.MICROS) >= next) {
                boundary.add(key);
            }
        }
        if (next == since && !isLast && items.isEmpty() && !read.items().isEmpty()) {
            throw new SyncFault(Kind.REFUSED, "more objects than fit on a page were changed in the second " + since
                    + ", and this export cannot go beyond it; ask the partner for a larger page");
        }
        if (next == since) {
            // the rows of this second that came with pages before are not to come again either
            before.forEach(boundary::add);
        }
        return new Page(items, after, isLast);
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
