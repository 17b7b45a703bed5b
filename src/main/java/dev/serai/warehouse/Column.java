package dev.serai.warehouse;

/**
 * A column as the loader wants it, beside what the database has; the difference is the next ALTER. The mark says
 * which value of the row in hand has the column, so that a second one is noticed.
 */
final class Column {

    /** Stands for every column that selective sync leaves out. */
    static final Column IGNORED = new Column("", -1, null, ColumnType.VARCHAR, ColumnType.VARCHAR, false, false);

    final String name;
    final int position;
    final Standard standard;
    /** True for the column of values that have none of their own. */
    final boolean isMore;
    private ColumnType type;
    private ColumnType stored;
    private boolean missing;
    private boolean hasInexact;
    private final boolean selected;

    /** The row whose value the column has, the value's index and path. */
    long markedRow = -1;
    int markedValue;
    FieldPath markedPath;

    private Column(String name, int position, Standard standard, ColumnType type, ColumnType stored, boolean missing,
            boolean selected) {
        this.name = name;
        this.missing = missing;
        this.position = position;
        this.standard = standard;
        this.type = type;
        this.stored = stored;
        this.selected = selected;
        this.isMore = name.equals(Table.MORE);
    }

    static Column wanted(String name, int position, ColumnType type) {
        return new Column(name, position, null, type, null, true, true);
    }

    static Column standard(Standard standard, int position) {
        return new Column(standard.column(), position, standard, standard.type(), null, true, true);
    }

    /**
     * @param type    what the column is, or what it is nearest to
     * @param isExact whether it is that
     */
    static Column stored(String name, int position, Standard standard, ColumnType type, boolean isExact,
            boolean selected) {
        boolean isForeign = standard != null && type != standard.type();
        return new Column(name, position, standard, isForeign ? ColumnType.VARCHAR : type, isExact ? type : null, false,
                selected);
    }

    /** False for a column that the table has and the warehouse's selection leaves out: it gets nothing. */
    boolean isSelected() {
        return selected;
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
