package dev.serai.warehouse;

import dev.serai.privacy.PersonStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;

/**
 * Amazon Redshift, provisioned or serverless: rows as files in an S3 bucket and {@code COPY}, or as INSERT statements
 * where the settings name no bucket. Source: "Amazon Redshift JDBC driver 2.x, configuration options".
 */
final class RedshiftWarehouse extends Warehouse {

    /** Redshift takes 1,600 columns; a widened one is there twice for a while. */
    static final Limits LIMITS = new Limits(Limits.COLUMNS, Limits.NO_LIMIT, 40_000);

    private final String url;
    private final Properties properties;
    private final BucketSettings bucket;
    private final Limits limits;

    RedshiftWarehouse(WarehouseSettings settings) {
        this(settings, LIMITS);
    }

    RedshiftWarehouse(WarehouseSettings settings, Limits limits) {
        super(settings);
        DriverCheck.require(settings, "Redshift", "redshift", "com.amazon.redshift.jdbc.Driver");
        this.bucket = BucketSettings.of(settings);
        this.limits = limits;
        this.url = settings.url();
        this.properties = settings.credentials();
        properties.setProperty("ApplicationName", "serai");
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("loginTimeout", "20");
        properties.setProperty("connectTimeout", "10");
    }

    @Override
    public String kind() {
        return "Redshift";
    }

    @Override
    Limits limits() {
        return limits;
    }

    @Override
    Session connect(Throwable failure) throws WarehouseFault {
        Staging staging = null;
        Connection connection = null;
        try {
            connection = DriverManager.getConnection(url, properties);
            staging = bucket == null ? new InsertStaging(connection, new RedshiftDialect())
                    : BucketStaging.open(bucket, connection);
            return new RedshiftSession(connection, staging);
        } catch (SQLException | WarehouseFault e) {
            throw undone(e, staging, connection);
        }
    }

    @Override
    public PersonStore people() {
        return new PersonTables(name(), () -> DriverManager.getConnection(url, properties));
    }

    String url() {
        return url;
    }

    private static WarehouseFault undone(Exception failure, Staging staging, Connection connection) {
        if (staging != null) {
            staging.close();
        }
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException e) {
                failure.addSuppressed(e);
            }
        }
        return failure instanceof WarehouseFault fault ? fault : RedshiftFault.of(failure);
    }
}
