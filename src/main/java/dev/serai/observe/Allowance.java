package dev.serai.observe;

/** What may be done so many times in a second; asking costs a read once that is spent. From any thread. */
public final class Allowance {

    private static final long SECOND = 1_000;

    private final int perSecond;
    private volatile long notBefore;
    private long secondEnds;
    private int taken;

    public Allowance(int perSecond) {
        this.perSecond = perSecond;
    }

    /** Whether it may be done now; then it counts as done. */
    public boolean take(long nowMillis) {
        return nowMillis >= notBefore && takeOne(nowMillis);
    }

    private synchronized boolean takeOne(long nowMillis) {
        if (nowMillis >= secondEnds) {
            secondEnds = nowMillis + SECOND;
            taken = 0;
        }
        if (++taken >= perSecond) {
            notBefore = secondEnds;
        }
        return taken <= perSecond;
    }
}
