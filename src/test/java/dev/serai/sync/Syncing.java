package dev.serai.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.kafka.DeadLetters;
import dev.serai.kafka.TestKafka;
import dev.serai.kafka.Topics;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import dev.serai.observe.SourceCounts;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import dev.serai.partner.Sources;
import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.camel.builder.NoErrorHandlerBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The sync engine with one partner's unmodified folder, against the partner's fake on loopback and a real broker. Each
 * has a source of its own, so that tests share the broker's topics; a second engine beside or after it goes on with the
 * same source. Collections are synced when a test says so.
 */
final class Syncing implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

    /** Retries at once, gives up soon: what is waited for is tested by what the partner saw, never by the time it took. */
    private static final Patience PATIENCE = new Patience(Duration.ofMillis(1), Duration.ofMillis(5), 4,
            Duration.ofSeconds(20), Duration.ofHours(1));
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private final TestKafka kafka;
    private final String partner;
    private final String source;
    private final Map<String, String> settings;
    private final Sandbox sandbox;
    private final Faults faults;
    private final SandboxClock clock;
    private final List<Engine> engines = new ArrayList<>();
    private final Map<Integer, Long> read;
    private final Map<String, List<JsonNode>> states = new HashMap<>();
    private final Map<String, Integer> told = new HashMap<>();

    /** One hub's part: a Camel context with the routes, and the engine. */
    private static final class Engine {
        private final DefaultCamelContext camel;
        private final Syncs syncs;

        Engine(DefaultCamelContext camel, Syncs syncs) {
            this.camel = camel;
            this.syncs = syncs;
        }
    }

    private Syncing(String partner, Map<String, String> settings, Fake fake, SandboxClock clock, Faults faults)
            throws Exception {
        this.kafka = TestKafka.get();
        this.partner = partner;
        this.source = partner + NUMBER.incrementAndGet();
        this.settings = settings;
        this.clock = clock;
        this.faults = faults;
        this.sandbox = Sandbox.start(0, clock, faults, List.of(fake));
        this.read = kafka.ends(Topics.OBJECTS);
        startEngine();
    }

    /** A clock that stands at {@link #NOW}. */
    static SandboxClock stoppedClock() {
        SandboxClock clock = new SandboxClock();
        clock.set(NOW);
        return clock;
    }

    /** @param settings of the source; what the sandbox needs is there already */
    static Syncing of(Fake fake, SandboxClock clock, Faults faults, Map<String, String> settings) throws Exception {
        return new Syncing(fake.partner(), settings, fake, clock, faults);
    }

    /** Another hub of the group. */
    void startEngine() throws Exception {
        PartnerFolders folders = PartnerFolders.read(Path.of("routes"));
        assertThat(folders.problems()).isEmpty();
        Map<String, String> all = new HashMap<>();
        all.put("serai.sandbox.enabled", "true");
        all.put("serai.sandbox.port", String.valueOf(sandbox.port()));
        all.put("serai.sources." + source + ".partner", partner);
        // due once at the start, then only when a test wishes for it
        all.put("serai.sources." + source + ".pollPeriodSeconds", "86400");
        // the clock of the sandbox stands still, and that of the pace would not
        folders.partners().get(partner).source().orElseThrow().sync().orElseThrow().pace().keySet().forEach(limit ->
                all.merge("serai.sources." + source + ".requestsPerMinute", limit + ":9000000", (one, two) -> one + "," + two));
        settings.forEach((name, value) -> all.put("serai.sources." + source + "." + name, value));
        Sources sources = Sources.from(Settings.of(all), folders.partners());
        assertThat(sources.problems()).isEmpty();

        Syncs syncs = new Syncs(kafka.connection(), Files.createTempDirectory("serai-sync"), Clock.systemUTC(),
                new SourceCounts(new SimpleMeterRegistry(), Clock.systemUTC()), PATIENCE);
        DefaultCamelContext camel = new DefaultCamelContext();
        camel.getPropertiesComponent().addOverrideProperty("camel.component.kamelet.location", "classpath:kamelets");
        camel.getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerBuilder());
        camel.getRegistry().bind("partnerFolders", folders);
        camel.getRegistry().bind("sources", sources);
        camel.getRegistry().bind("clock", Clock.systemUTC());
        camel.getRegistry().bind("pageRequest", new PageRequest());
        camel.getRegistry().bind("stripeAccount", new StripeAccount());
        SalesforceAccount salesforce = new SalesforceAccount(syncs);
        camel.getRegistry().bind("salesforceAccount", salesforce);
        camel.getRegistry().bind("salesforceAnswered", salesforce.answered());
        camel.getRegistry().bind("pageClient", PageRequest.client());
        camel.getRegistry().bind("pageWhole", PageRequest.whole());
        camel.getRegistry().bind("syncs", syncs);
        camel.start();
        for (Path file : folders.partners().get(partner).routes()) {
            if (Files.readString(file).contains("kamelet:sync-source")) {
                PluginHelper.getRoutesLoader(camel).loadRoutes(ResourceHelper.resolveMandatoryResource(camel, "file:" + file));
            }
        }
        assertThat(syncs.start(List.of(sources.byName().get(source)), DeadLetters.of(kafka.publisher()),
                new SimpleMeterRegistry())).isEmpty();
        engines.add(new Engine(camel, syncs));
    }

    /** The hub that was started first goes away: cleanly, as far as a process can do that. */
    void stopEngine() throws Exception {
        Engine first = engines.remove(0);
        first.syncs.close();
        first.camel.stop();
    }

    Faults faults() {
        return faults;
    }

    SandboxClock clock() {
        return clock;
    }

    String source() {
        return source;
    }

    void fault(String pathPrefix, Fault.Kind kind, int times) {
        faults.add(Fault.of(partner, pathPrefix, kind, times));
    }

    /** Syncs these collections, all without names, and waits until the runs have ended, well or not. */
    void sync(String... collections) throws InterruptedException {
        sync(false, collections);
    }

    void syncFully(String... collections) throws InterruptedException {
        sync(true, collections);
    }

    private void sync(boolean full, String... collections) throws InterruptedException {
        Map<String, String> wishes = new LinkedHashMap<>();
        if (collections.length == 0) {
            wishes.putAll(engines.get(0).syncs.wish(source, Optional.empty(), full));
        }
        for (String collection : collections) {
            wishes.putAll(engines.get(0).syncs.wish(source, Optional.of(collection), full));
        }
        await().atMost(Duration.ofSeconds(120)).until(() -> wishes.entrySet().stream().allMatch(wish ->
                status(wish.getKey().substring(wish.getKey().indexOf('/') + 1)).path("endedWish").asText()
                        .equals(wish.getValue())));
    }

    /** Wishes for a run and does not wait for it; answers the wish's id. */
    String wish(boolean full, String collection) throws InterruptedException {
        return engines.get(0).syncs.wish(source, Optional.of(collection), full).values().iterator().next();
    }

    ObjectNode status(String collection) {
        return engines.get(0).syncs.statuses().stream().filter(one -> one.path("collection").asText().equals(collection))
                .findFirst().orElseThrow();
    }

    /** What the first hub says of every collection. */
    List<ObjectNode> statuses() {
        return engines.get(0).syncs.statuses();
    }

    /** What the partner calls each collection of the folder. */
    Map<String, String> endpoints() {
        Map<String, String> endpoints = new HashMap<>();
        PartnerFolders.read(Path.of("routes")).partners().get(partner).source().orElseThrow().sync().orElseThrow().collections()
                .values().forEach(one -> endpoints.put(one.name(), one.endpoint()));
        return endpoints;
    }

    /** The collection that each collection of the folder shares its table with, most often itself. */
    Map<String, String> tables() {
        Map<String, String> tables = new HashMap<>();
        PartnerFolders.read(Path.of("routes")).partners().get(partner).source().orElseThrow().sync().orElseThrow().collections()
                .values().forEach(one -> tables.put(one.name(), one.table()));
        return tables;
    }

    /** What each hub says of the collection. */
    List<ObjectNode> statuses(String collection) {
        return engines.stream().flatMap(engine -> engine.syncs.statuses().stream())
                .filter(one -> one.path("collection").asText().equals(collection)).toList();
    }

    long hubsThatHaveIt(String collection) {
        return statuses(collection).stream().filter(status -> status.path("here").asBoolean()).count();
    }

    void awaitStatus(String collection, Predicate<JsonNode> condition) {
        await().atMost(Duration.ofSeconds(60)).until(() -> condition.test(status(collection)));
    }

    Optional<String> fault() {
        return engines.get(0).syncs.fault();
    }

    /** The states that were written since this was last asked for this collection; of one object in order. */
    List<JsonNode> news(String collection) {
        List<JsonNode> written = written(collection);
        Integer before = told.put(collection, written.size());
        return written.subList(before == null ? 0 : before, written.size());
    }

    /** Every state of the collection's objects on the topic; of one object in order. */
    List<JsonNode> written(String collection) {
        for (ConsumerRecord<byte[], byte[]> found : kafka.recordsFrom(Topics.OBJECTS, read)) {
            // other tests' objects are many: what is not ours is not parsed
            if (new String(found.key(), StandardCharsets.UTF_8).startsWith(source + "/")) {
                JsonNode object = json(found.value());
                states.computeIfAbsent(object.path("collection").asText(), key -> new ArrayList<>()).add(object);
            }
        }
        return List.copyOf(states.getOrDefault(collection, List.of()));
    }

    /** The state that holds of each object, by id: the newest version, of the same version the last. */
    Map<String, JsonNode> objects(String collection) {
        Map<String, JsonNode> latest = new LinkedHashMap<>();
        for (JsonNode object : written(collection)) {
            latest.merge(object.path("id").asText(), object, (before, now) ->
                    now.path("version").asLong() >= before.path("version").asLong() ? now : before);
        }
        return latest;
    }

    /** The ids of those that are there. */
    List<String> ids(String collection) {
        return objects(collection).values().stream().filter(object -> !object.path("isDeleted").asBoolean())
                .map(object -> object.path("id").asText()).sorted().toList();
    }

    List<DeadLetter> deadLetters() {
        return kafka.deadLetters("sync").stream().filter(letter -> letter.source().equals(source)).toList();
    }

    private static JsonNode json(byte[] bytes) {
        try {
            return Json.MAPPER.readTree(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws Exception {
        while (!engines.isEmpty()) {
            stopEngine();
        }
        sandbox.close();
    }
}
