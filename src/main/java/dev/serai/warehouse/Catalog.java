package dev.serai.warehouse;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The tables as the loader wants them: those of the database, and those that the batch in hand needs beyond it. Read
 * from the database again after a failure, so that it never believes in what was rolled back.
 *
 * <p>A source has at most {@link #MAX_EVENT_TABLES} tables for its events; what comes under yet another name goes to
 * {@code _more_events}, properties as JSON. Event names that contain an id would otherwise bury every other table.
 *
 * <p>A collection of objects has the table of its name. What of events would go to the same one goes to the name with
 * {@code _} before, and a state of users or accounts nowhere: an event's row among objects would be an object that
 * nobody has. Which tables are of objects is what the database says, or was asked for first.
 *
 * <p>Of all tables the names are known here, and the columns of those used last ({@link #trim}), so memory does not grow
 * with the warehouse.
 */
final class Catalog {

    static final int MAX_EVENT_TABLES = 1_000;

    private static final int MAX_WEIGHT = 100_000;

    private final Session session;
    private final Limits limits;
    private final Selection selection;
    private final int maxWeight;
    private final Map<String, Set<String>> names = new HashMap<>();
    private long row;
    /** By schema and name with a dot between; the least recently used first. Null stands for one that is left out. */
    private final Map<String, Table> tables = new LinkedHashMap<>(64, 0.75f, true);
    /** By source and table or event: the short way to the same tables, without making a key per event. */
    private final Map<String, Map<String, Table>> bySource = new HashMap<>();
    private final Map<String, Map<String, Table>> collections = new HashMap<>();

    Catalog(Session session, Limits limits, Selection selection) throws WarehouseFault {
        this(session, limits, selection, MAX_WEIGHT);
    }

    /** @param maxWeight how many columns are kept in mind, all tables together */
    Catalog(Session session, Limits limits, Selection selection, int maxWeight) throws WarehouseFault {
        this.maxWeight = maxWeight;
        this.session = session;
        this.limits = limits;
        this.selection = selection;
        session.tables().forEach((schema, stored) -> names.put(schema, new HashSet<>(stored)));
    }

    Limits limits() {
        return limits;
    }

    /** A number that no other row had: the marks in the tables' columns outlive a batch. */
    long nextRow() {
        return ++row;
    }

    /** The standard columns of the table of this name, as Segment has them in every database. */
    static List<Standard> standards(String table) {
        return switch (table) {
            case "identifies" -> Standard.IDENTIFIES;
            case "users", "accounts" -> Standard.STATE;
            case "pages", "screens" -> Standard.PAGES;
            case "groups" -> Standard.GROUPS;
            case "aliases" -> Standard.ALIASES;
            default -> Standard.TRACKS;
        };
    }

    /** One of Segment's fixed tables, or null if the selection leaves it out, or objects have the place of a state. */
    Table fixed(String source, String name) throws WarehouseFault {
        Map<String, Table> known = bySource.computeIfAbsent(source, key -> new HashMap<>());
        Table table = known.get(name);
        if (table == null && !known.containsKey(name)) {
            table = ofEvents(Names.schema(source), name);
            known.put(name, table);
        }
        return table;
    }

    /** The table of an event by its slug, or where events past the number of tables are kept; null if left out. */
    Table event(String source, String slug) throws WarehouseFault {
        Map<String, Table> known = bySource.computeIfAbsent(source, key -> new HashMap<>());
        Table table = known.get(slug);
        if (table == null && !known.containsKey(slug)) {
            String schema = Names.schema(source);
            Set<String> stored = names.getOrDefault(schema, Set.of());
            boolean isFull = stored.size() >= MAX_EVENT_TABLES + Names.FIXED_TABLES.size() && !stored.contains(slug);
            table = ofEvents(schema, isFull ? Table.MORE_EVENTS : slug);
            known.put(slug, table);
        }
        return table;
    }

    /** The table of a collection of objects; null if the selection leaves it out. */
    Table collection(String source, String collection) throws WarehouseFault {
        Map<String, Table> known = collections.computeIfAbsent(source, key -> new HashMap<>());
        Table table = known.get(collection);
        if (table == null && !known.containsKey(collection)) {
            table = table(Names.schema(source), Names.collection(collection), Standard.OBJECT);
            if (table != null && !table.holdsObjects()) {
                table = turn(table);
            }
            known.put(collection, table);
        }
        return table;
    }

    /** True if a table would turn from one of events into one of objects that is in use, and so must be written before. */
    boolean awaitsObjects(String source, String collection, Predicate<Table> isUsed) {
        if (collections.getOrDefault(source, Map.of()).containsKey(collection)) {
            return false;
        }
        Table table = tables.get(Names.schema(source) + "." + Names.collection(collection));
        return table != null && !table.holdsObjects() && isUsed.test(table);
    }

    private Table turn(Table ofEvents) throws WarehouseFault {
        String key = ofEvents.schema + "." + ofEvents.name;
        tables.remove(key);
        bySource.clear();
        if (!ofEvents.isStored()) {
            names.get(ofEvents.schema).remove(ofEvents.name);
        }
        return table(ofEvents.schema, ofEvents.name, Standard.OBJECT);
    }

    /** True if the database has the table, with objects in it. */
    boolean holdsObjects(String schema, String name) throws WarehouseFault {
        Table known = tables.get(schema + "." + name);
        if (known != null) {
            return known.holdsObjects();
        }
        return isStored(schema, name) && session.read(new Table.Shape(schema, name, Standard.OBJECT, limits, Selection.ALL))
                .hasObjects();
    }

    boolean isStored(String schema, String name) {
        return names.getOrDefault(schema, Set.of()).contains(name);
    }

    /** To be told once per batch and table, so that those in use are not forgotten. */
    void use(Table table) {
        tables.get(table.schema + "." + table.name);
    }

    /** A table of events by its name, or what stands in for it; null if the selection leaves it out. */
    Table ofEvents(String schema, String name) throws WarehouseFault {
        Table table = table(schema, name, standards(name));
        String instead = "_" + name;
        boolean isTaken = table == null ? selection.hasTable(schema, instead) && holdsObjects(schema, name)
                : table.holdsObjects();
        if (!isTaken) {
            return table;
        }
        return standards(name) == Standard.STATE ? null : table(schema, instead, standards(name));
    }

    /** @param standards of a table that the database does not have */
    private Table table(String schema, String name, List<Standard> standards) throws WarehouseFault {
        String key = schema + "." + name;
        Table table = tables.get(key);
        if (table == null && !tables.containsKey(key)) {
            table = selection.hasTable(schema, name) ? find(schema, name, standards) : null;
            tables.put(key, table);
        }
        return table;
    }

    private Table find(String schema, String name, List<Standard> standards) throws WarehouseFault {
        Table.Shape shape = new Table.Shape(schema, name, session.standards(standards), limits, selection);
        if (names.computeIfAbsent(schema, key -> new HashSet<>()).add(name)) {
            return Table.wanted(shape);
        }
        Table table = session.read(shape);
        if (table.hasObjects() && !table.holdsObjects()) {
            table = session.read(new Table.Shape(schema, name, session.standards(Standard.OBJECT), limits, selection));
        }
        table.complete();
        return table;
    }

    /** Forgets the tables that were not used for longest; only between batches. */
    void trim() {
        int weight = tables.values().stream().mapToInt(table -> table == null ? 1 : table.weight()).sum();
        Iterator<Table> oldest = tables.values().iterator();
        while (weight > maxWeight && oldest.hasNext()) {
            Table table = oldest.next();
            weight -= table == null ? 1 : table.weight();
            oldest.remove();
            bySource.clear();
            collections.clear();
        }
    }
}
