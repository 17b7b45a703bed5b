package dev.serai.warehouse;

import dev.serai.model.IsoTime;

/**
 * One state of one object after reading, and which of the batch's {@link Values} are its properties. Times are
 * microseconds since 1970, UTC.
 */
final class FlatObject {

    String source;
    String collection;
    String id;
    long version = IsoTime.NONE;
    long receivedAt = IsoTime.NONE;
    boolean isDeleted;
    /** False for a deleted object of which nothing else is known. */
    boolean hasProperties;
    int from;
    int to;
    /** Where in {@link Places} its row begins. */
    int place;
}
