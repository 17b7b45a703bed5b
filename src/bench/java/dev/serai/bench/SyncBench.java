package dev.serai.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.kafka.DeadLetters;
import dev.serai.kafka.EmbeddedBroker;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Topics;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.observe.SourceCounts;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import dev.serai.partner.Sources;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sync.PageRequest;
import dev.serai.sync.Syncs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.camel.builder.NoErrorHandlerBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.kafka.clients.admin.Admin;

/**
 * A full sync of a fake that answers instantly, from the first request to the checkpoint of the last page, in objects a
 * second, beside a plain loop that pages through the same fake and parses what it gets. Also what a sync of few changes
 * costs in a large collection, and whether the heap grows with its size.
 */
final class SyncBench implements AutoCloseable {

    private static final int CHANGES = 100;

    private final Path routes;
    private final Path work;
    private final EmbeddedBroker broker;
    private final KafkaConnection kafka;
    private final Publisher publisher;
    private final int rows;
    private final long manyRows;
    private final int rounds;
    private int sources;

    SyncBench(Path root, Path work, int rows, long manyRows, int rounds) throws Exception {
        this.routes = root.resolve("routes");
        this.work = work;
        this.rows = rows;
        this.manyRows = manyRows;
        this.rounds = rounds;
        this.broker = EmbeddedBroker.start(Files.createTempDirectory(work, "kafka"), 0);
        this.kafka = new KafkaConnection(broker.brokers());
        try (Admin admin = Admin.create(kafka.admin())) {
            Topics.create(admin, List.of());
        }
        this.publisher = new Publisher(kafka);
    }

    void run(PrintStream out) throws Exception {
        out.println("full sync, pages of 1,000           floor rows/s serai rows/s   ratio");
        compare(out, "as they are (users)", "users", "/api/v2/incremental/users/cursor.json");
        compare(out, "with a mapping (tickets)", "tickets", "/api/v2/incremental/tickets/cursor.json");
        out.println("floor: the same pages one after the other, each parsed into a tree");
        out.println("heap after collection, largest");
        long few = heap(10_000);
        out.printf(Locale.ROOT, "%11d rows in the collection %6d MB%n", 10_000, few);
        long many = heapAndChanges(out);
        out.printf(Locale.ROOT, "%11d rows in the collection %6d MB   ratio %.2f%n", manyRows, many, many / (double) few);
    }

    private void compare(PrintStream out, String name, String collection, String path) throws Exception {
        List<Double> floors = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            InstantExport export = new InstantExport(rows);
            try (Sandbox sandbox = Sandbox.start(0, new SandboxClock(), new Faults(), List.of(export))) {
                double floor = rows / floor(sandbox.url("zendesk") + path);
                double serai = rows / sync(sandbox, collection);
                // the first round is for the compiler
                if (round > 0) {
                    floors.add(floor);
                    ours.add(serai);
                }
            }
        }
        double floor = Median.of(floors);
        double serai = Median.of(ours);
        out.printf(Locale.ROOT, "%-36s %11.0f %12.0f %7.2f%n", name, floor, serai, serai / floor);
    }

    private static double floor(String url) throws Exception {
        HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        long began = System.nanoTime();
        String cursor = "0";
        for (boolean isEnd = false; !isEnd;) {
            byte[] body = client.send(HttpRequest.newBuilder(URI.create(url + "?cursor=" + cursor)).build(),
                    BodyHandlers.ofByteArray()).body();
            JsonNode page = Json.MAPPER.readTree(body);
            cursor = page.path("after_cursor").asText();
            isEnd = page.path("end_of_stream").asBoolean();
        }
        return (System.nanoTime() - began) / 1e9;
    }

    /** @return seconds */
    private double sync(Sandbox sandbox, String collection) throws Exception {
        try (Engine engine = new Engine(sandbox, collection)) {
            return engine.firstSync();
        }
    }

    private long heap(long size) throws Exception {
        try (Sandbox sandbox = Sandbox.start(0, new SandboxClock(), new Faults(), List.of(new InstantExport(size)));
                Engine engine = new Engine(sandbox, "users")) {
            engine.firstSync();
            return engine.largestHeap();
        }
    }

    private long heapAndChanges(PrintStream out) throws Exception {
        InstantExport export = new InstantExport(manyRows);
        try (Sandbox sandbox = Sandbox.start(0, new SandboxClock(), new Faults(), List.of(export));
                Engine engine = new Engine(sandbox, "users")) {
            engine.firstSync();
            export.grow(CHANGES);
            long before = export.requests();
            engine.syncAgain();
            out.printf(Locale.ROOT, "a sync of %d changes among %d rows: %d requests%n", CHANGES, manyRows,
                    export.requests() - before);
            return engine.largestHeap();
        }
    }

    @Override
    public void close() {
        publisher.close();
        broker.close();
    }

    /** A hub's part that syncs: Camel with the partner's folder, and the engine. */
    private final class Engine implements AutoCloseable {

        private final DefaultCamelContext camel = new DefaultCamelContext();
        private final Syncs syncs;
        private final Sources sources;
        private final String source = "zendesk" + ++SyncBench.this.sources;
        private final String collection;
        private long largestHeap;

        Engine(Sandbox sandbox, String collection) throws Exception {
            this.collection = collection;
            PartnerFolders folders = PartnerFolders.read(routes);
            Map<String, String> settings = new HashMap<>();
            settings.put("serai.sandbox.enabled", "true");
            settings.put("serai.sandbox.port", String.valueOf(sandbox.port()));
            settings.put("serai.sources." + source + ".partner", "zendesk");
            settings.put("serai.sources." + source + ".collections", collection);
            settings.put("serai.sources." + source + ".pollPeriodSeconds", "86400");
            // the fake has no limits, and what is measured is not the pauses that they ask for
            settings.put("serai.sources." + source + ".requestsPerMinute", "all:9000000,exports:9000000");
            sources = Sources.from(Settings.of(settings), folders.partners());
            syncs = new Syncs(kafka, Files.createTempDirectory(work, "sync"), Clock.systemUTC(),
                    new SourceCounts(new SimpleMeterRegistry(), Clock.systemUTC()));
            camel.getPropertiesComponent().addOverrideProperty("camel.component.kamelet.location", "classpath:kamelets");
            camel.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerBuilder());
            camel.getRegistry().bind("partnerFolders", folders);
            camel.getRegistry().bind("pageRequest", new PageRequest());
            camel.getRegistry().bind("pageClient", PageRequest.client());
            camel.getRegistry().bind("pageWhole", PageRequest.whole());
            camel.getRegistry().bind("syncs", syncs);
            camel.start();
            for (Path file : folders.partners().get("zendesk").routes()) {
                PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.resolveMandatoryResource(camel, "file:" + file));
            }
        }

        /** @return seconds from the first request to the last checkpoint, as the engine counts them */
        double firstSync() throws Exception {
            List<Problem> problems = syncs.start(List.of(sources.byName().get(source)), DeadLetters.of(publisher),
                    new SimpleMeterRegistry());
            if (!problems.isEmpty()) {
                throw new IllegalStateException(problems.toString());
            }
            return await(status -> status.path("endedAt").isTextual());
        }

        void syncAgain() throws Exception {
            String wish = syncs.wish(source, Optional.of(collection), false).values().iterator().next();
            await(status -> status.path("endedWish").asText().equals(wish));
        }

        private double await(Predicate<ObjectNode> condition) throws InterruptedException {
            while (true) {
                ObjectNode status = syncs.statuses().get(0);
                if (status.path("failures").asInt() > 0) {
                    throw new IllegalStateException(status.toString());
                }
                largestHeap = Math.max(largestHeap, heapAfterCollection());
                if (condition.test(status)) {
                    return Duration.between(Instant.parse(status.path("startedAt").asText()),
                            Instant.parse(status.path("endedAt").asText())).toNanos() / 1e9;
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }

        long largestHeap() {
            System.gc();
            return Math.max(largestHeap, heapAfterCollection()) >> 20;
        }

        private static long heapAfterCollection() {
            return ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                    .map(MemoryPoolMXBean::getCollectionUsage).mapToLong(usage -> usage.getUsed()).sum();
        }

        @Override
        public void close() throws Exception {
            syncs.close();
            camel.stop();
        }
    }
}
