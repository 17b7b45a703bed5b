package dev.serai.partner;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import com.networknt.schema.serialization.DefaultJsonNodeReader;
import com.networknt.schema.serialization.JsonNodeReader;
import com.networknt.schema.utils.JsonNodes;
import dev.serai.model.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A YAML file of the user's, checked against a JSON Schema, every complaint with its line and column. */
public final class YamlFile {

    private static final JsonNodeReader READER = DefaultJsonNodeReader.builder().locationAware().build();

    /** The file's tree, or the problems that keep it from being used. */
    public record Checked(JsonNode tree, List<Problem> problems) { }

    private YamlFile() {
    }

    public static JsonSchema schema(String resource) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                .getSchema(YamlFile.class.getResourceAsStream(resource));
    }

    public static Checked read(Path file, JsonSchema schema) {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return broken(unreadable(file, e));
        }
        Checked parsed = parse(file, text);
        if (!parsed.problems().isEmpty()) {
            return parsed;
        }
        List<Problem> problems = new ArrayList<>();
        for (ValidationMessage complaint : schema.validate(parsed.tree())) {
            problems.add(problem(file, complaint.getInstanceNode(), complaint.getMessage(),
                    "see the partner folders that come with the hub"));
        }
        return new Checked(parsed.tree(), problems);
    }

    /** Any YAML; without content, or with a mistake, the tree is one that has nothing in it. */
    public static Checked parse(Path file, String text) {
        try {
            JsonNode tree = READER.readTree(text, InputFormat.YAML);
            return new Checked(tree == null ? MissingNode.getInstance() : tree, List.of());
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            return broken(new Problem(file.toString(), place == null ? 0 : place.getLineNr(),
                    place == null ? 0 : place.getColumnNr(), firstLine(e.getOriginalMessage()), "mend the YAML"));
        } catch (IOException | RuntimeException e) {
            return broken(unreadable(file, e));
        }
    }

    /** At the place of a node of the file's tree. */
    public static Problem problem(Path file, JsonNode node, String what, String remedy) {
        JsonLocation place = node == null ? null : JsonNodes.tokenLocationOf(node);
        return new Problem(file.toString(), place == null ? 1 : place.getLineNr(), place == null ? 1 : place.getColumnNr(),
                what, remedy);
    }

    private static Problem unreadable(Path file, Exception e) {
        return new Problem(file.toString(), 0, 0, "cannot be read: " + firstLine(e.getMessage()), "it must be YAML in UTF-8");
    }

    private static Checked broken(Problem problem) {
        return new Checked(MissingNode.getInstance(), List.of(problem));
    }

    private static String firstLine(String text) {
        return text == null ? "unreadable" : text.lines().findFirst().orElse("unreadable");
    }
}
