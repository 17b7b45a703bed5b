package dev.serai.warehouse;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The tables as the loader wants them: those of the database, and those that the batch in hand needs beyond it. Read
 * from the database at start and again after a failure, so that it never believes in what was rolled back.
 *
 * <p>A source has at most {@link #MAX_EVENT_TABLES} tables for its events; what comes under yet another name goes to
 * {@code _more_events}, properties as JSON. Event names that contain an id would otherwise bury every other table.
 */
final class Catalog {

    static final int MAX_EVENT_TABLES = 1_000;

    private final Map<String, Map<String, Table>> schemas = new HashMap<>();
    private final Map<String, Map<String, Table>> bySource = new HashMap<>();

    /** The standard columns of the table of this name. */
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

    void addStored(Table table) {
        schemas.computeIfAbsent(table.schema, key -> new HashMap<>()).put(table.name, table);
    }

    /** One of Segment's fixed tables. */
    Table fixed(String source, String name) {
        Map<String, Table> tables = tables(source);
        Table known = tables.get(name);
        return known != null ? known : add(tables, source, name);
    }

    /** The table of an event by its slug, or where events past the number of tables are kept. */
    Table event(String source, String slug) {
        Map<String, Table> tables = tables(source);
        Table known = tables.get(slug);
        if (known != null) {
            return known;
        }
        boolean isFull = tables.size() >= MAX_EVENT_TABLES + Names.FIXED_TABLES.size();
        return isFull ? fixed(source, Table.MORE_EVENTS) : add(tables, source, slug);
    }

    private Map<String, Table> tables(String source) {
        Map<String, Table> tables = bySource.get(source);
        if (tables == null) {
            tables = schemas.computeIfAbsent(Names.schema(source), key -> new HashMap<>());
            bySource.put(source, tables);
        }
        return tables;
    }

    private static Table add(Map<String, Table> tables, String source, String name) {
        Table table = Table.wanted(Names.schema(source), name, standards(name));
        tables.put(name, table);
        return table;
    }
}
