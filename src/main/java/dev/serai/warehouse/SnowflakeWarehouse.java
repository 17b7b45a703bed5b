package dev.serai.warehouse;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.privacy.PersonStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Snowflake. Results come as JSON: the driver's other format, Arrow, needs the JVM opened with {@code --add-opens}.
 * What does not exist or may not be used is refused at the login. Source: Snowflake Documentation, "JDBC Driver
 * connection parameter reference", "Using key-pair authentication".
 */
final class SnowflakeWarehouse extends Warehouse {

    /** Snowflake names no limit of columns; every one costs time to compile. */
    private static final Limits LIMITS = new Limits(Limits.COLUMNS, Limits.NO_LIMIT, 40_000);

    /** Else the driver prints a line per login; held here, for the JDK forgets the level of a logger nobody holds. */
    private static final Logger DRIVER_LOG = Logger.getLogger("net.snowflake.client");

    private final String url;
    private final Properties properties;

    SnowflakeWarehouse(WarehouseSettings settings) {
        super(settings);
        DRIVER_LOG.setLevel(Level.WARNING);
        DriverCheck.require(settings, "Snowflake", "snowflake", "net.snowflake.client.jdbc.SnowflakeDriver");
        this.url = settings.url();
        this.properties = settings.credentials();
        Map<String, String> options = settings.options();
        List<Problem> problems = new ArrayList<>();
        if (!url.matches(".*[?&](db|database)=[^&]+.*")) {
            problems.add(new Problem(settings.name(), 0, 0, "the url names no database",
                    "write jdbc:snowflake://<account>.snowflakecomputing.com/?db=<database>&warehouse=<warehouse>"));
        }
        for (String option : List.of("warehouse", "role")) {
            if (options.containsKey(option)) {
                properties.setProperty(option, options.get(option));
            }
        }
        if (options.containsKey("privateKeyFile")) {
            String file = options.get("privateKeyFile");
            if (!Files.isReadable(Path.of(file))) {
                problems.add(new Problem(settings.name(), 0, 0, "privateKeyFile " + file + " cannot be read",
                        "name the PKCS#8 file (PEM) whose public key the Snowflake user has"));
            }
            properties.setProperty("authenticator", "snowflake_jwt");
            properties.setProperty("private_key_file", file);
            properties.remove("password");
            if (!settings.password().isEmpty()) {
                properties.setProperty("private_key_pwd", settings.password());
            }
        }
        if (!problems.isEmpty()) {
            throw new SettingsException(problems);
        }
        properties.setProperty("application", "serai");
        properties.setProperty("loginTimeout", "30");
        properties.setProperty("networkTimeout", "600000");
        properties.setProperty("validateDefaultParameters", "true");
        properties.setProperty("JDBC_QUERY_RESULT_FORMAT", "JSON");
        properties.setProperty("CLIENT_TELEMETRY_ENABLED", "false");
        // else each login asks the machine's cloud who it is
        properties.setProperty("disablePlatformDetection", "true");
    }

    @Override
    public String kind() {
        return "Snowflake";
    }

    @Override
    Limits limits() {
        return LIMITS;
    }

    @Override
    Session connect(Throwable failure) throws WarehouseFault {
        Connection connection = null;
        try {
            connection = connection();
            return new SnowflakeSession(connection, new SnowflakeStaging(connection), this::connection);
        } catch (SQLException | IOException e) {
            if (connection != null) {
                try {
                    connection.close();
                } catch (SQLException suppressed) {
                    e.addSuppressed(suppressed);
                }
            }
            throw SnowflakeFault.of(e);
        }
    }

    private Connection connection() throws SQLException {
        Connection connection = DriverManager.getConnection(url, properties);
        try (Statement statement = connection.createStatement()) {
            // a lock is waited for 12 hours by default; one that a dead session left is gone after some minutes
            statement.execute("ALTER SESSION SET TIMEZONE = 'UTC' LOCK_TIMEOUT = 120");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    @Override
    public PersonStore people() {
        return new PersonTables(name(), this::connection);
    }

    String url() {
        return url;
    }
}
