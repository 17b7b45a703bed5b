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
 * A set of evenly spread longs in one table, open addressing: one memory access per question, 11 to 21 bytes per
 * element. A small set is on the heap, a large one in a mapped file without a name, so that a day's message ids cost
 * page cache, which the system takes back as it likes, and not heap.
 *
 * <p>Hazard: a mapped file lives until the garbage collector finds that nobody uses it.
 */
final class LongSet {

    private static final int FIRST = 1 << 10;
    private static final int ON_HEAP = 1 << 17;

    private final Path folder;
    private LongBuffer slots = LongBuffer.allocate(FIRST);
    private boolean hasZero;
    private int size;

    /** @param folder where files may be made; must exist */
    LongSet(Path folder) {
        this.folder = folder;
    }

    /** @return true if it was not there */
    boolean add(long value) {
        if (value == 0) {
            boolean added = !hasZero;
            hasZero = true;
            return added;
        }
        int slot = find(slots, value);
        if (slots.get(slot) == value) {
            return false;
        }
        slots.put(slot, value);
        if (++size * 4L > slots.capacity() * 3L) {
            grow();
        }
        return true;
    }

    boolean contains(long value) {
        return value == 0 ? hasZero : slots.get(find(slots, value)) == value;
    }

    private void grow() {
        LongBuffer wider = allocate(slots.capacity() * 2);
        for (int slot = 0; slot < slots.capacity(); slot++) {
            long value = slots.get(slot);
            if (value != 0) {
                wider.put(find(wider, value), value);
            }
        }
        slots = wider;
    }

    private LongBuffer allocate(int capacity) {
        if (capacity <= ON_HEAP) {
            return LongBuffer.allocate(capacity);
        }
        try {
            Path file = Files.createTempFile(folder, "ids", ".tmp");
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(1), capacity * 8L - 1);
                return channel.map(FileChannel.MapMode.READ_WRITE, 0, capacity * 8L).asLongBuffer();
            } finally {
                // the mapping keeps its contents; nothing is left behind however the process ends
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("no room for message ids in " + folder, e);
        }
    }

    private static int find(LongBuffer slots, long value) {
        int mask = slots.capacity() - 1;
        int slot = (int) (value >>> 20) & mask;
        for (long there = slots.get(slot); there != 0 && there != value; there = slots.get(slot)) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
