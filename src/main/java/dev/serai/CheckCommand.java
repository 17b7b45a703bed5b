package dev.serai;

import dev.serai.check.EndpointCheck;
import dev.serai.check.FolderCheck;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Destinations;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import dev.serai.trait.Definitions;
import dev.serai.warehouse.WarehouseSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code serai check}: what is wrong with the partner folders, without running them. */
@Command(name = "check", mixinStandardHelpOptions = true, description = {
        "Tells everything that is wrong with the partner folders, the routing and the definitions of audiences/, each with file, line and "
            + "column.",
        "Nothing is run, and no network is used; ./serai test runs the samples."},
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing is wrong", "1:something is", "2:wrong usage"})
final class CheckCommand implements Callable<Integer> {

    private static final String ROUTING = "routing.camel.yaml";

    @Parameters(paramLabel = "PARTNER", arity = "0..*", description = "Folders; all, the routing and audiences/ without.")
    private Set<String> names = Set.of();

    @Option(names = "--routes", paramLabel = "DIRECTORY", description = "The partner folders (default: routes).")
    private Path routes = Path.of(SettingKey.ROUTES_DIR.defaultValue());

    @Option(names = "--settings", paramLabel = "FILE", defaultValue = "application.properties",
            description = "The file with the settings; it says which destinations the routing may name "
                    + "(default: ${DEFAULT-VALUE}).")
    private Path settings;

    @Option(names = "--strict", description = "Tell also events in partner.yaml's table that no sample produces.")
    private boolean strict;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        List<Path> folders = folders();
        Set<String> known = folders.stream().map(folder -> folder.getFileName().toString()).collect(Collectors.toSet());
        names.stream().filter(name -> !known.contains(name)).sorted().forEach(name ->
                err.println(name + ": there is no such folder in " + routes));
        if (!known.containsAll(names)) {
            return 2;
        }
        List<Path> chosen = folders.stream().filter(folder -> names.isEmpty()
                || names.contains(folder.getFileName().toString())).toList();
        List<Problem> problems = problems(chosen).stream().map(CheckCommand::placed).distinct().sorted(Comparator
                .comparing(Problem::file).thenComparing(Problem::line).thenComparing(Problem::column)).toList();
        problems.forEach(out::println);
        out.printf("%d %s, %s%n", chosen.size(), chosen.size() == 1 ? "folder" : "folders", problems.isEmpty() ? "nothing wrong"
                : problems.size() == 1 ? "1 problem" : problems.size() + " problems");
        return problems.isEmpty() ? 0 : 1;
    }

    private List<Path> folders() {
        try (Stream<Path> entries = Files.list(routes)) {
            return entries.filter(Files::isDirectory).filter(folder -> !folder.getFileName().toString().startsWith("."))
                    .sorted().toList();
        } catch (IOException e) {
            throw new SettingsException(new Problem(routes.toString(), 0, 0, "no such folder",
                    "begin in the folder that has routes, or name it with --routes"));
        }
    }

    private List<Problem> problems(List<Path> chosen) throws Exception {
        PartnerFolders partners = PartnerFolders.read(routes);
        List<Problem> problems = new ArrayList<>();
        try (EndpointCheck endpoints = new EndpointCheck(); SampleRunner samples = new SampleRunner(routes)) {
            FolderCheck check = new FolderCheck(endpoints);
            for (Path folder : chosen) {
                List<Problem> found = check.folder(folder, strict);
                partners.problems().stream().filter(problem -> Path.of(problem.file()).startsWith(folder)).forEach(found::add);
                samples.unused().stream().filter(file -> file.startsWith(folder)).forEach(file -> found.add(
                        new Problem(file.toString(), 1, 1, "no sample reads this file", "mend its name, or remove it")));
                problems.addAll(found);
                problems.addAll(built(folder, found, endpoints));
            }
            if (names.isEmpty()) {
                Path routing = routes.resolve(ROUTING);
                List<Problem> found = check.routing(routing);
                problems.addAll(found.isEmpty() ? rehearsed(partners, routing) : found);
                problems.addAll(definitions(partners));
            }
        }
        return problems;
    }

    /** What only shows when a route is built, such as an expression that does not parse; of files that are fine so far. */
    private static List<Problem> built(Path folder, List<Problem> found, EndpointCheck endpoints) throws IOException {
        Set<String> bad = found.stream().map(Problem::file).collect(Collectors.toSet());
        RouteLoader loader = new RouteLoader(endpoints.context());
        List<Problem> problems = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".camel.yaml") && !bad.contains(file.toString()))
                    .sorted().toList()) {
                try {
                    loader.load(file);
                } catch (SettingsException e) {
                    problems.addAll(e.problems());
                }
            }
        }
        return problems;
    }

    private List<Problem> rehearsed(PartnerFolders partners, Path routing) {
        Settings known = Settings.load(settings, new Properties());
        try (Rehearsal rehearsal = new Rehearsal(partners, Destinations.from(known, partners.partners()), routing)) {
            return List.of();
        } catch (SettingsException e) {
            return e.problems();
        }
    }

    private List<Problem> definitions(PartnerFolders partners) {
        Settings known = Settings.load(settings, new Properties());
        Destinations destinations = Destinations.from(known, partners.partners());
        List<String> warehouses = ConfiguredWarehouses.from(known, destinations).all().stream().map(WarehouseSettings::name).toList();
        return warehouses.isEmpty() ? List.of() : Definitions.read(Path.of(known.text(SettingKey.AUDIENCES_DIR)), warehouses,
                destinations.byName().keySet()).problems();
    }

    /** An editor jumps to the beginning of a file if there is no better place. */
    private static Problem placed(Problem problem) {
        return problem.line() > 0 ? problem : new Problem(problem.file(), 1, 1, problem.what(), problem.remedy());
    }
}
