package dev.serai.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** {@code ./serai bench}: the README's figures. What is compared is measured in turns in one run. */
public final class Bench {

    private static final Set<String> PARTS = Set.of("http", "loader", "objects", "growth", "sync", "mapping", "delivery", "freshness",
            "footprint", "audiences", "console");
    private static final Set<String> OPTIONS = Set.of("--quick", "postgresql", "duckdb");

    private static final String USAGE = """
            Usage: serai bench [http] [loader] [objects] [growth] [sync] [mapping] [delivery] [audiences] [freshness] [console] [footprint] [postgresql] [duckdb] [--quick]
            Measures the hub on this machine and prints the README's figures; all parts, unless some are named.
              http       HTTP to acknowledged in Kafka, against a floor without Camel
              loader     Kafka to committed rows, against the quickest way into PostgreSQL and DuckDB
              objects    objects into their table for the first time, and a change of each, against events
              growth     the same into a table of a million rows and into one of fifty
              sync       a partner's pages to objects in Kafka, against a loop that only parses them
              mapping    a partner's webhook to events, on one thread, without HTTP and Kafka
              delivery   events of a queue to a partner that answers instantly, against a bare HTTP client
              audiences  a SQL trait of which one user in a hundred has changed, against reading its query
              freshness  HTTP to queryable row
              console    the hub under load with a debugger open, against the same without
              footprint  time to ready, idle processor, memory
              postgresql, duckdb  only this database in loader, objects, growth and audiences
              --quick    short runs, for a first look
            Takes about 55 minutes, --quick about fifteen. Uses loopback ports 18081 to 18085 and a temporary folder.""";

    private Bench() {
    }

    /** Arguments: the repository's root, then what the user typed. */
    public static void main(String[] args) throws Exception {
        Set<String> words = Set.copyOf(Arrays.asList(args).subList(1, args.length));
        if (!words.stream().allMatch(word -> PARTS.contains(word) || OPTIONS.contains(word))) {
            boolean help = words.contains("--help") || words.contains("-h");
            (help ? System.out : System.err).println(USAGE);
            System.exit(help ? 0 : 2);
        }
        boolean quick = words.contains("--quick");
        Path jar = Path.of(args[0], "target", "serai.jar");
        Path work = Files.createTempDirectory("serai-bench");
        try {
            System.out.printf(Locale.ROOT, "%d cores, %d GB memory, Java %s%n",
                    Runtime.getRuntime().availableProcessors(), memoryGigabytes(), Runtime.version());
            if (wanted(words, "http")) {
                System.out.println("\nHTTP to acknowledged in Kafka, 256 connections");
                new HttpBench(jar, work, quick ? 1 : 3, quick ? 5 : 10).run(System.out);
            }
            if (wanted(words, "loader")) {
                System.out.println("\nKafka to warehouse rows");
                try (LoaderBench loader = new LoaderBench(work, quick ? 200_000 : 500_000, quick ? 1 : 3)) {
                    for (BenchDatabase database : databases(words, work)) {
                        try (database) {
                            loader.run(System.out, database);
                        }
                    }
                }
            }
            if (wanted(words, "objects")) {
                System.out.println("\nKafka to object tables");
                try (LoaderBench loader = new LoaderBench(work, 0, 1)) {
                    for (BenchDatabase database : databases(words, work)) {
                        try (database) {
                            new ObjectsBench(loader, quick ? 200_000 : 1_000_000).run(System.out, database);
                        }
                    }
                }
            }
            if (wanted(words, "growth")) {
                System.out.println("\nKafka to warehouse rows as a table grows");
                try (LoaderBench loader = new LoaderBench(work, quick ? 100_000 : 300_000, 1)) {
                    for (BenchDatabase database : databases(words, work)) {
                        try (database) {
                            new GrowthBench(loader, quick ? 100_000 : 300_000, 1_000_000, quick ? 5_000_000 : 50_000_000)
                                    .run(System.out, database);
                        }
                    }
                }
            }
            if (wanted(words, "sync")) {
                System.out.println("\nA partner's pages to objects in Kafka");
                try (SyncBench sync = new SyncBench(Path.of(args[0]), work, quick ? 100_000 : 500_000,
                        quick ? 500_000 : 5_000_000, quick ? 1 : 3)) {
                    sync.run(System.out);
                }
            }
            if (wanted(words, "mapping")) {
                System.out.println("\nA webhook to events, on one thread");
                new MappingBench(Path.of(args[0]), work, quick ? 100_000 : 300_000).run(System.out);
            }
            if (wanted(words, "delivery")) {
                System.out.println("\nA destination's queue to its partner");
                try (DeliveryBench delivery = new DeliveryBench(work, quick ? 1 : 3)) {
                    delivery.run(System.out, quick ? 50_000 : 100_000, quick ? 200_000 : 500_000);
                }
                try (MatrixBench matrix = new MatrixBench(Path.of(args[0]), work, quick ? 30_000 : 200_000)) {
                    matrix.run(System.out);
                }
            }
            if (wanted(words, "audiences")) {
                System.out.println("\nA SQL trait's differences");
                for (long users : quick ? List.of(100_000L) : List.of(1_000_000L, 10_000_000L)) {
                    for (BenchDatabase database : databases(words, work)) {
                        try (database) {
                            new AudienceBench(work, users).run(System.out, database);
                        }
                    }
                }
            }
            if (wanted(words, "freshness")) {
                System.out.println("\nHTTP to warehouse rows");
                new FreshnessBench(jar, work, quick ? 15 : 60).run(System.out);
            }
            if (wanted(words, "console")) {
                System.out.println("\nAn open debugger");
                new ConsoleBench(jar, work, quick ? 3 : 7, quick ? 4 : 10).run(System.out);
            }
            if (wanted(words, "footprint")) {
                System.out.println("\nAt rest, everything embedded");
                new FootprintBench(jar, work, quick ? 15 : 120, quick ? 15 : 60).run(System.out);
            }
        } finally {
            delete(work);
        }
        System.exit(0);
    }

    private static List<BenchDatabase> databases(Set<String> words, Path work) throws IOException {
        List<BenchDatabase> databases = new ArrayList<>();
        if (words.contains("postgresql") || !words.contains("duckdb")) {
            databases.add(new PostgresBench(Files.createTempDirectory(work, "databases")));
        }
        if (words.contains("duckdb") || !words.contains("postgresql")) {
            databases.add(new DuckDbBench(Files.createTempDirectory(work, "databases")));
        }
        return databases;
    }

    private static boolean wanted(Set<String> words, String part) {
        return words.contains(part) || words.stream().noneMatch(PARTS::contains);
    }

    private static long memoryGigabytes() {
        var system = (OperatingSystemMXBean)
                ManagementFactory.getOperatingSystemMXBean();
        return Math.round(system.getTotalMemorySize() / (double) (1L << 30));
    }

    static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
