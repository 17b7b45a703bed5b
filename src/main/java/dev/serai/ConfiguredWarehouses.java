package dev.serai;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Destinations;
import dev.serai.partner.Partner;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import dev.serai.warehouse.Dialect;
import dev.serai.warehouse.Selection;
import dev.serai.warehouse.WarehouseSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The warehouses of this hub: {@code serai.warehouse.<setting>} is its own, a DuckDB file unless it is told otherwise;
 * {@code serai.warehouses.<name>.<setting>} are further ones.
 *
 * @param all      the hub's own first
 * @param problems what is wrong with the settings of others, all at once
 */
record ConfiguredWarehouses(List<WarehouseSettings> all, List<Problem> problems) {

    /** The hub's own. */
    static final String OWN = "warehouse";

    private static final String NONE = "none";
    private static final Set<String> COMMON = Set.of("url", "user", "password", "include", "exclude", "retentionDays");
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,40}");

    /** @param destinations those that are warehouses get what routing sends there, and not all there is */
    static ConfiguredWarehouses from(Settings settings, Destinations destinations) {
        List<WarehouseSettings> all = new ArrayList<>();
        List<Problem> problems = new ArrayList<>();
        Map<String, String> own = new HashMap<>(settings.under(SettingKey.WAREHOUSE_PREFIX));
        own.putIfAbsent("url", "jdbc:duckdb:" + Path.of(settings.text(SettingKey.DATA_DIR), "warehouse.duckdb"));
        if (!NONE.equals(own.get("url"))) {
            read(OWN, SettingKey.WAREHOUSE_PREFIX, own, settings, problems).ifPresent(all::add);
        }
        settings.groups(SettingKey.WAREHOUSES_PREFIX).forEach((name, values) -> {
            String prefix = SettingKey.WAREHOUSES_PREFIX + name + ".";
            String any = prefix + values.keySet().iterator().next();
            if (!NAME.matcher(name).matches() || name.equals(OWN)) {
                problems.add(settings.problem(any, "'" + name + "' cannot be the name of a warehouse",
                        "use lower-case letters, digits, _ and -; 'warehouse' is the hub's own"));
            } else if (!values.containsKey("url")) {
                problems.add(settings.problem(any, "warehouse '" + name + "' has no url", "set " + prefix + "url"));
            } else {
                read(name, prefix, values, settings, problems).ifPresent(all::add);
            }
        });
        destinations.on().stream().filter(one -> one.partner().slug().equals(OWN)).forEach(destination -> {
            String prefix = SettingKey.DESTINATIONS_PREFIX + destination.name() + ".";
            Map<String, String> values = new HashMap<>(destination.settings());
            values.keySet().removeAll(Partner.EVERY_DESTINATIONS);
            if (destination.name().equals(OWN) && all.stream().anyMatch(one -> one.name().equals(OWN))) {
                problems.add(settings.problem(prefix + "url", "'" + OWN + "' is the hub's own warehouse",
                        "give the destination another name: serai.destinations.<name>.partner = warehouse"));
            } else if (all.stream().anyMatch(one -> one.name().equals(destination.name()))) {
                problems.add(settings.problem(prefix + "url", "there is a warehouse '" + destination.name() + "' already",
                        "give the destination another name"));
            } else {
                read(destination.name(), prefix, values, settings, problems).map(WarehouseSettings::asDestination)
                        .ifPresent(all::add);
            }
        });
        findTwins(all, settings, problems);
        return new ConfiguredWarehouses(List.copyOf(all), List.copyOf(problems));
    }

    /** Names of settings that an environment variable may stand for: {@code SERAI_WAREHOUSES_LAKE_PASSWORD}. */
    static List<String> possibleSettings(Settings settings, Map<String, String> environment) {
        Set<String> settingsOfOne = new TreeSet<>(COMMON);
        for (Dialect dialect : Dialect.values()) {
            settingsOfOne.addAll(dialect.options());
        }
        Set<String> prefixes = new TreeSet<>(Set.of(SettingKey.WAREHOUSE_PREFIX));
        settings.groups(SettingKey.WAREHOUSES_PREFIX).keySet()
                .forEach(name -> prefixes.add(SettingKey.WAREHOUSES_PREFIX + name + "."));
        for (String variable : environment.keySet()) {
            if (variable.matches("SERAI_WAREHOUSES_[A-Z0-9]+_URL")) {
                String name = variable.substring("SERAI_WAREHOUSES_".length(), variable.length() - "_URL".length());
                prefixes.add(SettingKey.WAREHOUSES_PREFIX + name.toLowerCase(Locale.ROOT) + ".");
            }
        }
        return prefixes.stream().flatMap(prefix -> settingsOfOne.stream().map(prefix::concat)).toList();
    }

    private static Optional<WarehouseSettings> read(String name, String prefix, Map<String, String> values,
            Settings settings, List<Problem> problems) {
        int before = problems.size();
        String url = values.get("url");
        Optional<Dialect> dialect = Dialect.of(url);
        if (dialect.isEmpty()) {
            problems.add(settings.problem(prefix + "url", "'" + url.split("[?;]")[0]
                    + "' is no warehouse that this version can load", "use " + Dialect.forms() + ", or none"));
            return Optional.empty();
        }
        Set<String> known = new HashSet<>(COMMON);
        known.addAll(dialect.get().options());
        Map<String, String> options = new HashMap<>();
        values.forEach((setting, value) -> {
            if (!known.contains(setting)) {
                problems.add(settings.problem(prefix + setting, "unknown setting '" + prefix + setting + "'",
                        Settings.suggestion(prefix + setting, known.stream().map(prefix::concat).toList())));
            } else if (!COMMON.contains(setting)) {
                options.put(setting, value);
            }
        });
        Selection selection = selection(prefix, values, settings, problems);
        int retention = retention(prefix, values, settings, problems);
        return problems.size() > before ? Optional.empty() : Optional.of(new WarehouseSettings(name, url,
                values.getOrDefault("user", ""), values.getOrDefault("password", ""), selection, retention, options));
    }

    private static Selection selection(String prefix, Map<String, String> values, Settings settings,
            List<Problem> problems) {
        try {
            return Selection.of(values.getOrDefault("include", ""), values.getOrDefault("exclude", ""));
        } catch (IllegalArgumentException e) {
            String setting = e.getMessage().contains("left out") || !values.containsKey("include") ? "exclude" : "include";
            problems.add(settings.problem(prefix + setting, e.getMessage(), "see Warehouses in the README"));
            return Selection.ALL;
        }
    }

    private static int retention(String prefix, Map<String, String> values, Settings settings, List<Problem> problems) {
        String days = values.getOrDefault("retentionDays", "");
        if (!days.isEmpty() && !days.matches("[1-9][0-9]{0,4}")) {
            problems.add(settings.problem(prefix + "retentionDays", "'" + days + "' is no number of days",
                    "write a whole number of at least 1, or leave it out to keep everything"));
            return 0;
        }
        return days.isEmpty() ? 0 : Integer.parseInt(days);
    }

    /** Two loaders on one database would each find that the other was there first, for ever. */
    private static void findTwins(List<WarehouseSettings> all, Settings settings, List<Problem> problems) {
        Map<String, String> byUrl = new HashMap<>();
        for (WarehouseSettings warehouse : all) {
            String other = byUrl.putIfAbsent(warehouse.url(), warehouse.name());
            if (other != null) {
                problems.add(settings.problem(SettingKey.WAREHOUSES_PREFIX + warehouse.name() + ".url", "warehouses '" + other
                        + "' and '" + warehouse.name() + "' are the same database", "leave one of them out"));
            }
        }
    }
}
