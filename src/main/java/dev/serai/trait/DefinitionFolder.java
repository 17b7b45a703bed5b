package dev.serai.trait;

import dev.serai.model.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The definitions of a folder as they are now: read again when a file has changed. One with a mistake in it goes on as it was
 * while its file is there; what is wrong is told once.
 */
public final class DefinitionFolder implements Supplier<Definitions> {

    private static final Logger LOG = LoggerFactory.getLogger(DefinitionFolder.class);

    private final Path folder;
    private final List<String> warehouses;
    private final Supplier<Set<String>> destinations;
    private Map<Path, Stamp> seen = Map.of();
    private Definitions current;

    private record Stamp(FileTime modified, long size) { }

    /**
     * @param warehouses   as {@link Definitions#read} has them
     * @param destinations likewise, as they are now
     */
    public DefinitionFolder(Path folder, List<String> warehouses, Supplier<Set<String>> destinations) {
        this.folder = folder;
        this.warehouses = warehouses;
        this.destinations = destinations;
    }

    @Override
    public synchronized Definitions get() {
        Map<Path, Stamp> now = stamps();
        if (current == null || !now.equals(seen)) {
            seen = now;
            Definitions read = Definitions.read(folder, warehouses, destinations.get());
            List<Problem> known = current == null ? List.of() : current.problems();
            read.problems().stream().filter(problem -> !known.contains(problem)).forEach(problem ->
                    LOG.error("A definition cannot be used problem={}", problem));
            current = current == null ? read : withLastGood(read);
        }
        return current;
    }

    private Definitions withLastGood(Definitions read) {
        Map<String, Definition> all = new LinkedHashMap<>(read.byName());
        current.byName().forEach((name, definition) -> {
            if (!all.containsKey(name) && read.problems().stream().anyMatch(problem -> Path.of(problem.file()).equals(definition.file()))) {
                all.put(name, definition);
            }
        });
        return new Definitions(all, read.problems());
    }

    private Map<Path, Stamp> stamps() {
        Map<Path, Stamp> stamps = new TreeMap<>();
        try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            for (Path file : files.toList()) {
                stamps.put(file, new Stamp(Files.getLastModifiedTime(file), Files.size(file)));
            }
        } catch (IOException e) {
            LOG.debug("A file cannot be looked at", e);
        }
        return stamps;
    }
}
