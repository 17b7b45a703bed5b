package dev.serai.model;

import java.util.Locale;
import java.util.Optional;

/** The six calls of the tracking API; Segment's spec, "common fields". */
public enum EventType {
    TRACK, IDENTIFY, PAGE, SCREEN, GROUP, ALIAS;

    private final String wireName = name().toLowerCase(Locale.ROOT);

    /** The lower-case word that stands in an event's {@code type}. */
    public String wireName() {
        return wireName;
    }

    public static Optional<EventType> of(String wireName) {
        for (EventType type : values()) {
            if (type.wireName.equals(wireName)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
