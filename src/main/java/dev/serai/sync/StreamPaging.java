package dev.serai.sync;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sync.SyncFault.Kind;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A stream of events that is listened to for a while at a time. The route writes the events itself and answers only with
 * where the stream stands; that is saved when Kafka has them, so after a crash the last of them come again.
 */
final class StreamPaging implements Paging {

    static final String KIND = "stream";
    static final String OFFSET = "offset";
    static final String COUNT = "count";

    @Override
    public Ask ask(ObjectNode cursor, Run run) {
        return Ask.page(run.endpoint(), "").of(KIND, Map.of(OFFSET, cursor.path(OFFSET).asText(""))).resuming();
    }

    @Override
    public Page read(ObjectNode cursor, Ask ask, Answer answer, Run run) throws SyncFault {
        try {
            JsonNode stands = Json.MAPPER.readTree(answer.body());
            if (!stands.path(COUNT).isInt()) {
                throw new SyncFault(Kind.REFUSED, "the route must end with what kamelet:stream-page-action tells of the stream");
            }
            ObjectNode next = cursor.deepCopy();
            if (!stands.path(OFFSET).asText("").isEmpty()) {
                next.set(OFFSET, stands.get(OFFSET));
            }
            return new Page(List.of(), next, stands.path(COUNT).asInt() == 0);
        } catch (IOException e) {
            throw new SyncFault(Kind.TRANSIENT, "the route's answer is no JSON", null, e);
        }
    }

    @Override
    public boolean readsAll(ObjectNode cursor) {
        return false;
    }

    @Override
    public boolean startsAll(ObjectNode cursor) {
        return false;
    }
}
