package dev.serai.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.ingest.Answers;
import dev.serai.ingest.HubHttpServer;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Mention;
import dev.serai.kafka.TopicWalk;
import dev.serai.kafka.Topics;
import dev.serai.model.Json;
import dev.serai.model.PartnerObject;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * {@code GET /api/events?messageId=} and {@code GET /api/objects?source=&collection=&id=}: one as it lies on its topic. There
 * is no index: the topic is read backwards, and only so far that the answer comes in time.
 */
public final class LookupApi {

    private static final int MOST = 200_000;

    private final KafkaConnection kafka;

    public LookupApi(HubHttpServer http, KafkaConnection kafka) {
        this.kafka = kafka;
        // Kafka is read, which must not hold up the event loop
        http.routes().get("/api/events").handler(http.bodyReader()).blockingHandler(this::event, false);
        http.routes().get("/api/objects").handler(http.bodyReader()).blockingHandler(this::object, false);
    }

    private void event(RoutingContext ctx) {
        String id = ctx.queryParams().get("messageId");
        if (id == null || id.isEmpty()) {
            Answers.error(ctx, 400, "bad_request", "name the event, as ?messageId=...");
            return;
        }
        answer(ctx, "event", event(kafka, id));
    }

    /** An event as it lies on its topic; blocks. */
    static Optional<JsonNode> event(KafkaConnection kafka, String id) {
        Mention mention = new Mention(id);
        return find(kafka, Topics.EVENTS, entry -> mention.mayBeIn(entry.value()) && json(entry.value())
                .map(json -> id.equals(json.path("messageId").textValue())).orElse(false));
    }

    private void object(RoutingContext ctx) {
        String source = ctx.queryParams().get("source");
        String collection = ctx.queryParams().get("collection");
        String id = ctx.queryParams().get("id");
        if (source == null || collection == null || id == null) {
            Answers.error(ctx, 400, "bad_request", "name the object, as ?source=...&collection=...&id=...");
            return;
        }
        byte[] key = PartnerObject.key(source, collection, id);
        answer(ctx, "object", find(kafka, Topics.OBJECTS, entry -> Arrays.equals(key, entry.key()) && entry.value() != null));
    }

    private static Optional<JsonNode> find(KafkaConnection kafka, String topic, Predicate<ConsumerRecord<byte[], byte[]>> meant) {
        try (TopicWalk walk = new TopicWalk(kafka)) {
            return walk.newest(topic, MOST, meant).flatMap(entry -> json(entry.value()));
        }
    }

    private static void answer(RoutingContext ctx, String what, Optional<JsonNode> found) {
        if (found.isEmpty()) {
            Answers.error(ctx, 404, "unknown_" + what, "it is not among the last " + MOST + " " + what + "s that Kafka has");
            return;
        }
        ObjectNode body = Json.MAPPER.createObjectNode();
        body.set(what, found.get());
        Answers.json(ctx, 200, body);
    }

    private static Optional<JsonNode> json(byte[] value) {
        try {
            return value == null ? Optional.empty() : Optional.ofNullable(Json.MAPPER.readTree(value));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
