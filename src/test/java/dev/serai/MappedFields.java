package dev.serai;

import dev.serai.warehouse.SnakeCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.HashMap;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a mapping takes the fields of a record to, read off its text: {@code "customer_id": ref(.customer)} takes
 * {@code customer} to {@code customer_id}, {@code * - a, b : .} takes the rest as it is and leaves two out. What is made
 * of more than one field is computed, and of such a field nothing is known.
 */
final class MappedFields {

    private static final Pattern KEY = Pattern.compile("\"(\\w+)\":\\s*((?:(?:time|ref|text|fallback|string)\\()*)"
            + "(?:\\$(\\w+))?\\.(\\w+)(?![\\w.\\[]| !=)");
    private static final Pattern ANY_KEY = Pattern.compile("(?m)^\\s*(?:\\[\\S+ \\| )?\\{?\"(\\w+)\":");
    private static final Pattern REST = Pattern.compile("\\*(?: - ([\\w, ]+?))?\\s*: \\.");
    private static final Pattern ROW = Pattern.compile("def \\w+\\((\\w+)\\)");

    private final Map<String, List<Target>> targets = new HashMap<>();
    private final Set<String> computed = new HashSet<>();
    private final Set<String> leftOut = new HashSet<>();
    private final boolean hasRest;

    /**
     * Where a field goes.
     *
     * @param isFirstChoice whether another field stands in when this one is null
     * @param isReference   whether of an object only its id is left
     */
    record Target(String column, boolean isFirstChoice, boolean isReference) { }

    private MappedFields(String mapping) {
        hasRest = !mapping.contains("{") || REST.matcher(mapping).find();
        Set<String> rows = new HashSet<>();
        ROW.matcher(mapping).results().forEach(row -> rows.add(row.group(1)));
        ANY_KEY.matcher(mapping).results().forEach(key -> computed.add(key.group(1)));
        Matcher keys = KEY.matcher(mapping);
        while (keys.find()) {
            if (keys.group(3) == null || rows.contains(keys.group(3))) {
                targets.computeIfAbsent(keys.group(4), field -> new ArrayList<>())
                        .add(new Target(SnakeCase.of(keys.group(1)), keys.group(2).contains("fallback"),
                                keys.group(2).contains("ref")));
            }
        }
        REST.matcher(mapping).results().filter(rest -> rest.group(1) != null)
                .forEach(rest -> leftOut.addAll(List.of(rest.group(1).strip().split("\\s*,\\s*"))));
    }

    static MappedFields of(String partner, Optional<String> mapping) throws IOException {
        return new MappedFields(mapping.isEmpty() ? "" : Files.readString(Path.of("routes", partner, mapping.get())));
    }

    /** Empty for a field that is computed, or left out. */
    List<Target> of(String field) {
        if (targets.containsKey(field)) {
            return targets.get(field);
        }
        return hasRest && !computed.contains(field) && !leftOut.contains(field)
                ? List.of(new Target(SnakeCase.of(field), false, false)) : List.of();
    }
}
