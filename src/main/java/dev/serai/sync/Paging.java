package dev.serai.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * One way in which requests follow one another. It keeps nothing itself: all that it knows is in the cursor, which is
 * saved after each page, so that whoever reads it later goes on from there. An empty cursor is the beginning.
 */
interface Paging {

    /** The request that goes on from this cursor. */
    Ask ask(ObjectNode cursor, Run run);

    /**
     * What an answer holds, and where to go on.
     *
     * @throws SyncFault if the answer cannot be read
     */
    Page read(ObjectNode cursor, Ask ask, Answer answer, Run run) throws SyncFault;

    /** Where to go on when the partner no longer takes this cursor: earlier than it, never later. */
    default ObjectNode recover(ObjectNode cursor) {
        return cursor.objectNode();
    }

    /** Whether what is read with this cursor belongs to a reading of everything there is. */
    boolean readsAll(ObjectNode cursor);

    /** Whether such a reading begins with this cursor. */
    boolean startsAll(ObjectNode cursor);

    /** Such a reading from its beginning, for one that cannot be gone on with. */
    default ObjectNode restart(ObjectNode cursor) {
        return cursor.objectNode();
    }

    /** Whether such a reading must be compared with what is known, whatever the collection says. */
    default boolean mustCompare(ObjectNode cursor) {
        return false;
    }

    /**
     * @param items   records, the oldest state of an object first
     * @param cursor  to go on with; if {@code isLast}, to begin the next run with
     * @param isLast  whether the run has come to the present
     * @param onlyIds whether the records only say which objects there are
     */
    record Page(List<Item> items, ObjectNode cursor, boolean isLast, boolean onlyIds) {

        Page(List<Item> items, ObjectNode cursor, boolean isLast) {
            this(items, cursor, isLast, false);
        }
    }
}
