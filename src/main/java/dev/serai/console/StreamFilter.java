package dev.serai.console;

import dev.serai.model.EventType;
import dev.serai.model.RequestRefused;
import io.vertx.core.MultiMap;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one client wants to see. Each of the four may be given several times; then any of its values will do. One that
 * is not given lets everything pass.
 *
 * <p>{@code recent} is how many of those that came before are shown at first, of which only the ones that match are.
 *
 * <p>A dead letter whose original does not tell its type or name passes those two filters: a rejected event too many
 * is better than one that is looked for and hidden.
 */
record StreamFilter(Set<String> sources, Set<String> types, Set<String> events, Set<Kind> kinds, int recent) {

    private static final List<String> NAMES = List.of("source", "type", "event", "kind", "recent");
    private static final int MOST_RECENT = 500;

    StreamFilter {
        sources = Set.copyOf(sources);
        types = Set.copyOf(types);
        events = Set.copyOf(events);
        kinds = Set.copyOf(kinds);
    }

    /** @throws RequestRefused if the query asks for what cannot be */
    static StreamFilter of(MultiMap query) {
        for (String name : query.names()) {
            if (!NAMES.contains(name)) {
                throw refused("there is no filter of that name; the filters are " + String.join(", ", NAMES));
            }
            if (query.getAll(name).contains("")) {
                throw refused("the filter '" + name + "' is empty; leave it out or give it a value");
            }
        }
        Set<String> types = new HashSet<>(query.getAll("type"));
        if (types.stream().anyMatch(type -> EventType.of(type).isEmpty())) {
            throw refused("'type' must be one of " + Arrays.stream(EventType.values()).map(EventType::wireName)
                    .collect(Collectors.joining(", ")));
        }
        Set<Kind> kinds = query.getAll("kind").stream().map(kind -> Kind.of(kind)
                .orElseThrow(() -> refused("'kind' must be one of " + Kind.names()))).collect(Collectors.toSet());
        return new StreamFilter(new HashSet<>(query.getAll("source")), types, new HashSet<>(query.getAll("event")),
                kinds, recent(query.get("recent")));
    }

    private static int recent(String number) {
        if (number == null) {
            return 0;
        }
        if (!number.matches("\\d{1,3}") || Integer.parseInt(number) > MOST_RECENT) {
            throw refused("'recent' must be a number up to " + MOST_RECENT);
        }
        return Integer.parseInt(number);
    }

    boolean matches(Frame frame) {
        boolean rejected = frame.kind() == Kind.REJECTED;
        return (kinds.isEmpty() || kinds.contains(frame.kind()))
                && matches(sources, frame.source(), false)
                && matches(types, frame.type(), rejected)
                && matches(events, frame.event(), rejected);
    }

    private static boolean matches(Set<String> wanted, String value, boolean unknownPasses) {
        return wanted.isEmpty() || (value == null ? unknownPasses : wanted.contains(value));
    }

    private static RequestRefused refused(String message) {
        return new RequestRefused(400, "bad_filter", message);
    }
}
