package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code serai backfill}: has a running hub load a table from what Kafka still has. The hub does the work, and goes on
 * with it after a restart; the command only begins it and shows how far it is.
 */
@Command(name = "backfill", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Loads a table from all events that Kafka still has, while new events are loaded as ever.",
        "Rows that the table has are left as they are: run it after a table was included again or lost rows. To have a "
                + "table made anew, drop it first. A new warehouse needs none of this; it begins with the first event."},
        footerHeading = "%nExample:%n", footer = "  serai backfill website.order_completed --warehouse lake",
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:all is in the table; with --no-wait, it has begun",
            "1:it cannot begin, or no hub answers", "2:wrong usage or settings; the output says what to mend"})
public final class BackfillCommand implements Callable<Integer> {

    private static final long LOOK_AGAIN_MILLIS = 500;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HubOptions hub;

    @Mixin
    private TokenOption token;

    @Parameters(paramLabel = "SCHEMA.TABLE", description = "For instance website.order_completed.")
    private String table;

    @Option(names = "--warehouse", paramLabel = "NAME", defaultValue = "warehouse",
            description = "Which of the hub's warehouses (default: ${DEFAULT-VALUE}, its own).")
    private String warehouse;

    @Option(names = "--no-wait", description = "Begin it and leave; 'serai warehouses' shows how far it is.")
    private boolean noWait;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        HubApi api = new HubApi(hub, token, hub.settings(List.of()));
        try {
            HubApi.Answer answer = api.post("/api/warehouses/" + warehouse + "/backfills",
                    Json.MAPPER.createObjectNode().put("table", table));
            if (answer.status() != 202) {
                err.println(api.refused(answer));
                return answer.status() == 400 ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
            }
            return noWait ? CommandLine.ExitCode.OK : follow(api, err);
        } catch (IOException e) {
            err.println(api.failed(e));
            return CommandLine.ExitCode.SOFTWARE;
        } catch (IllegalArgumentException e) {
            throw new CommandLine.ParameterException(spec.commandLine(), "'" + warehouse + "' cannot be the name of a warehouse", e);
        }
    }

    private int follow(HubApi api, PrintWriter err) throws IOException, InterruptedException {
        String told = "";
        while (true) {
            HubApi.Answer answer = api.get("/api/warehouses");
            JsonNode mine = find(answer.json());
            if (answer.status() != 200 || mine == null) {
                err.println("The hub went away or was restarted; it goes on with the back-fill by itself.");
                return CommandLine.ExitCode.SOFTWARE;
            }
            String line = progress(mine);
            if (!line.equals(told)) {
                err.println(line);
                told = line;
            }
            if (mine.path("ended").asBoolean()) {
                return CommandLine.ExitCode.OK;
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
    }

    private JsonNode find(JsonNode answer) {
        for (JsonNode one : answer.path("warehouses")) {
            if (one.path("name").asText().equals(warehouse)) {
                for (JsonNode backfill : one.path("backfills")) {
                    if (backfill.path("table").asText().equals(table)) {
                        return backfill;
                    }
                }
            }
        }
        return null;
    }

    /** One line: how far it is, and what stands in its way. */
    static String progress(JsonNode backfill) {
        long total = backfill.path("total").asLong();
        long percent = total == 0 ? (backfill.path("ended").asBoolean() ? 100 : 0) : backfill.path("done").asLong() * 100 / total;
        return Terminal.visible(backfill.path("table").asText()) + ": " + percent + " % of " + total + " events read, "
                + backfill.path("rows").asLong() + " rows added" + (backfill.path("ended").asBoolean() ? ", done" : "")
                + (backfill.path("error").isNull() ? "" : "; trying again: " + Terminal.visible(backfill.path("error").asText()));
    }
}
