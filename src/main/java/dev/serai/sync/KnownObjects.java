package dev.serai.sync;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Topics;
import dev.serai.model.Json;
import dev.serai.model.PartnerObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * Which objects there are by topic {@code objects}: of each its version, a hash of its properties and its parent. With
 * it a run that reads everything tells what is gone, and sends only what is new. It is a view of the compacted topic, on
 * disk, so that memory does not grow with the number of objects, and may be lost: it is read again.
 *
 * <p>Hazard: what other hubs wrote is known after {@link #catchUp} only, and what this one writes must be told.
 */
final class KnownObjects implements AutoCloseable {

    private static final int CACHE_MEGABYTES = 24;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final char SEPARATOR = '\u0000';
    private static final int FIXED_BYTES = 16;

    private final KafkaConnection kafka;
    private final Path file;
    private MVStore store;
    private MVMap<String, byte[]> objects;
    private MVMap<String, Boolean> children;
    private MVMap<String, Long> marks;
    private MVMap<String, Long> runs;
    private MVMap<String, Long> offsets;

    /** @param parent empty for none */
    record Known(long version, long hash, String parent) { }

    KnownObjects(KafkaConnection kafka, Path file) {
        this.kafka = kafka;
        this.file = file;
    }

    /** Reads what was written to the topic since the last time. */
    synchronized void catchUp() {
        open();
        Map<String, Object> properties = kafka.consumer("");
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(properties)) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.OBJECTS).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition())).toList();
            consumer.assign(partitions);
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            for (TopicPartition one : partitions) {
                long next = offsets.getOrDefault(one.toString(), 0L);
                if (next > ends.get(one)) {
                    // the topic was made anew
                    clear();
                    next = 0;
                }
                consumer.seek(one, Math.max(next, begins.get(one)));
            }
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<byte[], byte[]> entry : consumer.poll(POLL)) {
                    read(entry);
                }
            }
            partitions.forEach(one -> offsets.put(one.toString(), consumer.position(one)));
            store.commit();
        }
    }

    Optional<Known> find(String source, String collection, String id) {
        return Optional.ofNullable(objects.get(key(source, collection, id))).map(KnownObjects::known);
    }

    /** Whether the topic has this very state already. */
    boolean isAsKnown(PartnerObject object) {
        return !object.isDeleted() && find(object.source(), object.collection(), object.id())
                .filter(known -> known.hash() == hash(object.properties()) && known.parent().equals(object.parent().orElse("")))
                .isPresent();
    }

    /** To be told of what this hub has written. */
    void written(PartnerObject object) {
        apply(object.source(), object.collection(), object.id(), object.version(), object.isDeleted(),
                object.parent().orElse(""), hash(object.properties()));
    }

    /**
     * Begins a run that reads everything, or goes on with it.
     *
     * @return false if it is to go on, and what it met is not known here: another hub had it, or the file is gone
     */
    boolean begin(String source, String collection, long run, boolean goesOn) {
        String name = source + "/" + collection;
        if (goesOn) {
            return runs.getOrDefault(name, 0L) == run;
        }
        runs.put(name, run);
        return true;
    }

    /** What was marked and written so far outlives the process. */
    void commit() {
        store.commit();
    }

    /** Remembers that a run met the object. */
    void mark(String source, String collection, String id, long run) {
        marks.put(key(source, collection, id), run);
    }

    /**
     * The ids of all that are there and that the run did not meet, of versions before it.
     *
     * @param family what their parents begin with; empty for all
     */
    void forEachUnmarked(String source, String collection, String family, long run, Consumer<String> to) {
        String prefix = source + "/" + collection + "/";
        Iterator<String> keys = objects.keyIterator(prefix);
        while (keys.hasNext()) {
            String key = keys.next();
            if (!key.startsWith(prefix)) {
                return;
            }
            byte[] value = objects.get(key);
            if (value != null && marks.getOrDefault(key, Long.MIN_VALUE) != run) {
                Known known = known(value);
                if (known.version() < run && known.parent().startsWith(family)) {
                    to.accept(key.substring(prefix.length()));
                }
            }
        }
    }

    /** Whether any object of the collection is there. */
    boolean hasAny(String source, String collection) {
        String prefix = source + "/" + collection + "/";
        String first = objects.ceilingKey(prefix);
        return first != null && first.startsWith(prefix);
    }

    /** The ids of a parent's children. */
    List<String> childrenOf(String source, String collection, String parent) {
        String prefix = key(source, collection, "") + SEPARATOR + parent + SEPARATOR;
        List<String> ids = new ArrayList<>();
        Iterator<String> keys = children.keyIterator(prefix);
        while (keys.hasNext()) {
            String key = keys.next();
            if (!key.startsWith(prefix)) {
                break;
            }
            ids.add(key.substring(prefix.length()));
        }
        return ids;
    }

    @Override
    public synchronized void close() {
        if (store != null) {
            store.close();
            store = null;
        }
    }

    private void open() {
        if (store != null) {
            return;
        }
        try {
            store = new MVStore.Builder().fileName(file.toString()).cacheSize(CACHE_MEGABYTES).open();
        } catch (MVStoreException e) {
            // it is only a view; what cannot be read is read from Kafka again
            try {
                Files.deleteIfExists(file);
            } catch (IOException unremovable) {
                throw new UncheckedIOException("the file cannot be read, nor removed", unremovable);
            }
            store = new MVStore.Builder().fileName(file.toString()).cacheSize(CACHE_MEGABYTES).open();
        }
        objects = store.openMap("objects");
        children = store.openMap("children");
        marks = store.openMap("marks");
        runs = store.openMap("runs");
        offsets = store.openMap("offsets");
    }

    private void clear() {
        objects.clear();
        children.clear();
        marks.clear();
        runs.clear();
        offsets.clear();
    }

    private void read(ConsumerRecord<byte[], byte[]> entry) {
        if (entry.value() == null) {
            cleared(new String(entry.key(), StandardCharsets.UTF_8));
            return;
        }
        try (JsonParser parser = Json.MAPPER.getFactory().createParser(entry.value())) {
            parser.nextToken();
            String source = "";
            String collection = "";
            String id = "";
            String parent = "";
            long version = 0;
            boolean isDeleted = false;
            long hash = 0;
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "source" -> source = parser.getText();
                    case "collection" -> collection = parser.getText();
                    case "id" -> id = parser.getText();
                    case "parent" -> parent = parser.getText();
                    case "version" -> version = parser.getLongValue();
                    case "isDeleted" -> isDeleted = token == JsonToken.VALUE_TRUE;
                    case "properties" -> {
                        int from = (int) parser.currentTokenLocation().getByteOffset();
                        parser.skipChildren();
                        hash = hash(entry.value(), from, (int) parser.currentLocation().getByteOffset());
                    }
                    default -> parser.skipChildren();
                }
            }
            apply(source, collection, id, version, isDeleted, parent, hash);
        } catch (IOException e) {
            // whoever loads it makes a dead letter of it
            return;
        }
    }

    /** A forgotten person's object: it is as if it had never been there. */
    private void cleared(String key) {
        byte[] before = objects.remove(key);
        int slash = key.indexOf('/', key.indexOf('/') + 1);
        if (before != null && !known(before).parent().isEmpty() && slash > 0) {
            children.remove(key.substring(0, slash + 1) + SEPARATOR + known(before).parent() + SEPARATOR
                    + key.substring(slash + 1));
        }
    }

    private void apply(String source, String collection, String id, long version, boolean isDeleted, String parent,
            long hash) {
        String key = key(source, collection, id);
        byte[] before = objects.get(key);
        if (before != null) {
            Known known = known(before);
            if (known.version() > version) {
                return;
            }
            if (!known.parent().isEmpty()) {
                children.remove(childKey(source, collection, known.parent(), id));
            }
        }
        if (isDeleted) {
            objects.remove(key);
            marks.remove(key);
            return;
        }
        byte[] parentBytes = parent.getBytes(StandardCharsets.UTF_8);
        objects.put(key, ByteBuffer.allocate(FIXED_BYTES + parentBytes.length).putLong(version).putLong(hash)
                .put(parentBytes).array());
        if (!parent.isEmpty()) {
            children.put(childKey(source, collection, parent, id), true);
        }
    }

    private static Known known(byte[] value) {
        ByteBuffer buffer = ByteBuffer.wrap(value);
        return new Known(buffer.getLong(), buffer.getLong(),
                new String(value, FIXED_BYTES, value.length - FIXED_BYTES, StandardCharsets.UTF_8));
    }

    private static String key(String source, String collection, String id) {
        return source + "/" + collection + "/" + id;
    }

    private static String childKey(String source, String collection, String parent, String id) {
        return key(source, collection, "") + SEPARATOR + parent + SEPARATOR + id;
    }

    private static long hash(byte[] properties) {
        return properties == null ? 0 : hash(properties, 0, properties.length);
    }

    private static long hash(byte[] bytes, int from, int to) {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(bytes, from, to - from);
            return ByteBuffer.wrap(digest.digest()).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }
}
