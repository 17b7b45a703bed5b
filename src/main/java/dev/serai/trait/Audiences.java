package dev.serai.trait;

import dev.serai.kafka.Publisher;
import dev.serai.kafka.Topics;
import dev.serai.privacy.PersonStore;
import dev.serai.warehouse.Analysis;
import dev.serai.warehouse.QueryException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Computes traits and audiences when they are due, and audiences by condition within seconds for those of whom something was
 * loaded. One thread does what is due, another looks every two seconds at what is new: a query of minutes must not keep
 * an audience from noticing an event.
 *
 * <p>Periods run out without an event, so who leaves for that leaves with the next full run.
 */
public final class Audiences implements AutoCloseable {

    /** The source of all events that are made here. */
    public static final String SOURCE = RowEvents.SOURCE;

    private static final Logger LOG = LoggerFactory.getLogger(Audiences.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration STOP = Duration.ofSeconds(10);
    /** After a run that failed for a reason that may pass. */
    private static final Duration AGAIN = Duration.ofMinutes(1);

    private final Map<String, Analysis> warehouses;
    private final Supplier<Definitions> source;
    private volatile Definitions definitions;
    private final Publisher publisher;
    private final Clock clock;
    private final Map<String, String> problems = new ConcurrentHashMap<>();
    private final Map<String, Instant> due = new ConcurrentHashMap<>();
    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Map<String, NewEvents> events = new HashMap<>();
    private final ScheduledExecutorService runs = executor("audience-runs");
    private final ScheduledExecutorService looks = executor("audience-looks");

    /**
     * @param warehouses those that can be asked
     * @param source     the definitions as they are now
     */
    public Audiences(Map<String, Analysis> warehouses, Supplier<Definitions> source, Publisher publisher, Clock clock) {
        this.warehouses = warehouses;
        this.source = source;
        this.definitions = source.get();
        this.publisher = publisher;
        this.clock = clock;
        // what was loaded before is for the first full run to look at
        warehouses.forEach((name, sql) -> events.put(name, new NewEvents(sql, clock.instant())));
    }

    private static ScheduledExecutorService executor(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins to compute what is due. */
    public void start() {
        if (warehouses.isEmpty()) {
            return;
        }
        publisher.open(Topics.EVENTS);
        runs.scheduleWithFixedDelay(this::runDue, 0, 1, TimeUnit.SECONDS);
        looks.scheduleWithFixedDelay(this::look, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void runDue() {
        refresh();
        for (Definition definition : definitions.computed()) {
            Instant when = due.computeIfAbsent(definition.name(), name -> firstDue(definition));
            if (!when.isAfter(clock.instant())) {
                due.put(definition.name(), clock.instant().plus(definition.every()));
                try {
                    compute(definition, List.of());
                    refused.remove(definition.name());
                } catch (Refused e) {
                    // a table may only come
                    due.put(definition.name(), clock.instant().plus(AGAIN));
                    if (refused.add(definition.name())) {
                        LOG.warn("A definition cannot be computed; what was computed before stays in force, and 'serai audience list' says "
                                + "why name={} file={}", definition.name(), definition.file());
                    }
                } catch (SQLException | RuntimeException e) {
                    due.put(definition.name(), clock.instant().plus(AGAIN));
                    LOG.warn("A definition could not be computed and is tried again name={} reason={}", definition.name(), e.getMessage());
                }
            }
        }
    }

    /** What is new or was changed is computed at once. */
    private void refresh() {
        Definitions now = source.get();
        if (now != definitions) {
            Definitions last = definitions;
            definitions = now;
            now.computed().stream().filter(one -> !one.equals(last.byName().get(one.name()))).forEach(one -> {
                refused.remove(one.name());
                due.put(one.name(), Instant.MIN);
            });
            problems.keySet().retainAll(now.byName().keySet());
            due.keySet().retainAll(now.byName().keySet());
        }
    }

    private Instant firstDue(Definition definition) {
        try (Connection connection = analysis(definition).open()) {
            Ledger.prepare(connection);
            return Ledger.runs(connection, definition.name(), 1).stream().findFirst().flatMap(Ledger.Run::ended)
                    // by condition at once: what came while no hub ran was not looked at
                    .filter(ended -> !isByCondition(definition)).map(ended -> ended.plus(definition.every())).orElse(Instant.MIN);
        } catch (SQLException e) {
            return Instant.MIN;
        }
    }

    private static boolean isByCondition(Definition definition) {
        return definition.body() instanceof Definition.Audience audience && audience.who().isPresent();
    }

    /** Has identifiers of new events resolved, and audiences looked at for those whose events they are. */
    void look() {
        for (String warehouse : warehouses.keySet()) {
            List<Definition> here = definitions.computed().stream().filter(one -> one.warehouse().equals(warehouse)).toList();
            if (here.stream().anyMatch(one -> computation(one).isByProfile())) {
                try {
                    look(events.get(warehouse), here.stream().filter(Audiences::isByCondition).toList());
                } catch (SQLException | Refused | RuntimeException e) {
                    LOG.warn("New events could not be looked at and are looked at again warehouse={} reason={}", warehouse,
                            e.getMessage());
                }
            }
        }
    }

    private void look(NewEvents events, List<Definition> audiences) throws SQLException, Refused {
        List<String> touched = events.touched();
        if (!touched.isEmpty()) {
            for (Definition audience : audiences) {
                compute(audience, touched);
            }
        }
        events.lookedAt();
    }

    private Optional<Differences.Found> compute(Definition definition, List<String> touched) throws SQLException, Refused {
        if (!running.add(definition.name())) {
            return Optional.empty();
        }
        long begin = System.nanoTime();
        try {
            if (touched.isEmpty() && computation(definition).isByProfile()) {
                try (Connection connection = analysis(definition).open()) {
                    Identities.resolve(analysis(definition), connection, EventTables.read(connection));
                }
            }
            Optional<Differences.Found> found = computation(definition).run(touched);
            problems.remove(definition.name());
            found.filter(one -> one.all() > 0).ifPresent(one -> LOG.info(
                    "Definition computed name={} kind={} rows={} added={} changed={} removed={} seconds={}", definition.name(),
                    definition.kind(), one.rows(), one.added(), one.changed(), one.removed(),
                    (System.nanoTime() - begin) / 10_000_000 / 100.0));
            return found;
        } catch (Refused e) {
            problems.put(definition.name(), e.problem().toString());
            throw e;
        } catch (SQLException | RuntimeException e) {
            problems.put(definition.name(), String.valueOf(e.getMessage()));
            throw e;
        } finally {
            running.remove(definition.name());
        }
    }

    private Computation computation(Definition definition) {
        return new Computation(definition, analysis(definition), publisher, clock);
    }

    private Analysis analysis(Definition definition) {
        return Optional.ofNullable(warehouses.get(definition.warehouse())).orElseThrow(() -> new IllegalStateException(
                "warehouse '" + definition.warehouse() + "' cannot be asked through the hub"));
    }

    private Definition definition(String name) {
        return Optional.ofNullable(definitions.byName().get(name)).orElseThrow(() -> new IllegalArgumentException(
                "there is no definition '" + name + "'; there are " + String.join(", ", definitions.byName().keySet())));
    }

    /** Whether there is a file of this name. */
    public boolean has(String name) {
        return definitions.byName().containsKey(name);
    }

    /** Computes it now, and returns when all that has changed is sent. */
    public Optional<Map<String, Long>> run(String name) throws SQLException, Refused {
        return compute(definition(name), List.of()).map(found -> Map.of("rows", found.rows(), "added", found.added(), "changed",
                found.changed(), "removed", found.removed()));
    }

    /** What a run would come to; nothing is sent. */
    public PreviewResult preview(String name) throws SQLException, Refused {
        Definition definition = definition(name);
        try (Connection connection = analysis(definition).open()) {
            Identities.resolve(analysis(definition), connection, EventTables.read(connection));
        }
        Computation.Preview preview = computation(definition).preview(definitions.byName());
        return new PreviewResult(preview.found().rows(), preview.found().added(), preview.found().changed(), preview.found().removed(),
                preview.found().large(), preview.unknown(), preview.sample().stream().map(Computation.SampleRow::values).toList(),
                preview.sample().stream().map(Computation.SampleRow::known).toList(), preview.overlap(), preview.query());
    }

    /**
     * @param large   rows that are left out since they are too long
     * @param unknown rows by whose id nobody is known yet
     * @param sample  some rows, by column
     * @param known   of each row of the sample, whether somebody is known by its id
     * @param overlap with each other audience
     */
    public record PreviewResult(long size, long added, long changed, long removed, long large, long unknown, List<Map<String, String>> sample,
                                List<Boolean> known, Map<String, Long> overlap, String query) { }

    /**
     * Ends one whose file is gone.
     *
     * @param tells whether destinations are told that everybody has left
     * @return how many were in it
     */
    public long drop(String name, boolean tells) throws SQLException {
        if (definitions.byName().containsKey(name)) {
            throw new IllegalArgumentException("'" + name + "' has a file, " + definitions.byName().get(name).file() + "; delete it first");
        }
        for (Map.Entry<String, Analysis> warehouse : warehouses.entrySet()) {
            Ledger.Computed computed;
            try (Connection connection = warehouse.getValue().open()) {
                Ledger.prepare(connection);
                computed = Ledger.computed(connection).get(name);
            }
            if (computed != null) {
                publisher.open(Topics.EVENTS);
                return new Computation(gone(computed, warehouse.getKey()), warehouse.getValue(), publisher, clock).drop(computed.traits(), tells);
            }
        }
        throw new IllegalArgumentException("nothing is known of '" + name + "'");
    }

    /** A definition of which only what was noted is left. */
    private static Definition gone(Ledger.Computed computed, String warehouse) {
        Definition.Body body = computed.kind().equals("audience") ? new Definition.Audience(Optional.of(""), Optional.empty(), true, 1)
                : new Definition.SqlTrait("", 1);
        return new Definition(computed.name(), Path.of(computed.name()), "", computed.key(), warehouse, computed.destinations(),
                Duration.ofDays(1), Duration.ofMinutes(1), body);
    }

    /** All of them, those too whose file is gone. */
    public List<Status> list() throws SQLException {
        List<Status> all = new ArrayList<>();
        for (Map.Entry<String, Analysis> warehouse : warehouses.entrySet()) {
            try (Connection connection = warehouse.getValue().open()) {
                Ledger.prepare(connection);
                for (Definition one : definitions.byName().values()) {
                    if (one.warehouse().equals(warehouse.getKey())) {
                        all.add(status(connection, one, true));
                    }
                }
                for (Ledger.Computed computed : Ledger.computed(connection).values()) {
                    if (!definitions.byName().containsKey(computed.name())) {
                        all.add(status(connection, gone(computed, warehouse.getKey()), false));
                    }
                }
            }
        }
        return all;
    }

    private Status status(Connection connection, Definition one, boolean hasFile) throws SQLException {
        boolean computed = !one.isReport() && Differences.exists(connection, Differences.members(one.slug()));
        long size = computed ? Differences.number(connection, "SELECT count(*) FROM " + Differences.members(one.slug())) : 0;
        Optional<Instant> last = one.isReport() ? Optional.empty() : Ledger.runs(connection, one.name(), 2).stream()
                .flatMap(run -> run.ended().stream()).findFirst();
        Optional<String> problem = hasFile ? Optional.ofNullable(problems.get(one.name())) : Optional.of("its file is gone; members stay "
                + "as destinations were told until 'serai audience drop " + one.name() + "', which tells them, or with --silent does not");
        return new Status(one.name(), one.kind(), one.key(), one.description(), one.warehouse(), size, last,
                hasFile && !one.isReport() ? Optional.ofNullable(due.get(one.name())) : Optional.empty(), problem,
                running.contains(one.name()), hasFile);
    }

    /** Sizes and changes of the last runs, the newest first. */
    public List<Map<String, Object>> history(String name, int limit) throws SQLException {
        Definition definition = definition(name);
        try (Connection connection = analysis(definition).open()) {
            Ledger.prepare(connection);
            return Ledger.runs(connection, name, limit).stream().map(run -> {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("run", run.number());
                one.put("started", run.started().toString());
                one.put("ended", run.ended().map(Instant::toString).orElse(null));
                one.put("size", run.size());
                one.put("added", run.added());
                one.put("changed", run.changed());
                one.put("removed", run.removed());
                return one;
            }).toList();
        }
    }

    /**
     * @param sql  the statement that made it
     * @param rows by column
     */
    public record Report(String name, String description, String sql, List<Map<String, Object>> rows) { }

    /** A report as of now. */
    public Report report(String name) throws SQLException, Refused {
        Definition definition = definition(name);
        if (!definition.isReport()) {
            throw new IllegalArgumentException("'" + name + "' is no report, but " + (definition.isAudience() ? "an " : "a ") + definition.kind());
        }
        Analysis sql = analysis(definition);
        try (Connection connection = sql.open()) {
            EventTables tables = EventTables.read(connection);
            Identities.resolve(sql, connection, tables);
            String query = computation(definition).query(tables, clock.instant(), false);
            sql.stage(connection, query, definition.timeout());
            return new Report(name, definition.description(), query, rows(connection));
        } catch (QueryException e) {
            throw new Refused(definition, e.getMessage(), "mend the report");
        }
    }

    private static List<Map<String, Object>> rows(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT * FROM " + Analysis.STAGE)) {
            return ProfileReader.Rows.of(rows);
        }
    }

    /** Who an identifier belongs to, in the first warehouse that knows; empty if none does. */
    public Optional<Profile> profile(String id) throws SQLException {
        for (Analysis sql : warehouses.values()) {
            try (Connection connection = sql.open()) {
                EventTables tables = EventTables.read(connection);
                Identities.resolve(sql, connection, tables);
                Optional<Profile> profile = new ProfileReader(connection, tables).read(id);
                if (profile.isPresent()) {
                    return profile;
                }
            }
        }
        return Optional.empty();
    }

    /** Where identifiers and memberships of people are. */
    public List<PersonStore> people() {
        return warehouses.entrySet().stream().<PersonStore>map(one -> new AudiencePeople(one.getKey(), one.getValue())).toList();
    }

    /** How many audiences and traits there are; asks no warehouse. */
    public int definitionCount() {
        return (int) definitions.byName().values().stream().filter(one -> !one.isReport()).count();
    }

    /** How many of them cannot be computed, or were not the last time. */
    public int problemCount() {
        return definitions.problems().size() + problems.size();
    }

    /** What is wrong with the files. */
    public List<String> problems() {
        return definitions.problems().stream().map(Object::toString).collect(Collectors.toList());
    }

    /** Lets a run come to its end, if it does so soon; else it is ended where it may be, and goes on at the next start. */
    @Override
    public void close() {
        runs.shutdown();
        looks.shutdown();
        try {
            long deadline = System.nanoTime() + STOP.toNanos();
            for (ScheduledExecutorService one : List.of(runs, looks)) {
                if (!one.awaitTermination(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    one.shutdownNow();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
