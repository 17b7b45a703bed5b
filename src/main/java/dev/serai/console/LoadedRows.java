package dev.serai.console;

import dev.serai.model.Event;
import dev.serai.warehouse.Analysis;
import dev.serai.warehouse.Loader;
import dev.serai.warehouse.Names;
import dev.serai.warehouse.Query;
import dev.serai.warehouse.QueryException;
import dev.serai.warehouse.QueryLimits;
import dev.serai.warehouse.QueryResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * In which tables of the warehouses an event's rows are: those that its type and name lead to are asked for its
 * {@code messageId}. A large table is asked about the days around the event only, and no table for long.
 */
final class LoadedRows implements AutoCloseable {

    private static final QueryLimits LIMITS = new QueryLimits(1, Duration.ofSeconds(3), 8);
    private static final Duration LONGEST = Duration.ofSeconds(6);

    /** A message that was sent again within a day is loaded once, the first time. */
    private static final Duration AROUND = Duration.ofHours(25);

    private final Map<String, Loader> loaders;
    private final Map<String, Query> queries = new LinkedHashMap<>();

    /**
     * What a warehouse says.
     *
     * @param tables with the event's row in them
     * @param at     when the row was made; null if that is not known
     * @param fault  why it does not say; null if it does
     */
    record Found(Loader loader, List<String> tables, String at, String fault) { }

    LoadedRows(Map<String, Loader> loaders) {
        this.loaders = loaders;
        loaders.forEach((name, loader) -> queries.put(name, new Query(loader.warehouse(), LIMITS)));
    }

    boolean isWarehouse(String name) {
        return loaders.containsKey(name);
    }

    /** By warehouse. */
    Map<String, Found> of(Event event) {
        Map<String, Found> found = new LinkedHashMap<>();
        loaders.forEach((name, loader) -> found.put(name, of(event, loader, queries.get(name))));
        return found;
    }

    private static Found of(Event event, Loader loader, Query query) {
        String schema = Names.schema(event.source());
        List<String> tables = new ArrayList<>();
        String at = null;
        long deadline = System.nanoTime() + LONGEST.toNanos();
        try {
            for (String table : candidates(event)) {
                if (System.nanoTime() > deadline) {
                    return new Found(loader, tables, at, "it took too long to answer");
                }
                Optional<QueryResult> rows = rows(query, schema + "." + table, event);
                if (rows.isPresent() && !rows.get().rows().isEmpty()) {
                    tables.add(schema + "." + table);
                    Object made = rows.get().rows().get(0).get(0);
                    at = made == null ? at : made.toString();
                }
            }
            return new Found(loader, tables, at, null);
        } catch (QueryException e) {
            return new Found(loader, tables, at, e.getMessage());
        }
    }

    /** Empty if there is no such table. */
    private static Optional<QueryResult> rows(Query query, String table, Event event) throws QueryException {
        String byId = "SELECT uuid_ts FROM " + table + " WHERE id = " + Analysis.literal(event.messageId());
        Instant from = event.receivedAt().minus(AROUND);
        Instant to = event.receivedAt().plus(AROUND);
        try {
            return Optional.of(query.run(byId + " AND received_at BETWEEN " + Analysis.literal(from.toString()) + " AND "
                    + Analysis.literal(to.toString()) + " LIMIT 1"));
        } catch (QueryException e) {
            if (e.code() == QueryException.Code.INVALID) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static List<String> candidates(Event event) {
        List<String> names = new ArrayList<>();
        switch (event.type()) {
            case TRACK -> {
                names.add("tracks");
                event.event().map(Names::table).ifPresent(names::add);
            }
            case IDENTIFY -> names.add("identifies");
            case PAGE -> names.add("pages");
            case SCREEN -> names.add("screens");
            case GROUP -> names.add("groups");
            case ALIAS -> names.add("aliases");
        }
        List<String> all = new ArrayList<>(names);
        // where objects of a collection have the name, and where there are too many names
        names.forEach(name -> all.add("_" + name));
        if (names.size() > 1) {
            all.add("_more_events");
        }
        return all;
    }

    @Override
    public void close() {
        queries.values().forEach(Query::close);
    }
}
