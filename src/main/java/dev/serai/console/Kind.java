package dev.serai.console;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What became of an event at the door. An unplanned event is accepted too, but shown under its own kind. */
enum Kind {
    ACCEPTED, REJECTED, UNPLANNED;

    String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Kind> of(String wireName) {
        return Arrays.stream(values()).filter(kind -> kind.wireName().equals(wireName)).findFirst();
    }

    static String names() {
        return Arrays.stream(values()).map(Kind::wireName).collect(Collectors.joining(", "));
    }
}
