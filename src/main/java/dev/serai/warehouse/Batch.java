package dev.serai.warehouse;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Stream;

/**
 * Events and objects spread over their tables, but not yet written. Adding one plans: it makes the columns its values
 * need and widens those that no longer fit, so that all DDL can go before all rows.
 */
final class Batch {

    /** A track goes to two, an identify too. */
    private static final int TABLES_PER_EVENT = 2;

    final Values values;
    final int pathsGeneration;
    private final Catalog catalog;
    private final List<FlatEvent> events = new ArrayList<>();
    private final Map<Table, Rows> appended = new LinkedHashMap<>();
    private final Map<Table, Rows> traits = new LinkedHashMap<>();
    private final Map<Table, ObjectRows> objects = new LinkedHashMap<>();
    private final List<FlatObject> added = new ArrayList<>();
    private int columns;

    /** What a batch has for one table. */
    interface TableRows {

        Table table();

        /** How many records, whatever becomes of them. */
        int size();

        /** When the newest was received. */
        long newest();
    }

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
                trait("users", event, event.userId);
            }
            case PAGE -> append("pages", event, RowPart.ALL);
            case SCREEN -> append("screens", event, RowPart.ALL);
            case GROUP -> {
                append("groups", event, RowPart.ALL);
                trait("accounts", event, event.groupId);
            }
            case ALIAS -> append("aliases", event, RowPart.ALL);
        }
    }

    /**
     * @return false if the batch must be written before: it has events for the table that from now on is one of
     *         objects
     */
    boolean add(FlatObject object) throws WarehouseFault {
        if (catalog.awaitsObjects(object.source, object.collection, this::uses)) {
            return false;
        }
        added.add(object);
        Table table = catalog.collection(object.source, object.collection);
        if (table == null) {
            return true;
        }
        ObjectRows rows = objects.get(table);
        if (rows == null) {
            rows = new ObjectRows(table);
            objects.put(table, rows);
            begin(table);
        }
        if (rows.add(object)) {
            object.place = plan(table, rows.places(), action -> {
                for (int index = object.from; index < object.to; index++) {
                    action.accept(index);
                }
            });
        }
        return true;
    }

    private boolean uses(Table table) {
        return appended.containsKey(table) || traits.containsKey(table);
    }

    /** True when the batch must be written before more is added: the database has room for no more columns or tables. */
    boolean isFull() {
        return columns > catalog.limits().perBatch()
                || appended.size() + traits.size() + objects.size() + TABLES_PER_EVENT > catalog.limits().tables();
    }

    List<FlatEvent> events() {
        return events;
    }

    List<FlatObject> objects() {
        return added;
    }

    /** Rows to append, by table. */
    Collection<Rows> appended() {
        return appended.values();
    }

    /** Rows to merge by their id, made anew for each try to write them. */
    List<States> states() {
        return Stream.<States>concat(traits.values().stream().map(rows -> new TraitStates(this, rows)),
                objects.values().stream().map(rows -> new ObjectStates(this, rows))).toList();
    }

    Stream<TableRows> all() {
        return Stream.of(appended.values(), traits.values(), objects.values()).flatMap(Collection::stream);
    }

    List<Table> tables() {
        return all().map(TableRows::table).toList();
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

    private void trait(String table, FlatEvent event, String id) throws WarehouseFault {
        if (id != null) {
            add(traits, catalog.fixed(event.source, table), event, RowPart.TRAITS);
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
            begin(table);
        }
        rows.events.add(event);
        plan(table, rows.places, action -> part.forEach(event, action));
    }

    private void begin(Table table) {
        catalog.use(table);
        columns += table.columns().size();
    }

    private interface Each {
        void forEach(IntConsumer action);
    }

    /** @return where the row begins */
    private int plan(Table table, Places places, Each indexes) {
        int before = table.columns().size();
        int place = places.begin();
        long thisRow = nextRow();
        indexes.forEach(index -> plan(table, places, thisRow, index));
        places.end();
        columns += table.columns().size() - before;
        return place;
    }

    private void plan(Table table, Places places, long thisRow, int index) {
        Kind kind = values.kind(index);
        if (kind != Kind.NULL) {
            Column column = table.resolve(thisRow, values, index, pathsGeneration);
            if (column != null) {
                column.accept(kind, values.bits(index));
                places.put(column, index);
            }
        }
    }

    /** The events that have a row in a table, in the order in which they came, and where each of their values goes. */
    static final class Rows implements TableRows {

        private final Table table;
        private final List<FlatEvent> events = new ArrayList<>();
        private final Places places = new Places();

        private Rows(Table table) {
            this.table = table;
        }

        @Override
        public Table table() {
            return table;
        }

        @Override
        public int size() {
            return events.size();
        }

        @Override
        public long newest() {
            return events.stream().mapToLong(event -> event.receivedAt).max().orElse(0);
        }

        List<FlatEvent> events() {
            return events;
        }

        Places places() {
            return places;
        }
    }
}
