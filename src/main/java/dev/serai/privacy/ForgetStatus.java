package dev.serai.privacy;

import java.util.List;

/**
 * How a run stands. It names nobody: {@code person} is the beginning of the user id's SHA-256.
 *
 * @param step       what it is doing, in a sentence; empty at its end
 * @param suppressed whether events of the person are refused, as read back from Kafka; false until that was done
 * @param places     where the hub looked, and what was there
 * @param notes      what a person must know or do, in sentences
 */
public record ForgetStatus(String id, String person, State state, String step, boolean suppressed, List<Place> places,
                           List<String> notes) {

    public enum State {
        RUNNING,
        /** All that was asked is done, and proved. */
        FINISHED,
        /** Something is left, see the places and notes; to be run again. */
        UNFINISHED
    }

    /**
     * @param removed   records or rows of the person that this run removed
     * @param remaining how many a scan found after that
     */
    public record Place(String name, long removed, long remaining) { }
}
