package dev.serai.warehouse;

/**
 * The types of columns, and which of them a column needs once a further value arrives. A column only ever widens:
 * BIGINT to DOUBLE while no digit is lost, and anything to VARCHAR.
 */
enum ColumnType {
    BIGINT, DOUBLE, BOOLEAN, TIMESTAMP, VARCHAR;

    /** Beyond it a double no longer tells neighbouring integers apart. */
    static final long MAX_EXACT = 1L << 53;

    /** The type a column gets from its first value. */
    static ColumnType of(Kind kind) {
        return switch (kind) {
            case BOOLEAN -> BOOLEAN;
            case LONG -> BIGINT;
            case DOUBLE -> DOUBLE;
            case TIME -> TIMESTAMP;
            default -> VARCHAR;
        };
    }

    /**
     * The type that holds this column's values and one more, without asking what else the column holds: DOUBLE for a
     * BIGINT column is right only if its integers are exact as doubles, {@link Column#accept} and the database see
     * to that.
     *
     * @param bits of a LONG the value, of a DOUBLE its bits
     */
    ColumnType with(Kind kind, long bits) {
        return switch (this) {
            case VARCHAR -> VARCHAR;
            case BOOLEAN -> kind == Kind.BOOLEAN ? BOOLEAN : VARCHAR;
            case TIMESTAMP -> kind == Kind.TIME ? TIMESTAMP : VARCHAR;
            case BIGINT -> switch (kind) {
                case LONG -> BIGINT;
                // 1.0 among integers is 1, not a reason to turn them all into fractions
                case DOUBLE -> isExactInteger(Double.longBitsToDouble(bits)) ? BIGINT : DOUBLE;
                default -> VARCHAR;
            };
            case DOUBLE -> switch (kind) {
                case DOUBLE -> DOUBLE;
                case LONG -> isExact(bits) ? DOUBLE : VARCHAR;
                default -> VARCHAR;
            };
        };
    }

    static boolean isExact(long value) {
        return value >= -MAX_EXACT && value <= MAX_EXACT;
    }

    private static boolean isExactInteger(double value) {
        return value == Math.rint(value) && Math.abs(value) <= MAX_EXACT;
    }
}
