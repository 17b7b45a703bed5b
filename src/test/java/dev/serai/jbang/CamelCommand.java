package dev.serai.jbang;

import java.util.concurrent.Callable;
import picocli.CommandLine;

/** {@code camel run ...}: Camel JBang 4.17 comes without a main method. */
public final class CamelCommand {

    private static final String COMMANDS = "org.apache.camel.dsl.jbang.core.commands.";

    private CamelCommand() {
    }

    public static void main(String[] arguments) throws ReflectiveOperationException {
        System.exit(run(arguments));
    }

    /** Returns when the run is over. */
    static int run(String... arguments) throws ReflectiveOperationException {
        // the tests are not compiled with JBang
        Class<?> main = Class.forName(COMMANDS + "CamelJBangMain");
        Callable<?> run = (Callable<?>) Class.forName(COMMANDS + "Run").getConstructor(main)
                .newInstance(main.getConstructor().newInstance());
        return new CommandLine(run).execute(arguments);
    }
}
