package dev.serai.warehouse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Events spread over their tables, but not yet written. Adding an event plans: it makes the columns its values need
 * and widens those that no longer fit, so that all DDL can go before all rows.
 */
final class Batch {

    /** A track goes to two, an identify too. */
    private static final int TABLES_PER_EVENT = 2;

    final Values values;
    final int pathsGeneration;
    private final Catalog catalog;
    private final List<FlatEvent> events = new ArrayList<>();
    private final Map<Table, Rows> appended = new LinkedHashMap<>();
    private final Map<Table, Rows> states = new LinkedHashMap<>();
    private int columns;

    Batch(Catalog catalog, Reading reading) {
        this.catalog = catalog;
        this.values = reading.values;
        this.pathsGeneration = reading.pathsGeneration;
    }

    void add(FlatEvent event) throws WarehouseFault {
        events.add(event);
        switch (event.type) {
            case TRACK -> {
                append("tracks", event, RowPart.CONTEXT_AND_OWN);
                append(catalog.event(event.source, event.slug), event, RowPart.ALL);
            }
            case IDENTIFY -> {
                append("identifies", event, RowPart.ALL);
                state("users", event, event.userId);
            }
            case PAGE -> append("pages", event, RowPart.ALL);
            case SCREEN -> append("screens", event, RowPart.ALL);
            case GROUP -> {
                append("groups", event, RowPart.ALL);
                state("accounts", event, event.groupId);
            }
            case ALIAS -> append("aliases", event, RowPart.ALL);
        }
    }

    /** True when the batch must be written before more is added: the database has room for no more columns or tables. */
    boolean isFull() {
        return columns > catalog.limits().perBatch()
                || appended.size() + states.size() + TABLES_PER_EVENT > catalog.limits().tables();
    }

    List<FlatEvent> events() {
        return events;
    }

    /** Rows to append, by table. */
    Collection<Rows> appended() {
        return appended.values();
    }

    /** Rows to merge by their id: users and accounts. */
    Collection<Rows> states() {
        return states.values();
    }

    long nextRow() {
        return catalog.nextRow();
    }

    private void append(String table, FlatEvent event, RowPart part) throws WarehouseFault {
        append(catalog.fixed(event.source, table), event, part);
    }

    private void append(Table table, FlatEvent event, RowPart part) {
        add(appended, table, event, part);
    }

    private void state(String table, FlatEvent event, String id) throws WarehouseFault {
        if (id != null) {
            add(states, catalog.fixed(event.source, table), event, RowPart.TRAITS);
        }
    }

    private void add(Map<Table, Rows> to, Table table, FlatEvent event, RowPart part) {
        if (table == null) {
            return;
        }
        Rows rows = to.get(table);
        if (rows == null) {
            rows = new Rows(table);
            to.put(table, rows);
            catalog.use(table);
            columns += table.columns().size();
        }
        int before = table.columns().size();
        rows.begin(event);
        long thisRow = nextRow();
        Rows added = rows;
        part.forEach(event, index -> plan(added, thisRow, index));
        rows.end();
        columns += table.columns().size() - before;
    }

    private void plan(Rows rows, long thisRow, int index) {
        Kind kind = values.kind(index);
        if (kind != Kind.NULL) {
            Column column = rows.table().resolve(thisRow, values, index, pathsGeneration);
            if (column != null) {
                column.accept(kind, values.bits(index));
                rows.put(column, index);
            }
        }
    }

    /**
     * The events that have a row in a table, in the order in which they came, and where each of their values goes.
     */
    static final class Rows {

        private final Table table;
        private final List<FlatEvent> events = new ArrayList<>();
        /** Per row the number of its values, then for each the column's position and the value's index. */
        private int[] places = new int[256];
        private int size;
        private int rowStart;

        private Rows(Table table) {
            this.table = table;
        }

        Table table() {
            return table;
        }

        List<FlatEvent> events() {
            return events;
        }

        int[] places() {
            return places;
        }

        private void begin(FlatEvent event) {
            events.add(event);
            rowStart = size;
            size++;
        }

        private void put(Column column, int index) {
            if (size + 3 > places.length) {
                places = Arrays.copyOf(places, places.length * 2);
            }
            places[size++] = column.position;
            places[size++] = index;
        }

        private void end() {
            places[rowStart] = (size - rowStart - 1) / 2;
            if (size + 3 > places.length) {
                places = Arrays.copyOf(places, places.length * 2);
            }
        }
    }
}
