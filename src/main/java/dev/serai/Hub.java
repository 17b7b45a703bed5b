package dev.serai;

import dev.serai.console.Activities;
import dev.serai.console.ActivityApi;
import dev.serai.console.ApiAccess;
import dev.serai.console.AudiencesApi;
import dev.serai.console.Console;
import dev.serai.console.ConsolePages;
import dev.serai.console.DeliveriesApi;
import dev.serai.console.Deployment;
import dev.serai.console.DestinationsApi;
import dev.serai.console.DocsPages;
import dev.serai.console.ForgetApi;
import dev.serai.console.JourneyApi;
import dev.serai.console.LookupApi;
import dev.serai.console.OverviewApi;
import dev.serai.console.QueryApi;
import dev.serai.console.ReplaysApi;
import dev.serai.console.RoutingApi;
import dev.serai.console.SamplesApi;
import dev.serai.console.SamplesOfPeople;
import dev.serai.console.SourcesApi;
import dev.serai.console.SyncsApi;
import dev.serai.console.Tokens;
import dev.serai.console.ViolationsApi;
import dev.serai.console.WarehousesApi;
import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import dev.serai.delivery.DestinationReports;
import dev.serai.delivery.Replays;
import dev.serai.delivery.StoredFates;
import dev.serai.kafka.DeadLetters;
import dev.serai.kafka.EmbeddedBroker;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Suppressions;
import dev.serai.kafka.Topics;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.observe.SourceCounts;
import dev.serai.partner.Destinations;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import dev.serai.privacy.Forgetter;
import dev.serai.privacy.PersonStore;
import dev.serai.sandbox.Fakes;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sync.Syncs;
import dev.serai.trait.Audiences;
import dev.serai.trait.DefinitionFolder;
import dev.serai.trait.Definitions;
import dev.serai.warehouse.Analysis;
import dev.serai.warehouse.Loader;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running hub. Starts in the order of what can fail for a reason that the user can mend: settings, then the port
 * and the data directory, only then Kafka, Camel and the routes; requests are answered 503 until all of it is up.
 * Stops in reverse, the door first, so that nothing is accepted that could be lost.
 */
public final class Hub implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Hub.class);
    private static final int DRAIN_SECONDS = 10;

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmHeapPressureMetrics memory = new JvmHeapPressureMetrics();
    private final Health health = new Health(meters);
    private final Suppressions suppressions = new Suppressions();
    private final Instant startedAt = Instant.now();
    private final SourceCounts counts = new SourceCounts(meters, Clock.systemUTC());
    private final DestinationReports reports = new DestinationReports(Clock.systemUTC());
    private final Activities activities = new Activities(Clock.systemUTC());
    private final Configuration configuration;
    private final boolean strict;
    private HubHttpServer http;
    private DataDirectory data;
    private CompletableFuture<Kafka> kafka;
    private CamelRuntime camel;
    private Publisher publisher;
    private CompletableFuture<Warehouses> warehouses;
    private CompletableFuture<StoredFates> fates;
    private Console console;
    private Forgetter forgetter;
    private Replays replays;
    private Audiences audiences;
    private Syncs syncs;
    private Sandbox sandbox;
    private Watch watch;
    private RoutingPlaces places;
    private JourneyApi journeys;

    /** @param broker null when the brokers are somebody else's */
    private record Kafka(KafkaConnection connection, EmbeddedBroker broker) { }

    private Hub(Configuration configuration, boolean strict) {
        this.configuration = configuration;
        this.strict = strict;
    }

    /**
     * Starts and returns when the hub is ready.
     *
     * @param file   {@code application.properties}; need not exist
     * @param strict whether a partner folder that cannot be used ends the start
     * @throws SettingsException with every problem that the user must mend; then nothing is left running
     */
    public static Hub start(Path file, Map<String, String> environment, Properties system, boolean strict) {
        Configuration configuration = Configuration.read(file, environment, system, strict);
        Hub hub = prepare(configuration, strict, new OwnCamel());
        try {
            hub.startRoutes();
            hub.open();
            return hub;
        } catch (RuntimeException | Error e) {
            hub.close();
            throw e;
        }
    }

    /**
     * Starts all but the routes; requests are answered 503 until {@link #open}.
     *
     * @throws SettingsException with every problem that the user must mend; then nothing is left running
     */
    static Hub prepare(Configuration configuration, boolean strict, Camel camel) {
        Hub hub = new Hub(configuration, strict);
        try {
            hub.prepare(camel);
            return hub;
        } catch (RuntimeException | Error e) {
            hub.close();
            throw e;
        }
    }

    private void prepare(Camel own) {
        Settings settings = configuration.settings();
        configuration.folders().problems().forEach(Hub::leftOut);
        startHttp(settings);
        startSandbox(settings);
        data = DataDirectory.lock(Path.of(settings.text(SettingKey.DATA_DIR)));
        // Kafka and Camel take most of the start, and nothing of each other
        kafka = CompletableFuture.supplyAsync(() -> startKafka(settings, configuration.destinations()));
        warehouses = CompletableFuture.supplyAsync(() -> Warehouses.open(configuration.warehouses().all()));
        fates = CompletableFuture.supplyAsync(() -> new StoredFates(data.path().resolve("fates"), Clock.systemUTC()));
        camel = new CamelRuntime(own, configuration, http, meters, suppressions, Clock.systemUTC());
        KafkaConnection connection = await(kafka).connection();
        publisher = new Publisher(connection);
        Gauge.builder("serai.kafka.bytes.in.flight", publisher, Publisher::bytesInFlight)
                .description("bytes handed to Kafka and not yet acknowledged").register(meters);
        camel.bind("publisher", publisher);
        camel.bind("sourceCounts", counts);
        camel.bind("destinationReports", reports);
        camel.bind("kafkaConnection", connection);
        camel.bind("fates", await(fates));
        suppressions.follow(connection);
        startWarehouses(connection, settings);
        audiences = audiences(configuration, strict);
        forgetter = new Forgetter(connection, suppressions, Stream.of(await(warehouses).people(), audiences.people(),
                List.<PersonStore>of(new SamplesOfPeople(counts, reports))).flatMap(List::stream).toList());
        new ForgetApi(forgetter, activities).mountOn(http);
        syncs = new Syncs(connection, data.scratch(), Clock.systemUTC(), counts);
        camel.serve(syncs);
    }

    /** Takes requests, and asks partners for what is due; once the routes run. */
    void open() {
        String closed = camel.webhooksWithoutSecret();
        if (!closed.isEmpty()) {
            LOG.warn("Webhooks that partners sign are refused until their secrets are set settings={}", closed);
        }
        health.check("destinations", this::stoppedDestinations);
        health.check("routing", camel::routingFault);
        new DeliveriesApi(http, camel.deliveries(), await(fates));
        KafkaConnection connection = await(kafka).connection();
        replays = new Replays(connection, publisher, await(fates), () -> camel.configuration().destinations().on().stream()
                .map(ConfiguredDestination::name).collect(Collectors.toSet()), camel.plans());
        new ViolationsApi(http, camel.plans());
        new ReplaysApi(http, replays, activities);
        new RoutingApi(http, configuration.routing(), camel::routingText, camel::routingFault,
                () -> camel.configuration().destinations());
        startSyncs();
        new AudiencesApi(http, audiences, activities);
        audiences.start();
        Settings settings = configuration.settings();
        startPages(connection);
        new LookupApi(http, connection);
        new ActivityApi(http, activities);
        new SamplesApi(http, connection, () -> camel.configuration().folders(), () -> camel.configuration().sources(),
                activities);
        Tokens tokens = new Tokens(settings.get(SettingKey.CONSOLE_TOKEN), settings.get(SettingKey.CONSOLE_VIEWER_TOKEN), Clock.systemUTC());
        ApiAccess access = new ApiAccess(tokens, settings.text(SettingKey.SERVER_HOST));
        new DocsPages(http, () -> camel.configuration().folders(), access);
        new ConsolePages(http);
        console = new Console(http, connection, tokens, access, Version.text());
        http.ready();
        health.started(true);
    }

    /** What the console's pages ask. */
    private void startPages(KafkaConnection connection) {
        Deployment deployment = camel.deployment();
        Map<String, Loader> loaders = await(warehouses).loaders();
        OverviewApi.Parts parts = new OverviewApi.Parts(new SourcesApi(http, deployment, counts, camel.plans(), syncs),
                new DestinationsApi(http, deployment, camel.deliveries(), reports, loaders), loaders, audiences, syncs);
        new OverviewApi(http, Version.text(), startedAt, Clock.systemUTC(), connection, parts);
        places = new RoutingPlaces(camel::configuration);
        journeys = new JourneyApi(http, deployment, new JourneyApi.Parts(connection, replays, await(fates), reports, loaders, places));
    }

    /** Unless somebody serves it already, as {@code serai sandbox} does, or another hub. */
    private void startSandbox(Settings settings) {
        int port = settings.number(SettingKey.SANDBOX_PORT, 0);
        if (!settings.flag(SettingKey.SANDBOX_ENABLED)) {
            return;
        }
        try {
            SandboxClock clock = new SandboxClock();
            Faults faults = new Faults();
            sandbox = Sandbox.start(port, clock, faults, Fakes.all(Fakes.SEED, Fakes.PEOPLE, clock, faults));
            LOG.info("Sandbox ready; sources that have no settings of their own are its fakes url=http://127.0.0.1:{}", port);
        } catch (UncheckedIOException e) {
            LOG.info("Sandbox of another process is used url=http://127.0.0.1:{}", port);
        }
    }

    private void startWarehouses(KafkaConnection connection, Settings settings) {
        Warehouses loaded = await(warehouses);
        if (strict) {
            loaded.check(settings, true);
        } else {
            // a database that does not answer must not hold up the door
            CompletableFuture.runAsync(() -> loaded.check(settings, false));
        }
        loaded.startLoading(connection, publisher, suppressions, meters, data.hubId(), data.scratch());
        health.check("warehouse", loaded::fault);
        http.routes().post("/api/query").handler(http.bodyReader()).handler(new QueryApi(loaded.queries()));
        new WarehousesApi(http, loaded.loaders(), loaded.analyses(), activities);
    }

    private Audiences audiences(Configuration configuration, boolean strict) {
        Map<String, Analysis> analyses = await(warehouses).analyses();
        if (analyses.isEmpty()) {
            LOG.debug("Traits, audiences and reports need a warehouse that can be asked; nothing is computed");
            return new Audiences(Map.of(), () -> Definitions.NONE, publisher, Clock.systemUTC());
        }
        DefinitionFolder folder = new DefinitionFolder(Path.of(configuration.settings().text(SettingKey.AUDIENCES_DIR)),
                List.copyOf(analyses.keySet()), () -> camel.configuration().destinations().byName().keySet());
        if (strict && !folder.get().problems().isEmpty()) {
            throw new SettingsException(folder.get().problems());
        }
        return new Audiences(analyses, folder, publisher, Clock.systemUTC());
    }

    private void startHttp(Settings settings) {
        IngestMetrics metrics = new IngestMetrics(meters);
        http = new HubHttpServer(new HttpLimits(
                settings.number(SettingKey.HTTP_MAX_BODY_BYTES, 1),
                settings.number(SettingKey.HTTP_MAX_CONNECTIONS, 1),
                settings.number(SettingKey.HTTP_MAX_IN_FLIGHT, 1),
                seconds(settings, SettingKey.HTTP_IDLE_SECONDS),
                seconds(settings, SettingKey.HTTP_HEAD_SECONDS),
                seconds(settings, SettingKey.HTTP_BODY_SECONDS)), metrics);
        new JvmMemoryMetrics().bindTo(meters);
        memory.bindTo(meters);
        Gauge.builder("serai.http.connections", http, HubHttpServer::connections).register(meters);
        Gauge.builder("serai.http.requests.in.flight", http, HubHttpServer::inFlight).register(meters);
        http.observe("/observe/health", health::all);
        http.observe("/observe/health/ready", health::ready);
        http.observe("/observe/health/live", health::live);
        http.observe("/observe/metrics", ctx -> ctx.response()
                .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8").end(scrape()));
        http.listen(settings.text(SettingKey.SERVER_HOST), settings.number(SettingKey.SERVER_PORT, 0),
                settings.get(SettingKey.MANAGEMENT_PORT).isEmpty());
        if (settings.get(SettingKey.MANAGEMENT_PORT).isPresent()) {
            http.listenForManagement(settings.text(SettingKey.MANAGEMENT_HOST),
                    settings.number(SettingKey.MANAGEMENT_PORT, 0));
        }
    }

    private String scrape() {
        if (warehouses != null && warehouses.isDone() && !warehouses.isCompletedExceptionally()) {
            warehouses.join().refreshMeters();
        }
        return meters.scrape();
    }

    private Kafka startKafka(Settings settings, Destinations destinations) {
        EmbeddedBroker broker = settings.get(SettingKey.KAFKA_BROKERS).isPresent() ? null
                : EmbeddedBroker.start(data.path().resolve("kafka"), settings.number(SettingKey.KAFKA_PORT, 0));
        KafkaConnection connection = new KafkaConnection(
                broker != null ? broker.brokers() : settings.text(SettingKey.KAFKA_BROKERS),
                settings.under(SettingKey.KAFKA_CLIENT_PREFIX), broker != null);
        try (Admin admin = Admin.create(connection.admin())) {
            Topics.create(admin, destinations.on().stream().map(ConfiguredDestination::name).toList());
            return new Kafka(connection, broker);
        } catch (Exception e) {
            if (broker != null) {
                broker.close();
            }
            throw new SettingsException(settings.problem(SettingKey.KAFKA_BROKERS.key(),
                    "Kafka at " + connection.brokers() + " does not answer: " + e, "is it running, and reachable?"));
        }
    }

    /** Loads the routes of every partner, and the routing. */
    void startRoutes() {
        configuration.destinations().on().forEach(reports::begin);
        List<Problem> problems = camel.loadPartners();
        if (strict && !problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        problems.forEach(Hub::leftOut);
        camel.loadRouting();
    }

    private void startSyncs() {
        try {
            List<Problem> problems = syncs.start(configuration.sources().byName().values(), DeadLetters.of(publisher), meters);
            if (strict && !problems.isEmpty()) {
                throw new SettingsException(problems);
            }
            problems.forEach(Hub::leftOut);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("the start was interrupted", e);
        }
        health.check("syncs", syncs::fault);
        new SyncsApi(http, syncs, activities);
    }

    private Optional<String> stoppedDestinations() {
        String stopped = camel.destinations().stream()
                .flatMap(status -> status.stoppedBy().map(code -> status.destination() + " (" + code + ")").stream())
                .collect(Collectors.joining(", "));
        return stopped.isEmpty() ? Optional.empty() : Optional.of("stopped until its settings are mended: " + stopped);
    }

    private static void leftOut(Problem problem) {
        LOG.error("Partner folder left out problem={}", problem);
    }

    private static Duration seconds(Settings settings, SettingKey key) {
        return Duration.ofSeconds(settings.number(key, 1));
    }

    /**
     * Reads partner folders again when they change, until the hub is closed.
     *
     * @param file the settings, which are not read again; that is told when it changes
     * @param out  gets a line for each reload
     */
    public void watch(Path file, PrintWriter out) {
        Path routes = Path.of(camel.configuration().settings().text(SettingKey.ROUTES_DIR));
        watch = new Watch(routes, file, new PartnerReload(camel, routes, this::createQueues, out), out);
        watch.start(camel.configuration().folders().partners().keySet());
    }

    private void createQueues(Set<String> destinations) {
        try (Admin admin = Admin.create(kafka.join().connection().admin())) {
            Topics.create(admin, destinations);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("making queues was interrupted", e);
        } catch (TimeoutException | ExecutionException e) {
            throw new IllegalStateException("Kafka does not make queues for " + destinations, e);
        }
    }

    /** Where the hub listens. */
    public int port() {
        return http.port();
    }

    private static <T> T await(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Refuses new requests and finishes those in flight. */
    void drain() {
        health.started(false);
        try {
            if (console != null) {
                console.close();
            }
            if (http != null) {
                http.drain(DRAIN_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Refuses new requests, finishes those in flight, stops everything in reverse order. */
    @Override
    public void close() {
        drain();
        stop(watch);
        stop(journeys);
        stop(places);
        stop(activities);
        stop(forgetter);
        stop(replays);
        stop(audiences);
        stop(syncs);
        stop(camel);
        if (warehouses != null) {
            stop(warehouses.handle((opened, failure) -> opened).join());
        }
        stop(publisher);
        if (fates != null) {
            stop(fates.handle((opened, failure) -> opened).join());
        }
        stop(suppressions);
        if (kafka != null) {
            stop(kafka.handle((running, failure) -> running == null ? null : running.broker()).join());
        }
        stop(sandbox);
        stop(http);
        stop(data);
        stop(memory);
    }

    private static void stop(AutoCloseable part) {
        try {
            if (part != null) {
                part.close();
            }
        } catch (Exception e) {
            LOG.warn("A part of the hub did not stop cleanly", e);
        }
    }
}
