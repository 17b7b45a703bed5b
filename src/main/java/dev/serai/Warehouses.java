package dev.serai;

import dev.serai.kafka.DeadLetters;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Suppressions;
import dev.serai.kafka.Topics;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import dev.serai.privacy.PersonStore;
import dev.serai.warehouse.Analysis;
import dev.serai.warehouse.Loader;
import dev.serai.warehouse.LoaderContext;
import dev.serai.warehouse.LoaderStatus;
import dev.serai.warehouse.Query;
import dev.serai.warehouse.QueryLimits;
import dev.serai.warehouse.TableStatus;
import dev.serai.warehouse.Warehouse;
import dev.serai.warehouse.WarehouseSettings;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The hub's warehouses, each with its loader, its consumer group and its pace, as one part of the hub that starts and
 * stops. One that cannot be reached, or refuses the password, costs the others nothing.
 */
final class Warehouses implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Warehouses.class);

    /** Further tables are in {@code /api/warehouses} only: each is a time series of its own. */
    private static final int TABLES_IN_METRICS = 500;

    private final Map<String, Member> members = new LinkedHashMap<>();
    private MultiGauge newest;
    private MultiGauge rows;

    /** A warehouse with who writes and who reads it. */
    private static final class Member {
        private final Warehouse warehouse;
        private final Query query;
        private Loader loader;

        Member(Warehouse warehouse) {
            this.warehouse = warehouse;
            this.query = new Query(warehouse, QueryLimits.DEFAULT);
        }
    }

    private Warehouses() {
    }

    /** @throws SettingsException if an embedded database cannot be opened */
    static Warehouses open(List<WarehouseSettings> settings) {
        Warehouses warehouses = new Warehouses();
        try {
            settings.forEach(one -> warehouses.members.put(one.name(), new Member(Warehouse.open(one))));
            return warehouses;
        } catch (RuntimeException e) {
            warehouses.close();
            throw e;
        }
    }

    /**
     * Tries each: a wrong password is told at start, not when somebody misses rows.
     *
     * @throws SettingsException with {@code strict}, if one cannot be loaded as it is set up
     */
    void check(Settings settings, boolean strict) {
        List<Problem> problems = members.values().stream().map(member -> problem(member.warehouse, settings, strict))
                .flatMap(Optional::stream).toList();
        if (strict && !problems.isEmpty()) {
            throw new SettingsException(problems);
        }
    }

    private static Optional<Problem> problem(Warehouse warehouse, Settings settings, boolean strict) {
        Optional<Warehouse.Fault> fault = warehouse.check();
        if (fault.isEmpty()) {
            return Optional.empty();
        }
        String prefix = warehouse.name().equals(ConfiguredWarehouses.OWN) ? SettingKey.WAREHOUSE_PREFIX
                : (warehouse.settings().isDestination() ? SettingKey.DESTINATIONS_PREFIX : SettingKey.WAREHOUSES_PREFIX)
                        + warehouse.name() + ".";
        if (!fault.get().isOfSettings()) {
            LOG.warn("Warehouse cannot be reached and is tried again warehouse={} error={}", warehouse.name(),
                    fault.get().message());
            return Optional.empty();
        }
        Problem problem = settings.problem(prefix + "url", "warehouse '" + warehouse.name() + "': " + warehouse.kind()
                + " says: " + fault.get().message(), "mend " + prefix + "url, .user or .password, or the user's permissions; "
                        + "events wait in Kafka meanwhile");
        if (!strict) {
            LOG.error("Warehouse cannot be loaded problem={}", problem);
        }
        return Optional.of(problem);
    }

    Map<String, Query> queries() {
        return members.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().query,
                (one, other) -> one, LinkedHashMap::new));
    }

    /**
     * @param hub     what tells this hub from others of the group, also after a restart
     * @param scratch a folder for files that may be lost; must exist
     */
    void startLoading(KafkaConnection kafka, Publisher publisher, Suppressions suppressions, MeterRegistry meters, String hub,
            Path scratch) {
        DeadLetters letters = DeadLetters.of(publisher);
        newest = MultiGauge.builder("serai.warehouse.table.newest.seconds").description(
                "when the newest event or object of a table was received, seconds since 1970").register(meters);
        rows = MultiGauge.builder("serai.warehouse.table.rows").description("rows written since the start").register(meters);
        for (Member member : members.values()) {
            String name = member.warehouse.name();
            String group = name.equals(ConfiguredWarehouses.OWN) ? name : "warehouse." + name;
            Map<String, Object> consumer = kafka.consumer(group);
            // known to the group again at once after a crash; a new member would wait until the dead one is given up
            consumer.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, "hub-" + hub);
            boolean chosen = member.warehouse.settings().isDestination();
            member.loader = new Loader(new LoaderContext(consumer, chosen ? Topics.deliveries(name) : Topics.EVENTS,
                    chosen ? "" : Topics.OBJECTS, letters::saveAndWait,
                    suppressions::contains, scratch), member.warehouse);
            register(member.loader, Tags.of("warehouse", name), meters);
            member.loader.start();
        }
    }

    /** Those that can be asked, by name. */
    Map<String, Analysis> analyses() {
        Map<String, Analysis> analyses = new LinkedHashMap<>();
        members.forEach((name, member) -> member.warehouse.analysis().ifPresent(analysis -> analyses.put(name, analysis)));
        return analyses;
    }

    /** Where rows of people are, to be counted and removed. */
    List<PersonStore> people() {
        return members.values().stream().map(member -> member.warehouse.people()).toList();
    }

    /** By the name of the warehouse; only once they are loading. */
    Map<String, Loader> loaders() {
        Map<String, Loader> loaders = new LinkedHashMap<>();
        members.forEach((name, member) -> loaders.put(name, member.loader));
        return loaders;
    }

    private static void register(Loader loader, Tags tags, MeterRegistry meters) {
        counter("serai.warehouse.events", "events whose rows are committed", LoaderStatus::eventsLoaded, loader, tags, meters);
        counter("serai.warehouse.objects", "states of objects that are committed", LoaderStatus::objectsLoaded, loader, tags,
                meters);
        counter("serai.warehouse.duplicates", "events dropped because their messageId was loaded within 24 hours",
                LoaderStatus::duplicates, loader, tags, meters);
        counter("serai.warehouse.dead.letters", "events and objects that could not be loaded", LoaderStatus::deadLetters,
                loader, tags, meters);
        gauge("serai.warehouse.lag", "events and objects in Kafka that are not in the warehouse yet", LoaderStatus::lag,
                loader, tags, meters);
        gauge("serai.warehouse.freshness.p95.seconds", "from receipt to committed row, 95th percentile of the last minutes",
                status -> status.freshnessP95() / 1e3, loader, tags, meters);
        gauge("serai.warehouse.up", "1 while events are loaded as they come", status -> status.isHealthy() ? 1 : 0, loader,
                tags, meters);
    }

    private static void counter(String name, String description, ToDoubleFunction<LoaderStatus> value, Loader loader,
            Tags tags, MeterRegistry meters) {
        FunctionCounter.builder(name, loader, of -> value.applyAsDouble(of.status())).tags(tags).description(description)
                .register(meters);
    }

    private static void gauge(String name, String description, ToDoubleFunction<LoaderStatus> value, Loader loader,
            Tags tags, MeterRegistry meters) {
        Gauge.builder(name, loader, of -> value.applyAsDouble(of.status())).tags(tags).description(description)
                .register(meters);
    }

    /** Brings the series of single tables up to date; before each scrape. */
    void refreshMeters() {
        if (rows == null) {
            return;
        }
        List<MultiGauge.Row<?>> newestRows = new ArrayList<>();
        List<MultiGauge.Row<?>> counts = new ArrayList<>();
        members.values().stream().filter(member -> member.loader != null).forEach(member -> {
            for (TableStatus table : member.loader.tables().stream().limit(TABLES_IN_METRICS).toList()) {
                Tags tags = Tags.of("warehouse", member.warehouse.name(), "table", table.table());
                newestRows.add(MultiGauge.Row.of(tags, table.newest().toEpochMilli() / 1e3));
                counts.add(MultiGauge.Row.of(tags, table.rows()));
            }
        });
        newest.register(newestRows, true);
        rows.register(counts, true);
    }

    /** What is wrong with loading, for the health page. */
    Optional<String> fault() {
        String faults = members.values().stream().filter(member -> member.loader != null)
                .flatMap(member -> fault(member).stream()).collect(Collectors.joining("; "));
        return faults.isEmpty() ? Optional.empty() : Optional.of(faults);
    }

    private static Optional<String> fault(Member member) {
        LoaderStatus status = member.loader.status();
        String name = member.warehouse.name();
        return !status.isRunning()
                ? Optional.of(name + ": the loader has stopped; the log says why")
                : status.error().map(error -> name + ": " + error);
    }

    @Override
    public void close() {
        // the loaders at the same time: each writes what it has read
        members.values().parallelStream().filter(member -> member.loader != null).forEach(member -> member.loader.close());
        for (Member member : members.values()) {
            member.query.close();
            member.warehouse.close();
        }
    }
}
