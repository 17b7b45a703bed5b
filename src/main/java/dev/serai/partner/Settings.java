package dev.serai.partner;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * Every setting with the place it came from, so that a complaint can name it. Later wins: default,
 * {@code application.properties}, environment, {@code -D}.
 *
 * <p>An environment variable has lost the case and the dots of its setting, so it is matched against the settings
 * that can exist; which those are depends on the partner folders, hence {@link #withEnvironment}.
 */
public final class Settings {

    private static final int FAR = 4;

    private final Map<String, Value> values;

    private record Value(String text, String file, int line) { }

    private Settings(Map<String, Value> values) {
        this.values = Map.copyOf(values);
    }

    /**
     * Reads the file, which need not exist, and {@code -D} settings.
     *
     * @throws SettingsException if the file cannot be read
     */
    public static Settings load(Path file, Properties system) {
        Map<String, Value> values = new HashMap<>();
        if (Files.exists(file)) {
            String name = file.toString();
            try {
                String text = Files.readString(file, StandardCharsets.UTF_8);
                Properties properties = new Properties();
                properties.load(new StringReader(text));
                Map<String, Integer> lines = lines(text);
                properties.forEach((key, value) -> values.put((String) key,
                        new Value(((String) value).strip(), name, lines.getOrDefault(key, 0))));
            } catch (IOException | IllegalArgumentException e) {
                throw new SettingsException(new Problem(name, 0, 0, "cannot be read: " + e.getMessage(),
                        "it must be a properties file in UTF-8"));
            }
        }
        for (String key : system.stringPropertyNames()) {
            if (key.startsWith("serai.") || key.startsWith("camel.")) {
                values.put(key, new Value(system.getProperty(key).strip(), "-D" + key, 0));
            }
        }
        return new Settings(values);
    }

    /** For tests and tools: settings from a map, as if by {@code -D}. */
    public static Settings of(Map<String, String> settings) {
        Properties properties = new Properties();
        properties.putAll(settings);
        return load(Path.of("application.properties.none"), properties);
    }

    private static Map<String, Integer> lines(String text) {
        Map<String, Integer> lines = new HashMap<>();
        List<String> all = text.lines().toList();
        for (int i = 0; i < all.size(); i++) {
            String line = all.get(i).strip();
            if (!line.isEmpty() && line.charAt(0) != '#' && line.charAt(0) != '!') {
                lines.put(line.split("[=:\\s]", 2)[0], i + 1);
            }
        }
        return lines;
    }

    /**
     * These settings with the environment over them.
     *
     * @param possible the names that a variable may stand for, besides those of the hub and those already set
     */
    public Settings withEnvironment(Map<String, String> environment, Collection<String> possible) {
        Map<String, Value> merged = new HashMap<>(values);
        Set<String> names = new HashSet<>(possible);
        names.addAll(SettingKey.keys());
        names.addAll(values.keySet());
        for (String name : names) {
            String variable = SettingKey.environmentName(name);
            String text = environment.get(variable);
            boolean given = values.containsKey(name) && values.get(name).file().startsWith("-D");
            if (text != null && !given) {
                merged.put(name, new Value(text.strip(), "environment variable " + variable, 0));
            }
        }
        return new Settings(merged);
    }

    /** Names of environment variables that look like settings of the hub and stand for none. */
    public List<Problem> strayVariables(Map<String, String> environment) {
        Set<String> known = new HashSet<>();
        SettingKey.keys().forEach(key -> known.add(SettingKey.environmentName(key)));
        values.keySet().forEach(key -> known.add(SettingKey.environmentName(key)));
        List<Problem> problems = new ArrayList<>();
        for (String variable : new TreeSet<>(environment.keySet())) {
            if (variable.startsWith("SERAI_") && !known.contains(variable)) {
                problems.add(new Problem("environment variable " + variable, 0, 0, "stands for no setting",
                        suggestion(variable, known)));
            }
        }
        return problems;
    }

    /** The value as given, or the default; empty when there is neither. */
    public Optional<String> get(SettingKey key) {
        return get(key.key()).or(() -> Optional.of(key.defaultValue())).filter(value -> !value.isEmpty());
    }

    public Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key)).map(Value::text).filter(value -> !value.isEmpty());
    }

    /** A setting that has a default. */
    public String text(SettingKey key) {
        return get(key).orElseThrow(() -> new IllegalStateException(key.key() + " has no default"));
    }

    /** @throws SettingsException if the value is no whole number of at least {@code minimum} */
    public int number(SettingKey key, int minimum) {
        String text = text(key);
        try {
            int number = Integer.parseInt(text);
            if (number >= minimum) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below, with the place
        }
        throw new SettingsException(problem(key.key(), "'" + text + "' is no whole number of at least " + minimum,
                "for instance " + key.key() + "=" + key.defaultValue()));
    }

    /** @throws SettingsException if the value is neither {@code true} nor {@code false} */
    public boolean flag(SettingKey key) {
        return flag(key.key(), Boolean.parseBoolean(key.defaultValue()));
    }

    /** @throws SettingsException if the value is neither {@code true} nor {@code false} */
    public boolean flag(String key, boolean otherwise) {
        Optional<String> text = get(key);
        if (text.isEmpty()) {
            return otherwise;
        }
        return switch (text.get()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new SettingsException(problem(key, "'" + text.get() + "' is neither true nor false",
                    "write " + key + "=true or " + key + "=false"));
        };
    }

    /** Settings under a prefix, by the rest of their name, sorted. */
    public Map<String, String> under(String prefix) {
        Map<String, String> found = new TreeMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(prefix) && key.length() > prefix.length()) {
                found.put(key.substring(prefix.length()), value.text());
            }
        });
        return found;
    }

    /** Settings {@code <prefix><name>.<setting>} as name to setting to value, both sorted. */
    public Map<String, Map<String, String>> groups(String prefix) {
        Map<String, Map<String, String>> groups = new TreeMap<>();
        under(prefix).forEach((key, value) -> {
            int dot = key.indexOf('.');
            String name = dot < 0 ? key : key.substring(0, dot);
            groups.computeIfAbsent(name, created -> new TreeMap<>()).put(dot < 0 ? "" : key.substring(dot + 1), value);
        });
        return groups;
    }

    /** All names that were set, sorted. */
    public Set<String> names() {
        return new TreeSet<>(values.keySet());
    }

    /** A problem at the place where the setting was made, or would be. */
    public Problem problem(String key, String what, String remedy) {
        Value value = values.get(key);
        return value == null
                ? new Problem("application.properties", 0, 0, what, remedy)
                : new Problem(value.file(), value.line(), 1, what, remedy);
    }

    /** "did you mean ...?" for a name that is not known, or where to look when nothing is near. */
    public static String suggestion(String name, Collection<String> known) {
        return suggestion(name, known, "the settings are listed in the README");
    }

    /** @param otherwise what is told when nothing is near */
    public static String suggestion(String name, Collection<String> known, String otherwise) {
        LevenshteinDistance distance = new LevenshteinDistance(FAR);
        return known.stream()
                .map(candidate -> Map.entry(candidate, distance.apply(name, candidate)))
                // of a short name, four changes make any other
                .filter(entry -> entry.getValue() >= 0 && entry.getValue() <= Math.max(1, name.length() / 2))
                .min(Comparator.comparing(Map.Entry<String, Integer>::getValue).thenComparing(Map.Entry::getKey))
                .map(entry -> "did you mean '" + entry.getKey() + "'?")
                .orElse(otherwise);
    }
}
