package dev.serai.warehouse;

import java.util.OptionalLong;

/**
 * How far a partition is loaded.
 *
 * @param first    the first offset that was ever read; everything between it and {@code next} is in the warehouse
 * @param firstEnd where the partition ended at that time
 * @param next     the offset to read next
 */
record Position(long first, long firstEnd, long next) {

    /**
     * Whether a record is a copy of one that is in the warehouse already: topics are rewritten to forget a person. The
     * original may have been read itself, or it was gone before the first read, and then an earlier copy was read that
     * was there at that time.
     */
    boolean hasOriginal(OptionalLong originalOffset, long offset) {
        return originalOffset.isPresent() && (originalOffset.getAsLong() >= first || offset >= firstEnd);
    }

    Position upTo(long offset) {
        return new Position(first, firstEnd, Math.max(next, offset));
    }
}
