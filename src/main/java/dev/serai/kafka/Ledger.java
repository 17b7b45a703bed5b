package dev.serai.kafka;

import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/**
 * Which records of one partition are done, where they end in another order than they began. What may be committed is
 * the lowest offset that is not done; which ones beyond it are not done either travels in the commit's metadata, so a
 * restart repeats none of the others, however far reading is ahead of a record that waits for its retry. A note goes
 * with a record, such as since when it is tried.
 *
 * <p>Hazard: the metadata has room for some thousand places that are apart from each other. A reader must read no more
 * when the ledger {@linkplain #isCrowded is crowded}. Once {@linkplain #close closed}, because the partition went to
 * another hub or is read again, what is told to it counts for nothing.
 */
final class Ledger {

    /** The broker refuses more than 4,096 characters of metadata. */
    private static final int MAX_METADATA = 4_000;

    /** Leaves room for what comes before the next commit. */
    private static final int CROWDED = MAX_METADATA * 3 / 4;

    /** In one run; more than any reader has open. */
    private static final long MAX_RUN = 1_000_000;
    private static final int NO_NOTE = 0;

    /** What is not done and was taken, or is known from before a restart and will come again; with its note. */
    private final TreeMap<Long, Integer> undone = new TreeMap<>();

    /** Below it the undone ones are known. */
    private final long known;
    private long base;
    private long next;
    private int open;
    private boolean crowded;
    private boolean broken;
    private boolean closed;

    Ledger(long base) {
        this(base, base);
    }

    private Ledger(long base, long known) {
        this.base = base;
        this.next = base;
        this.known = known;
    }

    /** @param metadata what {@link #metadata} wrote when {@code base} was committed; anything else is ignored */
    static Ledger restored(long base, String metadata) {
        String prefix = base + ":";
        if (metadata != null && metadata.startsWith(prefix)) {
            try {
                Varints in = Varints.of(metadata.substring(prefix.length()));
                Ledger ledger = new Ledger(base, base + in.next());
                long at = base;
                long firstNote = in.next();
                while (in.hasNext()) {
                    at += in.next();
                    long length = in.next();
                    long note = in.next();
                    if (length > MAX_RUN) {
                        return new Ledger(base);
                    }
                    for (long end = at + length; at < end; at++) {
                        ledger.undone.put(at, note == NO_NOTE ? NO_NOTE : Math.toIntExact(firstNote + note - 1));
                    }
                }
                return ledger;
            } catch (IllegalArgumentException | NoSuchElementException | ArithmeticException e) {
                return new Ledger(base);
            }
        }
        return new Ledger(base);
    }

    /** Whether the offset lies before what was read: the topic was made anew, and nothing here holds any more. */
    synchronized boolean isPast(long offset) {
        return offset < next;
    }

    /** @return whether the record is to be handled; false if that happened before the restart */
    synchronized boolean take(long offset) {
        // what is passed over without a record is a marker, or past the topic's retention: nobody will bring it
        undone.subMap(next, offset).clear();
        next = offset + 1;
        if (offset < known && !undone.containsKey(offset)) {
            advance();
            return false;
        }
        undone.putIfAbsent(offset, NO_NOTE);
        open++;
        advance();
        return true;
    }

    synchronized void done(long offset) {
        if (!closed) {
            open--;
            undone.remove(offset);
            advance();
        }
    }

    /** Goes with the record until it is done, also over a restart. */
    synchronized void note(long offset, int note) {
        if (!closed) {
            undone.replace(offset, note);
        }
    }

    /** What was noted, perhaps before a restart; 0 if nothing was. */
    synchronized int noted(long offset) {
        return undone.getOrDefault(offset, NO_NOTE);
    }

    /** The record could not be handled for a reason that is not its own: all from the first undone one is read again. */
    synchronized void again() {
        if (!closed) {
            open--;
            broken = true;
        }
    }

    /** What is undone below {@code known} and not read again yet stands in {@link #undone} too. */
    private void advance() {
        base = undone.isEmpty() ? Math.max(next, known) : undone.firstKey();
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

    /** Whether there is no room in the metadata for more, as of when it was last written. */
    synchronized boolean isCrowded() {
        return crowded;
    }

    /** Records taken and neither done nor to be read again. */
    synchronized int open() {
        return open;
    }

    /** How far reading is ahead of what may be committed. */
    synchronized long ahead() {
        return Math.max(0, next - base);
    }

    synchronized long committable() {
        return base;
    }

    /**
     * The committable offset, a colon, and numbers: up to where this tells all, the smallest note, and for each run of
     * undone offsets its distance from the run before, its length and its note.
     */
    synchronized String metadata() {
        long told = Math.max(next, known);
        int firstNote = undone.values().stream().filter(note -> note != NO_NOTE).min(Integer::compare).orElse(NO_NOTE);
        if (firstNote == NO_NOTE && undone.size() == told - base) {
            crowded = false;
            return "";
        }
        Varints runs = new Varints();
        long end = base;
        Iterator<Map.Entry<Long, Integer>> all = undone.entrySet().iterator();
        Map.Entry<Long, Integer> entry = all.hasNext() ? all.next() : null;
        boolean fits = true;
        while (entry != null && fits) {
            long from = entry.getKey();
            int note = entry.getValue();
            long to = from;
            do {
                to++;
                entry = all.hasNext() ? all.next() : null;
            } while (entry != null && entry.getKey() == to && entry.getValue() == note);
            fits = runs.characters() < MAX_METADATA - 100;
            if (fits) {
                runs.add(from - end).add(to - from).add(note == NO_NOTE ? NO_NOTE : note - firstNote + 1L);
                end = to;
            } else {
                told = from;
            }
        }
        crowded = runs.characters() > CROWDED;
        return base + ":" + new Varints().add(told - base).add(firstNote).add(runs);
    }
}
