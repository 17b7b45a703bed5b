package dev.serai.kafka;

import java.util.Base64;
import java.util.BitSet;

/**
 * Which records of one partition are done, where they end in another order than they began. What may be committed is
 * the lowest offset that is not done; the done ones beyond it travel in the commit's metadata, so that a restart
 * repeats none of them although an older one still waits for its retry.
 *
 * <p>Hazard: once {@linkplain #close closed}, because the partition went to another hub or is read again, what is told
 * to it counts for nothing.
 */
final class Ledger {

    /** The broker refuses more than 4,096 characters of metadata. */
    private static final int MAX_METADATA = 4_000;

    /** Bit i is the record at {@code base + i}. */
    private BitSet done = new BitSet();
    private long base;
    private long next;
    private int open;
    private boolean broken;
    private boolean closed;

    Ledger(long base) {
        this.base = base;
        this.next = base;
    }

    /** @param metadata what {@link #metadata} wrote when {@code base} was committed; anything else is ignored */
    static Ledger restored(long base, String metadata) {
        Ledger ledger = new Ledger(base);
        String prefix = base + ":";
        if (metadata != null && metadata.startsWith(prefix)) {
            try {
                ledger.done = BitSet.valueOf(Base64.getDecoder().decode(metadata.substring(prefix.length())));
            } catch (IllegalArgumentException e) {
                return new Ledger(base);
            }
        }
        return ledger;
    }

    /** Whether the offset lies before what was read: the topic was made anew, and nothing here holds any more. */
    synchronized boolean isPast(long offset) {
        return offset < next;
    }

    /** @return whether the record is to be handled; false if that happened before the restart */
    synchronized boolean take(long offset) {
        // offsets without a record: transaction markers, compacted away, or past the topic's retention
        if (offset > next && open == 0) {
            int gone = (int) Math.min(Integer.MAX_VALUE, offset - base);
            done = done.get(gone, Math.max(gone, done.length()));
            base = offset;
        } else if (offset > next) {
            done.set((int) (next - base), (int) (offset - base));
        }
        next = offset + 1;
        if (done.get((int) (offset - base))) {
            advance();
            return false;
        }
        open++;
        return true;
    }

    synchronized void done(long offset) {
        if (!closed) {
            open--;
            done.set((int) (offset - base));
            advance();
        }
    }

    /** The record could not be handled for a reason that is not its own: all from the first undone one is read again. */
    synchronized void again() {
        if (!closed) {
            open--;
            broken = true;
        }
    }

    private void advance() {
        int first = Math.min(done.nextClearBit(0), (int) (next - base));
        if (first > 0) {
            done = done.get(first, Math.max(first, done.length()));
            base += first;
        }
    }

    synchronized void close() {
        closed = true;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized boolean isBroken() {
        return broken;
    }

    /** Records taken and neither done nor to be read again. */
    synchronized int open() {
        return open;
    }

    /** How far reading is ahead of what may be committed. */
    synchronized long ahead() {
        return next - base;
    }

    synchronized long committable() {
        return base;
    }

    synchronized String metadata() {
        if (done.isEmpty()) {
            return "";
        }
        String text = base + ":" + Base64.getEncoder().encodeToString(done.toByteArray());
        return text.length() > MAX_METADATA ? "" : text;
    }
}
