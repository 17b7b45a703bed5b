package dev.serai.partner;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
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

    /** The file's tree, or the problems that keep it from being used; one of them is empty. */
    public record Checked(JsonNode tree, List<Problem> problems) { }

    private YamlFile() {
    }

    public static JsonSchema schema(String resource) {
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
                .getSchema(YamlFile.class.getResourceAsStream(resource));
    }

    public static Checked read(Path file, JsonSchema schema) {
        String name = file.toString();
        JsonNode tree;
        try {
            String text = Files.readString(file, StandardCharsets.UTF_8);
            tree = READER.readTree(text, InputFormat.YAML);
        } catch (JsonProcessingException e) {
            JsonLocation place = e.getLocation();
            return broken(new Problem(name, place == null ? 0 : place.getLineNr(),
                    place == null ? 0 : place.getColumnNr(), firstLine(e.getOriginalMessage()), "mend the YAML"));
        } catch (IOException | RuntimeException e) {
            return broken(new Problem(name, 0, 0, "cannot be read: " + firstLine(e.getMessage()),
                    "it must be YAML in UTF-8"));
        }
        List<Problem> problems = new ArrayList<>();
        for (ValidationMessage complaint : schema.validate(tree)) {
            JsonLocation place = complaint.getInstanceNode() == null ? null
                    : JsonNodes.tokenLocationOf(complaint.getInstanceNode());
            problems.add(new Problem(name, place == null ? 1 : place.getLineNr(), place == null ? 1
                    : place.getColumnNr(), complaint.getMessage(), "see the partner folders that come with the hub"));
        }
        return new Checked(tree, problems);
    }

    private static Checked broken(Problem problem) {
        return new Checked(null, List.of(problem));
    }

    private static String firstLine(String text) {
        return text == null ? "unreadable" : text.lines().findFirst().orElse("unreadable");
    }
}
