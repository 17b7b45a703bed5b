package dev.serai;

import dev.serai.console.ApiAccess;
import dev.serai.console.Deployment;
import dev.serai.delivery.DeliveriesComponent;
import dev.serai.delivery.DestinationStatus;
import dev.serai.ingest.HubHttpEngine;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.InboundHeaders;
import dev.serai.ingest.IngestMetrics;
import dev.serai.ingest.PixelApi;
import dev.serai.ingest.SdkSettings;
import dev.serai.ingest.SuppressedUsers;
import dev.serai.ingest.TrackingApi;
import dev.serai.ingest.TrackingSources;
import dev.serai.ingest.TrackingSources.TrackingSource;
import dev.serai.ingest.WebhookDoor;
import dev.serai.kafka.StepPlaces;
import dev.serai.kafka.Suppressions;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Destinations;
import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import dev.serai.plan.Plans;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import dev.serai.partner.Sources;
import dev.serai.partner.Sources.ConfiguredSource;
import dev.serai.sync.PageRequest;
import dev.serai.sync.SalesforceAccount;
import dev.serai.sync.StreamPage;
import dev.serai.sync.StripeAccount;
import dev.serai.sync.StripeDoor;
import dev.serai.sync.Syncs;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.Route;
import org.apache.camel.builder.NoErrorHandlerBuilder;
import org.apache.camel.component.kamelet.KameletEndpoint;

/**
 * Camel with the beans that Kamelets and components name, started without a route; routes are loaded when what they
 * need is up. The same runtime serves the hub, the hub under Camel JBang and the sample runner, so that all of them run
 * the unmodified routes.
 *
 * <p>An exchange that fails is handed back to whoever started it (NoErrorHandler): the HTTP server answers, the
 * consumer writes a dead letter. No route decides about faults.
 */
final class CamelRuntime implements AutoCloseable {

    private final Camel camel;
    private final HubHttpServer http;
    private final Plans plans;
    private final Map<String, String> faults = new ConcurrentHashMap<>();
    private volatile Configuration configuration;
    private RouteLoader loader;
    private volatile RoutingFile routing;

    CamelRuntime(Configuration configuration, HubHttpServer http, MeterRegistry meters, Suppressions suppressions,
                 Clock clock) {
        this(new OwnCamel(), configuration, http, meters, suppressions, clock);
    }

    CamelRuntime(Camel camel, Configuration configuration, HubHttpServer http, MeterRegistry meters,
                 Suppressions suppressions, Clock clock) {
        this.camel = camel;
        this.configuration = configuration;
        this.http = http;
        Settings settings = configuration.settings();
        boolean behindProxy = settings.flag(SettingKey.HTTP_BEHIND_PROXY);
        TrackingSources tracking = tracking(configuration);
        IngestMetrics metrics = new IngestMetrics(meters);
        SuppressedUsers suppressed = new SuppressedUsers(suppressions, metrics);
        plans = new Plans(configuration.sources(), meters, clock);
        TrackingApi trackingApi = new TrackingApi(tracking, metrics, suppressed, plans, behindProxy, clock);
        PixelApi pixelApi = new PixelApi(trackingApi);
        http.routes().get("/v1/projects/:writeKey/settings").handler(new SdkSettings(tracking, behindProxy));

        bind("platform-http-engine", new HubHttpEngine(new InboundHeaders(this::headersOf)));
        bind("meterRegistry", meters);
        bind("vertx", http.vertx());
        bind("clock", clock);
        bind("suppressions", suppressions);
        bind("suppressedUsers", suppressed);
        bind("plans", plans);
        bind("trackingApi", trackingApi);
        bind("pixelApi", pixelApi.receive());
        bind("pixelFailure", pixelApi.failed());
        bind("pixelImage", pixelApi.image());
        boolean isOnLoopback = ApiAccess.isLoopback(settings.text(SettingKey.SERVER_HOST));
        bind("stripeDoor", new StripeDoor(clock, isOnLoopback));
        bind("webhookDoor", new WebhookDoor(() -> this.configuration.sources(), clock, isOnLoopback,
                settings.get(SettingKey.HTTP_PUBLIC_URL).orElse(""), behindProxy));
        start(settings);
    }

    private Collection<String> headersOf(String partner) {
        Set<String> names = new HashSet<>(Set.of(StripeDoor.SIGNATURE));
        Optional.ofNullable(configuration.folders().partners().get(partner)).flatMap(Partner::source)
                .ifPresent(source -> names.addAll(source.webhook().allHeaders()));
        return names;
    }

    /** The settings for want of which webhooks are refused; empty where the hub listens on loopback only. */
    String webhooksWithoutSecret() {
        if (ApiAccess.isLoopback(configuration.settings().text(SettingKey.SERVER_HOST))) {
            return "";
        }
        return configuration.sources().byName().values().stream().flatMap(source -> source.partner().source().orElseThrow()
                .webhook().signature().filter(signature -> source.setting(signature.setting()).isEmpty())
                .map(signature -> SettingKey.SOURCES_PREFIX + source.name() + "." + signature.setting()).stream())
                .collect(Collectors.joining(", "));
    }

    private void start(Settings settings) {
        camel.start(settings);
        // asked for anew each time: a folder may have been read again
        context().getRegistry().bindAsPrototype("partnerFolders", PartnerFolders.class, () -> configuration.folders());
        context().getRegistry().bindAsPrototype("destinations", Destinations.class, () -> configuration.destinations());
        loader = new RouteLoader(context());
        context().getCamelContextExtension().setErrorHandlerFactory(new NoErrorHandlerBuilder());
        context().getCamelContextExtension().addInterceptStrategy(
                new StepPlaces(configuration.routing().toString(), false));
        http.bindTo(context(), settings.number(SettingKey.SERVER_PORT, 0));
    }

    CamelContext context() {
        return camel.context();
    }

    /** Gives a bean to the components and Kamelets; to be done before the routes that need it are loaded. */
    void bind(String name, Object bean) {
        camel.bind(name, bean);
    }

    /**
     * Gives the routes of syncs what they name.
     *
     * @param syncs null where routes only run with samples
     */
    void serve(Syncs syncs) {
        SalesforceAccount salesforce = new SalesforceAccount(syncs);
        bind("pageRequest", new PageRequest());
        bind("pageClient", PageRequest.client());
        bind("pageWhole", PageRequest.whole());
        bind("streamPage", new StreamPage(configuration.folders()));
        bind("stripeAccount", new StripeAccount());
        bind("salesforceAccount", salesforce);
        bind("salesforceAnswered", salesforce.answered());
        if (syncs != null) {
            bind("syncs", syncs);
        }
    }

    /** Loads the routes of every partner. What is wrong with those that cannot be is returned; the others run. */
    List<Problem> loadPartners() {
        List<Problem> problems = new ArrayList<>();
        for (Partner partner : configuration.folders().partners().values()) {
            problems.addAll(load(partner));
        }
        return problems;
    }

    /** Loads the routes of one partner. What is wrong with them is returned; then none of them runs. */
    List<Problem> load(Partner partner) {
        List<Problem> problems = loader.load(partner);
        if (problems.isEmpty()) {
            faults.remove(partner.slug());
        } else {
            faults.put(partner.slug(), problems.stream().map(Problem::toString).collect(Collectors.joining("; ")));
        }
        return problems;
    }

    /** What keeps a partner's routes from running. */
    Optional<String> fault(String slug) {
        return Optional.ofNullable(faults.get(slug));
    }

    /** Whether a partner's routes are loaded: one that the hub started without has a folder all the same. */
    boolean runs(String slug) {
        return loader.runs(slug);
    }

    /** What a partner's routes would take from others that run. */
    List<Problem> clashes(Partner partner) {
        return loader.clashes(partner);
    }

    /** What holds now. */
    Configuration configuration() {
        return configuration;
    }

    /**
     * Takes out a partner's routes and loads those of its folder in {@code next}, if it has one there. Requests that come
     * meanwhile wait, deliveries go on where they were.
     *
     * @return what is wrong; then the routes of before run again
     */
    List<Problem> exchange(String slug, Configuration next) {
        Configuration last = configuration;
        List<Route> running = loader.routesOf(slug);
        List<String> paths = running.stream().flatMap(route -> RouteLoader.paths(route).stream()).toList();
        // a destination's requests under way may take seconds, which no webhook need wait for
        loader.stop(running.stream().filter(route -> RouteLoader.paths(route).isEmpty()
                && !(route.getEndpoint() instanceof KameletEndpoint)).map(Route::getRouteId).toList());
        List<Problem> problems = new ArrayList<>();
        http.exchange(paths, () -> {
            loader.remove(slug);
            configuration = next;
            Partner partner = next.folders().partners().get(slug);
            problems.addAll(partner == null ? List.of() : load(partner));
            if (!problems.isEmpty()) {
                configuration = last;
                Optional.ofNullable(last.folders().partners().get(slug)).ifPresent(before -> problems.addAll(load(before)));
            }
        });
        return problems;
    }

    /** Routes by the destinations as they are now. */
    void destinationsChanged() {
        if (routing == null) {
            loadRouting();
        } else {
            routing.destinationsChanged();
        }
    }

    /**
     * Loads the routing, unless no destination is on: then there is nothing to decide, and no event need be read.
     *
     * @throws SettingsException if there is none, or its route cannot be built
     */
    void loadRouting() {
        if (!configuration.destinations().on().isEmpty()) {
            routing = new RoutingFile(loader, this::configuration);
            routing.start();
        }
    }

    /** What is wrong with the routing file, while an older one is used. */
    Optional<String> routingFault() {
        return routing == null ? Optional.empty() : routing.fault();
    }

    /**
     * What the routing says; of the file, where no destination is on and so nothing is routed.
     *
     * @throws SettingsException if the file cannot be read
     */
    String routingText() {
        return routing == null ? RoutingFile.read(configuration.routing()) : routing.text();
    }

    /** How each destination does. */
    List<DestinationStatus> destinations() {
        return deliveries().statuses();
    }

    /** What holds now, for those who look. */
    Deployment deployment() {
        return new Deployment() {
            @Override
            public Settings settings() {
                return configuration.settings();
            }

            @Override
            public PartnerFolders folders() {
                return configuration.folders();
            }

            @Override
            public Sources sources() {
                return configuration.sources();
            }

            @Override
            public Destinations destinations() {
                return configuration.destinations();
            }

            @Override
            public Optional<String> fault(String partner) {
                return CamelRuntime.this.fault(partner);
            }
        };
    }

    Plans plans() {
        return plans;
    }

    DeliveriesComponent deliveries() {
        return context().getComponent("deliveries", DeliveriesComponent.class);
    }

    @Override
    public void close() {
        if (routing != null) {
            routing.close();
        }
        camel.close();
    }

    private static TrackingSources tracking(Configuration configuration) {
        Map<String, TrackingSource> byKey = new HashMap<>();
        for (ConfiguredSource source : configuration.sources().byName().values()) {
            source.setting("writeKey").ifPresent(key -> byKey.put(key, new TrackingSource(source.name(),
                    Boolean.parseBoolean(source.setting("loopbackOnly").orElse("false")))));
        }
        return new TrackingSources(byKey);
    }
}
