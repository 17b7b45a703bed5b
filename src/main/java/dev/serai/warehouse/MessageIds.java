package dev.serai.warehouse;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The fingerprints of message ids of the last 24 to 30 hours, of every hub that loads this warehouse, in windows of
 * six hours by the time at which an event was received. It is a copy of what the warehouse has, kept at the side of
 * the loader so that asking costs no statement ({@link IdSet} says where it lives).
 *
 * <p>Each transaction stores its ids as one row per window ({@link #pendingByWindow}), numbered in the order of the
 * commits, so a loader has all ids once it has read the rows beyond {@link #sequence}. A batch's ids are kept apart
 * until it is committed: if it fails, they were never seen.
 */
final class MessageIds {

    static final int WINDOW_HOURS = 6;
    static final long WINDOW_MICROS = WINDOW_HOURS * 3_600_000_000L;

    /** Room for the ids of a usual batch without growing. */
    private static final int BATCH_CAPACITY = 1 << 16;

    /** A full day, and the window that has begun. */
    private static final int WINDOWS = 24 / WINDOW_HOURS + 1;

    private final Path folder;
    private final TreeMap<Integer, IdSet> windows = new TreeMap<>();
    private LongSet pending;
    private List<FlatEvent> pendingEvents = new ArrayList<>();
    private long sequence;
    private int newest = Integer.MIN_VALUE;

    /** @param folder for files while the process runs; must exist */
    MessageIds(Path folder) {
        this.folder = folder;
        rollback();
    }

    /** Knows no ids and asks for none: for who finds out in another way what is new. */
    static MessageIds none(Path folder) {
        MessageIds ids = new MessageIds(folder);
        ids.sequence = Long.MAX_VALUE - 1;
        return ids;
    }

    /** The number of the last row that is known here. */
    long sequence() {
        return sequence;
    }

    /**
     * Takes a row that is stored: of an earlier run, or of another hub.
     *
     * @return true if one of them is in the batch in hand
     */
    boolean read(long rowSequence, int window, byte[] fingerprints) {
        sequence = Math.max(sequence, rowSequence);
        noteWindow(window);
        boolean meets = false;
        IdSet ids = window(window);
        ByteBuffer each = ByteBuffer.wrap(fingerprints);
        while (each.hasRemaining()) {
            long fingerprint = each.getLong();
            ids.add(fingerprint);
            meets |= pending.contains(fingerprint);
        }
        return meets;
    }

    /** The first window that still counts. */
    int firstKept() {
        return newest == Integer.MIN_VALUE ? Integer.MIN_VALUE : newest - WINDOWS + 1;
    }

    /** True if the event is new here and in this batch; it is then part of the batch. */
    boolean add(FlatEvent event) {
        if (isKnown(event.fingerprint) || !pending.add(event.fingerprint)) {
            return false;
        }
        pendingEvents.add(event);
        return true;
    }

    /** The batch's ids as they are stored: eight bytes each, big-endian. */
    Map<Integer, byte[]> pendingByWindow() {
        Map<Integer, List<FlatEvent>> events = new TreeMap<>();
        for (FlatEvent event : pendingEvents) {
            events.computeIfAbsent(event.window, key -> new ArrayList<>()).add(event);
        }
        Map<Integer, byte[]> bytes = new TreeMap<>();
        events.forEach((window, ofWindow) -> {
            ByteBuffer row = ByteBuffer.allocate(ofWindow.size() * Long.BYTES);
            ofWindow.forEach(event -> row.putLong(event.fingerprint));
            bytes.put(window, row.array());
        });
        return bytes;
    }

    /** All rows up to this number are known here. */
    void readUpTo(long rowSequence) {
        sequence = Math.max(sequence, rowSequence);
    }

    /** The batch is in the warehouse, its ids in rows of the number after {@link #sequence}. */
    void commit() {
        if (sequence < Long.MAX_VALUE - 1) {
            sequence++;
        }
        for (FlatEvent event : pendingEvents) {
            noteWindow(event.window);
            if (event.window >= firstKept()) {
                window(event.window).add(event.fingerprint);
            }
        }
        windows.headMap(firstKept()).clear();
        rollback();
    }

    void rollback() {
        pending = new LongSet(folder, BATCH_CAPACITY);
        pendingEvents = new ArrayList<>();
    }

    private IdSet window(int window) {
        return windows.computeIfAbsent(window, key -> new IdSet(folder));
    }

    /** A clock that once ran ahead must not make the ids of the last day look old. */
    private void noteWindow(int window) {
        int now = (int) (System.currentTimeMillis() * 1_000L / WINDOW_MICROS) + 1;
        newest = Math.max(newest, Math.min(window, now));
    }

    private boolean isKnown(long fingerprint) {
        for (IdSet window : windows.values()) {
            if (window.contains(fingerprint)) {
                return true;
            }
        }
        return false;
    }
}
