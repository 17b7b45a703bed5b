package dev.serai.bench;

import com.sun.management.ThreadMXBean;
import dev.serai.ingest.IngestMetrics;
import dev.serai.ingest.SuppressedUsers;
import dev.serai.ingest.WebhookDoor;
import dev.serai.kafka.Suppressions;
import dev.serai.model.Intake;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import dev.serai.partner.Sources;
import dev.serai.plan.Plans;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;

/**
 * What an event of Customer.io's webhook costs from its bytes to its bytes on topic events: the door, with a signature
 * to check or without, the mapping, and the source's tracking plan. Kafka and HTTP are not in it.
 */
final class MappingBench {

    private static final String KEY = "bench-signing-key";
    private static final String ROW = "%-44s %8d %14.1f%n";

    private final Path routes;
    private final Path work;
    private final int events;

    MappingBench(Path home, Path work, int events) {
        this.routes = home.resolve("routes");
        this.work = work;
        this.events = events;
    }

    void run(PrintStream out) throws Exception {
        Path plan = Files.writeString(work.resolve("bench.plan.yaml"), "title: Bench\nspecs: [email]\n");
        out.println("webhook of Customer.io                       events   CPU us/event");
        row(out, "mapping", Map.of(), 1);
        row(out, "mapping and plan", Map.of("plan", plan.toString()), 1);
        row(out, "signature, mapping and plan", Map.of("plan", plan.toString(), "signingKey", KEY), 1);
        row(out, "mapping", Map.of(), 100);
        row(out, "mapping and plan", Map.of("plan", plan.toString()), 100);
        row(out, "signature, mapping and plan", Map.of("plan", plan.toString(), "signingKey", KEY), 100);
        planned(out, plan);
    }

    private void row(PrintStream out, String what, Map<String, String> settings, int size) throws Exception {
        Map<String, String> all = new java.util.HashMap<>();
        settings.forEach((name, value) -> all.put("serai.sources.customerio." + name, value));
        PartnerFolders folders = PartnerFolders.read(routes);
        Sources sources = Sources.from(Settings.of(all), folders.partners());
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            camel.getRegistry().bind("partnerFolders", folders);
            camel.getRegistry().bind("clock", Clock.systemUTC());
            SimpleMeterRegistry meters = new SimpleMeterRegistry();
            camel.getRegistry().bind("suppressedUsers", new SuppressedUsers(new Suppressions(), new IngestMetrics(meters)));
            camel.getRegistry().bind("plans", new Plans(sources, meters, Clock.systemUTC()));
            WebhookDoor door = new WebhookDoor(sources, Clock.systemUTC(), true, "", false);
            camel.addRoutes(new RouteBuilder() {
                @Override
                public void configure() {
                    from("direct:in").routeId("bench").process(door).to("mapping:customerio/customerio-webhook.jslt");
                }
            });
            camel.start();
            Processor route = camel.getRoute("bench").getProcessor();
            List<byte[]> bodies = bodies(size);
            double best = Double.MAX_VALUE;
            for (int round = 0; round < 6; round++) {
                best = Math.min(best, micros(camel, route, bodies, size));
            }
            out.printf(Locale.ROOT, ROW, what, size, best);
        }
    }

    private double micros(DefaultCamelContext camel, Processor route, List<byte[]> bodies, int size) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long accepted = 0;
        long timestamp = System.currentTimeMillis() / 1_000;
        List<String> signatures = new ArrayList<>();
        for (byte[] body : bodies) {
            signatures.add(signature(timestamp, body));
        }
        long began = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < events / size; i++) {
            Exchange exchange = new DefaultExchange(camel);
            exchange.setProperty("serai.partner", "customerio");
            exchange.getMessage().setHeader("source", "customerio");
            exchange.getMessage().setHeader(Exchange.HTTP_METHOD, "POST");
            exchange.getMessage().setHeader("X-CIO-Timestamp", String.valueOf(timestamp));
            exchange.getMessage().setHeader("X-CIO-Signature", signatures.get(i % bodies.size()));
            exchange.getMessage().setBody(bodies.get(i % bodies.size()));
            route.process(exchange);
            if (exchange.getException() != null) {
                throw exchange.getException();
            }
            accepted += exchange.getMessage().getBody(Intake.class).events().size();
        }
        double micros = (threads.getCurrentThreadCpuTime() - began) / 1e3 / accepted;
        if (accepted != (long) events / size * size) {
            throw new IllegalStateException(accepted + " events came out of " + events);
        }
        return micros;
    }

    private static String signature(long timestamp, byte[] body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(KEY.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        mac.update(("v0:" + timestamp + ":").getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(mac.doFinal(body));
    }

    private static List<byte[]> bodies(int size) {
        List<byte[]> bodies = new ArrayList<>();
        for (int request = 0; request < 100; request++) {
            StringBuilder body = new StringBuilder(size == 1 ? "" : "[");
            for (int i = 0; i < size; i++) {
                body.append(i == 0 ? "" : ",").append(report(request * size + i));
            }
            bodies.add(body.append(size == 1 ? "" : "]").toString().getBytes(StandardCharsets.UTF_8));
        }
        return bodies;
    }

    private static String report(int number) {
        return ("{\"event_id\":\"01KAT2Y8G0%016d\",\"object_type\":\"email\",\"metric\":\"opened\",\"timestamp\":1795514390,"
                + "\"data\":{\"customer_id\":\"user-%d\",\"identifiers\":{\"id\":\"user-%d\",\"email\":\"ada.moser@example.com\","
                + "\"cio_id\":\"d9c106000001\"},\"delivery_id\":\"dgOq6gcDAAF%d\",\"campaign_id\":\"23\",\"action_id\":96,"
                + "\"recipient\":\"ada.moser@example.com\",\"subject\":\"Your order is on its way\"}}")
                .formatted(number, number % 1_000, number % 1_000, number);
    }

    /** What the plan alone adds. */
    private void planned(PrintStream out, Path plan) throws Exception {
        Map<String, String> settings = Map.of("serai.sources.customerio.plan", plan.toString());
        Plans plans = new Plans(Sources.from(Settings.of(settings), PartnerFolders.read(routes).partners()),
                new SimpleMeterRegistry(), Clock.systemUTC());
        byte[] event = ("{\"source\":\"customerio\",\"type\":\"track\",\"messageId\":\"26245ffe558f90d40a7675ca26b060fa\","
                + "\"event\":\"Email Opened\",\"userId\":\"user-4711\",\"timestamp\":\"2026-11-24T09:58:51.000Z\",\"context\":{"
                + "\"traits\":{\"email\":\"ada.moser@example.com\"}},\"properties\":{\"email_id\":\"d\",\"campaign_id\":\"23\","
                + "\"email_subject\":\"Your order is on its way\"}}").getBytes(StandardCharsets.UTF_8);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 6; round++) {
            long began = threads.getCurrentThreadCpuTime();
            int blocked = 0;
            for (int i = 0; i < events; i++) {
                blocked += plans.check("customerio", event).isBlocked() ? 1 : 0;
            }
            best = Math.min(best, (threads.getCurrentThreadCpuTime() - began) / 1e3 / events + blocked);
        }
        out.printf(Locale.ROOT, ROW, "tracking plan alone", 1, best);
    }
}
