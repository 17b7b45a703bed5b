package dev.serai.partner;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The settings of the hub itself, with their defaults; those of sources and destinations are declared in the partner
 * folders. The README's table lists exactly these.
 */
public enum SettingKey {
    SERVER_HOST("camel.server.host", "127.0.0.1", "address the one HTTP port binds"),
    SERVER_PORT("camel.server.port", "8080", "the HTTP port; 0 takes a free one"),
    MANAGEMENT_PORT("camel.management.port", "", "serves health and metrics on a port of their own"),
    MANAGEMENT_HOST("camel.management.host", "127.0.0.1", "address of the management port"),
    DATA_DIR("serai.data.dir", "data", "embedded Kafka and warehouse live here; one hub at a time"),
    ROUTES_DIR("serai.routes.dir", "routes", "partner folders and routing.camel.yaml"),
    AUDIENCES_DIR("serai.audiences.dir", "audiences", "traits, audiences and reports"),
    KAFKA_BROKERS("serai.kafka.brokers", "", "host:port list of your Kafka; empty runs the embedded broker"),
    KAFKA_PORT("serai.kafka.port", "0", "loopback port of the embedded broker; 0 takes a free one"),
    WAREHOUSE_URL("serai.warehouse.url", "", "see Warehouses; none, or empty for warehouse.duckdb in the data directory"),
    WAREHOUSE_USER("serai.warehouse.user", "", "user of the warehouse, where it has users"),
    WAREHOUSE_PASSWORD("serai.warehouse.password", "", "password of the warehouse, where it has users"),
    WAREHOUSE_INCLUDE("serai.warehouse.include", "", "selective sync: comma-separated patterns schema.table.column; empty is all"),
    WAREHOUSE_EXCLUDE("serai.warehouse.exclude", "", "selective sync: what is left out, such as *.*.context_ip"),
    WAREHOUSE_RETENTION("serai.warehouse.retentionDays", "", "rows of events older than this are removed; empty keeps all"),
    HTTP_MAX_BODY_BYTES("serai.http.maxBodyBytes", "1048576", "larger requests answer 413, also after gunzip"),
    HTTP_MAX_CONNECTIONS("serai.http.maxConnections", "4096", "further connections are closed at once"),
    HTTP_MAX_IN_FLIGHT("serai.http.maxInFlight", "2048", "further requests answer 429 with Retry-After"),
    HTTP_IDLE_SECONDS("serai.http.idleSeconds", "75", "a connection that asks nothing for so long is closed"),
    HTTP_HEAD_SECONDS("serai.http.headSeconds", "10", "the head of a request must have come by then"),
    HTTP_BODY_SECONDS("serai.http.bodySeconds", "30", "the body of a request must have come by then"),
    HTTP_BEHIND_PROXY("serai.http.behindProxy", "false", "take the client's address from X-Forwarded-For"),
    HTTP_PUBLIC_URL("serai.http.publicUrl", "", "the hub's address as partners see it; some sign it"),
    SANDBOX_ENABLED("serai.sandbox.enabled", "false", "serves fakes of the partners and points their folders there"),
    SANDBOX_PORT("serai.sandbox.port", "8090", "loopback port of the sandbox"),
    CONSOLE_TOKEN("serai.console.token", "", "opens the console and /api; needed when the port is not on loopback"),
    CONSOLE_VIEWER_TOKEN("serai.console.viewerToken", "", "one more token, for people who change nothing and see personal data masked");

    /** Settings with this prefix go to every Kafka client as they are, for instance {@code security.protocol}. */
    public static final String KAFKA_CLIENT_PREFIX = "serai.kafka.client.";
    /** Settings of the hub's own warehouse; those that only one database has are not listed here. */
    public static final String WAREHOUSE_PREFIX = "serai.warehouse.";
    /** Settings of further warehouses, {@code <name>.<setting>}. */
    public static final String WAREHOUSES_PREFIX = "serai.warehouses.";
    public static final String SOURCES_PREFIX = "serai.sources.";
    public static final String DESTINATIONS_PREFIX = "serai.destinations.";

    private final String key;
    private final String defaultValue;
    private final String description;

    SettingKey(String key, String defaultValue, String description) {
        this.key = key;
        this.defaultValue = defaultValue;
        this.description = description;
    }

    public String key() {
        return key;
    }

    /** Empty where there is none. */
    public String defaultValue() {
        return defaultValue;
    }

    public String description() {
        return description;
    }

    static List<String> keys() {
        return Arrays.stream(values()).map(SettingKey::key).toList();
    }

    /** {@code SERAI_DATA_DIR} for {@code serai.data.dir}. */
    static String environmentName(String key) {
        return key.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
