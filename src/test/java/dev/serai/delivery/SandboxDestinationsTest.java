package dev.serai.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.kafka.TestKafka;
import dev.serai.kafka.Topics;
import dev.serai.model.DeadLetter;
import dev.serai.model.Event;
import dev.serai.model.Json;
import dev.serai.partner.Destinations;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fakes;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Received;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The partners' unmodified routes against the sandbox' fakes, with the settings that the sandbox brings. */
class SandboxDestinationsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Backoff QUICK = new Backoff(Duration.ofMillis(20), Duration.ofMillis(100), Duration.ofHours(4),
            Duration.ofMillis(200), () -> 1);
    private static int runs;

    private final SandboxClock clock = new SandboxClock();
    private final Faults faults = new Faults();
    private final List<Fake> fakes = Fakes.all(Fakes.SEED, 1, clock, faults);
    private final Vertx vertx = Vertx.vertx();
    private Sandbox sandbox;
    private TestKafka kafka;

    @BeforeEach
    void start() throws Exception {
        kafka = TestKafka.get();
        sandbox = Sandbox.start(0, clock, faults, fakes);
    }

    @AfterEach
    void stop() {
        sandbox.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Received fake(String partner) {
        return fakes.stream().filter(one -> one.partner().equals(partner)).findFirst().flatMap(Fake::recorded).orElseThrow();
    }

    /** Puts the events into the queue of a destination of this partner, and waits until all of them have come to their end. */
    private String deliver(String partner, List<Event> events) throws Exception {
        String name = partner + "-run" + ++runs;
        kafka.topics(2, Topics.deliveries(name));
        kafka.write(Topics.deliveries(name), events);
        Map<String, String> settings = Map.of("serai.sandbox.enabled", "true", "serai.sandbox.port",
                String.valueOf(sandbox.port()), "serai.destinations." + name + ".partner", partner);
        // the partner's own destination is on in the sandbox too; its queue is other tests'
        ConfiguredDestination only = Destinations.from(Settings.of(settings), PartnerFolders.read(Path.of("routes")).partners())
                .byName().get(name);
        try (DeliveryContext hub = new DeliveryContext(settings).bind("publisher", kafka.publisher()).bind("vertx", vertx)
                .bind("kafkaConnection", kafka.connection()).bind("backoff", QUICK)
                .bind("destinations", new Destinations(Map.of(name, only), List.of()))) {
            hub.startPartner(partner);
            await().atMost(PATIENCE).until(() -> kafka.committed("serai-deliveries-" + name) == events.size());
        }
        return name;
    }

    private static List<Event> people(int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String user = "user-47" + i;
            ObjectNode traits = Json.MAPPER.createObjectNode().put("email", "ada" + i + "@example.com").put("phone", "+41445550123")
                    .put("firstName", "Ada").put("lastName", "Moser").put("high_spenders", true);
            events.add(event(user + "-identify", user, "identify", null, json -> {
                json.set("traits", traits);
                json.putObject("context").putObject("personas").put("computation_key", "high_spenders");
            }));
            events.add(event(user + "-order", user, "track", "Order Completed", json -> {
                json.putObject("context").put("ip", "93.184.216.34").put("userAgent", "Mozilla/5.0").set("traits", traits);
                ObjectNode order = json.putObject("properties").put("order_id", user).put("total", 24.5).put("revenue", 24.5)
                        .put("currency", "CHF");
                order.putArray("products").addObject().put("product_id", "mug").put("name", "Mug").put("price", 12.25)
                        .put("quantity", 2);
            }));
            events.add(event(user + "-audience", user, "track", "Audience Entered", json -> {
                json.putObject("context").set("traits", traits);
                json.putObject("properties").put("audience_key", "high_spenders").put("high_spenders", true);
            }));
        }
        return events;
    }

    private static Event event(String id, String user, String type, String name, Consumer<ObjectNode> more) {
        return Events.track(id, user, name, json -> {
            String now = Instant.now().toString();
            json.put("type", type).put("timestamp", now).put("receivedAt", now).remove("properties");
            if (name == null) {
                json.remove("event");
            }
            more.accept(json);
        });
    }

    @ParameterizedTest
    @CsvSource({"amplitude, amplitude, 9", "braze, braze, 9", "customerio, customerio, 9", "facebook-audiences, facebook, 6",
        "facebook-conversions, facebook, 6", "google-ads, google, 6", "hubspot, hubspot, 3", "iterable, iterable, 9",
        "mixpanel, mixpanel, 9", "slack, slack, 3", "webhook, webhook, 9"})
    void aPartnersRoutesSayWhatThePartnerTakes(String partner, String fake, long items) throws Exception {
        String name = deliver(partner, people(3));

        assertThat(kafka.deadLetters("delivery." + name)).extracting(DeadLetter::message).isEmpty();
        assertThat(fake(fake).count()).isEqualTo(items);
        JsonNode shown = Json.MAPPER.readTree(HttpClient.newHttpClient().send(HttpRequest.newBuilder(
                URI.create(sandbox.url("_received") + "/" + fake)).build(), BodyHandlers.ofString()).body());
        assertThat(shown.path("count").asLong()).isEqualTo(items);
        assertThat(shown.path("items")).hasSize((int) items);
    }

    @ParameterizedTest
    @CsvSource({"braze, braze", "google-ads, google", "hubspot, hubspot", "mixpanel, mixpanel"})
    void limitsErrorsAndRefusedKeysAreSurvivedAndNothingIsLost(String partner, String fake) throws Exception {
        deliver(partner, people(2));
        long healthy = fake(fake).count();
        for (Fault.Kind kind : List.of(Fault.Kind.RATE_LIMIT_BARE, Fault.Kind.SERVER_ERROR, Fault.Kind.UNAUTHORIZED,
                Fault.Kind.HALF_PAGE)) {
            faults.add(Fault.of(fake, "", kind, 1));
        }

        List<Event> others = people(5).subList(6, 15);
        String name = deliver(partner, others);

        assertThat(faults.all()).isEmpty();
        assertThat(kafka.deadLetters("delivery." + name)).extracting(DeadLetter::message).isEmpty();
        assertThat(fake(fake).count()).isGreaterThanOrEqualTo(healthy + healthy * 3 / 2);
    }

    @Test
    void whatIsRefusedOfARequestIsADeadLetterAndTheRestIsTaken() throws Exception {
        List<Event> events = new ArrayList<>(people(2));
        events.add(event("nobody-order", "x@", "track", "Order Completed", json -> {
            json.putObject("properties").put("total", "much").putArray("products").addObject().put("product_id", "mug");
        }));

        String name = deliver("braze", events);

        assertThat(kafka.deadLetters("delivery." + name)).singleElement().satisfies(letter -> {
            assertThat(letter.id()).startsWith("nobody-order");
            assertThat(letter.message()).contains("price");
        });
        assertThat(fake("braze").count()).isEqualTo(6);
    }
}
