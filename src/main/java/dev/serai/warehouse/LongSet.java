package dev.serai.warehouse;

/** A set of longs in one array, open addressing; eight to sixteen bytes per element and no object. */
final class LongSet {

    private long[] slots = new long[1024];
    private boolean hasZero;
    private int size;

    /** @return true if it was not there */
    boolean add(long value) {
        if (value == 0) {
            boolean added = !hasZero;
            hasZero = true;
            return added;
        }
        int slot = find(slots, value);
        if (slots[slot] == value) {
            return false;
        }
        slots[slot] = value;
        if (++size * 4L > slots.length * 3L) {
            grow();
        }
        return true;
    }

    boolean contains(long value) {
        return value == 0 ? hasZero : slots[find(slots, value)] == value;
    }

    int size() {
        return hasZero ? size + 1 : size;
    }

    private void grow() {
        long[] wider = new long[slots.length * 2];
        for (long value : slots) {
            if (value != 0) {
                wider[find(wider, value)] = value;
            }
        }
        slots = wider;
    }

    private static int find(long[] slots, long value) {
        int mask = slots.length - 1;
        // fingerprints are evenly spread already
        int slot = (int) (value >>> 20) & mask;
        while (slots[slot] != 0 && slots[slot] != value) {
            slot = slot + 1 & mask;
        }
        return slot;
    }
}
