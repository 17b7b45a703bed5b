package dev.serai.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The topics by name, and how they are made when missing. An existing topic is left as its owner configured it.
 *
 * <p>Partitions bound how many hubs can share the work; a key (a user) stays on one of them, so their number cannot
 * be raised later without mixing a user's order.
 */
public final class Topics {

    public static final String EVENTS = "events";
    public static final String OBJECTS = "objects";
    public static final String DEAD_LETTERS = "dead-letters";
    public static final String CHECKPOINTS = "checkpoints";
    public static final String SUPPRESSIONS = "suppressions";

    /** Events that are to be routed once more, by a person's wish; only routing reads it. */
    public static final String REPLAYS = "replays";

    /** The queue of a destination is the topic with this prefix and the destination's name. */
    public static final String DELIVERIES_PREFIX = "deliveries.";

    /** A dead letter keeps a whole request of half a megabyte, which JSON may double. */
    static final int MAX_RECORD_BYTES = 2 * 1024 * 1024;

    private static final int PARTITIONS = 6;

    /** Bounds how many hubs can share the sources that are pulled from. */
    private static final int CHECKPOINT_PARTITIONS = 8;
    private static final Duration EVENTS_KEPT = Duration.ofDays(7);
    private static final Duration DEAD_LETTERS_KEPT = Duration.ofDays(30);
    private static final Duration COMPACTED_WITHIN = Duration.ofDays(1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private Topics() {
    }

    public static String deliveries(String destination) {
        return DELIVERIES_PREFIX + destination;
    }

    /** The group that reads a destination's queue; it is the only one. */
    public static String deliveriesGroup(String topic) {
        return "serai-deliveries-" + topic.substring(DELIVERIES_PREFIX.length());
    }

    /**
     * Makes what is missing of the fixed topics and the queues of these destinations, and waits until each partition
     * has a leader that answers. An idempotent producer must not write sooner: if its first batch meets no leader and
     * its second one does, the first is out of sequence for ever.
     *
     * @throws TimeoutException if the brokers cannot be reached in time
     */
    public static void create(Admin admin, Collection<String> destinations)
            throws InterruptedException, TimeoutException, ExecutionException {
        List<NewTopic> wanted = new ArrayList<>();
        wanted.add(topic(EVENTS, EVENTS_KEPT));
        wanted.add(objects());
        wanted.add(topic(REPLAYS, EVENTS_KEPT));
        wanted.add(topic(DEAD_LETTERS, DEAD_LETTERS_KEPT));
        wanted.add(compacted(CHECKPOINTS, CHECKPOINT_PARTITIONS));
        wanted.add(compacted(SUPPRESSIONS, 1));
        for (String destination : destinations) {
            wanted.add(topic(deliveries(destination), EVENTS_KEPT));
        }
        Set<String> present = admin.listTopics().names().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        List<String> names = wanted.stream().map(NewTopic::name).toList();
        wanted.removeIf(topic -> present.contains(topic.name()));
        for (var created : admin.createTopics(wanted).values().values()) {
            try {
                created.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                // another hub of the group may have been quicker
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        }
        awaitLeaders(admin, names);
        widenCheckpoints(admin);
    }

    /** Hubs of before there were syncs made the topic with one partition, and wrote nothing to it. */
    private static void widenCheckpoints(Admin admin) throws InterruptedException, TimeoutException, ExecutionException {
        int there = admin.describeTopics(List.of(CHECKPOINTS)).allTopicNames().get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .get(CHECKPOINTS).partitions().size();
        if (there == 1) {
            admin.createPartitions(Map.of(CHECKPOINTS, NewPartitions.increaseTo(CHECKPOINT_PARTITIONS))).all()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    /** A broker may answer for a while that it has no such topic, although its controller has just made it. */
    private static void awaitLeaders(Admin admin, List<String> topics)
            throws InterruptedException, TimeoutException, ExecutionException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                askLeaders(admin, topics);
                return;
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof RetriableException) || System.nanoTime() - deadline > 0) {
                    throw e;
                }
                LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            }
        }
    }

    private static void askLeaders(Admin admin, List<String> topics)
            throws InterruptedException, TimeoutException, ExecutionException {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        for (TopicDescription topic : admin.describeTopics(topics).allTopicNames()
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS).values()) {
            topic.partitions().forEach(partition ->
                    partitions.put(new TopicPartition(topic.name(), partition.partition()), OffsetSpec.latest()));
        }
        admin.listOffsets(partitions).all().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /**
     * The state of the partners' world, not what happened in it: the last record of each object stays however old it is,
     * so that a warehouse or a destination that is added later gets every object without a partner being asked again.
     * What is superseded or cleared is gone from the disk after {@link #COMPACTED_WITHIN} and the next write, which
     * whoever must forget a person relies on.
     */
    private static NewTopic objects() {
        return new NewTopic(OBJECTS, Optional.of(PARTITIONS), Optional.empty()).configs(Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT,
                TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, String.valueOf(COMPACTED_WITHIN.toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(MAX_RECORD_BYTES)));
    }

    private static NewTopic compacted(String name, int partitions) {
        return new NewTopic(name, Optional.of(partitions), Optional.empty())
                .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT));
    }

    private static NewTopic topic(String name, Duration kept) {
        return new NewTopic(name, Optional.of(PARTITIONS), Optional.empty()).configs(Map.of(
                TopicConfig.RETENTION_MS_CONFIG, String.valueOf(kept.toMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(MAX_RECORD_BYTES)));
    }
}
