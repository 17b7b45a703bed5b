package dev.serai.warehouse;

/**
 * A column as the loader wants it, beside what the database has; the difference is the next ALTER. The mark says
 * which value of the row in hand has the column, so that a second one is noticed.
 */
final class Column {

    final String name;
    final int position;
    final Standard standard;
    private ColumnType type;
    private ColumnType stored;
    private boolean missing;
    private boolean hasInexact;

    /** The row whose value the column has, the value's index and path. */
    long markedRow = -1;
    int markedValue;
    FieldPath markedPath;

    private Column(String name, int position, Standard standard, ColumnType type, ColumnType stored, boolean missing) {
        this.name = name;
        this.missing = missing;
        this.position = position;
        this.standard = standard;
        this.type = type;
        this.stored = stored;
    }

    static Column wanted(String name, int position, ColumnType type) {
        return new Column(name, position, null, type, null, true);
    }

    static Column standard(Standard standard, int position) {
        return new Column(standard.column(), position, standard, standard.type(), null, true);
    }

    /** @param stored null if the database has the column with a type that the loader never gave */
    static Column stored(String name, int position, Standard standard, ColumnType stored) {
        ColumnType type = stored == null ? ColumnType.VARCHAR : stored;
        return new Column(name, position, standard, type, stored, false);
    }

    /** Widens the wanted type if this value needs it. */
    void accept(Kind kind, long bits) {
        if (kind == Kind.LONG && type == ColumnType.BIGINT && !ColumnType.isExact(bits)) {
            hasInexact = true;
        }
        ColumnType wider = type.with(kind, bits);
        if (wider == ColumnType.DOUBLE && type == ColumnType.BIGINT && hasInexact) {
            wider = ColumnType.VARCHAR;
        }
        type = wider;
    }

    ColumnType type() {
        return type;
    }

    /** The type in the database; null while the column is not there, or is there with a foreign type. */
    ColumnType stored() {
        return stored;
    }

    boolean isMissing() {
        return missing;
    }

    void widenTo(ColumnType wider) {
        type = wider;
    }

    void markStored() {
        stored = type;
        missing = false;
    }
}
