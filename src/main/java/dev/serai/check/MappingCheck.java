package dev.serai.check;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Mappings: each compiles, each that is named is there, and each that is there is named. */
final class MappingCheck {

    private static final String ENDING = ".jslt";

    private MappingCheck() {
    }

    /**
     * @param named what may name mappings: partner.yaml and the routes
     * @param files the mappings of the folder
     */
    static void check(Path folder, List<RouteFile> named, List<Path> files, List<Problem> problems) {
        Set<String> names = new HashSet<>();
        named.forEach(file -> file.forEach((at, node) -> named(folder, file, at, node, names, problems)));
        for (Path file : files) {
            try {
                Program.compile(file);
            } catch (SettingsException e) {
                problems.addAll(e.problems());
            }
            if (!names.contains(file.getFileName().toString())) {
                problems.add(new Problem(file.toString(), 1, 1, "no route and no collection of this folder names this mapping",
                        "name it, or remove it"));
            }
        }
    }

    private static void named(Path folder, RouteFile file, JsonPointer at, JsonNode node, Set<String> names,
                              List<Problem> problems) {
        if (node.isTextual() && node.textValue().endsWith(ENDING) && node.textValue().indexOf(' ') < 0
                && !node.textValue().contains("{{")) {
            String name = node.textValue();
            names.add(name);
            if (!Files.isRegularFile(folder.resolve(name))) {
                problems.add(file.places().atValue(at, "there is no mapping '" + name + "'", "write it, or mend the name"));
            }
        }
    }
}
