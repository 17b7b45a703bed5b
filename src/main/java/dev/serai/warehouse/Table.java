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
 * column gets {@code _} before its name. Past {@link #MAX_COLUMNS} a value goes, under its original name, into the
 * JSON object in column {@code _more}: made-up names must not grow a table without end.
 */
final class Table {

    /** Below PostgreSQL's 1,600; more than a table of Segment's ever had. */
    static final int MAX_COLUMNS = 1_000;

    static final String MORE = "_more";

    /** The table of events past the number of tables; their properties are all in {@link #MORE}. */
    static final String MORE_EVENTS = "_more_events";

    final String schema;
    final String name;
    final List<Standard> standards;
    private final List<Column> columns = new ArrayList<>();
    private final Map<String, Column> byName = new HashMap<>();
    private Column[] byPath = new Column[64];
    private int pathGeneration = -1;
    private final boolean collectsBodies;
    private boolean stored;

    private Table(String schema, String name, List<Standard> standards) {
        this.schema = schema;
        this.name = name;
        this.standards = standards;
        this.collectsBodies = name.equals(MORE_EVENTS);
    }

    /** A table that the database does not have yet. */
    static Table wanted(String schema, String name, List<Standard> standards) {
        Table table = new Table(schema, name, standards);
        for (Standard standard : standards) {
            table.add(Column.standard(standard, table.columns.size()));
        }
        return table;
    }

    /** A table of the database, without columns so far. */
    static Table stored(String schema, String name, List<Standard> standards) {
        Table table = new Table(schema, name, standards);
        table.stored = true;
        return table;
    }

    void addStored(String column, ColumnType type) {
        Standard standard = Standard.of(column, standards).orElse(null);
        add(Column.stored(column, columns.size(), standard, type));
    }

    /** Adds the standard columns that somebody dropped. */
    void complete() {
        for (Standard standard : standards) {
            if (!byName.containsKey(standard.column())) {
                add(Column.standard(standard, columns.size()));
            }
        }
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
     * very same value there already. Asked again for the same rows in the same order, it answers the same.
     *
     * @param row a number that no other row had
     */
    Column resolve(long row, Values values, int index, int pathsGeneration) {
        FieldPath path = values.path(index);
        Column column = column(path, values.kind(index), pathsGeneration);
        if (column.markedRow == row && column.markedPath != path && !isMore(column)) {
            if (values.areEqual(column.markedValue, index)) {
                return null;
            }
            column = named(Names.suffixed(plainName(path), path.original()), path, values.kind(index));
            if (column.markedRow == row && column.markedPath != path) {
                column = more();
            }
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

    static boolean isMore(Column column) {
        return column.name.equals(MORE);
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
            return known;
        }
        boolean full = columns.size() >= MAX_COLUMNS || collectsBodies && path.root == FieldPath.Root.BODY;
        return full ? more() : add(Column.wanted(columnName, columns.size(), ColumnType.of(kind)));
    }

    /** The column of values that have no column of their own. */
    Column more() {
        Column column = byName.get(MORE);
        return column != null ? column : add(Column.wanted(MORE, columns.size(), ColumnType.VARCHAR));
    }

    private String plainName(FieldPath path) {
        String plain = path.column();
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
