package dev.serai.warehouse;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The tables as the loader wants them: those of the database, and those that the batch in hand needs beyond it. Read
 * from the database again after a failure, so that it never believes in what was rolled back.
 *
 * <p>A source has at most {@link #MAX_EVENT_TABLES} tables for its events; what comes under yet another name goes to
 * {@code _more_events}, properties as JSON. Event names that contain an id would otherwise bury every other table.
 * Of all tables the names are known here, and the columns of those used last ({@link #trim}), so memory does not grow
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

    /** One of Segment's fixed tables, or null if the selection leaves it out. */
    Table fixed(String source, String name) throws WarehouseFault {
        Map<String, Table> known = bySource.computeIfAbsent(source, key -> new HashMap<>());
        Table table = known.get(name);
        if (table == null && !known.containsKey(name)) {
            table = table(Names.schema(source), name);
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
            table = table(schema, isFull ? Table.MORE_EVENTS : slug);
            known.put(slug, table);
        }
        return table;
    }

    /** To be told once per batch and table, so that those in use are not forgotten. */
    void use(Table table) {
        tables.get(table.schema + "." + table.name);
    }

    /** Any table; null if the selection leaves it out. */
    Table table(String schema, String name) throws WarehouseFault {
        String key = schema + "." + name;
        Table table = tables.get(key);
        if (table == null && !tables.containsKey(key)) {
            table = selection.hasTable(schema, name) ? find(schema, name) : null;
            tables.put(key, table);
        }
        return table;
    }

    private Table find(String schema, String name) throws WarehouseFault {
        Table.Shape shape = new Table.Shape(schema, name, session.standards(name), limits, selection);
        if (names.computeIfAbsent(schema, key -> new HashSet<>()).add(name)) {
            return Table.wanted(shape);
        }
        Table table = session.read(shape);
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
        }
    }
}
