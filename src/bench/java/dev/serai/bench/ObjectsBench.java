package dev.serai.bench;

import dev.serai.model.PartnerObject;
import dev.serai.warehouse.LoaderStatus;
import java.io.PrintStream;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The objects of one collection, 15 properties each: all of them into an empty table, then a change of each in
 * another order; beside as many events of one type with as many properties, through the same loader.
 */
final class ObjectsBench {

    /** No divisor in common with a round number, so that every object comes once, far from its neighbours. */
    private static final long STRIDE = 7_919;

    private final LoaderBench loader;
    private final int objects;
    private final Random random = new Random(11);

    ObjectsBench(LoaderBench loader, int objects) {
        this.loader = loader;
        this.objects = objects;
    }

    void run(PrintStream out, BenchDatabase database) throws Exception {
        String topicOfEvents = loader.topic("charge-events-" + database.name());
        loader.fill(0, objects, i -> new ProducerRecord<>(topicOfEvents, LoaderBench.bytes("user-" + i % 50_000), event(i)));
        double events = tell(out, database, "events", objects,
                loader.load(database, topicOfEvents, "events", objects, LoaderStatus::eventsLoaded), 0);
        String topic = loader.topic("charges-" + database.name());
        loader.fill(0, objects, i -> object(topic, i, 1));
        tell(out, database, "objects, first load", objects, load(database, topic, objects), events);
        loader.fill(0, objects, i -> object(topic, (int) (i * STRIDE % objects), 2));
        tell(out, database, "objects, a change of each", objects, load(database, topic, objects), events);
    }

    private double load(BenchDatabase database, String topic, int count) throws Exception {
        return loader.load(database, topic, "objects", count, LoaderStatus::objectsLoaded);
    }

    private static double tell(PrintStream out, BenchDatabase database, String what, int count, double seconds,
            double reference) {
        System.gc();
        Runtime memory = Runtime.getRuntime();
        out.printf(Locale.ROOT, "%-12s %-28s %12.0f rows/s %7.2f  heap %d MB%n", database.name(), what, count / seconds,
                reference == 0 ? 1 : count / seconds / reference, (memory.totalMemory() - memory.freeMemory()) >> 20);
        return count / seconds;
    }

    private ProducerRecord<byte[], byte[]> object(String topic, int number, int version) {
        String id = String.format(Locale.ROOT, "ch_%016x", number * 0x9e3779b97f4a7c15L);
        PartnerObject object = new PartnerObject("stripe", "charges", id, 1_767_225_600_000_000L + version,
                Instant.now(), false, Optional.empty(), List.of(), LoaderBench.bytes(properties(number, version)));
        return new ProducerRecord<>(LoaderBench.objects(topic), object.key(), object.toBytes());
    }

    private byte[] event(int number) {
        String now = Instant.now().toString();
        return LoaderBench.bytes("{\"source\":\"stripe\",\"type\":\"track\",\"messageId\":\"0b5c7a90-4d3e-11f0-9f5b-" + number
                + "\",\"event\":\"Charge Made\",\"userId\":\"user-" + number % 50_000 + "\",\"receivedAt\":\"" + now
                + "\",\"timestamp\":\"" + now + "\",\"properties\":" + properties(number, 1) + "}");
    }

    private String properties(int number, int version) {
        return "{\"amount\":" + random.nextInt(100_000) + ",\"amount_refunded\":0,\"currency\":\"eur\""
                + ",\"customer_id\":\"cus_" + number % 50_000
                + "\",\"invoice_id\":\"in_" + number + "\",\"status\":\"" + (version == 1 ? "pending" : "succeeded")
                + "\",\"paid\":" + (version > 1) + ",\"captured\":true,\"livemode\":true"
                + ",\"rate\":" + random.nextInt(1_000) / 8.0
                + ",\"created\":\"2026-01-01T00:00:01.000Z\",\"description\":\"Subscription update " + number
                + "\",\"receipt_email\":\"person" + number % 50_000 + "@example.com\""
                + ",\"card\":{\"brand\":\"visa\",\"last4\":\"4242\"}}";
    }
}
