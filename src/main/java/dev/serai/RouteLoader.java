package dev.serai;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Partner;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;

/**
 * Adds route files to a running Camel context, one partner at a time, so that a partner whose routes cannot be built
 * is left out whole and costs no other.
 */
final class RouteLoader {

    private static final Pattern LINE = Pattern.compile("line (\\d+)(?:, column (\\d+))?");

    private final CamelContext context;
    private final RoutesLoader loader;

    RouteLoader(CamelContext context) {
        this.context = context;
        this.loader = PluginHelper.getRoutesLoader(context);
    }

    /** What keeps the partner's routes from running; empty when they run. */
    List<Problem> load(Partner partner) {
        return loadMatching(partner, file -> true);
    }

    /** As {@link #load(Partner)}, of these files only. */
    List<Problem> loadMatching(Partner partner, Predicate<Path> which) {
        List<Problem> problems = new ArrayList<>();
        Set<String> before = routeIds();
        for (Path file : partner.routes().stream().filter(which).toList()) {
            try {
                load(file);
            } catch (SettingsException e) {
                problems.addAll(e.problems());
            }
        }
        if (!problems.isEmpty()) {
            removeAllBut(before);
        }
        return problems;
    }

    /** @throws SettingsException if the file's route cannot be built or started */
    void load(Path file) {
        try {
            loader.loadRoutes(ResourceHelper.resolveMandatoryResource(context, "file:" + file));
        } catch (Exception e) {
            throw problem(file, e);
        }
    }

    private Set<String> routeIds() {
        return context.getRoutes().stream().map(Route::getRouteId).collect(Collectors.toSet());
    }

    private void removeAllBut(Set<String> kept) {
        for (String id : routeIds()) {
            if (!kept.contains(id)) {
                try {
                    context.getRouteController().stopRoute(id);
                    context.removeRoute(id);
                } catch (Exception e) {
                    throw new IllegalStateException("route " + id + " cannot be removed", e);
                }
            }
        }
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
