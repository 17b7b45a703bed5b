package dev.serai.privacy;

import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Topics;
import dev.serai.privacy.TopicScan.Found;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/**
 * Removes a person's records from topics, partition by partition, each as soon as every consumer group has read it. A
 * topic of events is rewritten whole, so that a user's events stay in order also for who reads it for the first time. Of a
 * destination's queue nothing is read again, so all that is delivered is simply cut off. Of objects Kafka keeps the
 * last record by key, so theirs get tombstones, which no group need wait for.
 *
 * <p>Hazard: a group that nobody runs any more never comes that far. It is named, and waited for no longer than asked.
 */
final class TopicRemoval implements AutoCloseable {

    private static final Duration LOOK_AGAIN = Duration.ofMillis(250);

    private final KafkaConnection kafka;
    private final Admin admin;
    private final TopicRewrite rewrite;
    private final Report report;
    private final long deadline;

    TopicRemoval(KafkaConnection kafka, Admin admin, Duration wait, Report report) {
        this.kafka = kafka;
        this.admin = admin;
        this.rewrite = new TopicRewrite(kafka, admin);
        this.report = report;
        this.deadline = System.nanoTime() + wait.toNanos();
    }

    /** @return false if a group did not come far enough in time; then something is left */
    boolean remove(String topic, Person person) throws InterruptedException, ExecutionException {
        report.step("looking through topic " + topic);
        report.removed(ForgetRun.topicPlace(topic), 0);
        if (topic.equals(Topics.OBJECTS)) {
            clear(topic, person);
            return true;
        }
        List<Found> left = new ArrayList<>(TopicScan.of(kafka, topic, person));
        while (!left.isEmpty()) {
            Map<String, Long> behind = removeWhatIsRead(left, person);
            if (left.isEmpty()) {
                return true;
            }
            String groups = behind.entrySet().stream().map(group -> group.getKey() + " (" + group.getValue() + ")")
                    .collect(Collectors.joining(", "));
            if (System.nanoTime() - deadline > 0) {
                report.note("Topic " + topic + " still holds records that these groups have not read, so many are "
                        + "missing: " + groups + ". Run it again when they have; a group that nobody runs any more "
                        + "must be deleted, or its topic.");
                return false;
            }
            report.step("waiting until topic " + topic + " is read by " + groups);
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return true;
    }

    private void clear(String topic, Person person) {
        TopicScan.keys(kafka, topic, person).forEach((partition, keys) -> {
            rewrite.clear(partition, keys);
            report.removed(ForgetRun.topicPlace(topic), keys.size());
            report.note("Objects were cleared from topic " + topic
                    + "; Kafka takes their bytes off the disk within about a day.");
        });
    }

    /** Takes off the list what is done; who is behind in the rest is returned. */
    private Map<String, Long> removeWhatIsRead(List<Found> left, Person person)
            throws InterruptedException, ExecutionException {
        GroupPositions positions = GroupPositions.read(admin);
        Map<String, Long> behind = new LinkedHashMap<>();
        for (Iterator<Found> all = left.iterator(); all.hasNext();) {
            Found found = all.next();
            TopicPartition partition = found.partition();
            boolean isQueue = partition.topic().startsWith(Topics.DELIVERIES_PREFIX);
            if (isQueue) {
                positions.with(partition, Topics.deliveriesGroup(partition.topic()));
            }
            long end = isQueue ? found.last() + 1 : found.end();
            Map<String, Long> lacking = positions.behind(partition, end);
            if (lacking.isEmpty()) {
                report.step("removing from " + partition);
                if (isQueue) {
                    rewrite.cut(partition, positions.lowest(partition).orElse(end));
                } else {
                    rewrite.copy(partition, end, person);
                    rewrite.cut(partition, end);
                }
                report.removed(ForgetRun.topicPlace(partition.topic()), found.records());
                all.remove();
            }
            lacking.forEach((group, missing) -> behind.merge(group, missing, Long::sum));
        }
        return behind;
    }

    @Override
    public void close() {
        rewrite.close();
    }
}
