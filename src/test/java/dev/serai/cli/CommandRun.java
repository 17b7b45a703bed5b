package dev.serai.cli;

import dev.serai.model.SettingsException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine;

/** A command as it is run from a shell that shows no colours, with what it printed. */
final class CommandRun {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final Thread thread;

    private CommandRun(Callable<Integer> command, String[] arguments) {
        CommandLine commandLine = new CommandLine(command)
                .setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true))
                .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (failure instanceof SettingsException settings) {
                        settings.problems().forEach(problem -> line.getErr().println(problem));
                        return CommandLine.ExitCode.USAGE;
                    }
                    throw failure;
                });
        thread = new Thread(() -> exit.complete(commandLine.execute(arguments)), "command");
        thread.setDaemon(true);
        thread.start();
    }

    static CommandRun start(Callable<Integer> command, String... arguments) {
        return new CommandRun(command, arguments);
    }

    static CommandRun run(Callable<Integer> command, String... arguments) {
        CommandRun run = start(command, arguments);
        run.exit();
        return run;
    }

    /** Waits for it. */
    int exit() {
        return exit.join();
    }

    boolean isRunning() {
        return !exit.isDone();
    }

    String out() {
        return out.toString();
    }

    String err() {
        return err.toString();
    }
}
