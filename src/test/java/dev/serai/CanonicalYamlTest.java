package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.serialization.DefaultJsonNodeReader;
import com.networknt.schema.utils.JsonNodes;
import dev.serai.model.Problem;
import dev.serai.partner.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Routes and Kamelets are YAML that Camel's own schema accepts, in the long form that Kaoto writes: a step is an object,
 * and options of an endpoint are its {@code parameters}. Camel runs a good deal more than that, so only a test notices.
 */
class CanonicalYamlTest {

    private static final JsonSchema SCHEMA = YamlFile.schema("/schema/camelYamlDsl.json");
    private static final Path KAMELETS = Path.of("src/main/resources/kamelets");

    @TempDir
    private Path folder;

    @TestFactory
    Stream<DynamicTest> everyRouteIsCanonical() throws IOException {
        return tests(Path.of("routes"), ".camel.yaml");
    }

    @TestFactory
    Stream<DynamicTest> everyKameletIsCanonical() throws IOException {
        return tests(KAMELETS, ".kamelet.yaml");
    }

    @Test
    void tellsWhereAnUnknownPropertyATailAndAShortStepAre() throws IOException {
        Path file = Files.writeString(folder.resolve("x.camel.yaml"), """
                - route:
                    id: x
                    from:
                      uri: kamelet:webhook-source?partner=x
                      steps:
                        - to:
                            uri: kamelet:events-sink
                            nosuch: 1
                        - to: kamelet:objects-sink
                """);

        List<String> problems = problems(file).stream().map(Problem::toString).toList();

        assertThat(problems)
                .anySatisfy(problem -> assertThat(problem).contains("x.camel.yaml:4:12: 'kamelet:webhook-source?partner=x'"))
                .anySatisfy(problem -> assertThat(problem).contains("x.camel.yaml:7:13: ").contains("nosuch"))
                .anySatisfy(problem -> assertThat(problem).contains("x.camel.yaml:9:15: 'kamelet:objects-sink'"));
    }

    private static Stream<DynamicTest> tests(Path under, String ending) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(under)) {
            files.filter(file -> file.toString().endsWith(ending)).sorted().forEach(found::add);
        }
        assertThat(found).isNotEmpty();
        return found.stream().map(file -> dynamicTest(file.toString(), () -> assertThat(problems(file)).isEmpty()));
    }

    private static List<Problem> problems(Path file) throws IOException {
        JsonNode tree = DefaultJsonNodeReader.builder().locationAware().build()
                .readTree(Files.readString(file), InputFormat.YAML);
        boolean isKamelet = tree.path("kind").asText().equals("Kamelet");
        JsonNode routes = isKamelet ? routes(tree.at("/spec/template")) : tree;
        List<Problem> problems = new ArrayList<>();
        SCHEMA.validate(routes).forEach(complaint -> problems.add(problem(file, complaint.getInstanceNode(),
                complaint.getMessage(), "see Camel's YAML DSL")));
        shortForms(file, routes, problems);
        return problems;
    }

    /** A template is what a file of routes is, without the list around it. */
    private static ArrayNode routes(JsonNode template) {
        ArrayNode routes = JsonNodeFactory.instance.arrayNode();
        template.fields().forEachRemaining(member -> routes.addObject().set(member.getKey(), member.getValue()));
        return routes;
    }

    private static void shortForms(Path file, JsonNode node, List<Problem> problems) {
        JsonNode uri = node.path("uri");
        if (uri.asText().contains("?")) {
            problems.add(problem(file, uri, "'" + uri.asText() + "' has a tail", "write it as parameters"));
        }
        for (JsonNode step : node.path("steps")) {
            step.fields().forEachRemaining(member -> {
                if (member.getValue().isTextual()) {
                    problems.add(problem(file, member.getValue(), "'" + member.getValue().asText() + "' is a whole step",
                            "write " + member.getKey() + " with its members"));
                }
            });
        }
        node.forEach(child -> shortForms(file, child, problems));
    }

    private static Problem problem(Path file, JsonNode at, String what, String mend) {
        JsonLocation place = at == null ? null : JsonNodes.tokenLocationOf(at);
        return new Problem(file.toString(), place == null ? 1 : place.getLineNr(), place == null ? 1
                : place.getColumnNr(), what, mend);
    }
}
