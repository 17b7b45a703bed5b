package dev.serai.warehouse;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads one table from all that Kafka still has, up to where the loader stands, beside the loader, which goes on. Rows
 * of events that the table has already are left as they are, so it can be run on a table with holes as well as on none
 * at all. Of a table that is not there nobody knows what it is to hold: objects are read first, so that it is theirs if
 * there are any, then events.
 *
 * <p>It stands in the warehouse like the loader does, under the topic's id and the table's name, and in the same
 * transactions as its rows; a hub that is started again goes on with it. Hazard: what Kafka no longer has cannot come
 * back.
 */
final class Backfill implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Backfill.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final long MAX_WAIT_MILLIS = 30_000;

    private final Map<String, Object> kafka;
    private final Map<String, String> topicIds;
    private final LoaderContext context;
    private final Warehouse warehouse;
    private final String table;
    private final BatchLimits limits;
    private final BatchLoader batches;
    private final LoaderMeter meter = new LoaderMeter();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile long done;
    private volatile long total;
    private volatile boolean ended;
    private volatile String error;

    /** @param table schema and name with a dot between */
    Backfill(LoaderContext context, Map<String, String> topicIds, Warehouse warehouse, String table, BatchLimits limits) {
        this.kafka = new HashMap<>(context.kafka());
        this.kafka.keySet().removeAll(List.of(ConsumerConfig.GROUP_ID_CONFIG, ConsumerConfig.GROUP_INSTANCE_ID_CONFIG));
        this.context = context;
        this.topicIds = topicIds;
        this.warehouse = warehouse;
        this.table = table;
        this.limits = limits;
        String[] parts = table.split("\\.", 2);
        this.batches = new BatchLoader(warehouse, warehouse.selection().narrowedTo(parts[0], parts[1]),
                MessageIds.none(context.scratch()), new Novelty.InTable(parts[0], parts[1]), context, meter);
        this.thread = new Thread(this::run, "backfill-" + warehouse.name() + "-" + table);
    }

    /** Where a back-fill keeps its position: beside the loader's own, which has the id alone. */
    static String key(String topicId, String table) {
        return topicId + "/" + table;
    }

    /** The table of a back-fill's key, or empty for another one. */
    static Optional<String> table(String key, String topicId) {
        return key.startsWith(topicId + "/") ? Optional.of(key.substring(topicId.length() + 1)) : Optional.empty();
    }

    void start() {
        thread.start();
    }

    BackfillStatus status() {
        long rows = meter.tables().stream().mapToLong(TableStatus::rows).sum();
        return new BackfillStatus(table, done, total, rows, ended, Optional.ofNullable(error));
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            // it ends all the same, only unattended
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long wait = 200;
        try (batches; KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(kafka, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            while (!ended && closing.getCount() > 0) {
                try {
                    passAll(consumer);
                    wait = 200;
                } catch (WarehouseFault | KafkaException e) {
                    error = e.getMessage();
                    LOG.warn("Back-fill failed and is tried again warehouse={} table={} error={}", warehouse.name(), table, error);
                    closing.await(wait, TimeUnit.MILLISECONDS);
                    wait = Math.min(2 * wait, MAX_WAIT_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            error = e.toString();
            LOG.error("Back-fill stopped warehouse={} table={}", warehouse.name(), table, e);
        }
    }

    /** Reads until all is loaded, from where the warehouse says. */
    private void passAll(KafkaConsumer<byte[], byte[]> consumer) throws WarehouseFault {
        total = 0;
        done = 0;
        pass(consumer, context.objects());
        pass(consumer, context.events());
        if (closing.getCount() > 0) {
            for (String topicId : topicIds.values()) {
                batches.forgetPositions(key(topicId, table));
            }
            ended = true;
            LOG.info("Back-fill ended warehouse={} table={} rows={}", warehouse.name(), table, status().rows());
        }
    }

    /** True if nothing of the table's comes from this topic. */
    private boolean isOfAnother(String topic) throws WarehouseFault {
        String[] parts = table.split("\\.", 2);
        boolean isOfObjects = topic.equals(context.objects());
        return batches.holdsObjects(parts[0], parts[1]).filter(objects -> objects != isOfObjects).isPresent();
    }

    private void pass(KafkaConsumer<byte[], byte[]> consumer, String topic) throws WarehouseFault {
        if (topic.isEmpty() || isOfAnother(topic)) {
            return;
        }
        String topicId = topicIds.get(topic);
        Map<TopicPartition, Long> ends = new HashMap<>();
        Map<TopicPartition, Long> starts = new HashMap<>();
        batches.positions().forEach((partition, position) -> {
            TopicPartition assigned = new TopicPartition(partition.topic(), partition.number());
            if (partition.topicId().equals(topicId)) {
                ends.put(assigned, position.next());
            } else if (partition.topicId().equals(key(topicId, table))) {
                starts.put(assigned, position.next());
            }
        });
        consumer.assign(ends.keySet());
        Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(ends.keySet());
        ends.keySet().forEach(assigned -> consumer.seek(assigned,
                Math.max(beginnings.get(assigned), starts.getOrDefault(assigned, 0L))));
        long doneBefore = done;
        long toDo = ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - beginnings.get(end.getKey()))).sum();
        total += toDo;
        FieldPaths paths = new FieldPaths();
        Reading reading = new Reading(paths, context.objects());
        while (closing.getCount() > 0) {
            long left = left(consumer, ends);
            if (left == 0 || reading.reaches(limits)) {
                batches.load(reading);
                error = null;
                done = doneBefore + toDo - left;
                reading = new Reading(paths, context.objects());
            }
            if (left == 0) {
                return;
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                TopicPartition from = new TopicPartition(record.topic(), record.partition());
                if (record.offset() < ends.get(from)) {
                    reading.take(new Partition(topic, key(topicId, table), record.partition()), record);
                }
            }
        }
    }

    private static long left(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - consumer.position(end.getKey()))).sum();
    }
}
