package dev.serai.warehouse;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.privacy.PersonStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A database that events are loaded into; a subclass per dialect, and nothing beyond these few methods is a dialect's
 * own business: reading, flattening, naming, planning, exactly-once and retries are the same for all.
 *
 * <p>Making one connects to nothing, unless the database is embedded: one that is down must not keep the hub from
 * starting.
 */
public abstract class Warehouse implements AutoCloseable {

    private final WarehouseSettings settings;

    Warehouse(WarehouseSettings settings) {
        this.settings = settings;
    }

    /**
     * The dialect is told by the URL.
     *
     * @throws SettingsException if there is none for it, or an embedded database cannot be opened
     */
    public static Warehouse open(WarehouseSettings settings) {
        return Dialect.of(settings.url()).orElseThrow(() -> new SettingsException(new Problem(settings.name(), 0, 0,
                "its URL is of no warehouse that can be loaded", "use " + Dialect.forms()))).open(settings);
    }

    /** As in the settings; the hub's own is {@code warehouse}. */
    public final String name() {
        return settings.name();
    }

    /** For people: {@code PostgreSQL}. */
    public abstract String kind();

    final Selection selection() {
        return settings.selection();
    }

    public final WarehouseSettings settings() {
        return settings;
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

    /**
     * Connects once and leaves again.
     *
     * @return what keeps it from being loaded, in a sentence
     */
    public Optional<Fault> check() {
        try {
            connect(null).close();
            return Optional.empty();
        } catch (WarehouseFault e) {
            return Optional.of(new Fault(e.getMessage(), e.kind() == WarehouseFault.Kind.SETTINGS));
        }
    }

    /**
     * @param message     in the database's words
     * @param isOfSettings true if it will not go away by itself
     */
    public record Fault(String message, boolean isOfSettings) { }

    /**
     * A connection in a transaction that can only read, for this one statement.
     *
     * @throws QueryException if it is no single statement that only reads
     */
    Connection readOnly(String sql, QueryLimits limits) throws SQLException, QueryException {
        throw new QueryException(QueryException.Code.FORBIDDEN, kind() + " is asked with its own tools, not through the hub");
    }

    /** What a failed query means to whoever asked it. */
    QueryException failure(SQLException failure) {
        return new QueryException(QueryException.Code.FAILED, WarehouseFault.sentence(failure));
    }

    /** For SQL of the hub's own over what is loaded; empty where the hub only loads. */
    public Optional<Analysis> analysis() {
        return Optional.empty();
    }

    /** The rows of people, to be counted and removed. */
    public abstract PersonStore people();

    @Override
    public void close() {
    }
}
