package dev.serai;

import dev.serai.kafka.HubEndpoint;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The routing in the running hub. The file is looked at each second; a change is tried in a {@link Rehearsal} first, and
 * the last good routing goes on while there is a mistake in the file. Camel's own reloading restarts every route, and a
 * broken file can leave none.
 */
final class RoutingFile implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RoutingFile.class);
    private static final long PERIOD_MILLIS = 1_000;

    private final CamelContext context;
    private final Configuration configuration;
    private final Path file;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "serai-routing-file");
        thread.setDaemon(true);
        return thread;
    });
    private byte[] running;
    private byte[] seen;
    private Set<String> loaded = Set.of();
    private volatile String fault;

    RoutingFile(CamelContext context, Configuration configuration) {
        this.context = context;
        this.configuration = configuration;
        this.file = configuration.routing();
    }

    /** @throws SettingsException if there is none, or its route cannot be built */
    void start() {
        running = read();
        seen = running;
        load(running);
        timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What is wrong with the file as it is now, while an older one is used. */
    Optional<String> fault() {
        return Optional.ofNullable(fault);
    }

    private void look() {
        try {
            byte[] now = read();
            if (!Arrays.equals(now, seen)) {
                seen = now;
                change(now);
            }
        } catch (SettingsException e) {
            refused(e);
        } catch (RuntimeException e) {
            LOG.error("Routing file cannot be looked at file={}", file, e);
        }
    }

    private void change(byte[] now) {
        try (Rehearsal rehearsal = new Rehearsal(configuration.folders(), configuration.destinations(), file)) {
            // it would run
        } catch (SettingsException e) {
            refused(e);
            return;
        }
        unload();
        try {
            load(now);
        } catch (SettingsException e) {
            unload();
            load(running);
            refused(e);
            return;
        }
        running = now;
        fault = null;
        LOG.info("Routing changed file={}", file);
    }

    private void refused(SettingsException e) {
        String problems = e.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
        if (!problems.equals(fault)) {
            LOG.error("Routing file has a mistake; the last good one goes on problem={}", problems);
        }
        fault = problems;
    }

    private byte[] read() {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new SettingsException(new Problem(file.toString(), 0, 0, "cannot be read",
                    "the routing is a file beside the partner folders"));
        }
    }

    private void load(byte[] content) {
        Set<String> before = routeIds();
        try {
            PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromBytes("file:" + file, content));
        } catch (Exception e) {
            throw RouteLoader.problem(file, e);
        } finally {
            // with those that its Kamelets became
            loaded = routeIds();
            loaded.removeAll(before);
        }
    }

    private Set<String> routeIds() {
        return context.getRoutes().stream().map(Route::getRouteId).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** What takes events goes first, and lets those under way come to their end. */
    private void unload() {
        for (boolean takes : new boolean[] {true, false}) {
            for (String id : loaded) {
                Route route = context.getRoute(id);
                if (route != null && (route.getEndpoint() instanceof HubEndpoint) == takes) {
                    remove(id);
                }
            }
        }
        loaded = Set.of();
    }

    private void remove(String id) {
        try {
            context.getRouteController().stopRoute(id);
            context.removeRoute(id);
        } catch (Exception e) {
            throw new IllegalStateException("route " + id + " cannot be removed", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            timer.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
