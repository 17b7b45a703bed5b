package dev.serai;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Partner;
import dev.serai.partner.YamlFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Endpoint;
import org.apache.camel.EndpointAware;
import org.apache.camel.Route;
import org.apache.camel.Service;
import org.apache.camel.component.kamelet.KameletEndpoint;
import org.apache.camel.component.platform.http.PlatformHttpEndpoint;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.support.service.ServiceHelper;

/**
 * Adds route files to a running Camel context, one partner at a time, so that a partner whose routes cannot be built
 * is left out whole and costs no other; and takes them out again with the routes that their Kamelets became.
 *
 * <p>Hazards: Camel lets a route take the place of another of the same id without a word, so that is looked for first. What
 * a file became is told by which routes are new, so one thread at a time may load. The route that a Kamelet became is
 * everybody's who names it with the same parameters, so it goes only when nobody names it any more; without it a request
 * would hold up its event loop for half a minute.
 */
final class RouteLoader {

    private static final Pattern LINE = Pattern.compile("line (\\d+)(?:, column (\\d+))?");

    private final CamelContext context;
    private final RoutesLoader loader;
    private final Map<String, Set<String>> byPartner = new HashMap<>();

    RouteLoader(CamelContext context) {
        this.context = context;
        this.loader = PluginHelper.getRoutesLoader(context);
    }

    /** What keeps the partner's routes from running; empty when they run. */
    List<Problem> load(Partner partner) {
        return loadMatching(partner, file -> true);
    }

    /** As {@link #load(Partner)}, of these files only. */
    synchronized List<Problem> loadMatching(Partner partner, Predicate<Path> which) {
        List<Problem> problems = clashes(partner);
        if (!problems.isEmpty()) {
            return problems;
        }
        Set<String> loaded = new LinkedHashSet<>();
        for (Path file : partner.routes().stream().filter(which).toList()) {
            try {
                loaded.addAll(load(file, partner.text(file.getFileName().toString())));
            } catch (SettingsException e) {
                problems.addAll(e.problems());
            } catch (IOException e) {
                problems.add(unreadable(file));
            }
        }
        if (problems.isEmpty()) {
            byPartner.put(partner.slug(), loaded);
        } else {
            remove(loaded);
        }
        return problems;
    }

    /** @throws SettingsException if the file's route cannot be built or started */
    void load(Path file) {
        try {
            load(file, Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new SettingsException(unreadable(file));
        }
    }

    /**
     * @return the ids of all routes that the file became; nothing of it runs if it fails
     * @throws SettingsException if the file's route cannot be built or started
     */
    synchronized Set<String> load(Path file, String text) {
        List<Problem> taken = taken(file, text, Set.of());
        if (!taken.isEmpty()) {
            throw new SettingsException(taken);
        }
        Set<String> before = routeIds();
        Set<Endpoint> endpoints = new HashSet<>(context.getEndpoints());
        try {
            loader.loadRoutes(ResourceHelper.fromString("file:" + file, text));
        } catch (Exception e) {
            Set<String> begun = routeIds();
            begun.removeAll(before);
            remove(begun);
            // of a Kamelet that has an endpoint already Camel makes no route when the file is mended
            context.getEndpoints().stream().filter(KameletEndpoint.class::isInstance)
                    .filter(endpoint -> !endpoints.contains(endpoint)).forEach(this::removeOne);
            throw problem(file, e);
        }
        Set<String> loaded = routeIds();
        loaded.removeAll(before);
        return loaded;
    }

    /** The routes that a partner's files became. */
    synchronized List<Route> routesOf(String slug) {
        return byPartner.getOrDefault(slug, Set.of()).stream().map(context::getRoute).filter(route -> route != null).toList();
    }

    synchronized boolean runs(String slug) {
        return byPartner.containsKey(slug);
    }

    /** Takes a partner's routes out. */
    synchronized void remove(String slug) {
        Set<String> ids = byPartner.remove(slug);
        if (ids != null) {
            remove(ids);
        }
    }

    /** Lets what these have begun come to its end, and begins nothing more. */
    synchronized void stop(Collection<String> ids) {
        for (String id : ids) {
            try {
                context.getRouteController().stopRoute(id);
            } catch (Exception e) {
                throw new IllegalStateException("route " + id + " cannot be stopped", e);
            }
        }
    }

    /** Takes routes out, with the Kamelets and endpoints that nobody else uses. */
    synchronized void remove(Collection<String> ids) {
        // while they run: one that is stopped does not tell any more
        Map<String, Set<Endpoint>> used = new HashMap<>();
        context.getRoutes().forEach(route -> used.put(route.getRouteId(), endpoints(route)));
        Set<String> gone = new LinkedHashSet<>(ids);
        gone.removeIf(id -> context.getRoute(id) == null);
        while (gone.removeIf(id -> context.getRoute(id).isCreatedByKamelet() && isNamedByOthers(id, used, gone))) {
            // then what it names itself stays too
        }
        while (gone.addAll(orphans(used, gone))) {
            // its Kamelets may have been the only ones that use others
        }
        // what begins exchanges goes first
        stop(gone.stream().filter(id -> !(context.getRoute(id).getEndpoint() instanceof KameletEndpoint)).toList());
        stop(gone);
        Set<Endpoint> unused = new HashSet<>();
        for (String id : gone) {
            removeOne(id);
            unused.addAll(used.remove(id));
        }
        used.values().forEach(unused::removeAll);
        unused.forEach(this::removeOne);
    }

    private static Set<Endpoint> endpoints(Route route) {
        Set<Endpoint> endpoints = new HashSet<>(Set.of(route.getEndpoint()));
        for (Service service : route.getServices()) {
            for (Service child : ServiceHelper.getChildServices(service)) {
                if (child instanceof EndpointAware aware && aware.getEndpoint() != null) {
                    endpoints.add(aware.getEndpoint());
                }
            }
        }
        return endpoints;
    }

    private static boolean isNamedByOthers(String kamelet, Map<String, Set<Endpoint>> used, Set<String> gone) {
        return used.entrySet().stream().anyMatch(user -> !gone.contains(user.getKey()) && user.getValue().stream()
                .anyMatch(endpoint -> endpoint instanceof KameletEndpoint named && kamelet.equals(named.getRouteId())
                        && !user.getKey().equals(kamelet)));
    }

    /** Routes of Kamelets that only those used which are gone. */
    private static Set<String> orphans(Map<String, Set<Endpoint>> used, Set<String> gone) {
        Set<String> orphans = new HashSet<>();
        Set<String> others = new HashSet<>();
        used.forEach((user, endpoints) -> endpoints.stream().filter(KameletEndpoint.class::isInstance)
                .map(endpoint -> ((KameletEndpoint) endpoint).getRouteId())
                .filter(kamelet -> used.containsKey(kamelet) && !kamelet.equals(user))
                .forEach((gone.contains(user) ? orphans : others)::add));
        orphans.removeAll(others);
        return orphans;
    }

    private void removeOne(String id) {
        try {
            context.removeRoute(id);
        } catch (Exception e) {
            throw new IllegalStateException("route " + id + " cannot be removed", e);
        }
    }

    private void removeOne(Endpoint endpoint) {
        try {
            context.removeEndpoint(endpoint);
        } catch (Exception e) {
            throw new IllegalStateException("endpoint " + endpoint + " cannot be removed", e);
        }
    }

    /** What a folder that was copied from another still has of it: nothing that runs may be taken from that one. */
    synchronized List<Problem> clashes(Partner partner) {
        List<Problem> problems = new ArrayList<>();
        for (Path file : partner.routes()) {
            String text = partner.texts().getOrDefault(file.getFileName().toString(), "");
            problems.addAll(taken(file, text, byPartner.getOrDefault(partner.slug(), Set.of())));
            problems.addAll(found(file, text, "/route/from/parameters/partner", name -> !name.equals(partner.slug()),
                    "the route begins with partner '%s'", "name the folder that it is in, " + partner.slug()));
        }
        return problems;
    }

    private List<Problem> taken(Path file, String text, Set<String> own) {
        return found(file, text, "/route/id", id -> !own.contains(id) && context.getRoute(id) != null,
                "there is a route '%s' already", "name a route like its file");
    }

    /** Problems with a text of each route of a file; none where it is no YAML, which whoever loads it is told. */
    private static List<Problem> found(Path file, String text, String at, Predicate<String> isWrong, String what,
            String remedy) {
        YamlFile.Checked parsed = YamlFile.parse(file, text);
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; parsed.tree() != null && i < parsed.tree().size(); i++) {
            JsonPointer pointer = JsonPointer.compile("/" + i + at);
            JsonNode value = parsed.tree().at(pointer);
            if (value.isTextual() && isWrong.test(value.textValue())) {
                problems.add(parsed.places().atValue(pointer, String.format(what, value.textValue()), remedy));
            }
        }
        return problems;
    }

    /** Where a route is asked over HTTP; empty if it is not. */
    static List<String> paths(Route route) {
        return route != null && route.getEndpoint() instanceof PlatformHttpEndpoint served ? List.of(served.getPath())
                : List.of();
    }

    private Set<String> routeIds() {
        return context.getRoutes().stream().map(Route::getRouteId).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static Problem unreadable(Path file) {
        return new Problem(file.toString(), 0, 0, "cannot be read", "it must be YAML in UTF-8");
    }

    /** Camel wraps what the user must know in what it was doing; the innermost cause says what is wrong. */
    static SettingsException problem(Path file, Exception failure) {
        Throwable cause = failure;
        StringBuilder all = new StringBuilder();
        while (true) {
            if (cause instanceof SettingsException settings) {
                return settings;
            }
            all.append(cause.getMessage()).append('\n');
            if (cause.getCause() == null || cause.getCause() == cause) {
                break;
            }
            cause = cause.getCause();
        }
        Matcher place = LINE.matcher(all);
        int line = place.find() ? Integer.parseInt(place.group(1)) : 1;
        int column = line > 1 && place.group(2) != null ? Integer.parseInt(place.group(2)) : 1;
        String what = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new SettingsException(new Problem(file.toString(), line, column,
                what.lines().findFirst().orElse("cannot be built"), "mend the route"));
    }
}
