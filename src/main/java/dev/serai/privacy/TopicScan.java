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
     */
    record Found(TopicPartition partition, long records, long last) {

        /** Everything of the person's lies before. */
        long end() {
            return last + 1;
        }
    }

    private TopicScan() {
    }

    static List<Found> of(KafkaConnection kafka, String topic, Person person) {
        Map<TopicPartition, Found> found = new HashMap<>();
        try (TopicWalk walk = new TopicWalk(kafka)) {
            walk.read(walk.ends(topic), entry -> {
                if (person.owns(topic, entry.value())) {
                    found.merge(new TopicPartition(topic, entry.partition()),
                            new Found(new TopicPartition(topic, entry.partition()), 1, entry.offset()),
                            (before, now) -> new Found(now.partition(), before.records() + 1, now.last()));
                }
            });
        }
        return List.copyOf(found.values());
    }
}
