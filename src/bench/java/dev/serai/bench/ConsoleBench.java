package dev.serai.bench;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * What an open debugger costs a hub that takes and loads events: turns without and with one, at the same hub. Requests
 * come as fast as it answers, then by the clock.
 *
 * <p>Hazard: the warehouse is loaded later than the requests are answered. So a turn begins and ends with everything
 * loaded, and an event's processor time has its load in it; the debugger is open as long as requests come. Both turns
 * of a pair suffer about the same neighbours, so the ratio is the median of the pairs' ratios. What loading costs an event
 * hangs on how many come in a batch, and compiling on how long the hub has run; so the processor time of all other threads
 * while requests come is told besides, and in it that of the thread that reads for the debugger.
 */
final class ConsoleBench {

    private static final int PORT = 18_085;
    private static final int BODIES = 256;
    private static final long WARM_UP_EVENTS = 200_000;
    private static final int QUIET_LOOKS = 5;

    private final Path jar;
    private final Path work;
    private final int pairs;
    private final double seconds;
    private final HttpClient client = HttpClient.newHttpClient();

    /** How requests come. */
    private enum Pace {
        CLOSED_LOOP("as fast as it answers, 1 event a request", 1, 0),
        STEADY("20,000 events/s, 20 events a request", 20, 20_000);

        private final String title;
        private final int eventsPerRequest;
        private final double eventsPerSecond;

        Pace(String title, int eventsPerRequest, double eventsPerSecond) {
            this.title = title;
            this.eventsPerRequest = eventsPerRequest;
            this.eventsPerSecond = eventsPerSecond;
        }
    }

    /**
     * @param p99Millis     from sending to the answer
     * @param cpuMicros     of the hub for an event, its load included
     * @param servingMicros of what neither loads nor compiles
     * @param feedMicros    of the debugger's thread
     * @param shown         events a second that the debugger was sent
     * @param skipped       events a second that it was told about only as a count
     */
    private record Turn(double eventsPerSecond, double p99Millis, double cpuMicros, double servingMicros, double feedMicros,
            double shown, double skipped) { }

    /** One way of taking events, while it goes on. */
    private record Taken(Load.Result result, double serving, double feed, long events) { }

    ConsoleBench(Path jar, Path work, int pairs, double seconds) {
        this.jar = jar;
        this.work = work;
        this.pairs = pairs;
        this.seconds = seconds;
    }

    void run(PrintStream out) throws Exception {
        for (Pace pace : Pace.values()) {
            // a hub of its own: what the other has written does not slow it, and is some gigabytes
            Path data = work.resolve("console");
            try (ServerProcess hub = ServerProcess.hub(jar, data, PORT)) {
                List<Turn> without = new ArrayList<>();
                List<Turn> with = new ArrayList<>();
                warmUp(hub, pace);
                for (int i = 0; i < pairs; i++) {
                    without.add(turn(hub, pace, i, false));
                    with.add(turn(hub, pace, i, true));
                }
                print(out, pace, without, with);
            }
            Bench.delete(data);
        }
    }

    /** By events and not by the clock: a machine that is busy compiles later. */
    private void warmUp(ServerProcess hub, Pace pace) throws Exception {
        for (int i = 0; accepted(hub) < WARM_UP_EVENTS; i++) {
            turn(hub, pace, i, i % 2 == 1);
        }
    }

    private Turn turn(ServerProcess hub, Pace pace, int seed, boolean watched) throws Exception {
        Events source = new Events(seed);
        List<byte[]> bodies = new ArrayList<>();
        for (int i = 0; i < BODIES; i++) {
            bodies.add(source.request(pace.eventsPerRequest, false));
        }
        awaitLoaded(hub);
        long accepted = accepted(hub);
        double cpu = hub.cpuSeconds();
        Taken taken;
        double shown = 0;
        double skipped = 0;
        try (Load load = new Load(hub.port(), pace == Pace.CLOSED_LOOP ? "/v1/track" : "/v1/batch", bodies)) {
            if (watched) {
                try (OpenDebugger debugger = new OpenDebugger(hub.port())) {
                    taken = take(hub, load, pace);
                    shown = debugger.shownPerSecond();
                    skipped = debugger.skippedPerSecond();
                }
            } else {
                taken = take(hub, load, pace);
            }
        }
        awaitLoaded(hub);
        Load.Result result = taken.result();
        if (result.failures() > 0) {
            throw new IllegalStateException(result.failures() + " of " + result.requests() + " were not 200");
        }
        double during = taken.events() - accepted;
        return new Turn(result.perSecond() * pace.eventsPerRequest, result.micros().getValueAtPercentile(99) / 1e3,
                (hub.cpuSeconds() - cpu) * 1e6 / (accepted(hub) - accepted), taken.serving() * 1e6 / during,
                taken.feed() * 1e6 / during, shown, skipped);
    }

    private Taken take(ServerProcess hub, Load load, Pace pace) throws Exception {
        double serving = hub.cpuSeconds(ConsoleBench::serves);
        Load.Result result = pace == Pace.CLOSED_LOOP ? load.run(256, seconds / 5, seconds)
                : load.runAt(pace.eventsPerSecond / pace.eventsPerRequest, 64, seconds / 5, seconds);
        return new Taken(result, hub.cpuSeconds(ConsoleBench::serves) - serving, hub.cpuSeconds("event-stream"::equals), accepted(hub));
    }

    /** DuckDB's own threads are named after the one that opened it, which had no name. */
    private static boolean serves(String thread) {
        return !thread.startsWith("loader-") && !thread.startsWith("Thread-") && !thread.contains("CompilerThre");
    }

    private static void print(PrintStream out, Pace pace, List<Turn> without, List<Turn> with) {
        out.printf(Locale.ROOT, "%-40s %9s %8s %13s %12s %7s %8s %10s%n", pace.title, "events/s", "p99 ms", "CPU us/event",
                "w/o loading", "feed", "shown/s", "skipped/s");
        row(out, "without", without);
        row(out, "debugger open", with);
        out.printf(Locale.ROOT, "ratio, median of %d pairs (lowest to highest): events/s %s, CPU %s, without loading %s%n", without.size(),
                ratio(without, with, Turn::eventsPerSecond), ratio(without, with, Turn::cpuMicros),
                ratio(without, with, Turn::servingMicros));
    }

    private static void row(PrintStream out, String name, List<Turn> turns) {
        out.printf(Locale.ROOT, "%-40s %9.0f %8.1f %13.2f %12.2f %7.2f %8.0f %10.0f%n", name, median(turns, Turn::eventsPerSecond),
                median(turns, Turn::p99Millis), median(turns, Turn::cpuMicros), median(turns, Turn::servingMicros),
                median(turns, Turn::feedMicros), median(turns, Turn::shown), median(turns, Turn::skipped));
    }

    private static double median(List<Turn> turns, ToDoubleFunction<Turn> figure) {
        return Median.of(turns.stream().map(figure::applyAsDouble).toList());
    }

    private static String ratio(List<Turn> without, List<Turn> with, ToDoubleFunction<Turn> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < without.size(); i++) {
            ratios.add(figure.applyAsDouble(with.get(i)) / figure.applyAsDouble(without.get(i)));
        }
        ratios.sort(null);
        return String.format(Locale.ROOT, "%.3f (%.3f to %.3f)", Median.of(ratios), ratios.get(0), ratios.get(ratios.size() - 1));
    }

    private long accepted(ServerProcess hub) throws IOException, InterruptedException {
        long accepted = 0;
        for (JsonNode source : overview(hub).path("sources")) {
            accepted += source.path("accepted").asLong();
        }
        return accepted;
    }

    /** The lag is known as of the last fetch, so it must be nothing for a while. */
    private void awaitLoaded(ServerProcess hub) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(5);
        for (int quiet = 0; quiet < QUIET_LOOKS;) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("the warehouse does not catch up: " + overview(hub).path("warehouses"));
            }
            TimeUnit.MILLISECONDS.sleep(200);
            quiet = overview(hub).path("warehouses").path(0).path("lag").asLong(-1) == 0 ? quiet + 1 : 0;
        }
    }

    private JsonNode overview(ServerProcess hub) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port()
                + "/api/overview")).build(), BodyHandlers.ofByteArray()).body());
    }
}
