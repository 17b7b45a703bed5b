package dev.serai.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serai warehouses}: how the warehouses of a running hub are loaded, and how fresh their tables are. */
@Command(name = "warehouses", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Shows how each warehouse is loaded: lag, freshness, errors, back-fills; with --tables each table too.",
        "Counts are those of this hub since its start."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:every warehouse is loaded as events come",
            "1:one is not, or no hub answers", "2:wrong usage or settings; the output says what to mend"})
public final class WarehousesCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private HubOptions hub;

    @Mixin
    private TokenOption token;

    @Option(names = "--tables", description = "Every table, with the age of its newest event.")
    private boolean tables;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        HubApi api = new HubApi(hub, token, hub.settings(List.of()));
        try {
            HubApi.Answer answer = api.get("/api/warehouses");
            if (answer.status() != 200) {
                err.println(api.refused(answer));
                return CommandLine.ExitCode.SOFTWARE;
            }
            boolean healthy = true;
            for (JsonNode warehouse : answer.json().path("warehouses")) {
                healthy &= warehouse.path("healthy").asBoolean();
                print(out, warehouse);
            }
            return healthy ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        } catch (IOException e) {
            err.println(api.failed(e));
            return CommandLine.ExitCode.SOFTWARE;
        }
    }

    private void print(PrintWriter out, JsonNode warehouse) {
        out.printf("%-16s %-11s %s  lag %d  loaded %d events and %d objects  duplicates %d  dead letters %d"
                        + "  fresh p50 %.1f s p95 %.1f s%n",
                text(warehouse, "name"), text(warehouse, "kind"), warehouse.path("healthy").asBoolean() ? "loading" : "FAILING",
                warehouse.path("lag").asLong(), warehouse.path("eventsLoaded").asLong(),
                warehouse.path("objectsLoaded").asLong(), warehouse.path("duplicates").asLong(),
                warehouse.path("deadLetters").asLong(), warehouse.path("freshnessP50Millis").asLong() / 1e3,
                warehouse.path("freshnessP95Millis").asLong() / 1e3);
        if (!warehouse.path("error").isNull()) {
            out.println("  " + text(warehouse, "error"));
        }
        for (JsonNode backfill : warehouse.path("backfills")) {
            out.println("  back-fill of " + BackfillCommand.progress(backfill));
        }
        for (JsonNode table : tables ? warehouse.path("tables") : warehouse.path("none")) {
            Duration age = Duration.between(Instant.parse(table.path("newest").asText()), Instant.now());
            out.printf("  %-60s %10d rows  newest %s ago%n", text(table, "table"), table.path("rows").asLong(), age(age));
        }
    }

    private static String age(Duration age) {
        long seconds = Math.max(0, age.toSeconds());
        return seconds < 120 ? seconds + " s" : seconds < 7_200 ? seconds / 60 + " min"
                : seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " days";
    }

    private static String text(JsonNode of, String field) {
        return Terminal.visible(of.path(field).asText());
    }
}
