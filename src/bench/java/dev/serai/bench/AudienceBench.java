package dev.serai.bench;

import dev.serai.kafka.Publisher;
import dev.serai.trait.Audiences;
import dev.serai.trait.Definitions;
import dev.serai.warehouse.Analysis;
import dev.serai.warehouse.Warehouse;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A SQL trait over so many users of whom one in a hundred has changed: the whole run, with checks, differences and events made
 * of them, against reading the query's result, the median of three each. Kafka's part is left out: events are taken at once.
 */
final class AudienceBench {

    private static final String QUERY = "SELECT user_id, email, score, plan FROM crm.users";

    private static final int ROUNDS = 3;

    private final Path work;
    private final long users;

    /** Takes everything and keeps nothing. */
    private static final class Sink extends MockProducer<byte[], byte[]> {

        private long taken;

        Sink() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public synchronized Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
            taken++;
            callback.onCompletion(null, null);
            return CompletableFuture.completedFuture(null);
        }
    }

    AudienceBench(Path work, long users) {
        this.work = work;
        this.users = users;
    }

    void run(PrintStream out, BenchDatabase database) throws Exception {
        Path folder = Files.createDirectories(work.resolve("audiences"));
        Files.writeString(folder.resolve("score.trait.yaml"), "timeoutSeconds: 3600\nsql: " + QUERY + "\n");
        try (Warehouse warehouse = database.open("audiences_" + users)) {
            Analysis sql = warehouse.analysis().orElseThrow();
            try (Connection connection = sql.open(); Statement statement = connection.createStatement()) {
                statement.execute("CREATE SCHEMA IF NOT EXISTS crm");
                statement.execute("CREATE TABLE crm.users AS SELECT 'user-' || i AS user_id, 'user' || i || '@example.com' AS email, "
                        + "(CAST(i AS bigint) * 7919) % 1000 AS score, CASE WHEN i % 3 = 0 THEN 'pro' ELSE 'free' END AS plan "
                        + "FROM generate_series(1, " + users + ") AS t(i)");
            }
            Sink sink = new Sink();
            Definitions definitions = Definitions.read(folder, List.of("warehouse"), Set.of());
            Audiences audiences = new Audiences(Map.of("warehouse", sql), () -> definitions, new Publisher(sink), Clock.systemUTC());
            double first = timed(() -> audiences.run("score"));
            tell(out, database, "first run, all are new", first, 0, sink.taken);
            AtomicLong heap = new AtomicLong();
            ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor();
            System.gc();
            watch.scheduleAtFixedRate(() -> heap.accumulateAndGet(live(), Math::max), 50, 50, TimeUnit.MILLISECONDS);
            double[] bare = new double[ROUNDS];
            double[] changed = new double[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                try (Connection connection = sql.open(); Statement statement = connection.createStatement()) {
                    statement.execute("UPDATE crm.users SET score = score + 1 WHERE score % 100 = " + (9 - i));
                }
                sink.taken = 0;
                bare[i] = timed(() -> read(sql));
                changed[i] = timed(() -> audiences.run("score"));
            }
            watch.shutdownNow();
            Arrays.sort(bare);
            Arrays.sort(changed);
            tell(out, database, "the bare query, read", bare[ROUNDS / 2], 0, 0);
            tell(out, database, "a run, 1 % has changed", changed[ROUNDS / 2], bare[ROUNDS / 2], sink.taken);
            out.printf(Locale.ROOT, "%-12s %-28s largest heap after a collection %d MB%n", database.name(), "", heap.get() >> 20);
            audiences.close();
        }
    }

    private interface Work {
        void run() throws Exception;
    }

    private static double timed(Work work) throws Exception {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void read(Analysis sql) throws Exception {
        try (Connection connection = sql.open()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(1_000);
                try (ResultSet rows = statement.executeQuery(QUERY)) {
                    while (rows.next()) {
                        for (int i = 1; i <= 4; i++) {
                            rows.getString(i);
                        }
                    }
                }
            }
            connection.rollback();
        }
    }

    private static long live() {
        return ManagementFactory.getMemoryPoolMXBeans().stream().filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage).filter(usage -> usage != null).mapToLong(usage -> usage.getUsed()).sum();
    }

    private void tell(PrintStream out, BenchDatabase database, String what, double seconds, double reference, long events) {
        out.printf(Locale.ROOT, "%-12s %-28s %,10d users %8.2f s%s%s%n", database.name(), what, users, seconds,
                reference == 0 ? "" : String.format(Locale.ROOT, "  ratio %.2f", seconds / reference),
                events == 0 ? "" : String.format(Locale.ROOT, "  %,d events", events));
    }
}
