package dev.serai.warehouse;

import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The databases that can be loaded, each with how its URL begins and with the settings that only it has. */
public enum Dialect {
    DUCKDB("jdbc:duckdb:", "<file>", Set.of("memory")) {
        @Override
        Warehouse open(WarehouseSettings settings) {
            return DuckDbWarehouse.at(settings);
        }
    },
    POSTGRESQL("jdbc:postgresql:", "//<host>/<database>", Set.of()) {
        @Override
        Warehouse open(WarehouseSettings settings) {
            return new PostgresWarehouse(settings);
        }
    },
    REDSHIFT("jdbc:redshift:", "//<cluster>:5439/<database>", Set.of("bucket", "bucketPrefix", "bucketRegion",
            "bucketEndpoint", "bucketKey", "bucketSecret", "iamRole")) {
        @Override
        Warehouse open(WarehouseSettings settings) {
            return new RedshiftWarehouse(settings);
        }
    },
    SNOWFLAKE("jdbc:snowflake:", "//<account>.snowflakecomputing.com/?db=<database>", Set.of("warehouse", "role",
            "privateKeyFile")) {
        @Override
        Warehouse open(WarehouseSettings settings) {
            return new SnowflakeWarehouse(settings);
        }
    },
    BIGQUERY("bigquery://", "<project>", Set.of("location", "credentialsFile", "loadSeconds", "endpoint")) {
        @Override
        Warehouse open(WarehouseSettings settings) {
            try {
                return BigQueryWarehouse.of(settings);
            } catch (NoClassDefFoundError e) {
                throw DriverCheck.missing(settings, "BigQuery", "bigquery", e.getMessage().replace('/', '.'));
            }
        }
    };

    private final String prefix;
    private final String rest;
    private final Set<String> options;

    Dialect(String prefix, String rest, Set<String> options) {
        this.prefix = prefix;
        this.rest = rest;
        this.options = options;
    }

    abstract Warehouse open(WarehouseSettings settings);

    public String prefix() {
        return prefix;
    }

    /** The last parts of settings beyond those that every warehouse has. */
    public Set<String> options() {
        return options;
    }

    public static Optional<Dialect> of(String url) {
        return Arrays.stream(values()).filter(dialect -> url.startsWith(dialect.prefix)
                && url.length() > dialect.prefix.length()).findFirst();
    }

    /** What a URL may look like, for a complaint. */
    public static String forms() {
        return Arrays.stream(values()).map(dialect -> dialect.prefix + dialect.rest).collect(Collectors.joining(", "));
    }
}
