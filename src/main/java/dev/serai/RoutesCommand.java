package dev.serai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.kafka.Routable;
import dev.serai.model.EventType;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serai routes}: what the routing does, without a hub that runs. */
@Command(name = "routes", mixinStandardHelpOptions = true, description = "Looks at the routing.",
        subcommands = RoutesCommand.Explain.class, synopsisSubcommandLabel = "COMMAND")
final class RoutesCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return 2;
    }

    /** {@code serai routes explain FILE}. */
    @Command(name = "explain", mixinStandardHelpOptions = true, description = {
            "Tells which destinations an event would reach, and why.",
            "The file has an event as an SDK sends it or as it is on topic events, an object as it is on topic objects, or an "
                    + "array of those. Settings and routing are read from this folder; nothing is sent, and no hub need run."},
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {"0:told", "1:the routing fails on an event", "2:wrong usage, settings or routing"})
    static final class Explain implements Callable<Integer> {

        @Parameters(paramLabel = "FILE", description = "JSON, such as samples' in.events.json.")
        private Path file;

        @Option(names = "--source", defaultValue = "website", description = "The source of events that do not name theirs "
                + "(default: ${DEFAULT-VALUE}).")
        private String source;

        @Option(names = "--settings", paramLabel = "FILE", defaultValue = "application.properties",
                description = "The file with the settings (default: ${DEFAULT-VALUE}).")
        private Path settings;

        @Option(names = "--json", description = "For programs: an array, for each event its outcomes; also what "
                + "settings turn on what is off.")
        private boolean json;

        @Spec
        private CommandSpec spec;

        @Override
        public Integer call() {
            Configuration configuration = Configuration.read(settings, System.getenv(), System.getProperties(), false);
            List<Routable> routables = routables();
            try (Rehearsal rehearsal = new Rehearsal(configuration.folders(), configuration.destinations(),
                    configuration.routing())) {
                List<Problem> problems = rehearsal.loadPartners(configuration.folders());
                problems.forEach(problem -> spec.commandLine().getErr().println(problem));
                boolean failed = false;
                ArrayNode all = Json.MAPPER.createArrayNode();
                for (Routable routable : routables) {
                    List<Rehearsal.Outcome> outcomes = rehearsal.outcomes(routable);
                    failed |= outcomes.stream().anyMatch(outcome -> outcome.fate().equals("failed"));
                    if (json) {
                        add(all, routable, outcomes);
                    } else {
                        print(routable, outcomes);
                    }
                }
                if (json) {
                    spec.commandLine().getOut().println(all.toPrettyString());
                }
                return failed ? 1 : 0;
            }
        }

        private void print(Routable routable, List<Rehearsal.Outcome> outcomes) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(routable.headers().get("type") + " " + routable.headers().getOrDefault("event", "") + " "
                    + routable.id());
            for (Rehearsal.Outcome outcome : outcomes.stream().filter(one -> !one.fate().equals("off")).toList()) {
                out.printf("  %-9s %-24s %s%n", outcome.fate(), outcome.destination(), outcome.why());
            }
            String off = outcomes.stream().filter(one -> one.fate().equals("off")).map(Rehearsal.Outcome::destination)
                    .collect(Collectors.joining(", "));
            if (!off.isEmpty()) {
                out.printf("  %-9s %s%n", "off", off);
            }
        }

        private static void add(ArrayNode all, Routable routable, List<Rehearsal.Outcome> outcomes) {
            ArrayNode list = all.addObject().put("id", routable.id()).putArray("outcomes");
            outcomes.forEach(outcome -> list.addObject().put("destination", outcome.destination())
                    .put("fate", outcome.fate()).put("why", outcome.why()));
        }

        private List<Routable> routables() {
            try {
                JsonNode read = Json.MAPPER.readTree(Files.readAllBytes(file));
                List<Routable> routables = new ArrayList<>();
                for (JsonNode one : read.isArray() ? read : Json.MAPPER.createArrayNode().add(read)) {
                    routables.add(routable(one));
                }
                if (routables.isEmpty()) {
                    throw new IOException("there is no event in it");
                }
                return routables;
            } catch (JsonProcessingException e) {
                throw new SettingsException(new Problem(file.toString(), e.getLocation().getLineNr(),
                        e.getLocation().getColumnNr(), "no JSON: " + e.getOriginalMessage().replaceFirst(" \\(start marker.*", ""), "mend it"));
            } catch (IOException e) {
                throw new SettingsException(new Problem(file.toString(), 0, 0,
                        Files.exists(file) ? e.getMessage() : "there is no such file", "name a file with an event"));
            }
        }

        private Routable routable(JsonNode read) throws IOException {
            if (!(read instanceof ObjectNode given)) {
                throw new IOException("an event must be a JSON object");
            }
            if (given.has("collection")) {
                return Routable.object(Json.MAPPER.writeValueAsBytes(given));
            }
            ObjectNode event = given.deepCopy();
            String now = Instant.now().toString();
            String type = event.path("type").asText("");
            if (EventType.of(type).isEmpty()) {
                throw new IOException("'" + type + "' is no type of event; write for instance \"type\":\"track\"");
            }
            for (String[] field : new String[][] {{"source", source}, {"messageId", "no-message-id"}, {"timestamp", now},
                {"receivedAt", now}}) {
                if (!event.hasNonNull(field[0])) {
                    event.put(field[0], field[1]);
                }
            }
            return Routable.event(Json.MAPPER.writeValueAsBytes(event));
        }
    }
}
