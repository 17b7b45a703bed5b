package dev.serai.warehouse;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Records read and flattened, but not yet planned: what the reading thread fills and hands over to the writing one,
 * which it is not touched by any more. Reading takes about as long as writing, so the two overlap.
 */
final class Reading {

    /** Bounds the memory of one handing over. */
    private static final int MAX_VALUES = 600_000;

    private static final int FEW_VALUES = 4_096;

    final Values values;
    final int pathsGeneration;
    private final FieldPaths paths;
    private final EventReader events;
    private final ObjectReader objects;
    private final String topicOfObjects;
    private final List<TakenRecord> records = new ArrayList<>();
    private int bytes;

    /**
     * @param paths          shared by all that one thread reads; forgotten here when there are too many
     * @param topicOfObjects what is on it are objects, what is on any other are events
     */
    Reading(FieldPaths paths, String topicOfObjects) {
        this(paths, topicOfObjects, FEW_VALUES);
    }

    private Reading(FieldPaths paths, String topicOfObjects, int values) {
        this.values = new Values(values);
        if (paths.isFull()) {
            paths.forget();
        }
        this.paths = paths;
        this.pathsGeneration = paths.generation();
        this.topicOfObjects = topicOfObjects;
        this.events = new EventReader(paths, this.values);
        this.objects = new ObjectReader(paths, this.values);
    }

    /** What to read into while this one is written; the next is usually as large. */
    Reading next() {
        return new Reading(paths, topicOfObjects, Math.max(FEW_VALUES, values.size() + values.size() / 8));
    }

    void take(Partition partition, ConsumerRecord<byte[], byte[]> record) {
        boolean isObject = partition.topic().equals(topicOfObjects);
        if (isObject && record.value() == null) {
            // a tombstone clears the topic and says nothing of the table
            records.add(new TakenRecord(partition, record, null, null, null));
            return;
        }
        byte[] value = record.value() == null ? new byte[0] : record.value();
        bytes += value.length;
        try {
            records.add(isObject ? new TakenRecord(partition, record, null, objects.read(value), null)
                    : new TakenRecord(partition, record, events.read(value), null, null));
        } catch (IOException e) {
            records.add(new TakenRecord(partition, record, null, null, e.getMessage()));
        }
    }

    List<TakenRecord> records() {
        return records;
    }

    boolean isEmpty() {
        return records.isEmpty();
    }

    boolean reaches(BatchLimits limits) {
        return records.size() >= limits.records() || bytes >= limits.bytes() || values.size() > MAX_VALUES
                || paths.isFull();
    }
}
