package dev.serai.delivery;

import dev.serai.kafka.Decisions;
import dev.serai.kafka.Routable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rocksdb.BlockBasedTableConfig;
import org.rocksdb.BloomFilter;
import org.rocksdb.CompressionType;
import org.rocksdb.InfoLogLevel;
import org.rocksdb.LRUCache;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.TtlDB;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fates on this hub's disk, in RocksDB: ids come in no order, and a tree that is kept sorted in place would write a page
 * for each. What is a day old is dropped when files are merged. A write survives the end of the process, not that of
 * the machine: then an event of the last seconds may be delivered once more.
 *
 * <p>Hazard: the store knows what went through this hub. A partition that moves here from another hub brings none of it.
 */
public final class StoredFates implements Fates, Decisions, AutoCloseable {

    private static final Duration REMEMBERED = Duration.ofHours(24);
    private static final int KEPT_SECONDS = (int) Duration.ofHours(26).toSeconds();
    private static final long MEGABYTE = 1024 * 1024;
    private static final byte DECIDED = 'r';
    private static final byte FATE = 'f';
    private static final String ROUTING_FAILED = "!";
    private static final int MAX_TOGETHER = 1_000;

    /** Beyond these, decisions are not kept: they are for people who ask, and events must go on. */
    private static final int MAX_UNWRITTEN = 50_000;
    private static final Logger LOG = LoggerFactory.getLogger(StoredFates.class);

    private record Decision(byte[] key, byte[] value) { }

    private final Options options;
    private final LRUCache cache;
    private final BloomFilter bloom;
    private final WriteOptions writing = new WriteOptions();
    private final TtlDB db;
    private final InstantSource clock;
    private final BlockingQueue<Decision> decisions = new ArrayBlockingQueue<>(MAX_UNWRITTEN);
    private final Thread writer = new Thread(this::writeDecisions, "serai-decisions");
    private final ReadWriteLock use = new ReentrantReadWriteLock();
    private boolean closed;

    /** How an event stands with a destination, since when, and why. */
    public record Entry(String fate, String code, Instant at) { }

    static {
        RocksDB.loadLibrary();
    }

    public StoredFates(Path folder, InstantSource clock) {
        this.clock = clock;
        this.cache = new LRUCache(8 * MEGABYTE);
        this.bloom = new BloomFilter(10);
        this.options = new Options().setCreateIfMissing(true)
                .setTableFormatConfig(new BlockBasedTableConfig().setFilterPolicy(bloom).setBlockCache(cache))
                .setWriteBufferSize(8 * MEGABYTE).setMaxWriteBufferNumber(3).setMaxBackgroundJobs(2)
                .setCompressionType(CompressionType.LZ4_COMPRESSION).setMaxOpenFiles(200)
                .setPeriodicCompactionSeconds(Duration.ofHours(6).toSeconds())
                .setInfoLogLevel(InfoLogLevel.ERROR_LEVEL).setKeepLogFileNum(1);
        try {
            this.db = TtlDB.open(options, folder.toString(), KEPT_SECONDS, false);
            writer.setDaemon(true);
            writer.start();
        } catch (RocksDBException e) {
            throw new IllegalStateException("the fates of events cannot be kept in " + folder + ": " + e.getMessage(), e);
        }
    }

    @Override
    public boolean isDelivered(String destination, String id) {
        byte[] value = get(key(FATE, destination, id));
        return value != null && value[0] == Fate.DELIVERED.ordinal()
                && clock.instant().isBefore(read(value).at().plus(REMEMBERED));
    }

    @Override
    public void save(String destination, Fate fate, String code, Collection<String> ids, Instant at) {
        if (ids.isEmpty()) {
            return;
        }
        byte[] why = code.getBytes(StandardCharsets.UTF_8);
        byte[] value = ByteBuffer.allocate(1 + Long.BYTES + why.length).put((byte) fate.ordinal())
                .putLong(at.toEpochMilli()).put(why).array();
        try (WriteBatch batch = new WriteBatch()) {
            for (String id : ids) {
                batch.put(key(FATE, destination, id), value);
            }
            write(batch);
        } catch (RocksDBException e) {
            throw new IllegalStateException("fates cannot be kept", e);
        }
    }

    @Override
    public void made(Routable routable, Map<String, String> byDestination) {
        StringBuilder text = new StringBuilder();
        byDestination.forEach((destination, why) -> text.append(destination).append('=').append(why).append('\n'));
        decided(routable.id(), text.toString());
    }

    @Override
    public void failed(Routable routable, String why) {
        decided(routable.id(), ROUTING_FAILED);
    }

    @Override
    public void suppressed(Routable routable) {
        // of a forgotten person nothing is kept
    }

    /** Told by the thread that also brings every acknowledgement, which must not wait for a disk. */
    private void decided(String id, String text) {
        decisions.offer(new Decision(key(DECIDED, "", id), text.getBytes(StandardCharsets.UTF_8)));
    }

    private void writeDecisions() {
        List<Decision> taken = new ArrayList<>();
        try {
            while (true) {
                taken.add(decisions.take());
                decisions.drainTo(taken, MAX_TOGETHER);
                try (WriteBatch batch = new WriteBatch()) {
                    for (Decision one : taken) {
                        batch.put(one.key(), one.value());
                    }
                    write(batch);
                } catch (RocksDBException e) {
                    LOG.warn("Routing's decisions cannot be kept; nobody can ask for them events={}", taken.size(), e);
                }
                taken.clear();
            }
        } catch (InterruptedException e) {
            // the end
        }
    }

    /**
     * How the event stands with each of these destinations; empty if nothing is known of it.
     *
     * @param destinations those that are on
     */
    public Optional<Map<String, Entry>> of(String id, List<String> destinations) {
        byte[] decided = get(key(DECIDED, "", id));
        Map<String, Entry> entries = new LinkedHashMap<>();
        Map<String, String> decisions = decided == null ? null : decisions(new String(decided, StandardCharsets.UTF_8));
        for (String destination : destinations) {
            byte[] fate = get(key(FATE, destination, id));
            if (fate != null) {
                entries.put(destination, read(fate));
            } else if (decisions != null) {
                String why = decisions.containsKey(ROUTING_FAILED) ? ROUTING_FAILED : decisions.get(destination);
                entries.put(destination, why == null ? new Entry("filtered", "routing", null)
                        : why.equals(ROUTING_FAILED) ? new Entry("dead-lettered", "routing_failed", null)
                        : why.isEmpty() ? new Entry("queued", "", null) : new Entry("filtered", why, null));
            }
        }
        return entries.isEmpty() ? Optional.empty() : Optional.of(entries);
    }

    private static Map<String, String> decisions(String text) {
        Map<String, String> decisions = new LinkedHashMap<>();
        text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            decisions.put(equals < 0 ? line : line.substring(0, equals), equals < 0 ? "" : line.substring(equals + 1));
        });
        return decisions;
    }

    private static Entry read(byte[] value) {
        ByteBuffer buffer = ByteBuffer.wrap(value);
        Fate fate = Fate.values()[buffer.get()];
        Instant at = Instant.ofEpochMilli(buffer.getLong());
        return new Entry(fate.word(), StandardCharsets.UTF_8.decode(buffer).toString(), at);
    }

    private void write(WriteBatch batch) throws RocksDBException {
        use.readLock().lock();
        try {
            if (!closed) {
                db.write(writing, batch);
            }
        } finally {
            use.readLock().unlock();
        }
    }

    private byte[] get(byte[] key) {
        use.readLock().lock();
        try {
            return closed ? null : db.get(key);
        } catch (RocksDBException e) {
            throw new IllegalStateException("fates cannot be read", e);
        } finally {
            use.readLock().unlock();
        }
    }

    private static byte[] key(byte kind, String destination, String id) {
        byte[] first = destination.getBytes(StandardCharsets.UTF_8);
        byte[] second = id.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + first.length + second.length).put(kind).put(first).put((byte) 0).put(second).array();
    }

    /** What is asked or told afterwards counts for nothing: native memory is gone. */
    @Override
    public void close() {
        writer.interrupt();
        use.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                db.close();
                writing.close();
                options.close();
                bloom.close();
                cache.close();
            }
        } finally {
            use.writeLock().unlock();
        }
    }
}
