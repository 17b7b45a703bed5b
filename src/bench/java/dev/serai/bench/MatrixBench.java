package dev.serai.bench;

import dev.serai.kafka.EmbeddedBroker;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Topics;
import dev.serai.partner.Destinations;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;
import org.apache.camel.builder.NoErrorHandlerBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * How long events take to a healthy destination while another one is dead and a third one slow, beside a run in which all
 * three are healthy: from the moment they are written to Kafka to their arrival at the partner.
 */
final class MatrixBench implements AutoCloseable {

    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final int RATE = 1_000;
    private static final int SLOW_MILLIS = 200;

    private final Path routes;
    private final int events;
    private final EmbeddedBroker broker;
    private final KafkaConnection kafka;
    private final Publisher publisher;
    private final Vertx vertx = Vertx.vertx();
    private final HttpServer partner;
    private final AtomicLongArray latencies;
    private final AtomicInteger arrived = new AtomicInteger();
    private volatile boolean isFaulty;
    private int runs;

    MatrixBench(Path root, Path work, int events) throws Exception {
        this.routes = root.resolve("routes");
        this.events = events;
        this.latencies = new AtomicLongArray(events);
        this.broker = EmbeddedBroker.start(Files.createTempDirectory(work, "kafka"), 0);
        this.kafka = new KafkaConnection(broker.brokers());
        try (Admin admin = Admin.create(kafka.admin())) {
            Topics.create(admin, List.of());
        }
        this.publisher = new Publisher(kafka);
        this.partner = vertx.createHttpServer().requestHandler(request -> request.body().onSuccess(body ->
                answer(request, body))).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    private void answer(HttpServerRequest request, Buffer body) {
        switch (request.path()) {
            case "/a" -> request.response().setStatusCode(isFaulty ? 503 : 200).end();
            case "/b" -> vertx.setTimer(isFaulty ? SLOW_MILLIS : 1, id -> request.response().end());
            default -> {
                String id = request.getHeader("webhook-id");
                int dash = id.indexOf('-');
                latencies.set(Integer.parseInt(id.substring(dash + 1)), System.nanoTime() - Long.parseLong(id.substring(0, dash)));
                arrived.incrementAndGet();
                request.response().end();
            }
        }
    }

    void run(PrintStream out) throws Exception {
        percentile(0.95, Math.min(events, 20 * RATE));
        double healthy = percentile(0.95, events);
        isFaulty = true;
        double faulty = percentile(0.95, events);
        out.printf(Locale.ROOT, "p95 to a destination at %,d events/s to each of three, %,d events: %.1f ms; with one dead and one slow %.1f ms"
                + "   ratio %.2f%n", RATE, events, healthy, faulty, faulty / healthy);
    }

    private double percentile(double part, int count) throws Exception {
        String run = "-" + ++runs;
        List<String> names = NAMES.stream().map(name -> name + run).toList();
        try (Admin admin = Admin.create(kafka.admin())) {
            Topics.create(admin, names);
        }
        names.forEach(name -> publisher.open(Topics.deliveries(name)));
        arrived.set(0);
        Map<String, String> settings = new HashMap<>();
        names.forEach(name -> {
            settings.put("serai.destinations." + name + ".partner", "webhook");
            settings.put("serai.destinations." + name + ".allowPrivateAddresses", "true");
            settings.put("serai.destinations." + name + ".url", "http://127.0.0.1:" + partner.actualPort() + "/" + name.charAt(0));
        });
        PartnerFolders folders = PartnerFolders.read(routes);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getPropertiesComponent().addOverrideProperty("camel.component.kamelet.location", "classpath:kamelets");
            camel.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerBuilder());
            camel.getRegistry().bind("partnerFolders", folders);
            camel.getRegistry().bind("destinations", Destinations.from(Settings.of(settings), folders.partners()));
            camel.getRegistry().bind("meterRegistry", new SimpleMeterRegistry());
            camel.getRegistry().bind("publisher", publisher);
            camel.getRegistry().bind("kafkaConnection", kafka);
            camel.getRegistry().bind("vertx", vertx);
            camel.start();
            for (Path file : folders.partners().get("webhook").routes()) {
                PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.resolveMandatoryResource(camel, "file:" + file));
            }
            feed(names, count);
            while (arrived.get() < count) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
        // the first second is the group's
        List<Long> sorted = new ArrayList<>();
        for (int i = RATE * 3; i < count; i++) {
            sorted.add(latencies.get(i));
        }
        sorted.sort(null);
        return sorted.get((int) (sorted.size() * part)) / 1e6;
    }

    private void feed(List<String> names, int count) {
        long began = System.nanoTime();
        for (int i = 0; i < count; i++) {
            long due = began + i * 1_000_000_000L / RATE;
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            String user = "user-" + i % 500;
            byte[] event = ("{\"source\":\"website\",\"type\":\"track\",\"messageId\":\"" + System.nanoTime() + "-" + i + "\",\"event\":"
                    + "\"Song Played\",\"userId\":\"" + user + "\",\"timestamp\":\"2026-11-24T10:00:00.250Z\",\"receivedAt\":"
                    + "\"2026-11-24T10:00:00.310Z\"}").getBytes(StandardCharsets.UTF_8);
            for (String name : names) {
                publisher.publish(List.of(new ProducerRecord<>(Topics.deliveries(name), user.getBytes(StandardCharsets.UTF_8), event)),
                        failure -> { });
            }
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        publisher.close();
        broker.close();
    }
}
