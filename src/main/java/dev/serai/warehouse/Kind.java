package dev.serai.warehouse;

/** What a value is, as it was read; see {@link Values} for how each is held. */
enum Kind {
    /** An explicit null. */
    NULL,
    BOOLEAN,
    /** An integer that a long holds. */
    LONG,
    /** A number that a finite double holds; a fraction beyond 17 digits is rounded, as everywhere. */
    DOUBLE,
    /** A text that is an ISO 8601 date or time. */
    TIME,
    TEXT,
    /** A number too large or too small for a long and a double; kept as text with all its digits. */
    BIG,
    /** An array; kept as its JSON text, as it came. */
    ARRAY
}
