package dev.serai.warehouse;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A database that events are loaded into; a subclass per dialect, and nothing beyond these few methods is a dialect's
 * own business: reading, flattening, naming, planning, exactly-once and retries are the same for all.
 *
 * <p>Making one connects to nothing, unless the database is embedded: one that is down must not keep the hub from
 * starting.
 */
public abstract class Warehouse implements AutoCloseable {

    private static final String DUCKDB = "jdbc:duckdb:";

    private final String name;
    private final Selection selection;

    Warehouse(String name, Selection selection) {
        this.name = name;
        this.selection = selection;
    }

    /**
     * The dialect is told by the URL.
     *
     * @throws SettingsException if there is none for it, or an embedded database cannot be opened
     */
    public static Warehouse open(WarehouseSettings settings) {
        String url = settings.url();
        if (url.startsWith(DUCKDB)) {
            return DuckDbWarehouse.open(settings.name(), settings.selection(), Path.of(url.substring(DUCKDB.length())),
                    settings.options().getOrDefault("memory", "256MB"));
        }
        if (url.startsWith("jdbc:postgresql:")) {
            return new PostgresWarehouse(settings);
        }
        if (url.startsWith(BigQueryWarehouse.SCHEME)) {
            return withDriver(settings, "bigquery", () -> BigQueryWarehouse.of(settings));
        }
        throw new SettingsException(new Problem(settings.name(), 0, 0, "'" + url.split("[?;]")[0]
                + "' is no warehouse that this version can load", "use jdbc:duckdb:<file>, jdbc:postgresql://..., bigquery://<project>, or none"));
    }

    /** Opens a dialect whose driver is not in the jar but in {@code drivers/}. */
    private static Warehouse withDriver(WarehouseSettings settings, String driver, Supplier<Warehouse> opening) {
        try {
            return opening.get();
        } catch (NoClassDefFoundError e) {
            throw new SettingsException(new Problem(settings.name(), 0, 0, "the driver for '" + settings.url()
                    + "' is not there (no class " + e.getMessage().replace('/', '.') + ")",
                    "fetch it into drivers/ with: ./serai drivers " + driver));
        }
    }

    /** As in the settings; the hub's own is {@code warehouse}. */
    public final String name() {
        return name;
    }

    /** For people: {@code PostgreSQL}. */
    public abstract String kind();

    final Selection selection() {
        return selection;
    }

    abstract Limits limits();

    /** When a batch is due; rarer where a transaction costs more. */
    BatchLimits batchLimits() {
        return BatchLimits.DEFAULT;
    }

    /**
     * Connects a loader, and makes what the hub itself needs in the database.
     *
     * @param failure why the session before it ended, or null
     */
    abstract Session connect(Throwable failure) throws WarehouseFault;

    @Override
    public void close() {
    }
}
