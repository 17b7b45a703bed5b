package dev.serai.kafka;

import static org.awaitility.Awaitility.await;

import dev.serai.model.DeadLetter;
import dev.serai.model.Event;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** One real broker for all tests of this JVM; each test has topics of its own. */
public final class TestKafka {

    private static TestKafka only;

    private final KafkaConnection connection;
    private final Publisher publisher;

    private TestKafka() throws Exception {
        EmbeddedBroker broker = EmbeddedBroker.start(Files.createTempDirectory("serai-kafka"), 0);
        connection = new KafkaConnection(broker.brokers());
        try (Admin admin = Admin.create(connection.admin())) {
            Topics.create(admin, List.of());
        }
        publisher = new Publisher(connection);
        publisher.open(Topics.EVENTS);
        publisher.open(Topics.DEAD_LETTERS);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            publisher.close();
            broker.close();
        }));
    }

    public static synchronized TestKafka get() throws Exception {
        if (only == null) {
            only = new TestKafka();
        }
        return only;
    }

    public KafkaConnection connection() {
        return connection;
    }

    public Publisher publisher() {
        return publisher;
    }

    public void topics(int partitions, String... names) throws Exception {
        try (Admin admin = Admin.create(connection.admin())) {
            admin.createTopics(Arrays.stream(names)
                    .map(name -> new NewTopic(name, Optional.of(partitions), Optional.empty())).toList()).all().get();
            // made is not yet led: on a busy machine that may take longer than a record waits
            Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
            for (String name : names) {
                for (int partition = 0; partition < partitions; partition++) {
                    ends.put(new TopicPartition(name, partition), OffsetSpec.latest());
                }
            }
            await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> !admin.listOffsets(ends).all().get().isEmpty());
        }
        Arrays.stream(names).forEach(publisher::open);
    }

    public void write(String topic, List<Event> events) {
        writeBytes(topic, events.stream().map(event -> Map.entry(event.key(), event.toBytes())).toList());
    }

    public void writeBytes(String topic, List<Map.Entry<String, byte[]>> records) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        publisher.publish(records.stream().map(entry -> new ProducerRecord<>(topic,
                entry.getKey().getBytes(StandardCharsets.UTF_8), entry.getValue())).toList(), failure -> {
                    if (failure == null) {
                        done.complete(null);
                    } else {
                        done.completeExceptionally(failure);
                    }
                });
        done.join();
    }

    /** Everything in a topic now. */
    public List<byte[]> read(String topic) {
        return records(topic).stream().map(ConsumerRecord::value).toList();
    }

    /** The same with where each is; in order within a partition only. */
    public List<ConsumerRecord<byte[], byte[]>> records(String topic) {
        return recordsFrom(topic, new HashMap<>());
    }

    /**
     * What came since this was last asked with these positions; in order within a partition only.
     *
     * @param positions by partition what to begin with, by default at the beginning; they are moved to the end
     */
    public List<ConsumerRecord<byte[], byte[]>> recordsFrom(String topic, Map<Integer, Long> positions) {
        Map<String, Object> properties = new HashMap<>(connection.consumer("unused"));
        List<ConsumerRecord<byte[], byte[]>> values = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition())).toList();
            consumer.assign(partitions);
            partitions.forEach(partition -> consumer.seek(partition, positions.getOrDefault(partition.partition(), 0L)));
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200)).forEach(values::add);
            }
            partitions.forEach(partition -> positions.put(partition.partition(), consumer.position(partition)));
        }
        return values;
    }

    /** Where each partition ends now. */
    public Map<Integer, Long> ends(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(connection.consumer("unused"))) {
            Map<Integer, Long> ends = new HashMap<>();
            consumer.endOffsets(consumer.partitionsFor(topic).stream().map(info -> new TopicPartition(topic, info.partition()))
                    .toList()).forEach((partition, end) -> ends.put(partition.partition(), end));
            return ends;
        }
    }

    public List<String> messageIds(String topic) {
        return read(topic).stream().map(TestKafka::event).map(Event::messageId).toList();
    }

    public List<DeadLetter> deadLetters(String stage) {
        return read(Topics.DEAD_LETTERS).stream().map(TestKafka::deadLetter)
                .filter(letter -> letter.stage().equals(stage)).toList();
    }

    /** The sum over partitions of what a group has committed. */
    public long committed(String group) {
        try (Admin admin = Admin.create(connection.admin())) {
            return admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().values().stream()
                    .mapToLong(OffsetAndMetadata::offset).sum();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Event event(byte[] bytes) {
        try {
            return Event.parse(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static DeadLetter deadLetter(byte[] bytes) {
        try {
            return DeadLetter.parse(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
