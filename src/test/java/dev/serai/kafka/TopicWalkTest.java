package dev.serai.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is found from a topic's end, in real Kafka. */
class TopicWalkTest {

    private static final String TOPIC = "walked";
    private static final int RECORDS = 24_000;

    private static TestKafka kafka;

    @BeforeAll
    static void write() throws Exception {
        kafka = TestKafka.get();
        kafka.topics(2, TOPIC, "walked-empty");
        for (int from = 0; from < RECORDS; from += 1_000) {
            List<Map.Entry<String, byte[]>> records = new ArrayList<>();
            for (int i = from; i < from + 1_000; i++) {
                records.add(Map.entry("key-" + i, String.valueOf(i % 12_000).getBytes(StandardCharsets.UTF_8)));
            }
            kafka.writeBytes(TOPIC, records);
        }
    }

    private static Optional<ConsumerRecord<byte[], byte[]>> newest(String topic, long most, String value, AtomicInteger read) {
        try (TopicWalk walk = new TopicWalk(kafka.connection())) {
            return walk.newest(topic, most, entry -> {
                read.incrementAndGet();
                return value.equals(new String(entry.value(), StandardCharsets.UTF_8));
            });
        }
    }

    private static String key(ConsumerRecord<byte[], byte[]> entry) {
        return new String(entry.key(), StandardCharsets.UTF_8);
    }

    @Test
    void ofTwoTheNewerIsFoundAndWhatIsFarBeforeItIsNotRead() {
        AtomicInteger read = new AtomicInteger();

        assertThat(newest(TOPIC, 100_000, "11999", read).map(TopicWalkTest::key)).hasValue("key-23999");
        assertThat(read.get()).isLessThan(RECORDS / 2);
    }

    @Test
    void theFirstIsFoundStretchByStretchAndNothingIsReadTwice() {
        AtomicInteger read = new AtomicInteger();

        assertThat(newest(TOPIC, 100_000, "nothing", read)).isEmpty();
        assertThat(read.get()).isEqualTo(RECORDS);
        assertThat(newest(TOPIC, 100_000, "0", read).map(TopicWalkTest::key)).hasValue("key-12000");
    }

    @Test
    void noMoreIsReadThanIsAllowed() {
        AtomicInteger read = new AtomicInteger();

        assertThat(newest(TOPIC, 3_000, "5", read)).isEmpty();
        assertThat(read.get()).isEqualTo(3_000);
    }

    @Test
    void anEmptyTopicHasNone() {
        assertThat(newest("walked-empty", 100, "5", new AtomicInteger())).isEmpty();
    }
}
