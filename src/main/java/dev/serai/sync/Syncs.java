package dev.serai.sync;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.kafka.DeadLetters;
import dev.serai.kafka.KafkaConnection;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.observe.SourceCounts;
import dev.serai.partner.Partner;
import dev.serai.partner.Sources.ConfiguredSource;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sync engine: pulls the collections of all sources that this hub has of the group, each when it is due or wished
 * for. A source's collections are all on one hub, a few at a time.
 *
 * <p>Hazard: a hub that was taken for dead may go on for a moment beside the one that took over. Then a page is written
 * twice, and its checkpoint may be set back; both only cost a repetition, since versions decide which state holds.
 */
public final class Syncs implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Syncs.class);

    private static final String TOKEN = "?token";
    private static final int WISH_DIGITS = 16;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final Map<String, SyncedSource> sources = new LinkedHashMap<>();
    private final Map<String, String> leftOut = new ConcurrentHashMap<>();
    private final Map<String, PageSource> pages = new HashMap<>();
    private final SourceCounts counts;
    private final SyncPublisher publisher;
    private final Checkpoints checkpoints;
    private final KnownObjects known;
    private final SyncContext context;
    private final SyncGroup group;
    private final Clock clock;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> new Thread(task, "sync"));
    private final SyncScheduler scheduler;

    /** @param directory for what may be lost; must exist */
    public Syncs(KafkaConnection kafka, Path directory, Clock clock, SourceCounts counts) {
        this(kafka, directory, clock, counts, Patience.standard());
    }

    Syncs(KafkaConnection kafka, Path directory, Clock clock, SourceCounts counts, Patience patience) {
        this.clock = clock;
        this.counts = counts;
        this.publisher = new SyncPublisher(kafka, counts);
        this.checkpoints = new Checkpoints(kafka, publisher, key -> wished());
        this.known = new KnownObjects(kafka, directory.resolve("known-objects.mv"));
        this.context = new SyncContext(publisher, checkpoints, known, patience, clock, threads);
        this.scheduler = new SyncScheduler(sources.values(), context);
        this.group = new SyncGroup(kafka, scheduler);
    }

    private void wished() {
        scheduler.wake();
    }

    /** Tells how a partner is asked; routes do when they start. */
    synchronized void serve(String partner, PageSource by) {
        pages.put(partner, by);
    }

    /** The partner's route is gone: its collections fail until it is there again. */
    synchronized void serveNoMore(String partner) {
        pages.remove(partner);
    }

    /**
     * Begins to sync.
     *
     * @param configured the sources; those that nothing is pulled from are passed over
     * @return what is wrong with sources that are left out
     */
    public List<Problem> start(Collection<ConfiguredSource> configured, DeadLetters letters, MeterRegistry meters)
            throws InterruptedException {
        List<Problem> problems = new ArrayList<>();
        for (ConfiguredSource source : configured) {
            if (source.partner().source().flatMap(Partner.Source::sync).filter(sync -> sync.missing(source).isEmpty())
                    .isPresent()) {
                try {
                    SyncedSource synced = new SyncedSource(source, this::fetch, context, letter -> {
                        letters.saveAndWait(letter);
                        counts.countRejectedObject(letter);
                    });
                    sources.put(source.name(), synced);
                    synced.collections().values().forEach(collection -> register(collection, meters));
                } catch (SettingsException e) {
                    leftOut.put(source.name(), e.getMessage());
                    problems.addAll(e.problems());
                }
            }
        }
        if (!sources.isEmpty()) {
            checkpoints.follow();
            scheduler.start();
            group.start();
        }
        return problems;
    }

    private Answer fetch(ConfiguredSource source, dev.serai.partner.Collection collection, Ask ask) throws SyncFault {
        PageSource by;
        synchronized (this) {
            by = pages.get(source.partner().slug());
        }
        if (by == null) {
            throw new SyncFault(SyncFault.Kind.TRANSIENT, "no route of partner " + source.partner().slug()
                    + " answers kamelet:sync-source");
        }
        return by.fetch(source, collection, ask);
    }

    private static void register(SyncedCollection collection, MeterRegistry meters) {
        Tags tags = Tags.of("source", collection.source().name(), "collection", collection.collection().name());
        FunctionCounter.builder("serai.sync.pages", collection, SyncedCollection::pagesTotal).tags(tags)
                .description("pages whose objects are safe in Kafka").register(meters);
        FunctionCounter.builder("serai.sync.objects", collection, SyncedCollection::objectsTotal).tags(tags)
                .description("objects written to topic objects").register(meters);
        Gauge.builder("serai.sync.failures", collection, of -> of.state().failures()).tags(tags)
                .description("runs in a row that did not come to their end").register(meters);
    }

    /**
     * Wants runs, made by whichever hub has the source, at once.
     *
     * @param name       a source, or a partner for all its sources
     * @param collection empty for every collection that is synced
     * @param full       whether everything is read anew
     * @return by source and collection with a slash between, the id that {@code endedWish} shows when it is done; if the
     *         run is one for later wishes too it shows the last one's, which is larger
     * @throws IllegalArgumentException if there is no such source or collection
     */
    public Map<String, String> wish(String name, Optional<String> collection, boolean full) throws InterruptedException {
        List<SyncedSource> meant = sources.values().stream().filter(source -> source.source().name().equals(name)
                || source.source().partner().slug().equals(name)).toList();
        if (meant.isEmpty()) {
            throw new IllegalArgumentException("nothing is pulled from '" + name + "'; there are "
                    + (sources.isEmpty() ? "no sources with collections" : String.join(", ", sources.keySet())));
        }
        Map<String, String> wishes = new LinkedHashMap<>();
        for (SyncedSource source : meant) {
            if (collection.isPresent() && !source.collections().containsKey(collection.get())) {
                throw new IllegalArgumentException("source '" + source.source().name() + "' does not sync '" + collection.get()
                        + "'; it syncs " + String.join(", ", source.collections().keySet()));
            }
            for (String one : collection.map(List::of).orElse(List.copyOf(source.collections().keySet()))) {
                ObjectNode wish = wish(Checkpoints.key(source.source().name(), one), full);
                try {
                    checkpoints.saveWish(source.source().name(), one, wish);
                } catch (SyncFault e) {
                    throw new IllegalStateException(e.getMessage(), e);
                }
                wishes.put(Checkpoints.key(source.source().name(), one), wish.path("id").asText());
            }
        }
        return wishes;
    }

    /** It takes the place of one that no run was begun for yet, and so must not ask for less. */
    private ObjectNode wish(String key, boolean full) {
        Optional<ObjectNode> before = checkpoints.wish(key);
        String last = before.map(wish -> wish.path("id").asText()).orElse("");
        ObjectNode state = checkpoints.find(key).orElseGet(Json.MAPPER::createObjectNode);
        boolean isOpen = before.isPresent() && !last.equals(state.path("wish").asText())
                && !last.equals(state.path("endedWish").asText());
        // of two wishes the later one has the larger id, also where another hub's clock is ahead
        long now = Math.max(Times.micros(clock.instant()), last.isEmpty() ? 0 : Long.parseLong(last, 0, WISH_DIGITS, 16) + 1);
        String id = String.format("%0" + WISH_DIGITS + "x-%s", now, UUID.randomUUID());
        return Json.MAPPER.createObjectNode().put("id", id).put("full", full || isOpen && before.get().path("full").asBoolean())
                .put("at", clock.instant().toString());
    }

    /** How every collection's syncs go, those of other hubs as of their last page. */
    public List<ObjectNode> statuses() {
        List<ObjectNode> statuses = new ArrayList<>();
        for (SyncedSource source : sources.values()) {
            boolean isOurs = scheduler.owns(source);
            source.collections().values().forEach(collection -> {
                SyncState state = isOurs ? collection.state()
                        : checkpoints.find(collection.key()).map(SyncState::parse).orElseGet(SyncState::new);
                ObjectNode json = Json.MAPPER.createObjectNode().put("source", source.source().name())
                        .put("collection", collection.collection().name()).put("here", isOurs);
                json.setAll(state.toJson());
                json.put("rowsPerSecond", rate(state)).put("periodSeconds", collection.period().toSeconds());
                statuses.add(json);
            });
        }
        return statuses;
    }

    private double rate(SyncState state) {
        if (state.startedAt() == null) {
            return 0;
        }
        Instant until = state.endedAt() == null ? clock.instant() : state.endedAt();
        double seconds = Math.max(0.001, Duration.between(state.startedAt(), until).toMillis() / 1e3);
        return Math.round(state.rows() / seconds * 10) / 10.0;
    }

    /**
     * A token that the partner has put in the place of the configured one.
     *
     * @param configured the token that the user gave; if they give another one, that counts
     */
    Optional<String> token(String source, String configured, String secret) {
        return checkpoints.find(source + TOKEN).filter(kept -> kept.path("of").asText().equals(Sealed.hash(configured)))
                .flatMap(kept -> Sealed.open(kept.path("sealed").asText(), secret));
    }

    void keepToken(String source, String configured, String token, String secret) {
        ObjectNode kept = Json.MAPPER.createObjectNode().put("of", Sealed.hash(configured))
                .put("sealed", Sealed.seal(token, secret));
        threads.execute(() -> {
            try {
                checkpoints.keep(source, source + TOKEN, kept);
            } catch (SyncFault e) {
                LOG.error("A token that the partner has replaced cannot be kept; set the new one before the next start source={}",
                        source, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Why nothing is pulled from a source that is to be. */
    public Optional<String> fault(String source) {
        return Optional.ofNullable(leftOut.get(source)).or(() -> Optional.ofNullable(sources.get(source)).filter(scheduler::owns)
                .flatMap(SyncedSource::stoppedBy));
    }

    /** What is wrong, for the health page. */
    public Optional<String> fault() {
        String faults = sources.values().stream().filter(scheduler::owns).flatMap(source -> source.stoppedBy().stream())
                .collect(Collectors.joining("; "));
        return faults.isEmpty() ? Optional.empty() : Optional.of(faults);
    }

    @Override
    public void close() throws InterruptedException {
        scheduler.close();
        if (!sources.isEmpty()) {
            group.close();
        }
        threads.shutdownNow();
        threads.awaitTermination(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        checkpoints.close();
        known.close();
        publisher.close();
    }
}
