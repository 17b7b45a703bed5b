package dev.serai;

import dev.serai.cli.AudienceCommand;
import dev.serai.cli.BackfillCommand;
import dev.serai.cli.DocsCommand;
import dev.serai.cli.ForgetCommand;
import dev.serai.cli.ReplayCommand;
import dev.serai.cli.SandboxCommand;
import dev.serai.cli.SaveCommand;
import dev.serai.cli.SendCommand;
import dev.serai.cli.SyncCommand;
import dev.serai.cli.TailCommand;
import dev.serai.cli.WarehousesCommand;
import dev.serai.model.SettingsException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command line: {@code serai <command>}. */
@Command(name = "serai", mixinStandardHelpOptions = true, versionProvider = Version.class,
        description = "A self-hosted customer-data hub. Without a command it runs the hub.",
        synopsisSubcommandLabel = "[COMMAND]",
        subcommands = {RunCommand.class, SendCommand.class, TailCommand.class, ForgetCommand.class, WarehousesCommand.class,
            BackfillCommand.class, SyncCommand.class, AudienceCommand.class, DemoCommand.class, SandboxCommand.class, RoutesCommand.class,
            ReplayCommand.class, TestCommand.class, CheckCommand.class, NewCommand.class, SaveCommand.class, DocsCommand.class},
        footerHeading = "%nThe launcher ./serai also knows:%n",
        footer = {"  verify   Runs every test.",
            "  bench    Measures the hub and prints the README's figures; see bench --help.",
            "  drivers  Fetches the driver of a warehouse that the jar does not bring; see drivers --help."},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:done", "1:failed", "2:wrong usage or settings; the output says what to mend"})
public final class Serai implements Callable<Integer> {

    /** Without a command: {@code java -jar serai.jar} runs the hub. */
    @Override
    public Integer call() {
        return commandLine().execute("run");
    }

    public static void main(String[] args) {
        if (!Drivers.run(args)) {
            System.exit(commandLine().execute(args));
        }
    }

    static CommandLine commandLine() {
        // whatever the locale: events are UTF-8, and a pipe must not turn their letters into question marks
        return new CommandLine(new Serai())
                .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    if (failure instanceof SettingsException settings) {
                        settings.problems().forEach(problem -> commandLine.getErr().println(problem));
                        return CommandLine.ExitCode.USAGE;
                    }
                    throw failure;
                });
    }
}
