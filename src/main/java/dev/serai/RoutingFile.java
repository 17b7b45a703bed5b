package dev.serai;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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

    private final RouteLoader loader;
    private final Supplier<Configuration> configuration;
    private final Path file;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "serai-routing-file");
        thread.setDaemon(true);
        return thread;
    });
    private volatile String running;
    private String seen;
    private Set<String> loaded = Set.of();
    private volatile String fault;

    /** @param configuration the one that holds now */
    RoutingFile(RouteLoader loader, Supplier<Configuration> configuration) {
        this.loader = loader;
        this.configuration = configuration;
        this.file = configuration.get().routing();
    }

    /** @throws SettingsException if there is none, or its route cannot be built */
    synchronized void start() {
        running = read();
        seen = running;
        loaded = loader.load(file, running);
        timer.scheduleWithFixedDelay(this::look, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** What is wrong with the file as it is now, while an older one is used. */
    Optional<String> fault() {
        return Optional.ofNullable(fault);
    }

    /** Routes by the destinations as they are now. Events that come meanwhile wait in Kafka. */
    synchronized void destinationsChanged() {
        tryOut(this::readAndChange);
    }

    private synchronized void look() {
        tryOut(() -> {
            if (!read().equals(seen)) {
                readAndChange();
                if (fault == null) {
                    LOG.info("Routing changed file={}", file);
                }
            }
        });
    }

    private void tryOut(Runnable attempt) {
        try {
            attempt.run();
        } catch (SettingsException e) {
            refused(e);
        } catch (RuntimeException e) {
            LOG.error("Routing file cannot be looked at file={}", file, e);
        }
    }

    private void readAndChange() {
        String now = read();
        seen = now;
        Configuration current = configuration.get();
        try (Rehearsal rehearsal = new Rehearsal(current.folders(), current.destinations(), file)) {
            // it would run
        }
        unload();
        try {
            loaded = loader.load(file, now);
        } catch (SettingsException e) {
            loaded = loader.load(file, running);
            refused(e);
            return;
        }
        running = now;
        fault = null;
    }

    private void refused(SettingsException e) {
        String problems = e.problems().stream().map(Problem::toString).collect(Collectors.joining("; "));
        if (!problems.equals(fault)) {
            LOG.error("Routing file has a mistake; the last good one goes on problem={}", problems);
        }
        fault = problems;
    }

    /** The text by which is routed. */
    String text() {
        return running;
    }

    private String read() {
        return read(file);
    }

    /** @throws SettingsException if it cannot be read */
    static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new SettingsException(new Problem(file.toString(), 0, 0, "cannot be read",
                    "the routing is a file beside the partner folders"));
        }
    }

    private void unload() {
        loader.remove(loaded);
        loaded = Set.of();
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
