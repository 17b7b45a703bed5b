package dev.serai;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the partner folders each half second and has those that changed read again, once nothing has changed for a
 * moment: an editor saves in several steps, and whoever copies a folder in copies file by file. It looks by itself and is
 * not told by the file system, which does not tell of folders that are mounted from elsewhere.
 */
final class Watch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
    private static final long PERIOD_MILLIS = 500;
    private static final long SETTLED_MILLIS = 150;
    private static final long STOP_SECONDS = 10;
    private static final String SAMPLES = "samples";

    private final Path routes;
    private final Path settings;
    private final PartnerReload reload;
    private final PrintWriter out;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "serai-watch");
        thread.setDaemon(true);
        return thread;
    });
    private Map<Path, Stamp> known = Map.of();
    private Map<Path, Stamp> seen = Map.of();

    private record Stamp(FileTime modified, long size) { }

    Watch(Path routes, Path settings, PartnerReload reload, PrintWriter out) {
        this.routes = routes;
        this.settings = settings;
        this.reload = reload;
        this.out = out;
    }

    /** @param current the folders that run; what has changed since they were read is read again */
    void start(Set<String> current) {
        known = scan();
        seen = known;
        timer.execute(() -> {
            Set<String> folders = new TreeSet<>(current);
            known.keySet().stream().filter(this::isInFolder).map(this::folderOf).forEach(folders::add);
            folders.stream().filter(reload::isStale).forEach(this::reload);
        });
        timer.schedule(this::look, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        boolean settled = true;
        try {
            Map<Path, Stamp> now = scan();
            settled = now.equals(seen);
            seen = now;
            if (settled && !now.equals(known)) {
                Set<Path> changed = changed(known, now);
                known = now;
                act(changed);
            }
        } catch (RuntimeException e) {
            LOG.error("Partner folders cannot be looked at folder={}", routes, e);
        } finally {
            if (!timer.isShutdown()) {
                timer.schedule(this::look, settled ? PERIOD_MILLIS : SETTLED_MILLIS, TimeUnit.MILLISECONDS);
            }
        }
    }

    private static Set<Path> changed(Map<Path, Stamp> before, Map<Path, Stamp> now) {
        Set<Path> changed = new HashSet<>(before.keySet());
        changed.addAll(now.keySet());
        changed.removeIf(file -> before.containsKey(file) && before.get(file).equals(now.get(file)));
        return changed;
    }

    private void act(Set<Path> changed) {
        if (changed.contains(settings)) {
            out.println(settings + " has changed, which counts when the hub is started again");
        }
        Set<String> folders = new TreeSet<>();
        Set<String> samples = new TreeSet<>();
        for (Path file : changed) {
            if (isInFolder(file)) {
                boolean ofSample = routes.relativize(file).getName(1).toString().equals(SAMPLES);
                String name = file.getFileName().toString();
                if (ofSample) {
                    samples.add(folderOf(file));
                } else if (name.endsWith(".yaml") || name.endsWith(".jslt")) {
                    folders.add(folderOf(file));
                }
            }
        }
        // a folder that is given another name is not to meet itself
        folders.stream().filter(slug -> !Files.isDirectory(routes.resolve(slug))).forEach(this::reload);
        folders.stream().filter(slug -> Files.isDirectory(routes.resolve(slug))).forEach(this::reload);
        samples.removeAll(folders);
        samples.forEach(slug -> attempt(slug, reload::samplesChanged));
    }

    private void reload(String slug) {
        attempt(slug, Files.isDirectory(routes.resolve(slug)) ? reload::changed : reload::removed);
    }

    private void attempt(String slug, Consumer<String> what) {
        try {
            what.accept(slug);
        } catch (RuntimeException e) {
            LOG.error("A partner cannot be reloaded partner={}", slug, e);
        }
    }

    private boolean isInFolder(Path file) {
        return file.startsWith(routes) && routes.relativize(file).getNameCount() > 1;
    }

    private String folderOf(Path file) {
        return routes.relativize(file).getName(0).toString();
    }

    private Map<Path, Stamp> scan() {
        Map<Path, Stamp> stamps = new HashMap<>();
        try {
            Files.walkFileTree(routes, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return !folder.equals(routes) && isHidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (!isHidden(file) && isInFolder(file)) {
                        stamps.put(file, new Stamp(attributes.lastModifiedTime(), attributes.size()));
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
            BasicFileAttributes attributes = Files.readAttributes(settings, BasicFileAttributes.class);
            stamps.put(settings, new Stamp(attributes.lastModifiedTime(), attributes.size()));
        } catch (NoSuchFileException e) {
            // settings need no file
        } catch (IOException e) {
            LOG.debug("A file cannot be looked at", e);
        }
        return stamps;
    }

    /** What editors write beside the file that is edited. */
    private static boolean isHidden(Path file) {
        String name = file.getFileName().toString();
        return name.startsWith(".") || name.endsWith("~");
    }

    /** Lets a reload come to its end. */
    @Override
    public void close() {
        timer.shutdown();
        try {
            timer.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
