package dev.serai.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The samples of a folder of one kind, by the file they begin with.
 *
 * @param folders sorted by name
 */
record Samples(List<Path> folders) {

    /** Ends of files that only what went wrong leaves, or that make it go wrong. */
    private static final List<String> OF_FAILURES = List.of("out.dead-letters.json", "out.response.json", "in.responses.json");
    private static final String UNPLANNED = "\"unplanned\"";
    private static final int LONGEST_FILE = 20_000;

    static Samples of(Path partner, String input) {
        return new Samples(list(partner.resolve("samples")).stream()
                .filter(folder -> Files.isRegularFile(folder.resolve(input))).toList());
    }

    /** The one to show: the smallest in which something comes out and nothing goes wrong, if there is one. */
    Path example() {
        return folders.stream().min(Comparator
                .comparing((Path folder) -> files(folder).stream().noneMatch(file -> name(file).startsWith("out.")))
                .thenComparing(folder -> files(folder).stream()
                        .anyMatch(file -> OF_FAILURES.contains(name(file)) || content(file).contains(UNPLANNED)))
                .thenComparing(folder -> files(folder).stream().mapToLong(file -> file.toFile().length()).sum())).orElseThrow();
    }

    static List<Path> files(Path folder) {
        return list(folder).stream().filter(Files::isRegularFile).toList();
    }

    static String name(Path file) {
        return file.getFileName().toString();
    }

    static String content(Path file) {
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            if (text.length() <= LONGEST_FILE) {
                return text;
            }
            int end = text.lastIndexOf('\n', LONGEST_FILE) + 1;
            String shown = text.substring(0, end == 0 ? LONGEST_FILE : end);
            return shown + (shown.endsWith("\n") ? "" : "\n") + "... and " + (text.length() - shown.length()) + " more characters";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> list(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
