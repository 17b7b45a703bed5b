package dev.serai.bench;

import dev.serai.kafka.EmbeddedBroker;
import dev.serai.kafka.KafkaConnection;
import dev.serai.warehouse.Loader;
import dev.serai.warehouse.LoaderContext;
import dev.serai.warehouse.LoaderStatus;
import dev.serai.warehouse.Warehouse;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The loader, from bytes in Kafka to committed rows, against the quickest way into the same database, fed with the
 * very same rows already parsed, in transactions of the same size. Both in turns.
 */
final class LoaderBench implements AutoCloseable {

    private static final int PARTITIONS = 6;

    private final Path work;
    private final int events;
    private final int rounds;
    private final EmbeddedBroker broker;
    private final KafkaConnection kafka;

    LoaderBench(Path work, int events, int rounds) {
        this.work = work;
        this.events = events;
        this.rounds = rounds;
        this.broker = EmbeddedBroker.start(work.resolve("loader-kafka"), 0);
        this.kafka = new KafkaConnection(broker.brokers());
    }

    void run(PrintStream out, BenchDatabase database) throws Exception {
        out.printf(Locale.ROOT, "%-40s %12s %12s %7s%n", database.name(), "floor rows/s", "serai rows/s", "ratio");
        for (Workload workload : Workload.values()) {
            int count = workload == Workload.WIDE ? events / 8 : events;
            String topic = topic("events-" + database.name() + "-" + workload);
            fill(topic, workload, 0, count);
            List<Double> loader = new ArrayList<>();
            List<Double> floor = new ArrayList<>();
            Map<String, Rows> rows = null;
            // the first round warms both up and is not counted
            for (int round = 0; round <= rounds; round++) {
                String name = "bench-" + workload.name().toLowerCase(Locale.ROOT) + "-" + round;
                double loaded = load(database, topic, name, count);
                if (rows == null) {
                    try (Connection connection = database.connect(name)) {
                        rows = Rows.readAll(connection, "website");
                    }
                }
                double floored = database.floor(rows, name + "-floor");
                if (round > 0) {
                    loader.add(loaded);
                    floor.add(floored);
                }
            }
            long rowCount = Rows.count(rows);
            double loaderRate = rowCount / Median.of(loader);
            double floorRate = rowCount / Median.of(floor);
            out.printf(Locale.ROOT, "%-40s %12.0f %12.0f %7.2f%n", workload.title, floorRate, loaderRate,
                    loaderRate / floorRate);
        }
        out.printf(Locale.ROOT, "floor: %s, rows parsed before%n", database.floorName());
    }

    String topic(String name) throws Exception {
        try (Admin admin = Admin.create(kafka.admin())) {
            admin.createTopics(List.of(new NewTopic(name, PARTITIONS, (short) 1),
                    new NewTopic(objects(name), PARTITIONS, (short) 1))).all().get();
        }
        return name;
    }

    /** The topic of objects beside one of events. */
    static String objects(String topic) {
        return topic + "-objects";
    }

    void fill(String topic, Workload workload, int from, int to) throws Exception {
        Random random = new Random(7 + from);
        fill(from, to, i -> new ProducerRecord<>(topic, bytes("user-" + i % 50_000),
                bytes(workload.event(random, "0b5c7a90-4d3e-11f0-9f5b-" + i, Instant.now().toString()))));
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    void fill(int from, int to, IntFunction<ProducerRecord<byte[], byte[]>> records) throws Exception {
        Map<String, Object> settings = kafka.producer();
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 60_000);
        // on a topic this new a second request may be taken before the first, which then never is
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            for (int i = from; i < to; i++) {
                producer.send(records.apply(i));
            }
        }
    }

    double load(BenchDatabase database, String topic, String name, int count) throws Exception {
        return load(database, topic, name, count, LoaderStatus::eventsLoaded);
    }

    /**
     * Seconds for this many records, told from the first commit to the last: joining the consumer group is not loading.
     *
     * @param loaded which of the loader's counters tells
     */
    double load(BenchDatabase database, String topic, String name, int count, ToLongFunction<LoaderStatus> loaded)
            throws Exception {
        try (Warehouse warehouse = database.open(name)) {
            Loader loader = new Loader(new LoaderContext(kafka.consumer("bench-" + topic + "-" + name), topic,
                    objects(topic), letter -> { }, user -> false, work), warehouse);
            loader.start();
            // the first commit: joining the group and reading the ids of the last day are not loading
            long before = awaitLoaded(loader, 1, loaded);
            long begin = System.nanoTime();
            awaitLoaded(loader, count, loaded);
            double seconds = (System.nanoTime() - begin) / 1e9;
            loader.close();
            return seconds * count / (count - before);
        }
    }

    private static long awaitLoaded(Loader loader, long count, ToLongFunction<LoaderStatus> loaded)
            throws InterruptedException {
        while (loaded.applyAsLong(loader.status()) < count) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return loaded.applyAsLong(loader.status());
    }

    @Override
    public void close() {
        broker.close();
    }
}
