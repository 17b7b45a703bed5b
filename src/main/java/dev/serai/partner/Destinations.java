package dev.serai.partner;

import dev.serai.model.Problem;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The destinations of this deployment: one named like its folder for each partner that events can go out to, and any
 * further ones that {@code serai.destinations.<destination>.partner} names. A destination that lacks a required
 * setting is off, which is no mistake: most folders that come with the hub are never used.
 *
 * @param byName   every destination, sorted, those that are off too
 * @param problems what is wrong with the settings of others, all at once
 */
public record Destinations(Map<String, ConfiguredDestination> byName, List<Problem> problems) {

    private static final String PARTNER = "partner";

    /** The name is part of a topic's. */
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");

    /**
     * @param name     part of the topic {@code deliveries.<name>}
     * @param partner  how it is delivered to
     * @param settings every setting with a value, defaults included
     * @param missing  the settings without which it is off, by their full names
     */
    public record ConfiguredDestination(String name, Partner partner, Map<String, String> settings,
                                        List<String> missing) {

        /** Shorter secrets would blot out ordinary words. */
        private static final int SHORTEST_MASKED = 4;

        public ConfiguredDestination {
            settings = Map.copyOf(settings);
            missing = List.copyOf(missing);
        }

        public boolean isOn() {
            return missing.isEmpty();
        }

        public Partner.Destination limits() {
            return partner.destination().orElseThrow();
        }

        public Optional<String> setting(String key) {
            return Optional.ofNullable(settings.get(key));
        }

        /** A setting that is a number. */
        public Optional<Double> number(String key) {
            return setting(key).map(Double::valueOf);
        }

        /** The text without what is secret; of a secret URL also what it says beyond the host. */
        public String mask(String text) {
            String masked = text;
            for (Map.Entry<String, Partner.Setting> declared : limits().settings().entrySet()) {
                String value = settings.get(declared.getKey());
                if (declared.getValue().secret() && value != null) {
                    masked = blot(masked, value);
                    if (declared.getValue().kind() == Partner.Kind.URL) {
                        for (String part : value.replaceFirst("^[a-zA-Z]+://[^/?]*", "").split("[/?&=]")) {
                            masked = part.length() < SHORTEST_MASKED * 2 ? masked : blot(masked, part);
                        }
                    }
                }
            }
            return masked;
        }

        private static String blot(String text, String secret) {
            return secret.length() < SHORTEST_MASKED ? text : text.replace(secret, "***");
        }
    }

    public static Destinations from(Settings settings, Map<String, Partner> partners) {
        Map<String, Partner> possible = new TreeMap<>(partners);
        possible.values().removeIf(partner -> partner.destination().isEmpty());
        Map<String, Map<String, String>> told = settings.groups(SettingKey.DESTINATIONS_PREFIX);
        TreeSet<String> names = new TreeSet<>(told.keySet());
        names.addAll(possible.keySet());
        Map<String, ConfiguredDestination> destinations = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        for (String name : names) {
            destination(name, told.getOrDefault(name, Map.of()), settings, possible, problems)
                    .ifPresent(destination -> destinations.put(name, destination));
        }
        return new Destinations(destinations, List.copyOf(problems));
    }

    /** Names of settings that an environment variable may stand for. */
    public static List<String> possibleSettings(Map<String, Partner> partners) {
        List<String> names = new ArrayList<>();
        partners.values().forEach(partner -> partner.destination().ifPresent(destination -> destination.settings()
                .keySet().forEach(setting -> names.add(SettingKey.DESTINATIONS_PREFIX + partner.slug() + "."
                        + setting))));
        return names;
    }

    /** Those that get events. */
    public List<ConfiguredDestination> on() {
        return byName.values().stream().filter(ConfiguredDestination::isOn).toList();
    }

    public Collection<ConfiguredDestination> of(Partner partner) {
        return byName.values().stream()
                .filter(destination -> destination.partner().slug().equals(partner.slug())).toList();
    }

    private static Optional<ConfiguredDestination> destination(String name, Map<String, String> told,
            Settings settings, Map<String, Partner> possible, List<Problem> problems) {
        String prefix = SettingKey.DESTINATIONS_PREFIX + name + ".";
        int before = problems.size();
        String any = prefix + told.keySet().stream().findFirst().orElse(PARTNER);
        if (!NAME.matcher(name).matches()) {
            problems.add(settings.problem(any, "'" + name + "' is no name for a destination",
                    "use lower-case letters, digits, '-' and '_', beginning with a letter"));
            return Optional.empty();
        }
        String slug = told.getOrDefault(PARTNER, name);
        Partner partner = possible.get(slug);
        if (partner == null) {
            problems.add(settings.problem(any, "'" + slug + "' is no partner that events go out to",
                    "set " + prefix + "partner to one of " + possible.keySet()));
            return Optional.empty();
        }
        Map<String, Partner.Setting> declared = partner.destination().orElseThrow().settings();
        told.forEach((setting, value) -> {
            if (!setting.equals(PARTNER) && !declared.containsKey(setting)) {
                problems.add(settings.problem(prefix + setting, "unknown setting '" + prefix + setting + "'",
                        Settings.suggestion(setting, declared.keySet())));
            }
        });
        Map<String, String> values = new HashMap<>();
        List<String> missing = new ArrayList<>();
        declared.forEach((setting, declaration) -> {
            String given = told.getOrDefault(setting, "");
            String value = given.isEmpty() ? declaration.standard(settings) : given;
            if (!value.isEmpty() && !declaration.kind().accepts(value)) {
                problems.add(settings.problem(prefix + setting, "setting '" + prefix + setting + "' must be "
                        + declaration.kind().meaning(), "correct its value"));
            } else if (!value.isEmpty()) {
                values.put(setting, value);
            } else if (declaration.required()) {
                missing.add(prefix + setting);
            }
        });
        missing.sort(null);
        return problems.size() > before ? Optional.empty()
                : Optional.of(new ConfiguredDestination(name, partner, values, missing));
    }
}
