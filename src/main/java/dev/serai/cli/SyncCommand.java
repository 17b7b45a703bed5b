package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.List;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serai sync}: one run of a partner's collections by hand, watched until it has ended. */
@Command(name = "sync", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Pulls a partner's objects now, in a running hub, and shows how far it is.",
        "Only what is new is read; with --full everything, and what the partner no longer has is marked deleted. Without "
                + "PARTNER it lists how the syncs of all collections go."},
        footerHeading = "%nExamples:%n", footer = {"  serai sync", "  serai sync stripe", "  serai sync zendesk tickets --full"},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:all has been read; with --no-wait, it is wanted",
            "1:a collection could not be read, or no hub answers", "2:wrong usage or settings; the output says what to mend"})
public final class SyncCommand implements Callable<Integer> {

    private static final long LOOK_AGAIN_MILLIS = 300;
    private static final int LONGEST_CURSOR = 60;
    private static final String WENT_AWAY = "The hub went away or was restarted; it goes on with the syncs by itself.";

    @Spec
    private CommandSpec spec;

    @Mixin
    private HubOptions hub;

    @Mixin
    private TokenOption token;

    @Parameters(index = "0", arity = "0..1", paramLabel = "PARTNER", description = "A partner, or one of its sources by name.")
    private String source;

    @Parameters(index = "1", arity = "0..1", paramLabel = "COLLECTION", description = "Only this one, for instance tickets.")
    private String collection;

    @Option(names = "--full", description = "Read everything again, not only what is new.")
    private boolean full;

    @Option(names = "--no-wait", description = "Want it and leave; 'serai sync' shows how far it is.")
    private boolean noWait;

    private boolean begun;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        HubApi api = new HubApi(hub, token, hub.settings(List.of()));
        try {
            if (source == null) {
                return list(api, err);
            }
            ObjectNode wanted = Json.MAPPER.createObjectNode().put("source", source).put("full", full);
            if (collection != null) {
                wanted.put("collection", collection);
            }
            HubApi.Answer answer = api.post("/api/syncs", wanted);
            if (answer.status() != 202) {
                err.println(api.refused(answer));
                return answer.status() == 404 || answer.status() == 400 ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
            }
            begun = true;
            return noWait ? CommandLine.ExitCode.OK : follow(api, answer.json().path("wishes"), err);
        } catch (IOException e) {
            err.println(begun ? WENT_AWAY : api.failed(e));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private int list(HubApi api, PrintWriter err) throws IOException, InterruptedException {
        HubApi.Answer answer = api.get("/api/syncs");
        if (answer.status() != 200) {
            err.println(api.refused(answer));
            return CommandLine.ExitCode.SOFTWARE;
        }
        PrintWriter out = spec.commandLine().getOut();
        boolean isWell = true;
        for (JsonNode one : answer.json().path("syncs")) {
            isWell &= one.path("failures").asInt() == 0;
            out.println(line(one));
        }
        return isWell ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    /** Until every wish has been fulfilled, with a bar for all of them together. */
    private int follow(HubApi api, JsonNode wishes, PrintWriter err) throws IOException, InterruptedException {
        Map<String, String> open = new HashMap<>();
        wishes.forEach(wish -> open.put(key(wish), wish.path("id").asText()));
        int failed = 0;
        try (ProgressBar bar = new ProgressBarBuilder().setTaskName("sync").setInitialMax(open.size())
                .setStyle(ProgressBarStyle.ASCII).setUpdateIntervalMillis((int) LOOK_AGAIN_MILLIS)
                .setConsumer(new ConsoleProgressBarConsumer(System.err)).build()) {
            while (true) {
                HubApi.Answer answer = api.get("/api/syncs");
                if (answer.status() != 200) {
                    err.println(WENT_AWAY);
                    return CommandLine.ExitCode.SOFTWARE;
                }
                long rows = 0;
                String now = "";
                for (JsonNode one : answer.json().path("syncs")) {
                    String wish = open.get(key(one));
                    if (wish == null) {
                        continue;
                    }
                    rows += one.path("rows").asLong();
                    // a run may fulfil later wishes too, and then shows the last one's id, which is larger
                    if (one.path("endedWish").asText().compareTo(wish) >= 0) {
                        open.remove(key(one));
                        bar.step();
                        failed += one.path("failures").asInt() > 0 ? 1 : 0;
                        err.println("\r" + line(one));
                    } else if (one.path("phase").asText().equals("running")) {
                        now = one.path("collection").asText() + " page " + one.path("pages").asLong() + ", "
                                + one.path("rows").asLong() + " objects";
                    }
                }
                bar.setExtraMessage(now.isEmpty() ? rows + " objects" : now);
                if (open.isEmpty()) {
                    return failed == 0 ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
            }
        }
    }

    private static String key(JsonNode of) {
        return of.path("source").asText() + "/" + of.path("collection").asText();
    }

    private static String line(JsonNode sync) {
        String cursor = sync.path("cursor").toString();
        String failure = sync.path("message").isTextual()
                ? System.lineSeparator() + "    " + Terminal.visible(sync.path("code").asText("waiting") + ": "
                        + sync.path("message").asText()) : "";
        return Terminal.visible(String.format("%-44s %-8s %6d pages %10d objects %10.1f/s  next %s  cursor %s", key(sync),
                sync.path("phase").asText(), sync.path("pages").asLong(), sync.path("rows").asLong(),
                sync.path("rowsPerSecond").asDouble(), sync.path("nextRunAt").asText("-").replaceFirst("\\.\\d+Z", "Z"),
                cursor.length() > LONGEST_CURSOR ? cursor.substring(0, LONGEST_CURSOR) + "…" : cursor)) + failure;
    }
}
