package dev.serai.warehouse;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.duckdb.DuckDBConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A DuckDB file, owned by this process alone.
 *
 * <p>Settings trade speed for a small, closed database: 256 MB of memory, two threads, spilling into the data
 * directory, no file or network access by SQL, settings locked. Blocks are 16 KB because the database keeps at least
 * one in memory per column written to since the last checkpoint: with the default of 256 KB one row in a table of a
 * thousand columns would need more than it has. A checkpoint rewrites the last row group of every table, which took
 * half of the loader's time with one each 32 MB of log, and a quarter with 128 MB. After a fatal error DuckDB refuses
 * everything until it is opened again; {@link #reopen} does that.
 */
public final class DuckDbWarehouse extends Warehouse {

    private static final Logger LOG = LoggerFactory.getLogger(DuckDbWarehouse.class);

    /** DuckDB keeps a block of memory per column written to since the last checkpoint. */
    private static final Limits LIMITS = new Limits(Limits.COLUMNS, Limits.NO_LIMIT, 4_000);

    private final Path file;
    private final Path spill;
    private final String memory;
    private DuckDBConnection root;

    private DuckDbWarehouse(String name, Selection selection, Path file, String memory) {
        super(name, selection);
        this.file = file.toAbsolutePath();
        this.spill = file.resolveSibling(file.getFileName() + ".tmp");
        this.memory = memory;
    }

    /**
     * Opens the warehouse, or makes it.
     *
     * @throws SettingsException if another process has the file, or it is no database of this version
     */
    public static DuckDbWarehouse open(Path file) {
        return open("warehouse", Selection.ALL, file, "256MB");
    }

    /** @param memory DuckDB's {@code memory_limit}, such as {@code 1GB}: all that loading and queries use together */
    static DuckDbWarehouse open(String name, Selection selection, Path file, String memory) {
        DuckDbWarehouse warehouse = new DuckDbWarehouse(name, selection, file, memory);
        try {
            Files.createDirectories(warehouse.file.getParent());
            warehouse.connect();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (SQLException e) {
            throw new SettingsException(warehouse.problem(e));
        }
        return warehouse;
    }

    public Path file() {
        return file;
    }

    @Override
    public String kind() {
        return "DuckDB";
    }

    @Override
    Limits limits() {
        return LIMITS;
    }

    @Override
    Session connect(Throwable failure) throws WarehouseFault {
        try {
            if (failure instanceof Exception known && DuckDbFault.needsReopening(known)) {
                reopen();
            }
            return new DuckDbSession(connection());
        } catch (SQLException e) {
            throw DuckDbFault.of(e);
        }
    }

    /** A connection of its own for the caller, who closes it. */
    synchronized DuckDBConnection connection() throws SQLException {
        if (root == null) {
            throw new SQLException("the warehouse is closed");
        }
        return root.duplicate();
    }

    /** Closes and opens the database; connections handed out before are dead. */
    synchronized void reopen() throws SQLException {
        close();
        connect();
    }

    @Override
    public synchronized void close() {
        try {
            if (root != null) {
                root.close();
            }
        } catch (SQLException e) {
            LOG.warn("The warehouse did not close cleanly file={}", file, e);
        } finally {
            root = null;
        }
    }

    private void connect() throws SQLException {
        Properties settings = new Properties();
        settings.put("memory_limit", memory);
        settings.put("threads", "2");
        settings.put("temp_directory", spill.toString());
        settings.put("default_block_size", "16384");
        settings.put("checkpoint_threshold", "128MB");
        settings.put("enable_external_access", "false");
        settings.put("autoinstall_known_extensions", "false");
        settings.put("autoload_known_extensions", "false");
        settings.put("allow_community_extensions", "false");
        settings.put("jdbc_stream_results", "true");
        DuckDBConnection opened = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + file, settings);
        try (Statement statement = opened.createStatement()) {
            statement.execute("SET GLOBAL TimeZone = 'UTC'");
            statement.execute("SET GLOBAL lock_configuration = true");
        } catch (SQLException e) {
            opened.close();
            throw e;
        }
        root = opened;
    }

    private Problem problem(SQLException e) {
        String message = String.valueOf(e.getMessage());
        return message.contains("lock on file")
                ? new Problem(file.toString(), 0, 0, "another process has the warehouse open",
                        "stop it, or set serai.data.dir or serai.warehouse.url to a place of this hub's own")
                : new Problem(file.toString(), 0, 0,
                        "the warehouse cannot be opened: " + message.lines().findFirst().orElse(""),
                        "check that the file is writable and was made by this version of DuckDB, or move it away");
    }
}
