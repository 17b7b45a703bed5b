package dev.serai.warehouse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A set of evenly spread longs in one table, open addressing: one memory access per question, 13 to 27 bytes per
 * element. A small set is an array, a large one a mapped file without a name, so that a day's message ids cost page
 * cache, which the system takes back as it likes, and not heap.
 *
 * <p>Hazard: a mapped file lives until the garbage collector finds that nobody uses it.
 */
final class LongSet {

    private static final int ON_HEAP = 1 << 17;

    private final Path folder;
    private int capacity;
    private long[] array;
    private LongBuffer mapped;
    private boolean hasZero;
    private int size;

    /**
     * @param folder   where files may be made; must exist
     * @param capacity slots to begin with, a power of two
     */
    LongSet(Path folder, int capacity) {
        this.folder = folder;
        this.capacity = capacity;
        this.array = new long[capacity];
    }

    /** @return true if it was not there */
    boolean add(long value) {
        if (value == 0) {
            boolean added = !hasZero;
            hasZero = true;
            return added;
        }
        int slot = array != null ? find(array, value) : find(mapped, value);
        if ((array != null ? array[slot] : mapped.get(slot)) == value) {
            return false;
        }
        put(slot, value);
        if (++size * 5L > capacity * 3L) {
            grow();
        }
        return true;
    }

    boolean contains(long value) {
        if (value == 0) {
            return hasZero;
        }
        return array != null ? array[find(array, value)] == value : mapped.get(find(mapped, value)) == value;
    }

    private void put(int slot, long value) {
        if (array != null) {
            array[slot] = value;
        } else {
            mapped.put(slot, value);
        }
    }

    private void grow() {
        long[] oldArray = array;
        LongBuffer oldMapped = mapped;
        int oldCapacity = capacity;
        capacity *= 2;
        array = capacity <= ON_HEAP ? new long[capacity] : null;
        mapped = array == null ? map(capacity) : null;
        for (int slot = 0; slot < oldCapacity; slot++) {
            long value = oldArray != null ? oldArray[slot] : oldMapped.get(slot);
            if (value != 0) {
                put(array != null ? find(array, value) : find(mapped, value), value);
            }
        }
    }

    private LongBuffer map(int slots) {
        try {
            Path file = Files.createTempFile(folder, "ids", ".tmp");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(1), slots * 8L - 1);
                return channel.map(FileChannel.MapMode.READ_WRITE, 0, slots * 8L).asLongBuffer();
            } finally {
                // the mapping keeps its contents; nothing is left behind however the process ends
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no room for message ids in " + folder, e);
        }
    }

    private static int first(long value, int mask) {
        return (int) (value >>> 20) & mask;
    }

    private static int find(long[] slots, long value) {
        int mask = slots.length - 1;
        int slot = first(value, mask);
        for (long there = slots[slot]; there != 0 && there != value; there = slots[slot]) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private static int find(LongBuffer slots, long value) {
        int mask = slots.capacity() - 1;
        int slot = first(value, mask);
        for (long there = slots.get(slot); there != 0 && there != value; there = slots.get(slot)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
