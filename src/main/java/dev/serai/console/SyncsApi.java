package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.console.Activities.Action;
import dev.serai.console.Activities.End;
import dev.serai.console.Activities.State;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.model.Json;
import dev.serai.sync.Syncs;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * {@code GET /api/syncs}: of every collection that is pulled how its syncs go, whichever hub of the group has it.
 * {@code POST /api/syncs} with {@code {"source":"stripe","collection":"charges","full":true}} wants a run now and answers
 * 202; without {@code collection} it is of all. The answer's ids, or larger ones of wishes that came later, show as
 * {@code endedWish} when the runs have ended.
 */
public final class SyncsApi {

    private final Syncs syncs;
    private final Activities activities;

    public SyncsApi(HubHttpServer http, Syncs syncs, Activities activities) {
        this.syncs = syncs;
        this.activities = activities;
        http.routes().get("/api/syncs").handler(http.bodyReader()).handler(this::list);
        // a wish is written to Kafka, which must not hold up the event loop
        http.routes().post("/api/syncs").handler(http.bodyReader()).blockingHandler(this::wish, false);
    }

    private void list(RoutingContext ctx) {
        ObjectNode body = Json.MAPPER.createObjectNode();
        ArrayNode list = body.putArray("syncs");
        syncs.statuses().forEach(list::add);
        Answers.json(ctx, 200, body);
    }

    private void wish(RoutingContext ctx) {
        JsonNode wanted = body(ctx);
        String source = wanted.path("source").textValue();
        JsonNode collection = wanted.path("collection");
        JsonNode full = wanted.path("full");
        boolean isRight = source != null && (collection.isMissingNode() || collection.isNull() || collection.isTextual())
                && (full.isMissingNode() || full.isBoolean());
        if (!isRight) {
            Answers.error(ctx, 400, "bad_request", "post {\"source\":\"stripe\"}, and if you like \"collection\":\"charges\" and "
                    + "\"full\":true");
            return;
        }
        try {
            ObjectNode answer = Json.MAPPER.createObjectNode();
            ArrayNode wishes = answer.putArray("wishes");
            Map<String, String> ids = syncs.wish(source, Optional.ofNullable(collection.textValue()), full.asBoolean());
            String subject = collection.isTextual() ? source + "/" + collection.textValue() : source;
            activities.begin(Action.SYNC, subject, "Syncs " + subject + (full.asBoolean() ? ", all of it anew." : "."),
                    () -> end(subject, ids));
            for (Map.Entry<String, String> wish : ids.entrySet()) {
                int slash = wish.getKey().indexOf('/');
                wishes.addObject().put("source", wish.getKey().substring(0, slash))
                        .put("collection", wish.getKey().substring(slash + 1)).put("id", wish.getValue());
            }
            Answers.json(ctx, 202, answer);
        } catch (IllegalArgumentException e) {
            Answers.error(ctx, 404, "unknown_collection", e.getMessage());
        } catch (IllegalStateException e) {
            Answers.error(ctx, 503, "kafka_unavailable", e.getMessage() + "; try again later");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            Answers.error(ctx, 503, "stopping", "the hub is stopping");
        }
    }

    /** When each collection has ended the run that was wished for, or one for a later wish. */
    private Optional<End> end(String subject, Map<String, String> ids) {
        Map<String, ObjectNode> ended = new TreeMap<>();
        for (ObjectNode status : syncs.statuses()) {
            String key = status.path("source").asText() + "/" + status.path("collection").asText();
            if (ids.containsKey(key) && status.path("endedWish").asText().compareTo(ids.get(key)) >= 0) {
                ended.put(key, status);
            }
        }
        if (ended.size() < ids.size()) {
            return Optional.empty();
        }
        String failed = ended.entrySet().stream().filter(one -> one.getValue().path("failures").asInt() > 0)
                .map(one -> one.getKey() + " (" + one.getValue().path("code").asText() + ")").collect(Collectors.joining(", "));
        long rows = ended.values().stream().mapToLong(status -> status.path("rows").asLong()).sum();
        return Optional.of(failed.isEmpty() ? new End(State.ENDED, "Synced " + subject + ": " + rows + " objects read.")
                : new End(State.FAILED, "The sync of " + subject + " did not come to its end: " + failed + "."));
    }

    private static JsonNode body(RoutingContext ctx) {
        try {
            JsonNode body = Json.MAPPER.readTree(ctx.body().buffer().getBytes());
            return body == null ? Json.MAPPER.createObjectNode() : body;
        } catch (IOException e) {
            // as good as none: the answer says what is expected
            return Json.MAPPER.createObjectNode();
        }
    }
}
