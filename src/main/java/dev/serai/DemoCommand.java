package dev.serai;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code serai demo}: three stories of warehouse knowledge that reaches destinations, each checked to the row. */
@Command(name = "demo", mixinStandardHelpOptions = true, sortOptions = false, description = {
        "Runs a hub of its own with the sandbox, in an empty data directory and on free ports, and tells three stories:",
        "who has an open Zendesk ticket is left out of a campaign at Facebook and Braze; who has been away for six months and opens an "
                + "email comes into a win-back audience at Facebook and Google; what becomes of a campaign's emails.",
        "Each number is compared with one that is computed without the hub."},
        exitCodeListHeading = "%nExit codes:%n", exitCodeList = {"0:every check held", "1:one did not; the output says which"})
final class DemoCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--stay", description = "Leave the hub running for a look, until Ctrl-C.")
    private boolean stay;

    @Option(names = "--routes", paramLabel = "DIRECTORY", defaultValue = "routes", description = "Partner folders (default: ${DEFAULT-VALUE}).")
    private Path routes;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try (Demo demo = Demo.start(routes, out)) {
            boolean held = new DemoTickets(demo).run() & new DemoWinBack(demo).run() & new DemoFunnel(demo).run();
            out.println(held ? "All three stories hold." : "Something does not hold; see above.");
            if (stay) {
                CountDownLatch stopped = new CountDownLatch(1);
                Thread hook = new Thread(() -> {
                    stopped.countDown();
                    demo.close();
                });
                Runtime.getRuntime().addShutdownHook(hook);
                out.println("The hub stays at " + demo.url() + "; Ctrl-C ends it. Try, for instance:");
                out.println("  ./serai audience list --url " + demo.url());
                out.println("  ./serai audience preview win-back --url " + demo.url());
                stopped.await();
            }
            return held ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
        }
    }
}
