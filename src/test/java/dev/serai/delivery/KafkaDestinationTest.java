package dev.serai.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.kafka.TestKafka;
import dev.serai.kafka.Topics;
import dev.serai.model.DeadLetter;
import dev.serai.model.Event;
import dev.serai.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Routes of the Kafka folder against a real broker. */
class KafkaDestinationTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TestKafka kafka;
    private String name;
    private String queue;

    @BeforeEach
    void queueOfItsOwn(TestInfo test) throws Exception {
        kafka = TestKafka.get();
        name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        queue = Topics.deliveries(name);
        kafka.topics(3, queue);
    }

    private DeliveryContext hub(Map<String, String> settings) throws Exception {
        Map<String, String> all = new HashMap<>();
        all.put("serai.destinations." + name + ".partner", "kafka");
        all.put("serai.destinations." + name + ".brokers", kafka.connection().brokers());
        settings.forEach((key, value) -> all.put("serai.destinations." + name + "." + key, value));
        return new DeliveryContext(all).bind("publisher", kafka.publisher()).bind("kafkaConnection", kafka.connection())
                .startPartner("kafka");
    }

    private boolean isAllCommitted(int events) {
        return kafka.committed("serai-deliveries-" + name) == events;
    }

    private static String header(ConsumerRecord<byte[], byte[]> read, String name) {
        return new String(read.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    @Test
    void eventsAndObjectsLieInTheTopicAsTheyLieInTheHubInOrderPerUser() throws Exception {
        kafka.topics(4, "elsewhere");
        List<Event> events = Events.interleaved(5, 40);
        ObjectNode ticket = Json.MAPPER.createObjectNode().put("source", "zendesk").put("collection", "tickets")
                .put("id", "7").put("version", 5).put("isDeleted", false);
        kafka.write(queue, events);
        kafka.writeBytes(queue, List.of(Map.entry("zendesk/tickets/7", Json.MAPPER.writeValueAsBytes(ticket))));
        try (DeliveryContext hub = hub(Map.of("topic", "elsewhere"))) {
            await().atMost(PATIENCE).until(() -> isAllCommitted(201));
        }

        List<ConsumerRecord<byte[], byte[]>> written = kafka.records("elsewhere");
        assertThat(written).hasSize(201);
        for (int user = 0; user < 5; user++) {
            String key = "user" + user;
            List<String> ids = new ArrayList<>();
            written.stream().filter(one -> new String(one.key(), StandardCharsets.UTF_8).equals(key))
                    .forEach(one -> ids.add(header(one, "id")));
            assertThat(ids).containsExactlyElementsOf(events.stream().filter(event -> event.key().equals(key))
                    .map(Event::messageId).toList());
        }
        assertThat(written).filteredOn(one -> header(one, "type").equals("object")).singleElement().satisfies(one -> {
            assertThat(header(one, "id")).isEqualTo("zendesk/tickets/7@5");
            assertThat(one.value()).isEqualTo(Json.MAPPER.writeValueAsBytes(ticket));
        });
        assertThat(written.stream().filter(one -> header(one, "id").equals(events.get(0).messageId())).findFirst()
                .orElseThrow().value()).isEqualTo(events.get(0).toBytes());
    }

    @Test
    void aRecordTooLargeIsADeadLetterAndAnImpossibleTopicStops() throws Exception {
        try (Admin admin = Admin.create(kafka.connection().admin())) {
            admin.createTopics(List.of(new NewTopic("elsewhere-small", 1, (short) 1)
                    .configs(Map.of("max.message.bytes", "100000")))).all().get();
        }
        kafka.write(queue, List.of(Events.track("m1", "u1", "A"),
                Events.track("m2", "u2", "A", json -> json.putObject("properties").put("x", "x".repeat(200_000))),
                Events.track("m3", "u3", "A")));
        try (DeliveryContext hub = hub(Map.of("topic", "elsewhere-small"))) {
            await().atMost(PATIENCE).until(() -> isAllCommitted(3));
        }
        assertThat(kafka.messageIds("elsewhere-small")).containsExactlyInAnyOrder("m1", "m3");
        assertThat(kafka.deadLetters("delivery." + name)).extracting(DeadLetter::code).containsExactly("too_large");

        kafka.write(queue, List.of(Events.track("m4", "u1", "A")));
        try (DeliveryContext hub = hub(Map.of("topic", "no topic!"))) {
            await().atMost(PATIENCE).until(() -> hub.status(name).stoppedBy().isPresent());
            assertThat(hub.status(name).stoppedBy()).contains("kafka_refuses");
        }
        assertThat(isAllCommitted(3)).isTrue();
    }
}
