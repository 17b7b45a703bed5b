package dev.serai.warehouse;

import dev.serai.model.EventType;
import dev.serai.model.IsoTime;

/**
 * One event after reading: the fields of the call, and which of the batch's {@link Values} are its own. Times are
 * microseconds since 1970, UTC, or {@link IsoTime#NONE}.
 */
final class FlatEvent {

    String source;
    EventType type;
    String messageId;
    String anonymousId;
    String userId;
    String groupId;
    String previousId;
    String event;
    /** The event's table, also the value of column {@code event}. */
    String slug;
    long timestamp = IsoTime.NONE;
    long originalTimestamp = IsoTime.NONE;
    long sentAt = IsoTime.NONE;
    long receivedAt = IsoTime.NONE;
    long fingerprint;
    /** Which of the windows of {@link MessageIds} the event belongs to. */
    int window;

    int contextFrom;
    int contextTo;
    int propertiesFrom;
    int propertiesTo;
    int traitsFrom;
    int traitsTo;
    /** Fields of the call that become columns, such as a page's name. */
    int ownFrom;
    int ownTo;

    String text(Standard column) {
        return switch (column) {
            case ID -> messageId;
            case ANONYMOUS_ID -> anonymousId;
            case USER_ID -> userId;
            case GROUP_ID -> groupId;
            case PREVIOUS_ID -> previousId;
            case EVENT -> slug;
            case EVENT_TEXT -> event;
            default -> throw new IllegalArgumentException(column + " is a time");
        };
    }

    long micros(Standard column, long loadedAt) {
        return switch (column) {
            case TIMESTAMP -> timestamp;
            case ORIGINAL_TIMESTAMP -> originalTimestamp;
            case SENT_AT -> sentAt;
            case RECEIVED_AT -> receivedAt;
            case UUID_TS, LOADED_AT -> loadedAt;
            default -> throw new IllegalArgumentException(column + " is a text");
        };
    }
}
