package dev.serai.observe;

import java.util.ArrayDeque;
import java.util.List;
import java.util.function.Predicate;

/**
 * The newest few of what may happen any number of times. Ask {@link #isWanted} before a sample is made: of a flood only
 * the first of each second are, so that what is wrong with all events costs no more than what is wrong with some.
 *
 * <p>Hazard: in a flood these are therefore not the very newest. How large a sample may be is its maker's business.
 */
public final class Samples<T> {

    private final int most;
    private final Allowance allowance;
    private final ArrayDeque<T> newest = new ArrayDeque<>();

    /**
     * @param most      that are kept
     * @param perSecond that are made; more than are kept, so that a burst shows as much as a trickle
     */
    public Samples(int most, int perSecond) {
        this.most = most;
        this.allowance = new Allowance(perSecond);
    }

    /** Whether a sample is to be made and added; to be asked once for each that could be. */
    public boolean isWanted(long nowMillis) {
        return allowance.take(nowMillis);
    }

    public synchronized void add(T sample) {
        newest.addFirst(sample);
        if (newest.size() > most) {
            newest.removeLast();
        }
    }

    public synchronized List<T> newestFirst() {
        return List.copyOf(newest);
    }

    /** @return how many there were */
    public synchronized int removeIf(Predicate<T> which) {
        int before = newest.size();
        newest.removeIf(which);
        return before - newest.size();
    }
}
