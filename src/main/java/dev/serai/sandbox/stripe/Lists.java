package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxRequest;
import dev.serai.sandbox.stripe.Shelf.Place;
import dev.serai.sandbox.stripe.Shelf.Row;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Answers lists: newest first, from after one id or up to before another, narrowed by fields and by the second of
 * creation. A page may have fewer rows than asked for and none in the best order when a fault of the data strikes.
 */
final class Lists {

    private static final Set<String> PAGING = Set.of("limit", "starting_after", "ending_before", "expand");
    private static final int MOST_TYPES = 20;

    private final Store store;
    private final Faults faults;
    private final Clock clock;

    Lists(Store store, Faults faults, Clock clock) {
        this.store = store;
        this.faults = faults;
        this.clock = clock;
    }

    /** @param newShape whether rows are shown as later API versions do */
    ObjectNode list(ObjectType type, SandboxRequest request, boolean newShape) {
        Parameters parameters = new Parameters(request);
        parameters.names().stream().filter(name -> !knows(type, name)).findFirst().ifPresent(name -> {
            throw new Refusal(400, "invalid_request_error", "parameter_unknown", "Received unknown parameter: " + name, name);
        });
        type.required().ifPresent(required -> {
            String id = parameters.text(required).orElseThrow(() -> Refusal.missingParameter(required));
            ObjectType parent = ObjectType.ofObject(required).orElseThrow();
            store.shelf(parent).find(id).orElseThrow(() -> Refusal.noSuch(400, required, id, required));
        });
        NavigableMap<Place, Row> rows = type.filters.stream().filter(name -> isById(type, name, parameters)).findFirst()
                .map(name -> store.shelf(type).rows(name, parameters.text(name).orElseThrow()))
                .orElse(store.shelf(type).rows());
        return page(type, rows, filter(type, parameters), parameters, request.path(), newShape);
    }

    ObjectNode list(Nested nested, String parent, SandboxRequest request, boolean newShape) {
        Parameters parameters = new Parameters(request);
        Predicate<Row> filter = row -> parameters.text("object")
                .map(object -> row.node().get("object").asText().equals(object)).orElse(true);
        return page(nested.children.get(0), nested.rows(store::shelf, parent), filter, parameters, request.path(), newShape);
    }

    private static boolean isById(ObjectType type, String name, Parameters parameters) {
        return parameters.text(name).isPresent() && !(type == ObjectType.SUBSCRIPTION && name.equals("status"));
    }

    private static boolean knows(ObjectType type, String name) {
        return PAGING.contains(name) || type.filters.contains(name) && !name.startsWith("_")
                || name.equals("created") && type.hasCreatedFilter()
                || type == ObjectType.EVENT && Set.of("type", "types", "delivery_success").contains(name);
    }

    private Predicate<Row> filter(ObjectType type, Parameters parameters) {
        Predicate<Row> filter = row -> type.filters.stream().filter(name -> isById(type, name, parameters))
                .allMatch(name -> row.node().path(name).asText().equals(parameters.text(name).orElseThrow()));
        if (type == ObjectType.SUBSCRIPTION) {
            return filter.and(byStatus(parameters.text("status").orElse("")));
        }
        return type == ObjectType.EVENT ? filter.and(byType(parameters)) : filter;
    }

    private static Predicate<Row> byStatus(String status) {
        return row -> {
            String is = row.node().get("status").asText();
            return switch (status) {
                case "all" -> true;
                case "" -> !is.equals("canceled");
                case "ended" -> is.equals("canceled") || is.equals("incomplete_expired");
                default -> is.equals(status);
            };
        };
    }

    private Predicate<Row> byType(Parameters parameters) {
        List<String> types = parameters.all("types");
        if (types.size() > MOST_TYPES) {
            throw Refusal.badRequest("You may pass up to " + MOST_TYPES + " event types.", "types");
        }
        if (parameters.text("type").isPresent()) {
            if (!types.isEmpty()) {
                throw Refusal.badRequest("You may pass only one of these parameters: type, types.", "type");
            }
            types = List.of(parameters.text("type").get());
        }
        long oldest = clock.instant().minus(Store.EVENTS_ARE_KEPT).getEpochSecond();
        List<String> wanted = types;
        return row -> row.place().created() >= oldest && (wanted.isEmpty()
                || wanted.stream().anyMatch(type -> matches(type, row.node().get("type").textValue())));
    }

    private static boolean matches(String wanted, String type) {
        return wanted.endsWith("*") ? type.startsWith(wanted.substring(0, wanted.length() - 1)) : type.equals(wanted);
    }

    private ObjectNode page(ObjectType type, NavigableMap<Place, Row> rows, Predicate<Row> filter, Parameters parameters,
                            String path, boolean newShape) {
        int limit = parameters.limit();
        boolean backwards = parameters.text("ending_before").isPresent();
        if (backwards && parameters.text("starting_after").isPresent()) {
            throw Refusal.badRequest("You may pass only one of these parameters: ending_before, starting_after.",
                    "ending_before");
        }
        long now = clock.instant().getEpochSecond();
        NavigableMap<Place, Row> range = range(type, rows, parameters, backwards);
        List<Row> page = new ArrayList<>(range.values().stream().filter(row -> row.visibleFrom() <= now).filter(filter)
                .limit(limit + 1L).toList());
        boolean hasMore = page.size() > limit;
        if (!backwards && cutAmongEqualStamps(page, limit, path)) {
            hasMore = true;
        } else if (hasMore) {
            page.remove(limit);
        }
        if (backwards) {
            Collections.reverse(page);
        }
        if (!page.isEmpty() && faults.strikes(Fault.Kind.EMPTY_PAGE, Store.PARTNER, path)) {
            page.clear();
            hasMore = true;
        }
        if (page.size() > 2 && faults.strikes(Fault.Kind.OUT_OF_ORDER, Store.PARTNER, path)) {
            // the last row stays where it is, else the next page would begin anywhere
            Collections.reverse(page.subList(0, page.size() - 1));
        }
        surprise(type, page, path);
        return show(page, hasMore, path, parameters.all("expand"), newShape);
    }

    /** What was created in the wanted time and lies beyond the cursor; the nearest to the cursor first. */
    private NavigableMap<Place, Row> range(ObjectType type, NavigableMap<Place, Row> rows, Parameters parameters,
                                           boolean backwards) {
        Parameters.Seconds seconds = parameters.created();
        Place first = new Place(seconds.to(), Long.MAX_VALUE);
        Place last = new Place(seconds.from(), Long.MIN_VALUE);
        if (backwards) {
            last = Collections.min(List.of(last, cursor(type, parameters, "ending_before")));
        } else if (parameters.text("starting_after").isPresent()) {
            first = Collections.max(List.of(first, cursor(type, parameters, "starting_after")));
        }
        if (first.compareTo(last) > 0) {
            return Collections.emptyNavigableMap();
        }
        // no row stands at a bound of time, so only that of a cursor is left out
        NavigableMap<Place, Row> range = rows.subMap(first, false, last, false);
        return backwards ? range.descendingMap() : range;
    }

    private Place cursor(ObjectType type, Parameters parameters, String name) {
        String id = parameters.text(name).orElseThrow();
        boolean isSource = type == ObjectType.CARD || type == ObjectType.BANK_ACCOUNT;
        ObjectType of = isSource ? ObjectType.ofId(id).orElse(type) : type;
        return store.shelf(of).row(id).map(Row::place).orElseThrow(() -> Refusal.noSuch(400, type.object, id, name));
    }

    /** A page that ends between two rows of the same second, if there are such. */
    private boolean cutAmongEqualStamps(List<Row> page, int limit, String path) {
        for (int i = Math.min(limit, page.size() - 1); i > 0; i--) {
            if (page.get(i).place().created() == page.get(i - 1).place().created()) {
                if (!faults.strikes(Fault.Kind.EQUAL_STAMPS, Store.PARTNER, path)) {
                    return false;
                }
                page.subList(i, page.size()).clear();
                return true;
            }
        }
        return false;
    }

    /** Rows that are about to be shown get, for good and without an event, a field that was not there before. */
    private void surprise(ObjectType type, List<Row> page, String path) {
        if (type == ObjectType.EVENT || page.isEmpty()) {
            return;
        }
        boolean schema = faults.strikes(Fault.Kind.SCHEMA_CHANGE, Store.PARTNER, path);
        boolean nul = faults.strikes(Fault.Kind.NUL_BYTES, Store.PARTNER, path);
        for (int i = 0; i < page.size() && (schema || nul); i++) {
            Row row = page.get(i);
            ObjectNode changed = row.node().deepCopy();
            if (schema && i < (page.size() + 1) / 2) {
                changed.put("risk_score", 10 + i);
            } else if (schema) {
                changed.put("risk_score", "elevated");
            }
            if (nul && i == 0) {
                changed.withObject("/metadata").put("note", "before\0after");
            }
            Shelf shelf = store.shelf(ObjectType.ofObject(changed.get("object").asText()).orElse(type));
            shelf.replace(changed);
            page.set(i, shelf.row(row.id()).orElseThrow());
        }
    }

    private ObjectNode show(List<Row> page, boolean hasMore, String path, List<String> expand, boolean newShape) {
        ObjectNode answer = Json.MAPPER.createObjectNode().put("object", "list");
        ArrayNode data = answer.putArray("data");
        for (Row row : page) {
            ObjectNode shown = store.rendering().render(row.node());
            for (String property : expand) {
                if (!property.startsWith("data.")) {
                    throw Refusal.badRequest("This property cannot be expanded (" + property + "). You may want to try "
                            + "expanding 'data." + property + "' instead.", "expand");
                }
                store.rendering().expand(shown, property.substring("data.".length()));
            }
            if (newShape) {
                NewShape.apply(shown);
            }
            data.add(shown);
        }
        return answer.put("has_more", hasMore).put("url", path);
    }
}
