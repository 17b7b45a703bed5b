package dev.serai.privacy;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Offsets of one partition. They are many and lie close together, so a bit for each is little. */
final class OffsetSet {

    private static final int BITS = 16;

    private final Map<Long, BitSet> parts = new HashMap<>();

    /** @return whether it was not in the set yet */
    boolean add(long offset) {
        BitSet part = parts.computeIfAbsent(offset >>> BITS, key -> new BitSet());
        int bit = (int) (offset & (1 << BITS) - 1);
        boolean isNew = !part.get(bit);
        part.set(bit);
        return isNew;
    }
}
