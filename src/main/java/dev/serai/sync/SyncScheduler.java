package dev.serai.sync;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the collections of the sources that this hub has, each when it is due or wished for, a few of a source at a time
 * and in the order of its folder. What is taken over goes on at its checkpoint; what is given away is ended on the way.
 */
final class SyncScheduler implements SyncGroup.Owner, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SyncScheduler.class);

    /** Collections of one source that are synced at once. */
    private static final int AT_ONCE = 4;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);
    private static final long LONGEST_NAP = TimeUnit.MINUTES.toNanos(1);
    private static final long SHORTEST_NAP = TimeUnit.MILLISECONDS.toNanos(1);

    private final Collection<SyncedSource> sources;
    private final SyncContext context;
    private final Map<SyncedCollection, Future<?>> runs = new HashMap<>();
    private final Set<Integer> owned = new HashSet<>();
    private final Thread thread = new Thread(this::run, "sync-scheduler");
    private boolean closed;

    /** @param sources all that are configured; they must not change once this is started */
    SyncScheduler(Collection<SyncedSource> sources, SyncContext context) {
        this.sources = sources;
        this.context = context;
    }

    void start() {
        thread.start();
    }

    synchronized void wake() {
        notifyAll();
    }

    synchronized boolean owns(SyncedSource source) {
        return owned.contains(partition(source));
    }

    @Override
    public void take(int partition) {
        try {
            context.checkpoints().catchUp(partition);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        synchronized (this) {
            of(partition).forEach(source -> source.collections().values().forEach(SyncedCollection::load));
            owned.add(partition);
            notifyAll();
        }
    }

    @Override
    public void give(int partition) {
        synchronized (this) {
            owned.remove(partition);
        }
        end(of(partition));
    }

    private List<SyncedSource> of(int partition) {
        return sources.stream().filter(source -> partition(source) == partition).toList();
    }

    private int partition(SyncedSource source) {
        return context.checkpoints().partition(source.source().name());
    }

    private void run() {
        try {
            while (true) {
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                    TimeUnit.NANOSECONDS.timedWait(this, submitDue());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** @return how long nothing will be due, in nanoseconds */
    private long submitDue() {
        Instant now = context.clock().instant();
        long nap = LONGEST_NAP;
        for (SyncedSource source : sources) {
            if (!owned.contains(partition(source))) {
                continue;
            }
            for (SyncedCollection collection : source.collections().values()) {
                if (runs.containsKey(collection)) {
                    continue;
                }
                if (!collection.isDue(now)) {
                    nap = Math.min(nap, Duration.between(now, collection.state().nextRunAt()).toNanos());
                } else if (source.collections().values().stream().filter(runs::containsKey).count() < AT_ONCE) {
                    runs.put(collection, context.threads().submit(() -> run(collection)));
                }
            }
        }
        return Math.max(SHORTEST_NAP, nap);
    }

    private void run(SyncedCollection collection) {
        try {
            collection.run();
        } catch (InterruptedException e) {
            LOG.debug("A sync was ended on the way source={} collection={}", collection.source().name(),
                    collection.collection().name());
        } finally {
            synchronized (this) {
                runs.remove(collection);
                notifyAll();
            }
        }
    }

    /** Interrupts the runs and waits for them a while. */
    private synchronized void end(Collection<SyncedSource> ended) {
        long deadline = System.nanoTime() + STOP_PATIENCE.toNanos();
        Set<SyncedCollection> collections = ended.stream().flatMap(source -> source.collections().values().stream())
                .collect(Collectors.toSet());
        runs.forEach((collection, run) -> {
            if (collections.contains(collection)) {
                collection.cut();
                run.cancel(true);
            }
        });
        // one that was not begun yet never will be
        runs.entrySet().removeIf(run -> run.getValue().isCancelled() && !run.getKey().isRunning());
        try {
            while (collections.stream().anyMatch(SyncedCollection::isRunning) && System.nanoTime() < deadline) {
                TimeUnit.MILLISECONDS.timedWait(this, 50);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            closed = true;
            owned.clear();
            notifyAll();
        }
        end(sources);
        thread.join();
    }
}
