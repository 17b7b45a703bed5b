package dev.serai.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.kafka.EmbeddedBroker;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Rewritten;
import dev.serai.kafka.Suppressions;
import dev.serai.kafka.TopicWalk;
import dev.serai.kafka.Topics;
import dev.serai.model.DeadLetter;
import dev.serai.privacy.ForgetRequest.Action;
import dev.serai.privacy.ForgetStatus.Place;
import dev.serai.privacy.ForgetStatus.State;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConsumerGroupListing;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Topics of a real broker, without the rest of the hub. */
@Timeout(90)
class ForgetTopicsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final TopicPartition EVENTS = new TopicPartition(Topics.EVENTS, 0);
    private static final TopicPartition QUEUE = new TopicPartition("deliveries.shop", 0);

    private static EmbeddedBroker broker;
    private static KafkaConnection kafka;
    private static Admin admin;
    private KafkaProducer<byte[], byte[]> producer;
    private Suppressions suppressions;
    private Forgetter forgetter;
    private long base;
    private long queueBase;

    @BeforeAll
    static void startKafka(@TempDir Path directory) throws Exception {
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        kafka = new KafkaConnection(broker.brokers());
        admin = Admin.create(kafka.admin());
        Topics.create(admin, List.of("shop"));
    }

    @AfterAll
    static void stopKafka() {
        admin.close();
        broker.close();
    }

    @BeforeEach
    void start() throws Exception {
        emptyTopics();
        base = end(EVENTS);
        queueBase = end(QUEUE);
        Map<String, Object> properties = new HashMap<>(kafka.producer());
        properties.put("max.block.ms", 20_000);
        producer = new KafkaProducer<>(properties);
        suppressions = new Suppressions();
        suppressions.follow(kafka);
        forgetter = new Forgetter(kafka, suppressions, List.of());
    }

    @AfterEach
    void stop() throws Exception {
        forgetter.close();
        suppressions.close();
        producer.close();
    }

    /** No records and no groups; the offsets go on. */
    private static void emptyTopics() throws Exception {
        Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
        try (TopicWalk walk = new TopicWalk(kafka)) {
            for (String topic : List.of(Topics.EVENTS, Topics.DEAD_LETTERS, QUEUE.topic())) {
                walk.ends(topic).forEach((partition, end) -> all.put(partition, RecordsToDelete.beforeOffset(end)));
            }
        }
        admin.deleteRecords(all).all().get();
        admin.deleteConsumerGroups(admin.listConsumerGroups().all().get().stream()
                .map(ConsumerGroupListing::groupId).toList()).all().get();
    }

    private static long end(TopicPartition partition) {
        try (TopicWalk walk = new TopicWalk(kafka)) {
            return walk.ends(partition.topic()).get(partition);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] event(String user, int number) {
        return bytes("{\"userId\":\"" + user + "\",\"messageId\":\"" + user + "-" + number + "\"}");
    }

    private void write(TopicPartition partition, String user, int from, int to) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (int i = from; i < to; i++) {
            ProducerRecord<byte[], byte[]> event = new ProducerRecord<>(partition.topic(), partition.partition(),
                    1_700_000_000_000L + i, bytes(user), event(user, i));
            event.headers().add("trace", bytes("t" + i));
            sent.add(producer.send(event));
        }
        for (Future<RecordMetadata> one : sent) {
            one.get();
        }
    }

    private void writeMixed(TopicPartition partition) throws Exception {
        for (int i = 0; i < 20; i++) {
            write(partition, "nils", i, i + 1);
            write(partition, "pia", i, i + 1);
            write(partition, "olga", i, i + 1);
        }
        write(partition, "late", 0, 3);
    }

    private List<ConsumerRecord<byte[], byte[]>> read(String topic) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (TopicWalk walk = new TopicWalk(kafka)) {
            walk.read(walk.ends(topic), found::add);
        }
        return found;
    }

    private List<String> values(String topic) {
        return read(topic).stream().map(found -> new String(found.value(), StandardCharsets.UTF_8)).toList();
    }

    private static List<String> of(String user, int count) {
        return IntStream.range(0, count).mapToObj(i -> new String(event(user, i), StandardCharsets.UTF_8)).toList();
    }

    private void commit(String group, TopicPartition partition, long offset) throws Exception {
        admin.alterConsumerGroupOffsets(group, Map.of(partition, new OffsetAndMetadata(offset))).all().get();
    }

    private ForgetStatus run(Action action, String user, Duration patience) {
        String id = forgetter.start(new ForgetRequest(user, action, patience));
        await().atMost(PATIENCE).until(() -> forgetter.status(id).orElseThrow().state() != State.RUNNING);
        return forgetter.status(id).orElseThrow();
    }

    private ForgetStatus forget(String user) {
        return run(Action.FORGET, user, Duration.ofSeconds(20));
    }

    @Test
    void takesOnlyThePersonsRecordsOutOfAPartitionAndKeepsTheRestAsItWas() throws Exception {
        // Given
        writeMixed(EVENTS);
        write(new TopicPartition(Topics.EVENTS, 1), "nils", 100, 110);
        commit("readers", EVENTS, base + 63);

        // When
        ForgetStatus status = forget("pia");

        // Then
        assertThat(status.state()).isEqualTo(State.FINISHED);
        assertThat(status.suppressed()).isTrue();
        assertThat(status.places()).contains(new Place("topic events", 20, 0), new Place("topic dead-letters", 0, 0));
        assertThat(values(Topics.EVENTS)).noneMatch(value -> value.contains("pia"));
        assertThat(values(Topics.EVENTS)).filteredOn(value -> value.contains("olga")).isEqualTo(of("olga", 20));
        assertThat(values(Topics.EVENTS)).hasSize(20 + 20 + 3 + 10);
        ConsumerRecord<byte[], byte[]> copy = read(Topics.EVENTS).stream().filter(found ->
                new String(found.value(), StandardCharsets.UTF_8).contains("nils-7\"")).findFirst().orElseThrow();
        assertThat(copy.partition()).isZero();
        assertThat(copy.timestamp()).isEqualTo(1_700_000_000_007L);
        assertThat(copy.key()).isEqualTo(bytes("nils"));
        assertThat(copy.headers().lastHeader("trace").value()).isEqualTo(bytes("t7"));
        assertThat(Rewritten.originalOffset(copy)).hasValue(base + 21);
        assertThat(read(Topics.EVENTS)).filteredOn(found -> found.partition() == 1)
                .allMatch(found -> Rewritten.originalOffset(found).isEmpty());
    }

    @Test
    void findsNothingTheSecondTimeAndLeavesTheTopicsAlone() throws Exception {
        // Given
        writeMixed(EVENTS);
        forget("pia");
        List<Long> before = read(Topics.EVENTS).stream().map(ConsumerRecord::offset).toList();

        // When
        ForgetStatus again = forget("pia");

        // Then
        assertThat(again.state()).isEqualTo(State.FINISHED);
        assertThat(again.places()).allMatch(place -> place.removed() == 0 && place.remaining() == 0);
        assertThat(read(Topics.EVENTS)).extracting(ConsumerRecord::offset).isEqualTo(before);
    }

    @Test
    void makesNoSecondCopyAfterItWasKilledBetweenCopyingAndCutting() throws Exception {
        // Given
        writeMixed(EVENTS);
        try (TopicRewrite killed = new TopicRewrite(kafka, admin)) {
            killed.copy(EVENTS, base + 63, new Person("pia"));
        }
        assertThat(read(Topics.EVENTS)).hasSize(63 + 43);
        write(EVENTS, "late", 3, 5);

        // When
        ForgetStatus status = forget("pia");

        // Then
        assertThat(status.state()).isEqualTo(State.FINISHED);
        assertThat(values(Topics.EVENTS)).filteredOn(value -> value.contains("nils")).isEqualTo(of("nils", 20));
        assertThat(values(Topics.EVENTS)).filteredOn(value -> value.contains("olga")).isEqualTo(of("olga", 20));
        assertThat(values(Topics.EVENTS)).filteredOn(value -> value.contains("late")).isEqualTo(of("late", 5));
        assertThat(values(Topics.EVENTS)).hasSize(45);
    }

    @Test
    void aCopyOfACopySaysWhereTheFirstOriginalStood() throws Exception {
        // Given
        writeMixed(EVENTS);
        forget("pia");

        // When
        ForgetStatus status = forget("olga");

        // Then
        assertThat(status.places()).contains(new Place("topic events", 20, 0));
        List<ConsumerRecord<byte[], byte[]>> copies = read(Topics.EVENTS).stream()
                .filter(found -> new String(found.value(), StandardCharsets.UTF_8).contains("nils")).toList();
        assertThat(copies).extracting(found -> Rewritten.originalOffset(found).orElseThrow())
                .isEqualTo(IntStream.range(0, 20).mapToObj(i -> base + 3L * i).toList());
    }

    @Test
    void waitsForTheGroupThatLagsAndNamesItWhenItDoesNotCome() throws Exception {
        // Given
        writeMixed(EVENTS);
        commit("slow", EVENTS, base + 10);

        // When
        ForgetStatus tooSoon = run(Action.FORGET, "pia", Duration.ofMillis(500));

        // Then
        assertThat(tooSoon.state()).isEqualTo(State.UNFINISHED);
        assertThat(tooSoon.suppressed()).isTrue();
        assertThat(tooSoon.notes()).anyMatch(note -> note.contains("slow (53)"));
        assertThat(tooSoon.places()).contains(new Place("topic events", 0, 20));
        assertThat(read(Topics.EVENTS)).hasSize(63);

        // When
        String id = forgetter.start(new ForgetRequest("pia", Action.FORGET, PATIENCE));
        await().atMost(PATIENCE).until(() -> forgetter.status(id).orElseThrow().step().contains("slow"));
        commit("slow", EVENTS, base + 63);

        // Then
        await().atMost(PATIENCE).until(() -> forgetter.status(id).orElseThrow().state() == State.FINISHED);
    }

    @Test
    void cutsAQueueAsFarAsItIsDeliveredAndKeepsWhatIsNot() throws Exception {
        // Given
        writeMixed(QUEUE);
        commit("serai-deliveries-shop", QUEUE, queueBase + 59);

        // When
        ForgetStatus status = forget("pia");

        // Then
        assertThat(status.state()).isEqualTo(State.FINISHED);
        assertThat(read(QUEUE.topic())).extracting(found -> found.offset() - queueBase)
                .containsExactly(59L, 60L, 61L, 62L);
        assertThat(read(QUEUE.topic())).allMatch(found -> Rewritten.originalOffset(found).isEmpty());
    }

    @Test
    void doesNotTouchAQueueThatNobodyHasReadYet() throws Exception {
        // Given
        writeMixed(QUEUE);

        // When
        ForgetStatus status = run(Action.FORGET, "pia", Duration.ZERO);

        // Then
        assertThat(status.state()).isEqualTo(State.UNFINISHED);
        assertThat(status.notes()).anyMatch(note -> note.contains("serai-deliveries-shop"));
        assertThat(read(QUEUE.topic())).hasSize(63);
    }

    @Test
    void removesDeadLettersThatKeepThePersonsBytes() throws Exception {
        // Given
        for (String user : List.of("pia", "nils")) {
            DeadLetter letter = new DeadLetter("of-" + user, "braze", "mapping", "mapping_failed", "why",
                    Instant.EPOCH, bytes("{\"user\":{\"external_user_id\":\"" + user + "\"}}"));
            producer.send(new ProducerRecord<>(Topics.DEAD_LETTERS, 2, bytes(letter.id()), letter.toBytes())).get();
        }

        // When
        ForgetStatus status = forget("pia");

        // Then
        assertThat(status.places()).contains(new Place("topic dead-letters", 1, 0));
        assertThat(read(Topics.DEAD_LETTERS)).singleElement()
                .satisfies(left -> assertThat(DeadLetter.parse(left.value()).id()).isEqualTo("of-nils"));
    }

    @Test
    void clearsThePersonsObjectsFromTheCompactedTopicAndNoOthers() throws Exception {
        // Given: who has not read them yet is in nobody's way
        object("users/pia", "{\"collection\":\"users\",\"id\":\"pia\"}");
        object("tickets/1", "{\"collection\":\"tickets\",\"id\":\"1\",\"properties\":{\"email\":\"pia\"}}");
        object("tickets/1", "{\"collection\":\"tickets\",\"id\":\"1\",\"properties\":{\"email\":\"pia\",\"n\":2}}");
        object("tickets/2", "{\"collection\":\"tickets\",\"id\":\"2\",\"properties\":{\"email\":\"pia\"}}");
        object("tickets/2", "{\"collection\":\"tickets\",\"id\":\"2\",\"properties\":{\"email\":\"nils\"}}");
        TopicPartition objects = new TopicPartition(Topics.OBJECTS, 0);
        commit("slow", objects, 1);

        // When
        ForgetStatus status = forget("pia");

        // Then
        assertThat(status.state()).isEqualTo(State.FINISHED);
        assertThat(status.places()).contains(new Place("topic objects", 2, 0));
        assertThat(status.notes()).anyMatch(note -> note.contains("within about a day"));
        assertThat(read(Topics.OBJECTS).subList(5, 7)).allMatch(entry -> entry.value() == null)
                .extracting(entry -> new String(entry.key(), StandardCharsets.UTF_8)).containsExactlyInAnyOrder("users/pia", "tickets/1");
        assertThat(forget("pia").places()).contains(new Place("topic objects", 0, 0));
        assertThat(read(Topics.OBJECTS)).hasSize(7);
    }

    private void object(String key, String envelope) throws Exception {
        producer.send(new ProducerRecord<>(Topics.OBJECTS, 0, bytes(key), bytes(envelope))).get();
    }

    @Test
    void topicObjectsIsCompactedAndKeptForGood() throws Exception {
        // When
        ConfigResource objects = new ConfigResource(ConfigResource.Type.TOPIC, Topics.OBJECTS);
        Config config = admin.describeConfigs(List.of(objects)).all().get().get(objects);

        // Then
        assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
        assertThat(config.get("max.compaction.lag.ms").value()).isEqualTo("86400000");
        assertThat(config.get("max.message.bytes").value()).isEqualTo("2097152");
    }

    /** A table that is full of surprises: what it does when its rows are to be removed, and how many there are then. */
    private record Table(Callable<Void> onRemoval, long rows) implements PersonStore {

        @Override
        public String name() {
            return "table";
        }

        @Override
        public Map<String, Long> count(String userId) {
            return rows == 0 ? Map.of() : Map.of("website.tracks", rows);
        }

        @Override
        public Map<String, Long> remove(String userId) throws Exception {
            onRemoval.call();
            return Map.of();
        }
    }

    private void forgetWith(Table table) throws InterruptedException {
        forgetter.close();
        forgetter = new Forgetter(kafka, suppressions, List.of(table));
    }

    @Test
    void looksAgainUntilNothingIsFoundBecauseAnotherHubMayLearnOfItLater() throws Exception {
        // Given
        writeMixed(EVENTS);
        AtomicInteger passes = new AtomicInteger();
        forgetWith(new Table(() -> {
            if (passes.getAndIncrement() < 2) {
                write(EVENTS, "pia", 100, 101);
            }
            return null;
        }, 0));

        // When
        ForgetStatus status = forget("pia");

        // Then
        assertThat(status.state()).isEqualTo(State.FINISHED);
        assertThat(passes).hasValue(3);
        assertThat(status.places()).contains(new Place("topic events", 22, 0));
        assertThat(values(Topics.EVENTS)).noneMatch(value -> value.contains("pia")).doesNotHaveDuplicates().hasSize(43);
    }

    @Test
    void isNotFinishedWhileRowsAreLeftAndNeverRepeatsTheUserId() throws Exception {
        // Given
        writeMixed(EVENTS);
        forgetWith(new Table(() -> {
            throw new SQLException("no such row: 'pia'");
        }, 7));

        // When
        ForgetStatus status = forget("pia");

        // Then
        assertThat(status.state()).isEqualTo(State.UNFINISHED);
        assertThat(status.suppressed()).isTrue();
        assertThat(status.places()).contains(new Place("topic events", 20, 0), new Place("table website.tracks", 0, 7));
        assertThat(status.notes()).contains("The rows of table cannot be removed or counted: no such row: '***'");
        assertThat(status.toString()).doesNotContain("pia");
    }

    @Test
    void countsWithoutChangingAnything() throws Exception {
        // Given
        run(Action.ALLOW, "pia", Duration.ZERO);
        writeMixed(EVENTS);

        // When
        ForgetStatus status = run(Action.COUNT, "pia", Duration.ZERO);

        // Then
        assertThat(status.state()).isEqualTo(State.FINISHED);
        assertThat(status.suppressed()).isFalse();
        assertThat(status.places()).contains(new Place("topic events", 0, 20));
        assertThat(read(Topics.EVENTS)).hasSize(63);
    }

    @Test
    void everyHubLearnsOfASuppressionAlsoOneThatStartsLater() throws Exception {
        try (Suppressions other = new Suppressions(); Suppressions later = new Suppressions()) {
            // Given
            run(Action.ALLOW, "pia", Duration.ZERO);
            other.follow(kafka);
            assertThat(other.contains("pia")).isFalse();

            // When
            run(Action.SUPPRESS, "pia", Duration.ZERO);
            run(Action.SUPPRESS, "olga", Duration.ZERO);
            ForgetStatus allowed = run(Action.ALLOW, "olga", Duration.ZERO);

            // Then
            assertThat(allowed.state()).isEqualTo(State.FINISHED);
            assertThat(allowed.suppressed()).isFalse();
            await().atMost(PATIENCE).until(() -> other.contains("pia") && !other.contains("olga"));
            later.follow(kafka);
            assertThat(later.contains("pia")).isTrue();
            assertThat(later.contains("olga")).isFalse();
            assertThat(later.contains("nils")).isFalse();
            assertThat(read(Topics.SUPPRESSIONS)).noneMatch(found ->
                    new String(found.key(), StandardCharsets.UTF_8).contains("pia"));
        }
    }
}
