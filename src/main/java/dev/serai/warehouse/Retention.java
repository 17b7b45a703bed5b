package dev.serai.warehouse;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes rows of events that were received too long ago, once an hour, on a connection of its own beside the loader.
 * Users, accounts and objects stay: they are state and have no age.
 */
final class Retention implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    private final Warehouse warehouse;
    private final Duration kept;
    private final ScheduledExecutorService clock;

    Retention(Warehouse warehouse, Duration kept) {
        this.warehouse = warehouse;
        this.kept = kept;
        this.clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "retention-" + warehouse.name());
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        clock.scheduleWithFixedDelay(this::run, 1, 60, TimeUnit.MINUTES);
    }

    private void run() {
        try {
            remove(Instant.now());
        } catch (WarehouseFault | RuntimeException e) {
            LOG.warn("Old rows could not be removed and are tried again in an hour warehouse={} error={}", warehouse.name(),
                    e.getMessage());
        }
    }

    /** @return rows removed */
    long remove(Instant now) throws WarehouseFault {
        long before = now.minus(kept).toEpochMilli() * 1_000L;
        long removed = 0;
        try (Session session = warehouse.connect(null)) {
            for (Map.Entry<String, Set<String>> schema : session.tables().entrySet()) {
                for (String name : schema.getValue()) {
                    if (hasAge(session, schema.getKey(), name)) {
                        removed += session.removeBefore(schema.getKey(), name, before);
                    }
                }
            }
        }
        if (removed > 0) {
            LOG.info("Old rows removed warehouse={} rows={} days={}", warehouse.name(), removed, kept.toDays());
        }
        return removed;
    }

    private boolean hasAge(Session session, String schema, String name) throws WarehouseFault {
        if (Catalog.standards(name) == Standard.STATE) {
            return false;
        }
        Table table = session.read(new Table.Shape(schema, name, Catalog.standards(name), warehouse.limits(),
                warehouse.selection()));
        Column received = table.named(Standard.RECEIVED_AT.column());
        return !table.hasObjects() && received != null && received.type() == ColumnType.TIMESTAMP;
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
