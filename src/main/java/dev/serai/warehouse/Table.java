package dev.serai.warehouse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A table: its columns, and which of them a value belongs to.
 *
 * <p>Different paths may come to one name ({@code orderId} and {@code order_id}); that is wanted from one event to
 * the next, where it joins what two SDKs spell differently. Within one event the first keeps the name and a second
 * one with another value goes to {@code order_id_<hash>}, so nothing is lost. A property called like a standard
 * column gets {@code _} before its name, and in a table of events so does one whose name SQL reserves. Past the
 * {@link Limits} of the database a value goes, under its original name, into the JSON object in column {@code _more}:
 * made-up names must not grow a table without end, and no row is lost for being wide.
 */
final class Table {

    static final String MORE = "_more";

    /** What a text takes of a PostgreSQL row at most: a longer one is stored elsewhere, and this is the pointer to it. */
    private static final int MAX_TEXT_BYTES = 25;
    private static final int NUMBER_BYTES = 9;

    /** The table of events past the number of tables; their properties are all in {@link #MORE}. */
    static final String MORE_EVENTS = "_more_events";

    /**
     * What a table is before anything is known of its columns.
     *
     * @param standards the columns it has from the start
     */
    record Shape(String schema, String name, List<Standard> standards, Limits limits, Selection selection) {
    }

    final String schema;
    final String name;
    final List<Standard> standards;
    private final Shape shape;
    private final Limits limits;
    private final Selection selection;
    private final boolean hasAllColumns;
    private final List<Column> columns = new ArrayList<>();
    private final Map<String, Column> byName = new HashMap<>();
    private Column[] byPath = new Column[64];
    private int pathGeneration = -1;
    private final boolean collectsBodies;
    private boolean stored;
    private long measuredRow = -1;
    private int rowBytes;

    private Table(Shape shape, boolean stored) {
        this.shape = shape;
        this.schema = shape.schema();
        this.name = shape.name();
        this.standards = shape.standards();
        this.limits = shape.limits();
        this.selection = shape.selection();
        this.hasAllColumns = selection.hasAllColumns(schema, name);
        this.collectsBodies = name.equals(MORE_EVENTS);
        this.stored = stored;
    }

    /** A table that the database does not have yet. */
    static Table wanted(Shape shape) {
        Table table = new Table(shape, false);
        table.complete();
        return table;
    }

    /** A table of the database, without columns so far. */
    static Table stored(Shape shape) {
        return new Table(shape, true);
    }

    /**
     * @param isExact false if the database's type is a narrower or another one that should become this type
     */
    void addStored(String column, ColumnType type, boolean isExact) {
        Standard standard = Standard.of(column, standards).orElse(null);
        add(Column.stored(column, columns.size(), standard, type, isExact, isSelected(column)));
    }

    /** Adds the standard columns that somebody dropped. */
    void complete() {
        for (Standard standard : standards) {
            if (!byName.containsKey(standard.column()) && isSelected(standard.column())) {
                add(Column.standard(standard, columns.size()));
            }
        }
    }

    private boolean isSelected(String column) {
        return hasAllColumns || selection.hasColumn(schema, name, column);
    }

    Shape shape() {
        return shape;
    }

    /** True for the table of a collection. */
    boolean holdsObjects() {
        return standards.contains(Standard.VERSION);
    }

    /** True for a table that holds the state of each id, and not what happened. */
    boolean holdsStates() {
        return !standards.contains(Standard.ANONYMOUS_ID);
    }

    /** True for a table of the database that objects were loaded into, whatever it is read as. */
    boolean hasObjects() {
        return byName.containsKey(Standard.VERSION.column());
    }

    /** The column of this name, or null. */
    Column named(String column) {
        return byName.get(column);
    }

    /** How much memory the table takes here, in columns. */
    int weight() {
        return columns.size() + byPath.length / 32;
    }

    List<Column> columns() {
        return columns;
    }

    boolean isStored() {
        return stored;
    }

    void markStored() {
        stored = true;
        columns.forEach(Column::markStored);
    }

    /**
     * The column of a value that is not null in this row, made if the table has none; or null when the row has the
     * very same value there already or the column is left out.
     *
     * @param row a number that no other row had
     */
    Column resolve(long row, Values values, int index, int pathsGeneration) {
        FieldPath path = values.path(index);
        Column column = column(path, values.kind(index), pathsGeneration);
        if (limits.rowBytes() != Limits.NO_LIMIT && !fits(row, values, index)) {
            column = more();
        } else if (column.markedRow == row && column.markedPath != path && !column.isMore) {
            if (values.areEqual(column.markedValue, index)) {
                return null;
            }
            column = named(Names.suffixed(plainName(path), path.original()), path, values.kind(index));
            if (column.markedRow == row && column.markedPath != path) {
                column = more();
            }
        }
        if (column == Column.IGNORED) {
            return null;
        }
        column.markedRow = row;
        column.markedPath = path;
        column.markedValue = index;
        return column;
    }

    Column standard(Standard standard) {
        return byName.get(standard.column());
    }

    /** The column of this path if the table has one; nothing is made. */
    Column existing(FieldPath path) {
        return byName.get(Names.fit(plainName(path), path.original()));
    }

    private boolean fits(long row, Values values, int index) {
        if (measuredRow != row) {
            measuredRow = row;
            rowBytes = standards.size() * MAX_TEXT_BYTES + columns.size() / 8 + MAX_TEXT_BYTES;
        }
        rowBytes += switch (values.kind(index)) {
            case BOOLEAN, LONG, DOUBLE, TIME -> NUMBER_BYTES;
            default -> Math.min(3 * values.text(index).length() + 4, MAX_TEXT_BYTES);
        };
        return rowBytes <= limits.rowBytes();
    }

    private Column column(FieldPath path, Kind kind, int pathsGeneration) {
        if (pathGeneration != pathsGeneration) {
            byPath = new Column[64];
            pathGeneration = pathsGeneration;
        }
        if (path.number >= byPath.length) {
            byPath = Arrays.copyOf(byPath, Math.max(path.number + 1, byPath.length * 2));
        }
        Column column = byPath[path.number];
        if (column == null) {
            column = named(Names.fit(plainName(path), path.original()), path, kind);
            byPath[path.number] = column;
        }
        return column;
    }

    private Column named(String columnName, FieldPath path, Kind kind) {
        Column known = byName.get(columnName);
        if (known != null) {
            return known.isSelected() ? known : Column.IGNORED;
        }
        if (!isSelected(columnName)) {
            return Column.IGNORED;
        }
        boolean full = columns.size() >= limits.columns() || collectsBodies && path.root == FieldPath.Root.BODY;
        return full ? more() : add(Column.wanted(columnName, columns.size(), ColumnType.of(kind)));
    }

    /** The column of values that have no column of their own. */
    Column more() {
        Column column = byName.get(MORE);
        if (column == null && isSelected(MORE)) {
            return add(Column.wanted(MORE, columns.size(), ColumnType.VARCHAR));
        }
        return column != null && column.isSelected() ? column : Column.IGNORED;
    }

    private String plainName(FieldPath path) {
        String plain = path.column();
        if (holdsObjects()) {
            // a partner's own names, reserved words too, as its documents and Segment's have them
            return Names.startsWithDigit(plain) || Standard.of(plain, standards).isPresent() || plain.equals(MORE)
                    ? "_" + plain : plain;
        }
        boolean taken = path.root != FieldPath.Root.CONTEXT && (Names.isUnusable(plain) || Standard.isCommon(plain)
                || Standard.of(plain, standards).isPresent() || plain.startsWith("context_") || plain.equals(MORE));
        return taken ? "_" + plain : plain;
    }

    private Column add(Column column) {
        columns.add(column);
        byName.put(column.name, column);
        return column;
    }
}
