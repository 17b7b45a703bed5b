package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class RoutesCommandTest {

    private static final String SHIPPED = "uri: kamelet:destinations-sink";

    @TempDir
    private Path folder;
    private Path routing;

    private record Run(int exit, String out, String err) { }

    @BeforeEach
    void routesOfTwoPartners() throws IOException {
        Path routes = Files.createDirectories(folder.resolve("routes"));
        for (String partner : new String[] {"amplitude", "webhook"}) {
            Path copy = Files.createDirectories(routes.resolve(partner));
            try (var files = Files.list(Path.of("routes", partner))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, copy.resolve(file.getFileName().toString()));
                }
            }
        }
        routing = Files.copy(Path.of("routes/routing.camel.yaml"), routes.resolve("routing.camel.yaml"));
        Files.writeString(folder.resolve("application.properties"), "serai.routes.dir=" + routes + "\n"
                + "serai.destinations.webhook.url=https://example.com/hook\n"
                + "serai.destinations.webhook.consentCategories=Marketing\n");
    }

    private Run explain(String events, String... more) throws IOException {
        return run(Files.writeString(folder.resolve("events.json"), events), more);
    }

    private Run run(Path file, String... more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] arguments = new String[more.length + 4];
        System.arraycopy(new String[] {"routes", "explain", file.toString(), "--settings="
                + folder.resolve("application.properties")}, 0, arguments, 0, 4);
        System.arraycopy(more, 0, arguments, 4, more.length);
        CommandLine serai = Serai.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return new Run(serai.execute(arguments), out.toString(), err.toString());
    }

    @Test
    void tellsWhichDestinationsAnEventReachesAndByWhichLine() throws Exception {
        Run run = explain("{\"type\":\"track\",\"event\":\"Order Completed\",\"userId\":\"user-1\",\"messageId\":\"m1\"}");

        int line = Files.readAllLines(routing).stream().map(text -> text.contains("- to:") && !text.contains("#")).toList()
                .indexOf(true) + 1;
        assertThat(run.exit()).isZero();
        assertThat(run.out()).startsWith("track Order Completed m1").contains("reached   webhook", "routing.camel.yaml:" + line,
                "1 item", "off       amplitude");
        assertThat(run.err()).isEmpty();
    }

    @Test
    void tellsWhatHoldsAnEventBack() throws Exception {
        Files.writeString(folder.resolve("application.properties"), Files.readString(folder.resolve("application.properties"))
                + "serai.destinations.amplitude.apiKey=0123456789abcdef\n");
        Run run = explain("""
                [{"type":"track","event":"A","userId":"user-1","messageId":"m1",
                  "context":{"consent":{"categoryPreferences":{"Marketing":false}}},"integrations":{"Amplitude":false}},
                 {"type":"alias","userId":"user-1","previousId":"p","messageId":"m2"},
                 {"source":"zendesk","collection":"tickets","id":"7","version":1,"isDeleted":false,"properties":{}}]
                """, "--json");

        JsonNode told = Json.MAPPER.readTree(run.out());
        assertThat(told.get(0).at("/outcomes/0/why").asText()).contains("integrations");
        assertThat(told.get(0).at("/outcomes/1/why").asText()).contains("Marketing");
        assertThat(told.get(1).at("/outcomes/0/fate").asText()).isEqualTo("filtered");
        assertThat(told.get(1).at("/outcomes/0/why").asText()).contains("mapping has no use for it");
        assertThat(told.get(1).at("/outcomes/1/fate").asText()).isEqualTo("reached");
        assertThat(told.get(2).at("/outcomes/1/why").asText()).isEqualTo("no step of the routing chose it");
    }

    @Test
    void tellsWhatIsWrongWithTheRoutingTheEventOrTheFile() throws Exception {
        String event = "{\"type\":\"track\",\"event\":\"A\",\"userId\":\"u\"}";
        String shipped = Files.readString(routing);
        Files.writeString(routing, shipped.replace("\"${header.type} != 'object'\"", "\"${body.nonsense()} == 1\""));
        Run failing = explain(event);
        assertThat(failing.exit()).isEqualTo(1);
        assertThat(failing.out()).contains("failed", "routing.camel.yaml:", "nonsense");

        Files.writeString(routing, shipped.replace(SHIPPED, "uri: kamelet:no-such-sink"));
        Run broken = explain(event);
        assertThat(broken.exit()).isEqualTo(2);
        assertThat(broken.err()).contains("routing.camel.yaml", "no-such-sink");

        Files.writeString(routing, shipped);
        assertThat(explain("{\"type\":\"purchase\"}").err()).contains("'purchase' is no type of event");
        assertThat(explain("{\"type\":").err()).contains("events.json:1:", "no JSON");
        assertThat(explain("[]").exit()).isEqualTo(2);
        assertThat(run(folder.resolve("absent.json")).err()).contains("no such file");
    }
}
