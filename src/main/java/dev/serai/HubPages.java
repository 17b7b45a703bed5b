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
import dev.serai.console.SourcesApi;
import dev.serai.console.SyncsApi;
import dev.serai.console.Tokens;
import dev.serai.console.ViolationsApi;
import dev.serai.console.WarehousesApi;
import dev.serai.delivery.DestinationReports;
import dev.serai.delivery.Replays;
import dev.serai.delivery.StoredFates;
import dev.serai.ingest.HubHttpServer;
import dev.serai.kafka.KafkaConnection;
import dev.serai.observe.SourceCounts;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import dev.serai.privacy.Forgetter;
import dev.serai.sync.Syncs;
import dev.serai.trait.Audiences;
import dev.serai.warehouse.Loader;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;

/** All that people look at a hub through, mounted on its one port: {@code /api}, the console's pages, {@code /docs}. */
final class HubPages implements AutoCloseable {

    private final Activities activities = new Activities(Clock.systemUTC());
    private final RoutingPlaces places;
    private final JourneyApi journeys;
    private final Console console;

    /** What there is to look at. */
    record Parts(HubHttpServer http, CamelRuntime camel, KafkaConnection kafka, Warehouses warehouses, StoredFates fates, SourceCounts counts,
                 DestinationReports reports, Replays replays, Syncs syncs, Audiences audiences, Forgetter forgetter, Instant startedAt) { }

    HubPages(Parts parts) {
        HubHttpServer http = parts.http();
        CamelRuntime camel = parts.camel();
        Deployment deployment = camel.deployment();
        Map<String, Loader> loaders = parts.warehouses().loaders();
        OverviewApi.Parts overview = new OverviewApi.Parts(new SourcesApi(http, deployment, parts.counts(), camel.plans(), parts.syncs()),
                new DestinationsApi(http, deployment, camel.deliveries(), parts.reports(), loaders), loaders, parts.audiences(), parts.syncs());
        new OverviewApi(http, Version.text(), parts.startedAt(), Clock.systemUTC(), parts.kafka(), overview);
        places = new RoutingPlaces(camel::configuration);
        journeys = new JourneyApi(http, deployment, new JourneyApi.Parts(parts.kafka(), parts.replays(), parts.fates(), parts.reports(), loaders,
                places));
        http.routes().post("/api/query").handler(http.bodyReader()).handler(new QueryApi(parts.warehouses().queries()));
        new WarehousesApi(http, loaders, parts.warehouses().analyses(), activities);
        new DeliveriesApi(http, camel.deliveries(), parts.fates());
        new ViolationsApi(http, camel.plans());
        new ReplaysApi(http, parts.replays(), activities);
        new RoutingApi(http, camel.configuration().routing(), camel::routingText, camel::routingFault, () -> camel.configuration().destinations());
        new SyncsApi(http, parts.syncs(), activities);
        new AudiencesApi(http, parts.audiences(), activities);
        new LookupApi(http, parts.kafka());
        new ActivityApi(http, activities);
        new SamplesApi(http, parts.kafka(), () -> camel.configuration().folders(), () -> camel.configuration().sources(), activities);
        new ForgetApi(parts.forgetter(), activities).mountOn(http);
        Settings settings = camel.configuration().settings();
        Tokens tokens = new Tokens(settings.get(SettingKey.CONSOLE_TOKEN), settings.get(SettingKey.CONSOLE_VIEWER_TOKEN), Clock.systemUTC());
        ApiAccess access = new ApiAccess(tokens, settings.text(SettingKey.SERVER_HOST));
        new DocsPages(http, () -> camel.configuration().folders(), access);
        new ConsolePages(http);
        console = new Console(http, parts.kafka(), tokens, access, Version.text());
    }

    /** Before the server waits for requests: a stream is one that would never end. */
    void endStreams() {
        console.close();
    }

    @Override
    public void close() {
        journeys.close();
        places.close();
        activities.close();
    }
}
