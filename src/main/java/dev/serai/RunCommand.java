package dev.serai;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.logging.log4j.LogManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serai run}: the hub, until Ctrl-C or SIGTERM. */
@Command(name = "run", mixinStandardHelpOptions = true, description = {
        "Runs the hub until Ctrl-C or SIGTERM.",
        "Settings come from application.properties in this folder, then the environment "
                + "(SERAI_DATA_DIR for serai.data.dir), then -D."})
final class RunCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

    @Option(names = "--settings", paramLabel = "FILE", defaultValue = "application.properties",
            description = "The file with the settings (default: ${DEFAULT-VALUE}).")
    private Path settings;

    @Option(names = "--strict", description = "A partner folder that cannot be used ends the start; "
            + "without it the folder is reported and left out.")
    private boolean strict;

    @Option(names = "--watch", description = "Reads a partner folder again when something in it changes, new folders too, and "
            + "tells how its samples do then. A mistake is told, and what ran goes on.")
    private boolean watch;

    @Option(names = "-D", paramLabel = "SETTING=VALUE", description = "Sets one setting, over file and environment.")
    private Map<String, String> told = Map.of();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        long begin = System.nanoTime();
        told.forEach(System::setProperty);
        Hub hub = Hub.start(settings, System.getenv(), System.getProperties(), strict);
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            hub.close();
            LOG.info("Hub stopped");
            LogManager.shutdown();
            stopped.countDown();
        }, "shutdown"));
        LOG.info("Hub ready url=http://127.0.0.1:{} seconds={}", hub.port(),
                (System.nanoTime() - begin) / 100_000_000 / 10.0);
        if (watch) {
            hub.watch(settings, spec.commandLine().getOut());
        }
        stopped.await();
        return 0;
    }
}
