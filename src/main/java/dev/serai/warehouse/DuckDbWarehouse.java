package dev.serai.warehouse;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.privacy.PersonStore;
import dev.serai.warehouse.QueryException.Code;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.locks.ReentrantLock;
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
    private final ReentrantLock writing = new ReentrantLock();
    private final Analysis analysis = new DuckDbAnalysis(this);
    private int layout;
    private DuckDBConnection root;

    private DuckDbWarehouse(WarehouseSettings settings) {
        super(settings);
        this.file = Path.of(settings.url().substring(Dialect.DUCKDB.prefix().length())).toAbsolutePath();
        this.spill = file.resolveSibling(file.getFileName() + ".tmp");
        this.memory = settings.options().getOrDefault("memory", "256MB");
    }

    /**
     * Opens the warehouse, or makes it. Option {@code memory} is DuckDB's {@code memory_limit}, such as {@code 1GB}: all
     * that loading and queries use together.
     *
     * @throws SettingsException if another process has the file, or it is no database of this version
     */
    static DuckDbWarehouse at(WarehouseSettings settings) {
        DuckDbWarehouse warehouse = new DuckDbWarehouse(settings);
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
            return new DuckDbSession(this, connection());
        } catch (SQLException e) {
            throw DuckDbFault.of(e);
        }
    }

    @Override
    public Optional<Analysis> analysis() {
        return Optional.of(analysis);
    }

    @Override
    public PersonStore people() {
        return new PersonTables(name(), this::connection);
    }

    @Override
    Connection readOnly(String sql, QueryLimits limits) throws SQLException, QueryException {
        DuckDBConnection connection = connection();
        try (Statement begin = connection.createStatement()) {
            SelectGuard.check(connection, sql);
            begin.execute("BEGIN TRANSACTION READ ONLY");
            return connection;
        } catch (SQLException | QueryException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    QueryException failure(SQLException failure) {
        String sentence = DuckDbFault.sentence(failure);
        boolean ofTheHub = DuckDbFault.isMemory(failure) || DuckDbFault.needsReopening(failure)
                || sentence.startsWith("IO Error") || sentence.contains("closed");
        return new QueryException(ofTheHub ? Code.FAILED : Code.INVALID, sentence);
    }

    /** It is in this process, and was opened. */
    @Override
    public Optional<Fault> check() {
        return Optional.empty();
    }

    /** Held while rows or tables are written: a back-fill and the loader would run into each other's changes. */
    ReentrantLock writing() {
        return writing;
    }

    /** Changes when tables do, see {@link #noteAltered}; both under {@link #writing}. */
    int layout() {
        return layout;
    }

    int noteAltered() {
        return ++layout;
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
