package dev.serai;

import dev.serai.partner.SettingKey;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serai test}: the samples of the partner folders. */
@Command(name = "test", mixinStandardHelpOptions = true, description = {
        "Runs the samples of the partner folders through their routes, without Kafka or network.",
        "What comes out is compared with the samples' out.*.json; what differs is shown, - as it is in the file, + as it came out."},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all as expected, or written anew", "1:something differs", "2:a folder cannot be used"})
final class TestCommand implements Callable<Integer> {

    @Parameters(paramLabel = "NAME", arity = "0..*", description = "A partner, or one sample as PARTNER/SAMPLE; all without.")
    private Set<String> names = Set.of();

    @Option(names = "--update", description = "Write the out.*.json files anew. Read what changed before you keep it.")
    private boolean update;

    @Option(names = "--routes", paramLabel = "DIRECTORY", description = "The partner folders (default: serai.routes.dir, "
            + "or routes).")
    private Path routes;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        // a destination that a sample stops is no alert
        Configurator.setLevel("dev.serai", Level.OFF);
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (SampleRunner runner = new SampleRunner(routes == null ? Path.of(SettingKey.ROUTES_DIR.defaultValue()) : routes)) {
            runner.problems().forEach(err::println);
            List<Path> samples = runner.samples(names);
            Set<String> known = new TreeSet<>();
            samples.forEach(sample -> known.addAll(List.of(SampleRunner.partnerOf(sample), SampleRunner.name(sample))));
            names.stream().filter(name -> !known.contains(name)).forEach(name ->
                    err.println(name + ": there is no such partner with samples, and no such sample"));
            boolean unusable = !runner.problems().isEmpty() || !known.containsAll(names);
            long began = System.nanoTime();
            int differing = 0;
            Map<String, Integer> good = new TreeMap<>();
            for (Path sample : samples) {
                List<SampleDifference> differences = runner.run(sample, update);
                if (differences.isEmpty()) {
                    good.merge(SampleRunner.partnerOf(sample), 1, Integer::sum);
                } else {
                    differing++;
                    differences.forEach(difference -> {
                        if (update) {
                            difference.printUpdated(out);
                        } else {
                            difference.print(out);
                        }
                    });
                }
            }
            List<Path> unused = runner.unused();
            unused.forEach(file -> out.println(file + ": no sample reads this file"));
            good.forEach((partner, count) -> out.printf("%-24s %d%n", partner, count));
            out.printf("%d samples, %d %s, in %.1f s%n", samples.size(), differing, update ? "written anew" : "differ",
                    (System.nanoTime() - began) / 1e9);
            return unusable ? 2 : !update && differing > 0 || !unused.isEmpty() ? 1 : 0;
        }
    }
}
