package dev.serai.sync;

import dev.serai.partner.Collection;
import dev.serai.partner.Sources.ConfiguredSource;
import dev.serai.partner.Sync;
import dev.serai.sync.SyncState.Phase;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One collection of one source: how it is read, how its syncs go, when the next one is due. Runs one sync at a time. */
final class SyncedCollection {

    private static final Logger LOG = LoggerFactory.getLogger(SyncedCollection.class);

    private final SyncedSource parent;
    private final Collection collection;
    private final Paging paging;
    private final Paging childPaging;
    private final ObjectMaker maker;
    private final AtomicLong pages = new AtomicLong();
    private final AtomicLong objects = new AtomicLong();
    private volatile SyncState state = new SyncState();
    private volatile boolean running;
    private volatile boolean cut;

    SyncedCollection(SyncedSource parent, Collection collection, ObjectMaker maker) {
        this.parent = parent;
        this.collection = collection;
        this.maker = maker;
        boolean isChild = collection.parent().isPresent();
        this.paging = isChild ? Pagings.ofChildren(collection, parent.declared(collection.parent().get()))
                : Pagings.of(collection);
        this.childPaging = isChild ? Pagings.list(collection) : null;
    }

    ConfiguredSource source() {
        return parent.source();
    }

    Collection collection() {
        return collection;
    }

    /** The collection whose pages are read: its parent's if it has one. */
    Collection walked() {
        return isChild() ? parent.declared(collection.parent().orElseThrow()) : collection;
    }

    boolean isChild() {
        return childPaging != null;
    }

    /** What the parents of its objects begin with, as envelopes tell them; empty if it has none. */
    String family() {
        return collection.parent().map(name -> name + "/").orElse("");
    }

    Paging paging() {
        return paging;
    }

    Paging childPaging() {
        return childPaging;
    }

    ObjectMaker maker() {
        return maker;
    }

    Pace pace() {
        return parent.pace();
    }

    PageSource pages() {
        return parent.pages();
    }

    SyncState state() {
        return state;
    }

    String key() {
        return Checkpoints.key(source().name(), collection.name());
    }

    /** Takes over from where the collection's last checkpoint stands. */
    void load() {
        state = parent.context().checkpoints().find(key()).map(SyncState::parse).orElseGet(SyncState::new);
    }

    /** The run in hand is ended from outside: that it did not come to its end is no failure. */
    void cut() {
        cut = true;
    }

    boolean isRunning() {
        return running;
    }

    /** Whether somebody wishes a run that was not made yet. */
    boolean isWished() {
        return parent.context().checkpoints().wish(key()).map(wish -> wish.path("id").asText())
                .filter(id -> !id.equals(state.endedWish())).isPresent();
    }

    boolean isDue(Instant now) {
        return !running && (isWished() || !state.nextRunAt().isAfter(now));
    }

    Duration period() {
        return Duration.ofSeconds(collection.pollSeconds() > 0 && !parent.isPeriodSet() ? collection.pollSeconds()
                : parent.pollSeconds());
    }

    /** Nothing older is read. */
    Instant since(Instant now) {
        return source().setting(Sync.START_DATE).map(date -> LocalDate.parse(date).atStartOfDay(ZoneOffset.UTC).toInstant())
                .orElseGet(() -> walked().historyDays() == 0 ? Instant.EPOCH
                        : now.minus(Duration.ofDays(walked().historyDays())));
    }

    void save() throws SyncFault, InterruptedException {
        parent.context().checkpoints().save(source().name(), collection.name(), state.toJson());
    }

    void count(long pageItems, long written) {
        pages.incrementAndGet();
        objects.addAndGet(written);
        LOG.debug("Page synced source={} collection={} page={} records={} objects={}", source().name(), collection.name(),
                state.pages(), pageItems, written);
    }

    long pagesTotal() {
        return pages.get();
    }

    long objectsTotal() {
        return objects.get();
    }

    /** One run, on the thread of the caller. */
    void run() throws InterruptedException {
        running = true;
        try {
            var wish = parent.context().checkpoints().wish(key()).filter(one ->
                    !one.path("id").asText().equals(state.endedWish()));
            boolean isNew = wish.isPresent() && !wish.get().path("id").asText().equals(state.wish());
            if (isNew && wish.get().path("full").asBoolean()) {
                state.rewind(paging.restart(state.cursor().objectNode()));
                state.compare(0);
            }
            state.begin(now(), paging.readsAll(state.cursor()), wish.map(one -> one.path("id").asText()).orElse(state.wish()));
            runOnce();
        } finally {
            running = false;
        }
    }

    private void runOnce() throws InterruptedException {
        Instant began = now();
        cut = false;
        try {
            new SyncRun(this, parent.context(), parent.time()).run();
            boolean wasFailing = state.failures() > 0;
            state.end(now(), began.plus(period()));
            save();
            if (state.rows() > 0 || wasFailing) {
                LOG.info("Collection synced source={} collection={} pages={} objects={} seconds={}", source().name(),
                        collection.name(), state.pages(), state.rows(), Duration.between(began, now()).toMillis() / 1e3);
            }
        } catch (SyncFault e) {
            failUnlessCut(e);
        } catch (RuntimeException e) {
            if (cut) {
                throw new InterruptedException();
            }
            LOG.error("A sync failed by a mistake of the hub's source={} collection={}", source().name(), collection.name(), e);
            fail(new SyncFault(SyncFault.Kind.TRANSIENT, e.toString(), null, e));
        }
    }

    /** A request that is interrupted looks like one that failed. */
    private void failUnlessCut(SyncFault fault) throws InterruptedException {
        if (cut) {
            throw new InterruptedException();
        }
        fail(fault);
    }

    private void fail(SyncFault fault) throws InterruptedException {
        Duration wait = switch (fault.kind()) {
            case TRANSIENT, LIMITED -> fault.retryAfter() != null ? fault.retryAfter()
                    : parent.context().patience().beforeRun(state.failures() + 1, period());
            case UNAUTHORIZED -> SyncedSource.PROBE;
            default -> period();
        };
        boolean isOfSettings = fault.kind() == SyncFault.Kind.UNAUTHORIZED;
        boolean isNews = state.failures() == 0 && state.code().isEmpty() || !fault.kind().code().equals(state.code().orElse(""));
        state.fail(now(), isOfSettings ? Phase.STOPPED : Phase.FAILED, fault, now().plus(wait));
        if (isNews) {
            LOG.warn("A sync did not come to its end source={} collection={} code={} error={}", source().name(),
                    collection.name(), fault.kind().code(), fault.getMessage());
        }
        if (isOfSettings) {
            parent.stop(fault);
        }
        try {
            save();
        } catch (SyncFault unsaved) {
            // what it stood at before is good too
            LOG.debug("The state of a failed sync was not saved", unsaved);
        }
    }

    private Instant now() {
        return parent.context().clock().instant();
    }
}
