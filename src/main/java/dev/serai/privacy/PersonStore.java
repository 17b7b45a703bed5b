package dev.serai.privacy;

import java.util.Map;

/**
 * A place behind Kafka that keeps rows of people, such as a warehouse. Asked by one thread, which may wait for it.
 *
 * <p>Counts are by the table or the like that the rows are in, as people are to read it; what has none may be left
 * out.
 */
public interface PersonStore {

    /** For reports: what stands before the table. */
    String name();

    /** The person's rows as they are now. */
    Map<String, Long> count(String userId) throws Exception;

    /** Removes the person's rows, and tells how many there were. To be repeated until nothing is left. */
    Map<String, Long> remove(String userId) throws Exception;
}
