package dev.serai.privacy;

import dev.serai.kafka.KafkaConnection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/** Where in a topic records of a person are. Reads all of it. */
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
