package dev.serai.cli;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code braze/email} for {@code routes/braze/samples/email/in.http}: the samples of the partner folders by the names
 * that people use for them.
 */
final class SampleName {

    private static final String REQUEST = "in.http";

    private final Path routes;

    SampleName(Path routes) {
        this.routes = routes;
    }

    /** @throws SettingsException if there is no such sample; says which there are */
    Path find(String name) {
        List<String> all = all();
        if (all.contains(name)) {
            return file(name);
        }
        throw new SettingsException(new Problem(name, 0, 0, "there is no such file, and no such sample",
                remedy(name, all)));
    }

    private Path file(String name) {
        String[] parts = name.split("/", 2);
        return routes.resolve(parts[0]).resolve("samples").resolve(parts[1]).resolve(REQUEST);
    }

    private String remedy(String name, List<String> all) {
        if (all.isEmpty()) {
            return "there are no samples in " + routes + "; name a file";
        }
        String partner = name.split("/", 2)[0];
        List<String> near = all.stream().filter(sample -> sample.startsWith(partner + "/")).toList();
        if (near.isEmpty()) {
            String wanted = name.substring(name.lastIndexOf('/') + 1);
            near = all.stream().filter(sample -> sample.endsWith("/" + wanted)).toList();
        }
        return "the samples are " + String.join(", ", near.isEmpty() ? all : near);
    }

    /** Every sample that is a request, sorted. */
    private List<String> all() {
        return folders(routes).stream()
                .flatMap(partner -> folders(partner.resolve("samples")).stream()
                        .filter(sample -> Files.isRegularFile(sample.resolve(REQUEST)))
                        .map(sample -> partner.getFileName() + "/" + sample.getFileName()))
                .toList();
    }

    private static List<Path> folders(Path parent) {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(Files::isDirectory).sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }
}
