package dev.serai.privacy;

import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.TopicWalk;
import dev.serai.kafka.Topics;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/**
 * Where in a topic records of a person are. Reads all of it. Of a topic that is compacted the last record of a key
 * counts: what stands before it is Kafka's to clear.
 */
final class TopicScan {

    /**
     * A partition that holds some.
     *
     * @param records how many of the person's
     * @param last    the offset of the last of them
     * @param end     the offset after everything that was looked at
     */
    record Found(TopicPartition partition, long records, long last, long end) { }

    private TopicScan() {
    }

    /** The keys under which the last record is the person's; partitions without one are absent. */
    static Map<TopicPartition, Set<ByteBuffer>> keys(KafkaConnection kafka, String topic, Person person) {
        Map<TopicPartition, Set<ByteBuffer>> keys = new HashMap<>();
        try (TopicWalk walk = new TopicWalk(kafka)) {
            walk.read(walk.ends(topic), entry -> {
                if (entry.key() == null) {
                    return;
                }
                TopicPartition partition = new TopicPartition(topic, entry.partition());
                if (person.owns(topic, entry.value())) {
                    keys.computeIfAbsent(partition, key -> new HashSet<>()).add(ByteBuffer.wrap(entry.key()));
                } else if (keys.containsKey(partition)) {
                    keys.get(partition).remove(ByteBuffer.wrap(entry.key()));
                }
            });
        }
        keys.values().removeIf(Set::isEmpty);
        return keys;
    }

    static long count(KafkaConnection kafka, String topic, Person person) {
        return topic.equals(Topics.OBJECTS) ? keys(kafka, topic, person).values().stream().mapToLong(Set::size).sum()
                : of(kafka, topic, person).stream().mapToLong(Found::records).sum();
    }

    static List<Found> of(KafkaConnection kafka, String topic, Person person) {
        Map<TopicPartition, Found> found = new HashMap<>();
        try (TopicWalk walk = new TopicWalk(kafka)) {
            Map<TopicPartition, Long> ends = walk.ends(topic);
            walk.read(ends, entry -> {
                if (person.owns(topic, entry.value())) {
                    TopicPartition partition = new TopicPartition(topic, entry.partition());
                    found.compute(partition, (key, before) -> new Found(key, before == null ? 1 : before.records() + 1,
                            entry.offset(), ends.get(key)));
                }
            });
        }
        return List.copyOf(found.values());
    }
}
