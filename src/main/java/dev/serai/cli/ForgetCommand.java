package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code serai forget}: has a running hub forget a person, and shows the proof. The hub does the work; the command may
 * be ended and run again, and so may the hub.
 */
@Command(name = "forget", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Removes a person from every table, queue and dead letter, and suppresses new events.",
        "Then everything is counted anew, and the counts are printed. It can be run again at any time, and goes on "
                + "where it was."},
        footerHeading = "%nExamples:%n", footer = {
            "  serai forget u1 --dry-run       what the hub has of u1; changes nothing",
            "  serai forget u1 --yes           without asking",
            "  serai forget u1 --allow-again   takes events of u1 again"},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
            "0:nothing of the person is left, and new events are suppressed; or what else was asked is done",
            "1:something is left, or no hub answers; the output says what to do",
            "2:wrong usage or settings; the output says what to mend"})
public final class ForgetCommand implements Callable<Integer> {

    private static final long LOOK_AGAIN_MILLIS = 300;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HubOptions hub;

    @Mixin
    private TokenOption token;

    @Parameters(paramLabel = "USER_ID", description = "The userId in the person's events.")
    private String userId;

    @ArgGroup
    private Less less = new Less();

    @Option(names = "--wait", paramLabel = "SECONDS", defaultValue = "60", description = "How long to wait for routing, deliveries "
            + "and the warehouse to read what is to be removed (default: ${DEFAULT-VALUE}).")
    private int waitSeconds;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    /** At most one of these. */
    private static final class Less {

        @Option(names = "--dry-run", description = "Only count.")
        private boolean dryRun;

        @Option(names = "--suppress-only", description = "Only suppress new events; remove nothing.")
        private boolean suppressOnly;

        @Option(names = "--allow-again", description = "Take events of this user again.")
        private boolean allowAgain;

        boolean removes() {
            return !dryRun && !suppressOnly && !allowAgain;
        }
    }

    private PrintWriter out;
    private PrintWriter err;

    @Override
    public Integer call() throws InterruptedException {
        out = spec.commandLine().getOut();
        err = spec.commandLine().getErr();
        if (userId.isEmpty()) {
            throw new CommandLine.ParameterException(spec.commandLine(), "USER_ID must not be empty");
        }
        if (waitSeconds < 0) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--wait must not be negative");
        }
        if (less.removes() && !yes && !isConfirmed()) {
            err.println("Nothing was done.");
            return CommandLine.ExitCode.SOFTWARE;
        }
        HubApi api = new HubApi(hub, token, hub.settings(List.of()));
        boolean begun = false;
        try {
            HubApi.Answer answer = api.post("/api/forget", body());
            if (answer.status() != 202) {
                err.println(api.refused(answer));
                return answer.status() == 400 ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
            }
            begun = true;
            return follow(api, "/api/forget/" + answer.json().path("id").asText());
        } catch (IOException e) {
            err.println(begun ? wentAway() : api.failed(e));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private boolean isConfirmed() {
        Console console = System.console();
        if (console == null || !isTerminal(console)) {
            return true;
        }
        String answer = console.readLine("Remove everything of user %s and refuse new events? "
                + "It cannot be undone. [y/N] ", Terminal.visible(userId));
        return answer != null && List.of("y", "yes").contains(answer.strip().toLowerCase(Locale.ROOT));
    }

    /** From Java 22 there is a console even where nobody sits, and a method that tells. */
    private static boolean isTerminal(Console console) {
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    private ObjectNode body() {
        ObjectNode body = Json.MAPPER.createObjectNode().put("userId", userId);
        if (less.dryRun) {
            body.put("dryRun", true);
        } else if (less.suppressOnly) {
            body.put("suppressOnly", true);
        } else if (less.allowAgain) {
            body.put("allow", true);
        } else {
            body.put("waitSeconds", waitSeconds);
        }
        return body;
    }

    private int follow(HubApi api, String path) throws IOException, InterruptedException {
        String told = "";
        while (true) {
            HubApi.Answer answer = api.get(path);
            JsonNode status = answer.json();
            String state = status.path("state").asText();
            if (answer.status() != 200 || state.isEmpty()) {
                err.println(wentAway());
                return CommandLine.ExitCode.SOFTWARE;
            }
            if (!state.equals("running")) {
                return report(status, state.equals("finished"));
            }
            String step = Terminal.visible(status.path("step").asText());
            // who waits is told with a number that changes all the time; once is enough
            String kind = step.replaceAll("\\d+", "");
            if (!kind.equals(told)) {
                err.println(step + " ...");
                told = kind;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private int report(JsonNode status, boolean isFinished) {
        JsonNode places = status.path("places");
        int width = 0;
        for (JsonNode place : places) {
            width = Math.max(width, name(place).length());
        }
        for (JsonNode place : places) {
            out.printf("%-" + width + "s  removed %6d  remaining %6d%n", name(place), place.path("removed").asLong(),
                    place.path("remaining").asLong());
        }
        boolean suppressed = status.path("suppressed").asBoolean();
        out.println(suppressed ? "New events are suppressed, as read back from Kafka."
                : "New events are taken, as read back from Kafka.");
        status.path("notes").forEach(note -> err.println(Terminal.visible(note.asText())));
        if (!isFinished) {
            err.println("This is not finished; run the command again.");
        }
        return isFinished ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private static String name(JsonNode place) {
        return Terminal.visible(place.path("name").asText());
    }

    private String wentAway() {
        return less.dryRun ? "The hub went away; run the command again when it is back."
                : "The hub went away before it was done. What is suppressed stays so, for that is in Kafka; "
                        + "run the command again when the hub is back, and it does the rest.";
    }
}
