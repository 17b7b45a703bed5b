package dev.serai.partner;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.PathType;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.serialization.DefaultJsonNodeReader;
import com.networknt.schema.serialization.JsonNodeReader;
import dev.serai.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/**
 * A YAML file of the user's, checked against a JSON Schema, every complaint with its line and column. Where a schema has
 * alternatives, each of them complains; what is kept are the complaints that say the most, since one mistake in a
 * Camel step is otherwise told thirty times.
 */
public final class YamlFile {

    private static final JsonNodeReader READER = DefaultJsonNodeReader.builder().locationAware().build();
    private static final Set<String> ALTERNATIVES = Set.of("oneOf", "anyOf", "not");
    private static final Pattern MISPLACED = Pattern.compile("^property '(.+)' name is not valid");
    private static final String UNKNOWN = "additionalProperties";
    private static final int FEW = 12;

    /**
     * @param tree     the file's tree; null where it is no YAML
     * @param places   where everything in it stands; null likewise
     * @param problems what is wrong with it
     */
    public record Checked(JsonNode tree, Places places, List<Problem> problems) { }

    private YamlFile() {
    }

    /** @param resource a schema of draft 4 or 7 on the class path */
    public static JsonSchema schema(String resource) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(
                YamlFile.class.getResourceAsStream(resource),
                SchemaValidatorsConfig.builder().pathType(PathType.JSON_POINTER)
                        // Camel's schema holds itself at every step: each place that a reference leads to would be kept, hundreds of MB
                        .cacheRefs(false).preloadJsonSchema(false).build());
    }

    public static Checked read(Path file, JsonSchema schema) {
        Checked read;
        try {
            read = parse(file, Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            return broken(unreadable(file, e));
        }
        return read.tree() == null ? read : new Checked(read.tree(), read.places(),
                complaints(schema, read.tree()).stream().map(one -> problem(one, schema, read.places())).toList());
    }

    /** A text that is YAML, whatever it says. */
    public static Checked parse(Path file, String text) {
        String name = file.toString();
        try {
            // first, since it tells where what is no YAML goes wrong
            Places places = Places.of(name, text);
            return new Checked(READER.readTree(text, InputFormat.YAML), places, List.of());
        } catch (JsonProcessingException e) {
            if (e.getCause() instanceof MarkedYAMLException told && told.getProblemMark() != null) {
                return broken(new Problem(name, told.getProblemMark().getLine() + 1, told.getProblemMark().getColumn() + 1,
                        firstLine(told.getProblem()), "mend the YAML"));
            }
            JsonLocation place = e.getLocation();
            return broken(new Problem(name, place == null ? 0 : place.getLineNr(),
                    place == null ? 0 : place.getColumnNr(), firstLine(e.getOriginalMessage()), "mend the YAML"));
        } catch (IOException | RuntimeException e) {
            return broken(unreadable(file, e));
        }
    }

    private static Problem unreadable(Path file, Exception e) {
        return new Problem(file.toString(), 0, 0, "cannot be read: " + firstLine(e.getMessage()), "it must be YAML in UTF-8");
    }

    private static List<ValidationMessage> complaints(JsonSchema schema, JsonNode tree) {
        Collection<ValidationMessage> all = schema.validate(tree);
        List<ValidationMessage> kept = new ArrayList<>();
        for (ValidationMessage one : all) {
            if (!ALTERNATIVES.contains(one.getType()) && !(isOfAlternative(one) && saysLess(one, all))
                    && kept.stream().noneMatch(other -> at(other).equals(at(one)) && other.getType().equals(one.getType())
                    && !one.getType().equals(UNKNOWN) && isOfAlternative(one))) {
                kept.add(one);
            }
        }
        // no alternative said anything: then that none fits
        for (ValidationMessage one : all) {
            if (ALTERNATIVES.contains(one.getType()) && kept.stream().noneMatch(other -> isAtOrBelow(at(other), at(one)))) {
                kept.add(one);
            }
        }
        return kept;
    }

    private static boolean isOfAlternative(ValidationMessage one) {
        String path = one.getEvaluationPath().toString();
        return path.contains("/oneOf/") || path.contains("/anyOf/");
    }

    /** Whether it says that another alternative was expected, and a complaint about the chosen one is there too. */
    private static boolean saysLess(ValidationMessage one, Collection<ValidationMessage> all) {
        String path = one.getEvaluationPath().toString();
        boolean isOfExpressions = one.getType().equals("required") && path.contains("/anyOf/0/oneOf/");
        boolean isOtherType = one.getType().equals("type") && path.matches(".*/(oneOf|anyOf)/\\d+/type");
        return isOfExpressions || isOtherType && all.stream().anyMatch(other -> isAtOrBelow(at(other), at(one))
                && !ALTERNATIVES.contains(other.getType()) && !other.getType().equals("type")
                || at(other).startsWith(at(one) + "/"));
    }

    private static String at(ValidationMessage one) {
        return one.getInstanceLocation().toString();
    }

    private static boolean isAtOrBelow(String place, String other) {
        return place.equals(other) || place.startsWith(other + "/");
    }

    private static Problem problem(ValidationMessage one, JsonSchema schema, Places places) {
        JsonPointer at = JsonPointer.compile(at(one));
        if (one.getType().equals(UNKNOWN)) {
            return places.atKey(at.appendProperty(one.getProperty()), "unknown property '" + one.getProperty() + "'",
                    Settings.suggestion(one.getProperty(), known(one, schema), otherwise(known(one, schema))));
        }
        String what = one.getMessage().replaceFirst("^" + Pattern.quote(at(one)) + ": ", "");
        String remedy = "see " + schema.getSchemaNode().path("$comment").asText("the partner folders that come with the hub");
        Matcher name = MISPLACED.matcher(what);
        if (name.find()) {
            return places.atKey(at.appendProperty(name.group(1)), "'" + name.group(1) + "' does not belong here", remedy);
        }
        if (ALTERNATIVES.contains(one.getType())) {
            what = "this is not what is expected here";
        }
        return one.getType().equals("required")
                ? places.atKey(at, "'" + one.getProperty() + "' is missing", "add it") : places.atValue(at, what, remedy);
    }

    private static String otherwise(Set<String> known) {
        return known.isEmpty() ? "leave it out" : known.size() <= FEW ? "there are " + String.join(", ", known)
                : "mend its name, or leave it out";
    }

    /** The properties that the schema has at the place of an unknown one. */
    private static Set<String> known(ValidationMessage one, JsonSchema schema) {
        String location = one.getSchemaLocation().toString();
        JsonNode properties = schema.getSchemaNode().at(JsonPointer.compile(
                location.substring(location.indexOf('#') + 1).replaceFirst("/" + UNKNOWN + "$", "/properties")));
        Set<String> names = new TreeSet<>();
        properties.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static Checked broken(Problem problem) {
        return new Checked(null, null, List.of(problem));
    }

    private static String firstLine(String text) {
        return text == null ? "unreadable" : text.lines().findFirst().orElse("unreadable");
    }
}
