package dev.serai.privacy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ConsumerGroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * How far each consumer group is in each partition, as committed. A group that reads a partition and has committed
 * nothing there stands at 0: it may be anywhere.
 */
final class GroupPositions {

    private final Map<TopicPartition, Map<String, Long>> committed = new HashMap<>();

    private GroupPositions() {
    }

    static GroupPositions read(Admin admin) throws ExecutionException, InterruptedException {
        GroupPositions positions = new GroupPositions();
        List<String> groups = admin.listConsumerGroups().all().get().stream()
                .map(ConsumerGroupListing::groupId).toList();
        Map<String, ListConsumerGroupOffsetsSpec> all = new HashMap<>();
        groups.forEach(group -> all.put(group, new ListConsumerGroupOffsetsSpec()));
        for (Map.Entry<String, Map<TopicPartition, OffsetAndMetadata>> group
                : admin.listConsumerGroupOffsets(all).all().get().entrySet()) {
            group.getValue().forEach((partition, offset) -> {
                if (offset != null) {
                    positions.put(partition, group.getKey(), offset.offset());
                }
            });
        }
        for (ConsumerGroupDescription group : admin.describeConsumerGroups(groups).all().get().values()) {
            for (MemberDescription member : group.members()) {
                member.assignment().topicPartitions()
                        .forEach(partition -> positions.put(partition, group.groupId(), 0));
            }
        }
        return positions;
    }

    private void put(TopicPartition partition, String group, long offset) {
        committed.computeIfAbsent(partition, key -> new TreeMap<>()).putIfAbsent(group, offset);
    }

    /** Counts a group in that must read the partition, whether or not it ever did. */
    GroupPositions with(TopicPartition partition, String group) {
        put(partition, group, 0);
        return this;
    }

    /** The groups that have not come to this offset, with how much they lack. */
    Map<String, Long> behind(TopicPartition partition, long offset) {
        Map<String, Long> behind = new TreeMap<>();
        committed.getOrDefault(partition, Map.of()).forEach((group, position) -> {
            if (position < offset) {
                behind.put(group, offset - position);
            }
        });
        return behind;
    }

    /** Where the last of the groups is; empty where there is none. */
    OptionalLong lowest(TopicPartition partition) {
        return committed.getOrDefault(partition, Map.of()).values().stream().mapToLong(Long::longValue).min();
    }
}
