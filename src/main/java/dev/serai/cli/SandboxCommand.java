package dev.serai.cli;

import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fakes;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serai sandbox}: the fakes of the partners on their own, for hubs and clients of any kind on this machine. */
@Command(name = "sandbox", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Serves fakes of Stripe, Zendesk and Salesforce on loopback, with people and companies in common, and of the "
                + "destinations, until Ctrl-C. GET /_received/amplitude shows what a destination took; DELETE clears it.",
        "A hub uses them with serai.sandbox.enabled=true, which also starts them within the hub if nobody serves them yet. "
                + "What goes wrong is chosen over HTTP: POST /sandbox/faults with "
                + "{\"partner\":\"zendesk\",\"path\":\"/api/v2/incremental\",\"fault\":\"rate_limit\",\"times\":2,"
                + "\"seconds\":5}; GET lists them, DELETE clears them. POST /sandbox/clock with {\"advanceSeconds\":3600} lets time pass at the partners."},
        footerHeading = "%nExample:%n", footer = {"  serai sandbox &",
            "  curl -u sk_test_sandbox: 'http://127.0.0.1:8090/stripe/v1/charges?limit=3'"},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:ended", "1:the port is taken", "2:wrong usage"})
public final class SandboxCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "8090",
            description = "On loopback (default: ${DEFAULT-VALUE}).")
    private int port;

    @Option(names = "--people", paramLabel = "NUMBER", defaultValue = "200",
            description = "How many people there are at the partners (default: ${DEFAULT-VALUE}).")
    private int people;

    @Option(names = "--seed", paramLabel = "NUMBER", defaultValue = "7",
            description = "Another number makes other people (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Override
    public Integer call() throws InterruptedException {
        if (port < 0 || port > 65_535) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--port=" + port + " is no port; use 0 to 65535, 0 for any");
        }
        if (people < 0) {
            throw new CommandLine.ParameterException(spec.commandLine(), "--people=" + people + " is less than nobody");
        }
        PrintWriter out = spec.commandLine().getOut();
        SandboxClock clock = new SandboxClock();
        Faults faults = new Faults();
        List<Fake> fakes = Fakes.all(seed, people, clock, faults);
        try (Sandbox sandbox = Sandbox.start(port, clock, faults, fakes)) {
            out.println("Sandbox ready");
            fakes.forEach(fake -> out.println("  " + sandbox.url(fake.partner()) + "  " + fake.credentials()));
            CountDownLatch ended = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(ended::countDown, "shutdown"));
            ended.await();
            return CommandLine.ExitCode.OK;
        } catch (UncheckedIOException e) {
            spec.commandLine().getErr().println(e.getMessage());
            return CommandLine.ExitCode.SOFTWARE;
        }
    }
}
