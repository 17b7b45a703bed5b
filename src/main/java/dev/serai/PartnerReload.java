package dev.serai;

import dev.serai.check.EndpointCheck;
import dev.serai.check.FolderCheck;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Collection;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Program;
import dev.serai.partner.Sync;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a partner folder that was changed in the place of the one that runs, and tells in a line how its samples do then.
 * The folder is tried first, in a {@link SampleHub} with nothing else in it: Camel's own reloading restarts every route,
 * and a broken file can leave none. What is wrong is told, and what runs goes on.
 */
final class PartnerReload {

    private static final Logger LOG = LoggerFactory.getLogger(PartnerReload.class);
    private static final String DESCRIPTION_FILE = "partner.yaml";
    private static final int MOST_SHOWN = 3;

    private final CamelRuntime camel;
    private final Path routes;
    private final Queues queues;
    private final PrintWriter out;

    /** Makes the queues of destinations that there were not before. */
    interface Queues {
        void create(Set<String> destinations);
    }

    PartnerReload(CamelRuntime camel, Path routes, Queues queues, PrintWriter out) {
        this.camel = camel;
        this.routes = routes;
        this.queues = queues;
        this.out = out;
    }

    /** Whether the folder is another than the one that runs. */
    boolean isStale(String slug) {
        return !Optional.ofNullable(PartnerFolders.readOne(routes.resolve(slug)).partners().get(slug)).equals(running(slug));
    }

    /** The folder is new, or something in it has changed. */
    void changed(String slug) {
        Optional<Partner> last = running(slug);
        if (last.isEmpty() && !Files.exists(routes.resolve(slug).resolve(DESCRIPTION_FILE))) {
            // somebody has only begun to write it
            return;
        }
        PartnerFolders read = PartnerFolders.readOne(routes.resolve(slug));
        Partner partner = read.partners().get(slug);
        if (partner == null) {
            refuse(slug, read.problems());
            return;
        }
        Configuration next = camel.configuration().with(slug, Optional.of(partner));
        List<Problem> problems = newProblems(next);
        problems.addAll(camel.clashes(partner));
        problems.addAll(compile(partner));
        try (SampleRunner runner = new SampleRunner(routes, next.folders(), partner)) {
            if (problems.isEmpty()) {
                problems.addAll(placed(partner, runner.loadRoutes()));
            }
            if (problems.isEmpty()) {
                problems.addAll(exchange(slug, next));
            }
            if (problems.isEmpty()) {
                route(last, Optional.of(partner));
                runSamples(runner, slug + (last.isEmpty() ? " added" : " reloaded"), later(last, Optional.of(partner)));
            } else {
                refuse(slug, problems);
            }
        }
    }

    /** The folder is gone. */
    void removed(String slug) {
        Optional<Partner> last = running(slug);
        if (last.isPresent()) {
            Configuration next = camel.configuration().with(slug, Optional.empty());
            List<Problem> problems = newProblems(next);
            camel.exchange(slug, next);
            route(last, Optional.empty());
            problems.forEach(out::println);
            out.println(slug + " removed" + later(last, Optional.empty()));
        }
    }

    /** Only its samples have changed. */
    void samplesChanged(String slug) {
        running(slug).ifPresent(partner -> {
            try (SampleRunner runner = new SampleRunner(routes, camel.configuration().folders(), partner)) {
                List<Problem> problems = runner.loadRoutes();
                problems.forEach(out::println);
                if (problems.isEmpty()) {
                    runSamples(runner, slug, "");
                }
            }
        });
    }

    private Optional<Partner> running(String slug) {
        return Optional.ofNullable(camel.configuration().folders().partners().get(slug));
    }

    private void refuse(String slug, List<Problem> problems) {
        problems.forEach(out::println);
        out.println(slug + (camel.runs(slug) ? " goes on as it was" : " is left out"));
    }

    /** Settings of a folder that was removed are wrong already, which is no fault of another one. */
    private List<Problem> newProblems(Configuration next) {
        List<Problem> problems = new ArrayList<>(next.problems());
        problems.removeAll(camel.configuration().problems());
        return problems;
    }

    /** Mappings of collections belong to syncs, not to a route. */
    private static List<Problem> compile(Partner partner) {
        List<Problem> problems = new ArrayList<>();
        mappings(Optional.of(partner)).forEach(mapping -> {
            try {
                Program.compile(partner, mapping);
            } catch (SettingsException e) {
                problems.addAll(e.problems());
            }
        });
        return problems;
    }

    /** Camel tells one mistake of a route and often not where; what is told instead is all of them that can be found. */
    private static List<Problem> placed(Partner partner, List<Problem> told) {
        Map<String, List<Problem>> better = new TreeMap<>();
        if (!told.isEmpty()) {
            try (EndpointCheck endpoints = new EndpointCheck()) {
                FolderCheck check = new FolderCheck(endpoints);
                partner.routes().stream().filter(file -> told.stream().anyMatch(problem -> problem.file().equals(file.toString())))
                        .forEach(file -> better.put(file.toString(), check.mistakes(file, partner.slug())));
            } catch (Exception e) {
                LOG.debug("Routes cannot be checked partner={}", partner.slug(), e);
            }
        }
        better.values().removeIf(List::isEmpty);
        List<Problem> problems = new ArrayList<>(told);
        problems.removeIf(problem -> better.containsKey(problem.file()));
        better.values().forEach(problems::addAll);
        problems.sort(Comparator.comparing(Problem::file).thenComparing(Problem::line).thenComparing(Problem::column));
        return problems;
    }

    private List<Problem> exchange(String slug, Configuration next) {
        Set<String> added = on(next);
        added.removeAll(on(camel.configuration()));
        if (!added.isEmpty()) {
            queues.create(added);
        }
        return camel.exchange(slug, next);
    }

    private static Set<String> on(Configuration configuration) {
        return configuration.destinations().on().stream().map(ConfiguredDestination::name).collect(Collectors.toSet());
    }

    /** Routing sends to destinations as they were when it was loaded. */
    private void route(Optional<Partner> last, Optional<Partner> next) {
        if (last.flatMap(Partner::destination).isPresent() || next.flatMap(Partner::destination).isPresent()) {
            try {
                camel.destinationsChanged();
            } catch (SettingsException e) {
                e.problems().forEach(out::println);
            }
        }
    }

    /** What only the next start changes. */
    private String later(Optional<Partner> last, Optional<Partner> next) {
        boolean syncs = !syncOf(last).equals(syncOf(next));
        boolean warehouses = last.or(() -> next).filter(partner -> partner.slug().equals(ConfiguredWarehouses.OWN)).isPresent();
        return syncs ? "; its syncs change when the hub is started again"
                : warehouses ? "; warehouses change when the hub is started again" : "";
    }

    /** What syncs were told of a partner when they were started. */
    private static Map<Optional<Sync>, Map<String, String>> syncOf(Optional<Partner> partner) {
        Map<String, String> texts = new TreeMap<>();
        for (String mapping : mappings(partner)) {
            try {
                texts.put(mapping, partner.orElseThrow().text(mapping));
            } catch (IOException e) {
                texts.put(mapping, "");
            }
        }
        return Map.of(partner.flatMap(Partner::source).flatMap(Partner.Source::sync), texts);
    }

    private static Set<String> mappings(Optional<Partner> partner) {
        return partner.flatMap(Partner::source).flatMap(Partner.Source::sync).map(sync -> sync.collections().values().stream()
                .map(Collection::mapping).flatMap(Optional::stream).collect(Collectors.toSet())).orElse(new HashSet<>());
    }

    private void runSamples(SampleRunner runner, String what, String later) {
        List<Path> samples = runner.samples(Set.of());
        int differing = 0;
        for (Path sample : samples) {
            try {
                List<SampleDifference> differences = runner.run(sample, false);
                // one mistake often shows in all samples
                differences.forEach(differing < MOST_SHOWN ? difference -> difference.print(out)
                        : difference -> difference.printFile(out));
                differing += differences.isEmpty() ? 0 : 1;
            } catch (Exception e) {
                out.println(sample + ": cannot be run: " + e.getMessage());
                differing++;
            }
        }
        if (differing > MOST_SHOWN) {
            out.println("./serai test " + SampleRunner.partnerOf(samples.get(0)) + " tells each line by line");
        }
        runner.unused().forEach(file -> out.println(file + ": no sample reads this file"));
        out.println(what + ": " + (samples.isEmpty() ? "no samples"
                : samples.size() + (samples.size() == 1 ? " sample, " : " samples, ") + differing + " differ")
                + later);
    }
}
