package dev.serai.warehouse;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The columns every table has from the start; facts/segment.md section 5.2. {@code timestamp} in {@code users} and
 * {@code accounts} is the hub's own: it says how new the row is, so that a late event does not undo a newer one. So is
 * {@code _version} in object tables, by which they are known too: no event's column has that name.
 */
enum Standard {
    ID, ANONYMOUS_ID, USER_ID, GROUP_ID, PREVIOUS_ID, EVENT, EVENT_TEXT,
    ORIGINAL_TIMESTAMP, SENT_AT, RECEIVED_AT, TIMESTAMP, UUID_TS,
    /** When the row was staged: Segment has it in BigQuery only. */
    LOADED_AT,
    IS_DELETED,
    /** How new the row of an object is, by the partner's clock. */
    VERSION;

    private static final List<Standard> TIMES = List.of(ORIGINAL_TIMESTAMP, SENT_AT, RECEIVED_AT, TIMESTAMP, UUID_TS);
    private static final List<Standard> CALL = with(List.of(ID, ANONYMOUS_ID, USER_ID), TIMES);

    static final List<Standard> TRACKS = with(List.of(ID, ANONYMOUS_ID, USER_ID, EVENT, EVENT_TEXT), TIMES);
    static final List<Standard> IDENTIFIES = CALL;
    static final List<Standard> PAGES = CALL;
    static final List<Standard> GROUPS = with(List.of(ID, ANONYMOUS_ID, USER_ID, GROUP_ID), TIMES);
    static final List<Standard> ALIASES = with(List.of(ID, ANONYMOUS_ID, USER_ID, PREVIOUS_ID), TIMES);
    /** Users and accounts: the state of one id, not a call. */
    static final List<Standard> STATE = List.of(ID, RECEIVED_AT, TIMESTAMP, UUID_TS);

    /** Objects: the state of one thing at a partner. */
    static final List<Standard> OBJECT = List.of(ID, RECEIVED_AT, IS_DELETED, VERSION, UUID_TS);

    private final String column = (name().equals("VERSION") ? "_" : "") + name().toLowerCase(Locale.ROOT);
    private final ColumnType type = switch (name()) {
        case "IS_DELETED" -> ColumnType.BOOLEAN;
        case "VERSION", "TIMESTAMP" -> ColumnType.TIMESTAMP;
        default -> name().endsWith("_AT") || name().endsWith("_TS") || name().endsWith("_TIMESTAMP")
                ? ColumnType.TIMESTAMP : ColumnType.VARCHAR;
    };

    String column() {
        return column;
    }

    ColumnType type() {
        return type;
    }

    static Optional<Standard> of(String column, List<Standard> columns) {
        return columns.stream().filter(standard -> standard.column.equals(column)).findFirst();
    }

    /** True for a name that a property of an event must not take in any table: it would be read as what it is not. */
    static boolean isCommon(String column) {
        return column.equals(VERSION.column) || TRACKS.stream().anyMatch(standard -> standard.column.equals(column));
    }

    private static List<Standard> with(List<Standard> first, List<Standard> second) {
        return java.util.stream.Stream.concat(first.stream(), second.stream()).toList();
    }
}
