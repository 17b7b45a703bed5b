package dev.serai.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What the hub takes when nobody sends: time to ready with a data directory that exists, processor, memory. */
final class FootprintBench {

    private static final int STARTS = 3;

    private final Path jar;
    private final Path work;
    private final int settleSeconds;
    private final int idleSeconds;

    FootprintBench(Path jar, Path work, int settleSeconds, int idleSeconds) {
        this.jar = jar;
        this.work = work;
        this.settleSeconds = settleSeconds;
        this.idleSeconds = idleSeconds;
    }

    void run(PrintStream out) throws Exception {
        List<Double> starts = new ArrayList<>();
        for (int i = 0; i <= STARTS; i++) {
            long begin = System.nanoTime();
            ServerProcess hub = ServerProcess.hub(jar, work.resolve("footprint"), 18_084);
            if (i > 0) {
                starts.add((System.nanoTime() - begin) / 1e9);
            }
            if (i == STARTS) {
                TimeUnit.SECONDS.sleep(settleSeconds);
                double before = hub.cpuSeconds();
                TimeUnit.SECONDS.sleep(idleSeconds);
                out.printf(Locale.ROOT, "start to ready %.1f s; idle %.1f %% of one core; resident %d MB%n",
                        Median.of(starts), (hub.cpuSeconds() - before) / idleSeconds * 100, hub.residentMegabytes());
            }
            hub.close();
        }
    }
}
