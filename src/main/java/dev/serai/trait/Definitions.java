package dev.serai.trait;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import dev.serai.model.Problem;
import dev.serai.partner.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * All definitions of a folder, each after those that it names. One with a mistake is left out and costs no other, but for
 * those that name it.
 *
 * @param byName   in the order in which they are to be computed
 * @param problems what is wrong with those that are left out
 */
public record Definitions(Map<String, Definition> byName, List<Problem> problems) {

    public static final Definitions NONE = new Definitions(Map.of(), List.of());

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,39}");
    private static final List<String> SUFFIXES = List.of(".trait.yaml", ".audience.yaml", ".report.yaml");
    private static final Duration TRAIT_EVERY = Duration.ofHours(12);
    private static final Duration AUDIENCE_EVERY = Duration.ofHours(8);
    private static final Duration TIMEOUT = Duration.ofMinutes(10);

    /**
     * @param warehouses   those there are; the first is the hub's own
     * @param destinations those that are configured, also while they are off
     */
    public static Definitions read(Path folder, List<String> warehouses, Set<String> destinations) {
        Reader reader = new Reader(warehouses, destinations);
        try (Stream<Path> files = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
            files.filter(file -> !file.getFileName().toString().startsWith(".")).sorted().forEach(reader::read);
        } catch (IOException e) {
            reader.problems.add(new Problem(folder.toString(), 0, 0, "cannot be read", "check its permissions"));
        }
        return reader.sorted();
    }

    /** The definitions that are computed again and again. */
    List<Definition> computed() {
        return byName.values().stream().filter(definition -> !definition.isReport()).toList();
    }

    private static final class Reader {

        private final List<String> warehouses;
        private final Set<String> destinations;
        private final Map<String, Definition> found = new LinkedHashMap<>();
        private final Map<String, String> keys = new HashMap<>();
        private final List<Problem> problems = new ArrayList<>();

        Reader(List<String> warehouses, Set<String> destinations) {
            this.warehouses = warehouses;
            this.destinations = destinations;
        }

        void read(Path file) {
            String fileName = file.getFileName().toString();
            Optional<String> suffix = SUFFIXES.stream().filter(fileName::endsWith).findFirst();
            if (suffix.isEmpty()) {
                if (fileName.endsWith(".yaml") || fileName.endsWith(".yml")) {
                    problems.add(new Problem(file.toString(), 0, 0, "this is no definition",
                            "end its name with " + String.join(", ", SUFFIXES)));
                }
                return;
            }
            String name = fileName.substring(0, fileName.length() - suffix.get().length());
            JsonSchema schema = YamlFile.schema("/schema" + suffix.get().replace('.', '/').replace("/yaml", ".schema.json"));
            YamlFile.Checked checked = YamlFile.read(file, schema);
            problems.addAll(checked.problems());
            if (!checked.problems().isEmpty()) {
                return;
            }
            int before = problems.size();
            if (!NAME.matcher(name).matches()) {
                problems.add(new Problem(file.toString(), 0, 0, "'" + name + "' is no name", "use lower-case letters, digits and '-', "
                        + "at most 40"));
            }
            if (found.containsKey(name)) {
                problems.add(new Problem(file.toString(), 0, 0, "there is another definition '" + name + "', "
                        + found.get(name).file().getFileName(), "give it another name"));
            }
            Definition definition = definition(name, file, suffix.get(), checked);
            String taken = keys.putIfAbsent(definition.key(), name);
            if (taken != null && !definition.isReport()) {
                problems.add(checked.places().atValue(JsonPointer.compile("/key"), "the key '" + definition.key() + "' is that of '"
                        + taken + "' already", "give it another 'key'"));
            }
            if (problems.size() == before) {
                found.put(name, definition);
            }
        }

        private Definition definition(String name, Path file, String suffix, YamlFile.Checked checked) {
            JsonNode yaml = checked.tree();
            String warehouse = yaml.path("warehouse").asText(warehouses.get(0));
            if (!warehouses.contains(warehouse)) {
                problems.add(checked.places().atValue(JsonPointer.compile("/warehouse"), "there is no warehouse '" + warehouse
                        + "' that can be asked", "there are " + String.join(", ", warehouses)));
            }
            List<String> told = new ArrayList<>();
            for (JsonNode one : yaml.path("destinations")) {
                told.add(one.asText());
                if (!destinations.contains(one.asText())) {
                    problems.add(checked.places().atValue(JsonPointer.compile("/destinations/" + (told.size() - 1)),
                            "there is no destination '" + one.asText() + "'", "there are " + String.join(", ", destinations)));
                }
            }
            checkTimes(yaml, JsonPointer.empty(), checked);
            Duration every = Optional.ofNullable(yaml.get("every")).map(text -> Periods.of(text.asText()))
                    .orElse(suffix.equals(".audience.yaml") ? AUDIENCE_EVERY : TRAIT_EVERY);
            Definition.Body body = body(name, suffix, checked);
            return new Definition(name, file, yaml.path("description").asText("").strip(),
                    yaml.path("key").asText(name.replace('-', '_')), warehouse, told, every,
                    yaml.has("timeoutSeconds") ? Duration.ofSeconds(yaml.get("timeoutSeconds").asInt()) : TIMEOUT, body);
        }

        private Definition.Body body(String name, String suffix, YamlFile.Checked checked) {
            JsonNode yaml = checked.tree();
            int line = checked.places().atValue(JsonPointer.compile("/sql"), "", "").line();
            if (suffix.equals(".audience.yaml")) {
                return new Definition.Audience(Optional.ofNullable(yaml.get("sql")).map(JsonNode::asText),
                        Optional.ofNullable(yaml.get("who")).map(Condition::of), yaml.path("includeAnonymous").asBoolean(), line);
            } else if (suffix.equals(".report.yaml")) {
                JsonNode funnel = yaml.get("funnel");
                List<Definition.Step> steps = new ArrayList<>();
                funnel.get("steps").forEach(step -> steps.add(new Definition.Step(EventName.of(step.get("event")),
                        FieldTest.all(step.path("where")))));
                return new Definition.Funnel(steps, Periods.of(funnel.get("within").asText()),
                        Optional.ofNullable(funnel.get("since")).map(text -> Periods.of(text.asText())),
                        funnel.path("same").asText(""), funnel.path("breakdown").asText(""));
            } else if (yaml.has("sql")) {
                return new Definition.SqlTrait(yaml.get("sql").asText(), line);
            }
            return computed(name, checked);
        }

        private Definition.ComputedTrait computed(String name, YamlFile.Checked checked) {
            JsonNode compute = checked.tree().get("compute");
            List<String> operations = compute.properties().stream().map(Map.Entry::getKey)
                    .filter(key -> !Set.of("of", "within", "where", "trait").contains(key)).toList();
            JsonPointer at = JsonPointer.compile("/compute");
            if (operations.size() != 1) {
                problems.add(checked.places().atKey(at, operations.isEmpty() ? "it is not said what to compute"
                        : "only one of " + String.join(", ", operations) + " can be computed", "name one, such as 'count: Order Completed'"));
            }
            String operation = operations.isEmpty() ? "count" : operations.get(0);
            if (operation.equals("count") == compute.has("of")) {
                problems.add(checked.places().atKey(at, operation.equals("count") ? "'count' counts events, and is of no property"
                        : "'of' is missing", operation.equals("count") ? "leave 'of' out, or use uniqueCount" : "name the property"));
            }
            // of one that is refused already
            EventName event = operations.isEmpty() ? new EventName("tracks", "") : EventName.of(compute.get(operation));
            return new Definition.ComputedTrait(operation, event, compute.path("of").asText(""),
                    Optional.ofNullable(compute.get("within")).map(text -> Periods.of(text.asText())),
                    FieldTest.all(compute.path("where")), compute.path("trait").asText(name.replace('-', '_')));
        }

        /** A time that cannot be read would be found only when the query is made. */
        private void checkTimes(JsonNode node, JsonPointer at, YamlFile.Checked checked) {
            if (node.isArray()) {
                for (int i = 0; i < node.size(); i++) {
                    checkTimes(node.get(i), at.appendIndex(i), checked);
                }
            }
            for (Map.Entry<String, JsonNode> member : node.properties()) {
                if (Set.of("before", "after").contains(member.getKey()) && member.getValue().isTextual()) {
                    try {
                        Instant.parse(member.getValue().textValue());
                    } catch (DateTimeParseException e) {
                        problems.add(checked.places().atValue(at.appendProperty(member.getKey()), "'" + member.getValue().textValue()
                                + "' is no point of time", "write it like 2026-11-24T10:00:00Z"));
                    }
                }
                checkTimes(member.getValue(), at.appendProperty(member.getKey()), checked);
            }
        }

        Definitions sorted() {
            Map<String, Definition> sorted = new LinkedHashMap<>();
            found.values().forEach(definition -> add(definition, sorted, new LinkedHashSet<>()));
            return new Definitions(sorted, List.copyOf(problems));
        }

        private boolean add(Definition definition, Map<String, Definition> sorted, Set<String> open) {
            if (sorted.containsKey(definition.name())) {
                return true;
            }
            if (!open.add(definition.name())) {
                problems.add(new Problem(definition.file().toString(), 0, 0, "audiences name each other in a circle: "
                        + String.join(", ", open), "break the circle"));
                return false;
            }
            for (String name : references(definition)) {
                Definition named = found.get(name);
                if (named == null || !named.isAudience() || !named.warehouse().equals(definition.warehouse())) {
                    problems.add(new Problem(definition.file().toString(), 0, 0, "there is no audience '" + name + "'"
                            + (named == null || !named.isAudience() ? "" : " in warehouse " + definition.warehouse()), "mend its name"));
                    return false;
                }
                if (!add(named, sorted, open)) {
                    return false;
                }
            }
            open.remove(definition.name());
            sorted.put(definition.name(), definition);
            return true;
        }

        private static List<String> references(Definition definition) {
            return definition.body() instanceof Definition.Audience audience ? audience.who().stream()
                    .flatMap(Condition::stream).filter(Condition.InAudience.class::isInstance)
                    .map(condition -> ((Condition.InAudience) condition).name()).toList() : List.of();
        }
    }
}
