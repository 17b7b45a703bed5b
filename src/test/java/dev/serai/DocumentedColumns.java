package dev.serai;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The tables and columns that users of Segment's source have, from {@code objects/<source>.columns}. A column that ends
 * in {@code _} stands for any that begins so.
 *
 * @param tables   their columns by name
 * @param exempted {@code table.column} that the partner gives no more, with the reason
 */
record DocumentedColumns(Map<String, Set<String>> tables, Map<String, String> exempted) {

    private static final Pattern EXEMPTION = Pattern.compile("# (\\w+\\.\\w+): (.+)");

    static DocumentedColumns of(String source) throws IOException {
        Map<String, Set<String>> tables = new LinkedHashMap<>();
        Map<String, String> exempted = new LinkedHashMap<>();
        for (String line : Files.readAllLines(Path.of("src/test/resources/objects/" + source + ".columns"))) {
            Matcher exemption = EXEMPTION.matcher(line);
            if (exemption.matches()) {
                exempted.put(exemption.group(1), exemption.group(2));
            } else if (!line.startsWith("#")) {
                String[] parts = line.split(":", 2);
                tables.put(parts[0], parts[1].isBlank() ? Set.of() : new LinkedHashSet<>(List.of(parts[1].strip().split(" "))));
            }
        }
        return new DocumentedColumns(tables, exempted);
    }

    /** {@code table.column} of all that should have a value and have none, and of exemptions that are not needed. */
    Set<String> missing(BiPredicate<String, String> hasValue) {
        Set<String> missing = new LinkedHashSet<>();
        tables.forEach((table, columns) -> columns.forEach(column -> {
            String name = table + "." + column;
            if (hasValue.test(table, column) == exempted.containsKey(name)) {
                missing.add(exempted.containsKey(name) ? name + " is exempted and there" : name);
            }
        }));
        exempted.keySet().stream().filter(name -> !tables.getOrDefault(name.split("\\.")[0], Set.of())
                .contains(name.split("\\.")[1])).forEach(name -> missing.add(name + " is exempted and not in the list"));
        return missing;
    }
}
