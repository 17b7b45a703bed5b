package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serai audience}: traits, audiences and reports of a running hub. */
@Command(name = "audience", mixinStandardHelpOptions = true, description = {
        "Traits, audiences and reports, as the files of audiences/ define them, in a running hub.",
        "Without a command it lists them."},
        subcommands = {AudienceCommand.ListAll.class, AudienceCommand.Preview.class, AudienceCommand.Run.class, AudienceCommand.Drop.class,
            AudienceCommand.Report.class, AudienceCommand.Profile.class},
        synopsisSubcommandLabel = "[COMMAND]", exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:done",
            "1:it could not be done, or no hub answers", "2:wrong usage or settings; the output says what to mend"})
public final class AudienceCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        return spec.subcommands().get("list").execute();
    }

    /** What all of them have. */
    abstract static class Asking implements Callable<Integer> {

        /** As long as a query may take, and the sending of what it finds. */
        private static final Duration PATIENCE = Duration.ofHours(3);

        @Spec
        CommandSpec spec;

        @Mixin
        private HubOptions hub;

        @Mixin
        private TokenOption token;

        abstract HubApi.Answer ask(HubApi api) throws IOException, InterruptedException;

        abstract void print(JsonNode answer, PrintWriter out);

        @Override
        public final Integer call() throws InterruptedException {
            PrintWriter err = spec.commandLine().getErr();
            HubApi api = new HubApi(hub, token, hub.settings(List.of()), PATIENCE);
            try {
                HubApi.Answer answer = ask(api);
                if (answer.status() != 200) {
                    // of a definition that is refused, only where and why
                    err.println(answer.status() == 422 ? Terminal.visible(answer.json().path("message").asText()) : api.refused(answer));
                    return CommandLine.ExitCode.SOFTWARE;
                }
                print(answer.json(), spec.commandLine().getOut());
                return CommandLine.ExitCode.OK;
            } catch (IOException e) {
                err.println(api.failed(e));
                return CommandLine.ExitCode.SOFTWARE;
            }
        }

        static String inPath(String name) {
            return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        }

        static void table(PrintWriter out, JsonNode rows) {
            Map<String, Integer> widths = new LinkedHashMap<>();
            for (JsonNode row : rows) {
                row.properties().forEach(cell -> widths.merge(cell.getKey(), Math.max(cell.getKey().length(),
                        text(cell.getValue()).length()), Math::max));
            }
            line(out, widths, new ArrayList<>(widths.keySet()));
            for (JsonNode row : rows) {
                line(out, widths, widths.keySet().stream().map(name -> text(row.path(name))).toList());
            }
        }

        private static void line(PrintWriter out, Map<String, Integer> widths, List<String> cells) {
            StringBuilder line = new StringBuilder();
            int i = 0;
            for (int width : widths.values()) {
                line.append(String.format("%-" + (width + 2) + "s", cells.get(i++)));
            }
            out.println(line.toString().stripTrailing());
        }

        /** To the second. */
        static String time(JsonNode value) {
            return value.isTextual() ? text(value).replaceFirst("\\.\\d+Z$", "Z") : "never";
        }

        static String count(JsonNode number, String what) {
            return String.format(Locale.ROOT, "%,d %s%s", number.asLong(), what, number.asLong() == 1 ? "" : "s");
        }

        static String text(JsonNode value) {
            return value.isNull() || value.isMissingNode() ? "" : Terminal.visible(value.asText());
        }
    }

    /** {@code serai audience list}. */
    @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists all definitions: size, last and next run, problems.")
    static final class ListAll extends Asking {

        @Override
        HubApi.Answer ask(HubApi api) throws IOException, InterruptedException {
            return api.get("/api/audiences");
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            for (JsonNode one : answer.path("audiences")) {
                boolean isReport = one.path("kind").asText().equals("report");
                out.println(isReport ? String.format("%-10s%s", "report", text(one.path("name")))
                        : String.format(Locale.ROOT, "%-10s%-32s%,12d  last %-22s next %s", text(one.path("kind")), text(one.path("name")),
                                one.path("size").asLong(), time(one.path("lastRun")),
                                one.path("running").asBoolean() ? "running now" : time(one.path("nextRun"))));
                if (!one.path("problem").isNull()) {
                    out.println("  " + text(one.path("problem")));
                }
            }
            answer.path("problems").forEach(problem -> out.println(text(problem)));
        }
    }

    /** {@code serai audience preview}. */
    @Command(name = "preview", mixinStandardHelpOptions = true, description = "Shows what a run would come to: rows, what would change, a "
            + "sample, the overlap with other audiences. Nothing is sent.")
    static final class Preview extends Asking {

        @Parameters(paramLabel = "NAME", description = "The file's name before .trait.yaml or .audience.yaml.")
        private String name;

        @Option(names = "--sql", description = "The query too.")
        private boolean sql;

        @Override
        HubApi.Answer ask(HubApi api) throws IOException, InterruptedException {
            return api.get("/api/audiences/" + inPath(name) + "/preview");
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            out.printf(Locale.ROOT, "%s; a run would add %,d, change %,d and remove %,d%n", count(answer.path("size"), "row"),
                    answer.path("added").asLong(), answer.path("changed").asLong(), answer.path("removed").asLong());
            if (answer.path("large").asLong() > 0) {
                out.printf(Locale.ROOT, "%,d changed rows are over 16 KB and would be left out%n", answer.path("large").asLong());
            }
            if (answer.path("unknown").asLong() > 0) {
                out.printf(Locale.ROOT, "nobody is known by the id of %s yet; a new profile comes of each%n", count(answer.path("unknown"), "row"));
            }
            answer.path("overlap").properties().forEach(other -> out.printf(Locale.ROOT, "%,d are in %s too%n", other.getValue().asLong(),
                    Terminal.visible(other.getKey())));
            if (!answer.path("sample").isEmpty()) {
                out.println();
                table(out, sample(answer));
            }
            if (sql) {
                out.println();
                out.println(answer.path("query").asText());
            }
        }

        /** Its rows, those that nobody is known by with a question mark in front, if there is one. */
        private static JsonNode sample(JsonNode answer) {
            ArrayNode rows = Json.MAPPER.createArrayNode();
            for (int i = 0; i < answer.path("sample").size(); i++) {
                ObjectNode row = rows.addObject();
                if (answer.path("unknown").asLong() > 0) {
                    row.put(" ", answer.path("known").path(i).asBoolean() ? "" : "?");
                }
                row.setAll((ObjectNode) answer.path("sample").get(i));
            }
            return rows;
        }
    }

    /** {@code serai audience run}. */
    @Command(name = "run", mixinStandardHelpOptions = true, description = "Computes one now, and returns when all that has changed is sent.")
    static final class Run extends Asking {

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        HubApi.Answer ask(HubApi api) throws IOException, InterruptedException {
            return api.post("/api/audiences/" + inPath(name) + "/runs", Json.MAPPER.createObjectNode());
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            out.printf(Locale.ROOT, "%s: %,d added, %,d changed, %,d removed%n", count(answer.path("rows"), "row"),
                    answer.path("added").asLong(), answer.path("changed").asLong(), answer.path("removed").asLong());
        }
    }

    /** {@code serai audience drop}. */
    @Command(name = "drop", mixinStandardHelpOptions = true, description = {"Ends a definition whose file is gone.",
            "Until then its members stay as destinations were told. Destinations are told that everybody has left, or that traits are null."})
    static final class Drop extends Asking {

        @Parameters(paramLabel = "NAME")
        private String name;

        @Option(names = "--silent", description = "Tell nobody: destinations keep what they know.")
        private boolean silent;

        @Override
        HubApi.Answer ask(HubApi api) throws IOException, InterruptedException {
            return api.delete("/api/audiences/" + inPath(name) + "?silent=" + silent);
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            out.printf(Locale.ROOT, "%s; destinations were%s told%n", count(answer.path("members"), "member"),
                    answer.path("told").asBoolean() ? "" : " not");
        }
    }

    /** {@code serai audience report}. */
    @Command(name = "report", mixinStandardHelpOptions = true, description = "Computes a report and shows it.")
    static final class Report extends Asking {

        @Parameters(paramLabel = "NAME")
        private String name;

        @Option(names = "--sql", description = "The query too.")
        private boolean sql;

        @Override
        HubApi.Answer ask(HubApi api) throws IOException, InterruptedException {
            return api.get("/api/reports/" + inPath(name));
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            if (answer.path("rows").isEmpty()) {
                out.println("Nobody has come to the first step.");
            } else {
                table(out, answer.path("rows"));
            }
            if (sql) {
                out.println();
                out.println(answer.path("sql").asText());
            }
        }
    }

    /** {@code serai audience profile}. */
    @Command(name = "profile", mixinStandardHelpOptions = true, description = "Shows who an identifier belongs to, with identifiers, traits, "
            + "audiences and events.")
    static final class Profile extends Asking {

        @Parameters(paramLabel = "ID", description = "A user id, an email, an anonymous id; or with its kind, such as email:ann@example.com.")
        private String id;

        @Override
        HubApi.Answer ask(HubApi api) throws IOException, InterruptedException {
            return api.get("/api/profiles/" + inPath(id));
        }

        @Override
        void print(JsonNode answer, PrintWriter out) {
            out.println(text(answer.path("id")));
            answer.path("identifiers").forEach(one -> out.printf("  %-14s%s%n", text(one.path("kind")), text(one.path("value"))));
            answer.path("traits").properties().forEach(source -> source.getValue().properties().forEach(trait -> out.printf("  %s.%s = %s%n",
                    Terminal.visible(source.getKey()), Terminal.visible(trait.getKey()), text(trait.getValue()))));
            answer.path("audiences").forEach(one -> out.println("  in " + text(one)));
            if (!answer.path("events").isEmpty()) {
                out.println();
                table(out, answer.path("events"));
            }
        }
    }
}
