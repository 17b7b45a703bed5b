package dev.serai.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.OperatingSystemMXBean;
import dev.serai.delivery.StoredFates;
import dev.serai.kafka.EmbeddedBroker;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Outbox;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Routable;
import dev.serai.kafka.Topics;
import dev.serai.model.Json;
import dev.serai.partner.Destinations;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.AsyncProcessor;
import org.apache.camel.Exchange;
import org.apache.camel.builder.NoErrorHandlerBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.AsyncProcessorConverterHelper;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Events of a destination's queue delivered to a partner that answers instantly, beside a bare HTTP client that sends the
 * same bodies, as many side by side; and what a routing of many branches costs an event.
 */
final class DeliveryBench implements AutoCloseable {

    private static final int SIDE_BY_SIDE = 16;
    private static final int USERS = 10_000;
    private static final int BRANCHES = 30;

    private final Path work;
    private final int rounds;
    private final EmbeddedBroker broker;
    private final KafkaConnection kafka;
    private final Publisher publisher;
    private final Vertx vertx = Vertx.vertx();
    private final AtomicLong received = new AtomicLong();
    private final HttpServer partner;
    private int destinations;

    private record Result(double eventsPerSecond, double cpuMicros) { }

    DeliveryBench(Path work, int rounds) throws Exception {
        this.work = work;
        this.rounds = rounds;
        this.broker = EmbeddedBroker.start(Files.createTempDirectory(work, "kafka"), 0);
        this.kafka = new KafkaConnection(broker.brokers());
        try (Admin admin = Admin.create(kafka.admin())) {
            Topics.create(admin, List.of());
        }
        this.publisher = new Publisher(kafka);
        this.partner = vertx.createHttpServer().requestHandler(request -> request.body().onSuccess(body -> {
            received.addAndGet(Long.parseLong(request.getParam("events")));
            request.response().end("{}");
        })).listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    void run(PrintStream out, int singles, int batched) throws Exception {
        out.println("events in a request   floor events/s   CPU us serai events/s   CPU us   ratio");
        compare(out, 1, singles);
        compare(out, 100, batched);
        out.println("floor: a bare client that sends the same bodies, " + SIDE_BY_SIDE + " side by side; CPU with Kafka and the partner");
        routing(out);
    }

    private void compare(PrintStream out, int size, int events) throws Exception {
        List<Double> floors = new ArrayList<>();
        List<Double> ours = new ArrayList<>();
        List<Double> floorCpu = new ArrayList<>();
        List<Double> ourCpu = new ArrayList<>();
        for (int round = 0; round <= rounds; round++) {
            Result floor = floor(size, events);
            Result serai = serai(size, events);
            if (round > 0) {
                floors.add(floor.eventsPerSecond());
                ours.add(serai.eventsPerSecond());
                floorCpu.add(floor.cpuMicros());
                ourCpu.add(serai.cpuMicros());
            }
        }
        double floor = Median.of(floors);
        double serai = Median.of(ours);
        out.printf(Locale.ROOT, "%-19d %16.0f %8.1f %14.0f %8.1f %7.2f%n", size, floor, Median.of(floorCpu), serai,
                Median.of(ourCpu), serai / floor);
    }

    private static byte[] event(int number) {
        ObjectNode event = Json.MAPPER.createObjectNode().put("source", "website").put("type", "track")
                .put("messageId", "018f3c5a-7d21-4e0b-9c4e-" + String.format("%012d", number)).put("event", "Order Completed")
                .put("userId", "user-" + number % USERS).put("timestamp", "2026-11-24T10:00:00.250Z")
                .put("receivedAt", "2026-11-24T10:00:00.310Z");
        event.putObject("context").put("ip", "93.184.216.34").put("locale", "de-CH").putObject("library")
                .put("name", "analytics.js").put("version", "4.1.2");
        event.putObject("properties").put("order_id", "o-" + number).put("total", 12.5).put("currency", "CHF")
                .put("coupon", "AUTUMN");
        return event.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static long cpu() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    private Result floor(int size, int events) throws Exception {
        List<Buffer> bodies = new ArrayList<>();
        for (int first = 0; first < events; first += size) {
            StringBuilder body = new StringBuilder();
            for (int i = first; i < first + size; i++) {
                body.append(i == first ? (size == 1 ? "" : "[") : ",").append(new String(event(i), StandardCharsets.UTF_8));
            }
            bodies.add(Buffer.buffer(size == 1 ? body.toString() : body.append("]").toString()));
        }
        received.set(0);
        HttpClient client = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(SIDE_BY_SIDE));
        CountDownLatch done = new CountDownLatch(bodies.size());
        AtomicInteger next = new AtomicInteger();
        long cpu = cpu();
        long began = System.nanoTime();
        for (int i = 0; i < SIDE_BY_SIDE; i++) {
            send(client, bodies, size, next, done);
        }
        done.await();
        Result result = result(began, cpu, events);
        client.close().toCompletionStage().toCompletableFuture().join();
        return result;
    }

    private void send(HttpClient client, List<Buffer> bodies, int size, AtomicInteger next, CountDownLatch done) {
        int number = next.getAndIncrement();
        if (number >= bodies.size()) {
            return;
        }
        client.request(HttpMethod.POST, partner.actualPort(), "127.0.0.1", "/?events=" + size)
                .compose(request -> request.putHeader("content-type", "application/json").send(bodies.get(number)))
                .compose(response -> response.body()).onComplete(ended -> {
                    done.countDown();
                    send(client, bodies, size, next, done);
                });
    }

    private Result result(long began, long cpu, int events) {
        double seconds = (System.nanoTime() - began) / 1e9;
        return new Result(events / seconds, (cpu() - cpu) / 1e3 / events);
    }

    private Result serai(int size, int events) throws Exception {
        String name = "bench" + ++destinations;
        String queue = Topics.deliveries(name);
        try (Admin admin = Admin.create(kafka.admin())) {
            Topics.create(admin, List.of(name));
        }
        publisher.open(queue);
        preload(queue, events);
        Path routes = Files.createTempDirectory(work, "routes");
        Path folder = Files.createDirectories(routes.resolve("shop"));
        Files.writeString(folder.resolve("partner.yaml"), "title: Shop\ndescription: Answers instantly.\ndestination:\n  maxItems: "
                + size + "\n  maxRequests: " + SIDE_BY_SIDE + "\n  settings:\n    url: {description: Where., type: url, required: true}\n");
        Path route = Files.writeString(folder.resolve("shop-events.camel.yaml"), """
                - route:
                    id: shop-events
                    from:
                      uri: kamelet:deliveries-source
                      parameters: {partner: shop}
                      steps:
                        - to: {uri: kamelet:request-sink, parameters: {partner: shop}}
                """);
        received.set(0);
        try (StoredFates fates = new StoredFates(Files.createTempDirectory(work, "fates"), Clock.systemUTC());
                DefaultCamelContext camel = camel(routes, Map.of("serai.destinations." + name + ".partner", "shop",
                        "serai.destinations." + name + ".allowPrivateAddresses", "true",
                        "serai.destinations." + name + ".url", "http://127.0.0.1:" + partner.actualPort() + "/?events=" + size))) {
            if (!Boolean.getBoolean("nofates")) camel.getRegistry().bind("fates", fates);
            camel.start();
            long cpu = cpu();
            long began = System.nanoTime();
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.resolveMandatoryResource(camel, "file:" + route));
            while (received.get() < events) {
                TimeUnit.MILLISECONDS.sleep(2);
                // the group is joined by then
                if (received.get() == 0) {
                    began = System.nanoTime();
                    cpu = cpu();
                }
            }
            return result(began, cpu, events);
        }
    }

    private DefaultCamelContext camel(Path routes, Map<String, String> settings) {
        PartnerFolders folders = PartnerFolders.read(routes);
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.getPropertiesComponent().addOverrideProperty("camel.component.kamelet.location", "classpath:kamelets");
        camel.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerBuilder());
        camel.getRegistry().bind("partnerFolders", folders);
        camel.getRegistry().bind("destinations", Destinations.from(Settings.of(settings), folders.partners()));
        camel.getRegistry().bind("meterRegistry", new SimpleMeterRegistry());
        camel.getRegistry().bind("publisher", publisher);
        camel.getRegistry().bind("kafkaConnection", kafka);
        camel.getRegistry().bind("vertx", vertx);
        return camel;
    }

    private void preload(String queue, int events) throws Exception {
        CountDownLatch done = new CountDownLatch(events);
        for (int i = 0; i < events; i++) {
            ProducerRecord<byte[], byte[]> made = new ProducerRecord<>(queue,
                    ("user-" + i % USERS).getBytes(StandardCharsets.UTF_8), event(i));
            while (publisher.bytesInFlight() > 8 << 20) {
                TimeUnit.MILLISECONDS.sleep(1);
            }
            publisher.publish(List.of(made), failure -> done.countDown());
        }
        done.await();
    }

    /** What a choice of many branches costs an event that the last of them takes, over one without any. */
    private void routing(PrintStream out) throws Exception {
        StringBuilder branches = new StringBuilder("        - choice:\n            when:\n");
        for (int i = 1; i <= BRANCHES; i++) {
            branches.append("              - simple: \"${header.event} == '").append(i == BRANCHES ? "Order Completed" : "Event " + i)
                    .append("'\"\n                steps:\n                  - to:\n                      uri: kamelet:destinations-sink\n");
        }
        double many = route("many", branches.toString());
        double one = route("one", "        - to:\n            uri: kamelet:destinations-sink\n");
        out.printf(Locale.ROOT, "routing file of %d when branches, the last one taken: %.2f us an event; of one step: %.2f us%n",
                BRANCHES, many, one);
    }

    private double route(String id, String steps) throws Exception {
        Path file = Files.writeString(Files.createTempDirectory(work, "routing").resolve("routing.camel.yaml"), "- route:\n    id: "
                + id + "\n    from:\n      uri: direct:" + id + "\n      steps:\n" + steps);
        Path routes = Files.createTempDirectory(work, "routes");
        try (DefaultCamelContext camel = camel(routes, Map.of())) {
            camel.start();
            PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.resolveMandatoryResource(camel, "file:" + file));
            AsyncProcessor first = AsyncProcessorConverterHelper.convert(camel.getRoute(id).getProcessor());
            byte[] value = event(1);
            Routable routable = Routable.event(value);
            double best = Double.MAX_VALUE;
            for (int round = 0; round < 10; round++) {
                int count = 100_000;
                long began = System.nanoTime();
                for (int i = 0; i < count; i++) {
                    Exchange exchange = new DefaultExchange(camel);
                    routable.into(exchange);
                    new Outbox(routable.body(), value).attachTo(exchange);
                    first.process(exchange);
                }
                best = Math.min(best, (System.nanoTime() - began) / 1e3 / count);
            }
            return best;
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
        publisher.close();
        broker.close();
    }
}
