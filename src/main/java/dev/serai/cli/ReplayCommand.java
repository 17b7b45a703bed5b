package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serai replay}: has a running hub put dead letters through again, or events to a new destination. */
@Command(name = "replay", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Puts dead letters through again, or with --events all events that Kafka still has, to one destination.",
        "It counts first and asks before anything is sent. What a destination got in the last day is passed over there, so the "
                + "command may be run again. Consent, integrations and routing hold for replayed events as for others."},
        footerHeading = "%nExamples:%n", footer = {
            "  serai replay --destination braze --since 2h",
            "  serai replay --code retries_exhausted --event \"Order Completed\" --yes",
            "  serai replay --events --destination mixpanel --since 7d"},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:all is on its way again, or was counted",
            "1:some of it is not, or no hub answers", "2:wrong usage or settings; the output says what to mend"})
public final class ReplayCommand implements Callable<Integer> {

    private static final long LOOK_AGAIN_MILLIS = 300;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HubOptions hub;

    @Mixin
    private TokenOption token;

    @Option(names = "--destination", paramLabel = "NAME", description = "Dead letters of this destination; with --events, where "
            + "they go.")
    private String destination;

    @Option(names = "--stage", paramLabel = "STAGE", description = "Where they were given up: plan, routing, or delivery.<destination>.")
    private String stage;

    @Option(names = "--code", paramLabel = "CODE", description = "Why they were given up, such as retries_exhausted.")
    private String code;

    @Option(names = "--event", paramLabel = "NAME", description = "Events of this name.")
    private String event;

    @Option(names = "--source", paramLabel = "NAME", description = "Events of this source.")
    private String source;

    @Option(names = "--message-id", paramLabel = "ID", description = "This one event.")
    private String messageId;

    @Option(names = "--since", paramLabel = "TIME", description = "Given up, or received, at this time or later: 2026-01-31, "
            + "2026-01-31T10:00:00Z, or how long ago, as 2h or 7d.")
    private String since;

    @Option(names = "--until", paramLabel = "TIME", description = "And before this one.")
    private String until;

    @Option(names = "--events", description = "All events instead of dead letters, for a destination that is new.")
    private boolean events;

    @Option(names = "--dry-run", description = "Count, and leave.")
    private boolean dryRun;

    @Option(names = {"-y", "--yes"}, description = "Do not ask.")
    private boolean yes;

    @Override
    public Integer call() throws InterruptedException {
        if (events && destination == null) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--events needs --destination: the one to fill");
        }
        PrintWriter out = spec.commandLine().getOut();
        HubApi api = new HubApi(hub, token, hub.settings(List.of()));
        try {
            JsonNode counted = run(api, true);
            if (counted == null) {
                return CommandLine.ExitCode.SOFTWARE;
            }
            print(out, counted);
            if (dryRun || counted.path("sent").asLong() == 0) {
                return CommandLine.ExitCode.OK;
            }
            if (!yes && !confirmed(counted.path("sent").asLong())) {
                out.println("Nothing was sent.");
                return CommandLine.ExitCode.OK;
            }
            JsonNode sent = run(api, false);
            if (sent == null) {
                return CommandLine.ExitCode.SOFTWARE;
            }
            print(out, sent);
            return sent.path("state").asText().equals("finished") ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        } catch (IOException e) {
            spec.commandLine().getErr().println(api.failed(e));
            return CommandLine.ExitCode.SOFTWARE;
        } catch (Refused e) {
            spec.commandLine().getErr().println(e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
    }

    /** What was asked for makes no sense to the hub. */
    private static final class Refused extends RuntimeException {

        private static final long serialVersionUID = 1;

        Refused(String message) {
            super(message);
        }
    }

    /** Nobody who can answer means no. */
    private static boolean confirmed(long count) {
        Console console = System.console();
        if (console == null) {
            System.err.println("Run it with --yes to send them.");
            return false;
        }
        String answer = console.readLine("Send %d again? [y/N] ", count);
        return answer != null && answer.strip().toLowerCase(Locale.ROOT).startsWith("y");
    }

    /** @return how it ended; null if the hub went away, which is told */
    private JsonNode run(HubApi api, boolean isDry) throws IOException, InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        HubApi.Answer begun = api.post("/api/replays", wanted().put("dryRun", isDry));
        if (begun.status() == 400) {
            throw new Refused(api.refused(begun));
        }
        if (begun.status() != 202) {
            err.println(api.refused(begun));
            return null;
        }
        try (ProgressBar bar = new ProgressBarBuilder().setTaskName(isDry ? "count" : "replay").setInitialMax(1)
                .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis((int) LOOK_AGAIN_MILLIS)
                .setConsumer(new ConsoleProgressBarConsumer(System.err)).build()) {
            while (true) {
                HubApi.Answer answer = api.get("/api/replays/" + begun.json().path("id").asText());
                if (answer.status() != 200) {
                    err.println(api.refused(answer));
                    return null;
                }
                JsonNode status = answer.json();
                bar.maxHint(Math.max(1, status.path("total").asLong()));
                bar.stepTo(status.path("read").asLong());
                if (!List.of("waiting", "running").contains(status.path("state").asText())) {
                    return status;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
        }
    }

    private ObjectNode wanted() {
        ObjectNode wanted = Json.MAPPER.createObjectNode();
        Map<String, String> conditions = new LinkedHashMap<>();
        conditions.put("destination", destination);
        conditions.put("stage", stage);
        conditions.put("code", code);
        conditions.put("event", event);
        conditions.put("source", source);
        conditions.put("messageId", messageId);
        conditions.put("since", since);
        conditions.put("until", until);
        conditions.forEach((name, value) -> {
            if (value != null) {
                wanted.put(name, value);
            }
        });
        return events ? wanted.put("events", true) : wanted;
    }

    private static void print(PrintWriter out, JsonNode status) {
        out.printf("%d matched, %d %s%n", status.path("matched").asLong(), status.path("sent").asLong(),
                status.path("dryRun").asBoolean() ? "would be sent" : "sent");
        status.path("skipped").fields().forEachRemaining(skipped -> out.printf("%d passed over: %s%n",
                skipped.getValue().asLong(), Terminal.visible(skipped.getKey())));
        if (!status.path("failure").asText().isEmpty()) {
            out.println("Failed: " + Terminal.visible(status.path("failure").asText()));
        }
    }
}
