package dev.serai.warehouse;

import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/**
 * What the user says of one warehouse.
 *
 * @param name      as in {@code serai.warehouses.<name>}; the hub's own is {@code warehouse}
 * @param url       what tells the dialect, for instance {@code jdbc:postgresql://host/database}
 * @param user      empty where the URL says it, or there is none
 * @param password  likewise
 * @param selection which schemas, tables and columns it gets
 * @param retentionDays rows of events that were received longer ago are removed; 0 keeps all
 * @param options   what only one dialect asks for, by the setting's last part
 * @param isDestination whether it gets what routing sends to the destination of this name, and not all there is
 */
public record WarehouseSettings(String name, String url, String user, String password, Selection selection,
                                int retentionDays, Map<String, String> options, boolean isDestination) {

    public WarehouseSettings(String name, String url, String user, String password, Selection selection,
                             int retentionDays, Map<String, String> options) {
        this(name, url, user, password, selection, retentionDays, options, false);
    }

    public WarehouseSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(url, "url");
        Objects.requireNonNull(selection, "selection");
        options = Map.copyOf(options);
    }

    /** The same, for what routing sends there only. */
    public WarehouseSettings asDestination() {
        return new WarehouseSettings(name, url, user, password, selection, retentionDays, options, true);
    }

    /** For a JDBC driver. */
    Properties credentials() {
        Properties properties = new Properties();
        if (!user.isEmpty()) {
            properties.setProperty("user", user);
        }
        if (!password.isEmpty()) {
            properties.setProperty("password", password);
        }
        return properties;
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "WarehouseSettings[" + name + "]";
    }
}
