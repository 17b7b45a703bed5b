package dev.serai.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.kafka.EmbeddedBroker;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Topics;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Context;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What the hub is measured against: the least that a person would write by hand. Vert.x takes the request, Jackson
 * reads it into a tree, each event gets its four fields and goes to the same embedded broker with the same producer
 * settings, and the answer waits for all acknowledgements. It checks nothing and knows no limits.
 */
final class FloorServer extends AbstractVerticle {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Buffer SUCCESS = Buffer.buffer("{\"success\":true}");

    private final KafkaProducer<byte[], byte[]> producer;
    private final int port;

    private FloorServer(KafkaProducer<byte[], byte[]> producer, int port) {
        this.producer = producer;
        this.port = port;
    }

    /** Arguments: data directory, HTTP port. */
    public static void main(String[] args) throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(Path.of(args[0]).resolve("kafka"), 0);
        KafkaConnection connection = new KafkaConnection(broker.brokers());
        try (Admin admin = Admin.create(connection.admin())) {
            Topics.create(admin, List.of());
        }
        Map<String, Object> settings = connection.producer();
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000);
        KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings);
        producer.partitionsFor(Topics.EVENTS);
        int loops = Runtime.getRuntime().availableProcessors();
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(loops)).deployVerticle(
                () -> new FloorServer(producer, Integer.parseInt(args[1])), new DeploymentOptions().setInstances(loops))
                .toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void start() {
        vertx.createHttpServer().requestHandler(request -> {
            if (request.method().name().equals("GET")) {
                request.response().end();
            } else {
                request.bodyHandler(body -> handle(request, body));
            }
        }).listen(port, "127.0.0.1");
    }

    private void handle(HttpServerRequest request, Buffer body) {
        Context eventLoop = vertx.getOrCreateContext();
        try {
            JsonNode json = MAPPER.readTree(body.getBytes());
            List<JsonNode> events = new ArrayList<>();
            json.path("batch").forEach(events::add);
            if (events.isEmpty()) {
                events.add(json);
            }
            AtomicInteger pending = new AtomicInteger(events.size());
            String now = Instant.now().toString();
            for (JsonNode event : events) {
                ObjectNode object = (ObjectNode) event;
                object.put("source", "website").put("receivedAt", now).put("timestamp", now);
                if (!object.has("messageId")) {
                    object.put("messageId", UUID.randomUUID().toString());
                }
                producer.send(new ProducerRecord<>(Topics.EVENTS,
                        object.path("userId").asText().getBytes(StandardCharsets.UTF_8),
                        MAPPER.writeValueAsBytes(object)), (metadata, failure) -> {
                            if (pending.decrementAndGet() == 0) {
                                eventLoop.runOnContext(on -> request.response()
                                        .putHeader("Content-Type", "application/json").end(SUCCESS));
                            }
                        });
            }
        } catch (IOException e) {
            request.response().setStatusCode(400).end();
        }
    }
}
