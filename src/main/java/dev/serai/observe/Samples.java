package dev.serai.observe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/**
 * The newest few of what may happen any number of times. Ask {@link #isWanted} before a sample is made: of a flood only
 * the first of each second are, so that what is wrong with all events costs no more than what is wrong with some.
 *
 * <p>Hazard: in a flood these are therefore not the very newest. How large a sample may be is its maker's business.
 */
public final class Samples<T> {

    private static final long SECOND = 1_000;

    private final int most;
    private final int perSecond;
    private final ArrayDeque<T> newest = new ArrayDeque<>();
    private volatile long notBefore;
    private long secondEnds;
    private int inSecond;

    /**
     * @param most      that are kept
     * @param perSecond that are made at most; not fewer, so that a burst shows as much as a trickle
     */
    public Samples(int most, int perSecond) {
        this.most = most;
        this.perSecond = Math.max(most, perSecond);
    }

    /** Whether a sample is to be made and added; to be asked once for each that could be. */
    public boolean isWanted(long nowMillis) {
        return nowMillis >= notBefore && takeTurn(nowMillis);
    }

    private synchronized boolean takeTurn(long nowMillis) {
        if (nowMillis >= secondEnds) {
            secondEnds = nowMillis + SECOND;
            inSecond = 0;
        }
        if (++inSecond >= perSecond) {
            notBefore = secondEnds;
        }
        return inSecond <= perSecond;
    }

    public synchronized void add(T sample) {
        newest.addFirst(sample);
        if (newest.size() > most) {
            newest.removeLast();
        }
    }

    public synchronized List<T> newestFirst() {
        return Collections.unmodifiableList(new ArrayList<>(newest));
    }

    /** @return how many there were */
    public synchronized int removeIf(Predicate<T> which) {
        int before = newest.size();
        newest.removeIf(which);
        return before - newest.size();
    }
}
