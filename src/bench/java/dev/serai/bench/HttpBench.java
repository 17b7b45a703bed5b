package dev.serai.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * HTTP to acknowledged in Kafka: the floor and the hub in turns, so that what the machine does hits both. The floor
 * loads no warehouse, so the hub that is compared with it does not either ({@code serai.warehouse.url=none}); a last
 * row tells what is left for requests while a whole hub loads the same events on the same cores.
 */
final class HttpBench {

    private static final int CONNECTIONS = 256;
    private static final int BODIES = 64;
    private static final int[] EVENTS_PER_REQUEST = {1, 20, 100};

    private record Row(Load.Result result, double cpuMicrosPerEvent) { }

    private final Path jar;
    private final Path work;
    private final int rounds;
    private final double seconds;

    HttpBench(Path jar, Path work, int rounds, double seconds) {
        this.jar = jar;
        this.work = work;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    void run(PrintStream out) throws Exception {
        out.printf(Locale.ROOT, "%-8s %-7s %11s %11s %9s %9s %14s %7s%n", "events", "server", "requests/s",
                "events/s", "p50 ms", "p99 ms", "CPU us/event", "ratio");
        try (ServerProcess floor = ServerProcess.floor(work.resolve("floor"), 18_081,
                System.getProperty("java.class.path"));
                ServerProcess hub = ServerProcess.hub(jar, work.resolve("hub"), 18_082,
                        "-Dserai.warehouse.url=none")) {
            warmUp(floor);
            warmUp(hub);
            for (int events : EVENTS_PER_REQUEST) {
                List<Row> floorRows = new ArrayList<>();
                List<Row> hubRows = new ArrayList<>();
                for (int round = 0; round < rounds; round++) {
                    floorRows.add(measure(floor, events, round));
                    hubRows.add(measure(hub, events, round));
                }
                Row floorRow = median(floorRows);
                Row hubRow = median(hubRows);
                print(out, events, "floor", floorRow, 1);
                print(out, events, "serai", hubRow,
                        hubRow.result().perSecond() / floorRow.result().perSecond());
            }
        }
        try (ServerProcess whole = ServerProcess.hub(jar, work.resolve("whole"), 18_082)) {
            warmUp(whole);
            out.println("the same with the warehouse loading, on the same cores");
            for (int events : EVENTS_PER_REQUEST) {
                print(out, events, "serai", measure(whole, events, 0), Double.NaN);
            }
        }
    }

    private void warmUp(ServerProcess server) throws InterruptedException {
        for (int events : EVENTS_PER_REQUEST) {
            measure(server, events, 0);
        }
    }

    private Row measure(ServerProcess server, int events, int seed) throws InterruptedException {
        Events source = new Events(seed);
        List<byte[]> bodies = new ArrayList<>();
        for (int i = 0; i < BODIES; i++) {
            bodies.add(source.request(events, false));
        }
        try (Load load = new Load(server.port(), events == 1 ? "/v1/track" : "/v1/batch", bodies)) {
            double before = server.cpuSeconds();
            Load.Result result = load.run(CONNECTIONS, seconds / 3, seconds);
            double cpu = (server.cpuSeconds() - before) * seconds / (seconds + seconds / 3);
            if (result.failures() > 0) {
                throw new IllegalStateException(result.failures() + " of " + result.requests() + " were not 200");
            }
            return new Row(result, cpu * 1e6 / (result.requests() * events));
        }
    }

    private static Row median(List<Row> rows) {
        return rows.stream().sorted(Comparator.comparingDouble(row -> row.result().perSecond())).toList()
                .get(rows.size() / 2);
    }

    private static void print(PrintStream out, int events, String name, Row row, double ratio) {
        out.printf(Locale.ROOT, "%-8d %-7s %11.0f %11.0f %9.1f %9.1f %14.1f %7s%n", events, name,
                row.result().perSecond(), row.result().perSecond() * events,
                row.result().micros().getValueAtPercentile(50) / 1000.0,
                row.result().micros().getValueAtPercentile(99) / 1000.0, row.cpuMicrosPerEvent(),
                Double.isNaN(ratio) ? "" : String.format(Locale.ROOT, "%.2f", ratio));
    }
}
