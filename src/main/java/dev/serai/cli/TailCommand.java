package dev.serai.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.cli.LiveStream.Said;
import dev.serai.model.Json;
import dev.serai.partner.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code serai tail}: events as a hub takes them in. Outlives a restart of the hub: a connection that was there once
 * is made again, with growing pauses. Ctrl-C is the ordinary end, so it exits 0, for which the JVM must be halted.
 */
@Command(name = "tail", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Shows events as they come in: accepted, rejected and unplanned.",
        "It shows a sample when more come in than one can read, and never slows the hub. "
                + "Filters may be repeated; then any of their values will do."},
        footerHeading = "%nExamples:%n", footer = {
            "  serai tail                                    everything",
            "  serai tail --kind rejected --kind unplanned   what needs attention",
            "  serai tail --source website --event 'Order Completed'",
            "  serai tail --raw | jq .properties             for programs: one JSON object a line",
            "  serai tail -n 1 --timeout 30                  wait for an event; exit 1 if none comes"},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {
            "0:done, or ended with Ctrl-C",
            "1:no hub answers, it refuses, or --timeout came before -n events",
            "2:wrong usage or settings; the output says what to mend"})
public final class TailCommand implements Callable<Integer> {

    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(45);
    private static final long SHORTEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final int STARTING = 503;
    private static final int DONE = -1;

    @Spec
    private CommandSpec spec;

    @Mixin
    private HubOptions hub;

    @Mixin
    private TokenOption token;

    @Option(names = "--source", paramLabel = "SOURCE", description = "Only events of this source.")
    private List<String> sources = List.of();

    @Option(names = "--type", paramLabel = "TYPE",
            description = "Only track, identify, page, screen, group or alias.")
    private List<String> types = List.of();

    @Option(names = "--event", paramLabel = "NAME", description = "Only track events of this name.")
    private List<String> events = List.of();

    @Option(names = "--kind", paramLabel = "KIND", description = "Only accepted, rejected or unplanned.")
    private List<String> kinds = List.of();

    @Option(names = "--raw", description = "The events as JSON, one a line.")
    private boolean raw;

    @Option(names = "-n", paramLabel = "COUNT", description = "End after so many events.")
    private Long count;

    @Option(names = "--timeout", paramLabel = "SECONDS", description = "End after so many seconds.")
    private Long timeoutSeconds;

    private PrintWriter out;
    private PrintWriter err;
    private PrettyEvent pretty;
    private long end;
    private long shown;
    private boolean greeted;
    private long skipped;
    private long skippedTold = System.nanoTime() - TimeUnit.MINUTES.toNanos(1);

    @Override
    public Integer call() throws InterruptedException {
        requirePositive("-n", count);
        requirePositive("--timeout", timeoutSeconds);
        out = spec.commandLine().getOut();
        err = spec.commandLine().getErr();
        pretty = new PrettyEvent(Terminal.of(spec.commandLine().getColorScheme().ansi()), ZoneId.systemDefault());
        end = timeoutSeconds == null ? Long.MAX_VALUE : System.nanoTime() + TimeUnit.SECONDS.toNanos(timeoutSeconds);
        Settings settings = hub.settings(List.of());
        Thread onInterrupt = new Thread(() -> {
            out.flush();
            Runtime.getRuntime().halt(CommandLine.ExitCode.OK);
        }, "ctrl-c");
        Runtime.getRuntime().addShutdownHook(onInterrupt);
        try {
            return follow(hub.address(settings), settings);
        } finally {
            try {
                Runtime.getRuntime().removeShutdownHook(onInterrupt);
            } catch (IllegalStateException e) {
                // ending already
            }
        }
    }

    private void requirePositive(String option, Long value) {
        if (value != null && value < 1) {
            throw new CommandLine.ParameterException(spec.commandLine(), option + " must be at least 1");
        }
    }

    private int follow(String address, Settings settings) throws InterruptedException {
        HttpClient client = HubOptions.client();
        URI uri = URI.create(address + "/api/events/stream" + query());
        long pause = SHORTEST_PAUSE_NANOS;
        boolean connected = false;
        boolean told = false;
        while (left() > 0) {
            HttpRequest.Builder request = HttpRequest.newBuilder(uri);
            token.addTo(request, settings);
            try (LiveStream stream = LiveStream.open(client, request)) {
                if (stream.isOpen()) {
                    if (told) {
                        err.println("Connected again.");
                    }
                    connected = true;
                    told = false;
                    pause = SHORTEST_PAUSE_NANOS;
                    if (show(stream, address) == DONE) {
                        return CommandLine.ExitCode.OK;
                    }
                } else if (stream.status() != STARTING) {
                    return refused(stream, address);
                }
            } catch (IOException e) {
                if (!connected) {
                    err.println(HubOptions.unreachable(address));
                    return CommandLine.ExitCode.SOFTWARE;
                }
            }
            if (!told && left() > 0) {
                err.println(connected ? "The connection to the hub is lost; trying again."
                        : "The hub is starting; trying again.");
                told = true;
            }
            TimeUnit.NANOSECONDS.sleep(Math.min(pause, Math.max(0, left())));
            pause = Math.min(LONGEST_PAUSE_NANOS, pause * 2);
        }
        return count == null ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    /** Until the connection ends, or {@link #DONE}. */
    private int show(LiveStream stream, String address) throws InterruptedException {
        while (left() > 0) {
            Said said = stream.next(Math.min(left(), SILENCE_NANOS));
            if (said == null || said == Said.END) {
                return 0;
            }
            switch (said.name()) {
                case "accepted", "rejected", "unplanned" -> print(said);
                case "listening" -> greet(address);
                case "skipped" -> skipped += json(said).path("count").asLong();
                case "interrupted" -> err.println(Terminal.visible(json(said).path("message").asText()));
                default -> {
                    // a sign of life, or something that a newer hub says
                }
            }
            tellSkipped();
            if (count != null && shown >= count || out.checkError()) {
                return DONE;
            }
        }
        return 0;
    }

    /** In a flood the hub says it several times a second; once is enough. */
    private void tellSkipped() {
        if (skipped > 0 && System.nanoTime() - skippedTold > TimeUnit.SECONDS.toNanos(1)) {
            err.println(skipped + " events are not shown: more come in than can be.");
            skipped = 0;
            skippedTold = System.nanoTime();
        }
    }

    private void print(Said said) {
        out.println(raw ? Terminal.visible(said.data()) : pretty.lines(said.name(), json(said)));
        shown++;
    }

    private void greet(String address) {
        if (!greeted) {
            err.println("Listening to " + address + "; Ctrl-C ends.");
            greeted = true;
        }
    }

    private int refused(LiveStream stream, String address) throws IOException {
        String answer = stream.refusal();
        String message = message(answer);
        err.println(message == null
                ? "What answers at " + address + " is no hub of this version (status " + stream.status()
                        + "); name the hub with --url."
                : "The hub refuses (status " + stream.status() + "): " + Terminal.visible(message)
                        + (stream.status() == 401 ? "; give it with --token or SERAI_CONSOLE_TOKEN" : ""));
        return stream.status() == 400 ? CommandLine.ExitCode.USAGE : CommandLine.ExitCode.SOFTWARE;
    }

    private static String message(String answer) {
        try {
            return Json.MAPPER.readTree(answer).path("message").textValue();
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static JsonNode json(Said said) {
        try {
            return Json.MAPPER.readTree(said.data());
        } catch (JsonProcessingException e) {
            return Json.MAPPER.createObjectNode();
        }
    }

    private String query() {
        List<String> filters = new ArrayList<>();
        add(filters, "source", sources);
        add(filters, "type", types);
        add(filters, "event", events);
        add(filters, "kind", kinds);
        return filters.isEmpty() ? "" : "?" + String.join("&", filters);
    }

    private static void add(List<String> filters, String name, List<String> values) {
        values.forEach(value -> filters.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
    }

    private long left() {
        return timeoutSeconds == null ? Long.MAX_VALUE : end - System.nanoTime();
    }
}
