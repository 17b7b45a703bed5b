package dev.serai.partner;

import dev.serai.model.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The sources of this deployment: {@code serai.sources.<source>.<setting>}, and one named like its folder for each
 * partner that needs to be told nothing.
 *
 * @param byName   every source, sorted
 * @param problems what is wrong with the settings of others, all at once
 */
public record Sources(Map<String, ConfiguredSource> byName, List<Problem> problems) {

    /** The partner of a source that has a write key and says nothing else. */
    public static final String TRACKING_PARTNER = "segment";

    private static final String PARTNER = "partner";
    private static final String WRITE_KEY = "writeKey";
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_-]{0,62}");

    /**
     * @param name     becomes the schema in the warehouse
     * @param partner  what kind of source it is
     * @param settings every setting with a value, defaults included
     */
    public record ConfiguredSource(String name, Partner partner, Map<String, String> settings) {
        public ConfiguredSource {
            settings = Map.copyOf(settings);
        }

        public Optional<String> setting(String key) {
            return Optional.ofNullable(settings.get(key));
        }
    }

    public static Sources from(Settings settings, Map<String, Partner> partners) {
        Map<String, ConfiguredSource> sources = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        Map<String, Map<String, String>> told = settings.groups(SettingKey.SOURCES_PREFIX);
        boolean sandbox = settings.flag(SettingKey.SANDBOX_ENABLED);
        TreeSet<String> names = new TreeSet<>(told.keySet());
        partners.values().stream().filter(partner -> partner.source().isPresent() && needsNothing(partner, sandbox))
                .map(Partner::slug).forEach(names::add);
        for (String name : names) {
            source(name, told.getOrDefault(name, Map.of()), settings, partners, problems)
                    .ifPresent(source -> sources.put(name, source));
        }
        findClashes(sources.values(), settings, problems);
        return new Sources(sources, List.copyOf(problems));
    }

    /** Names of settings that an environment variable may stand for. */
    public static List<String> possibleSettings(Map<String, Partner> partners) {
        List<String> names = new ArrayList<>();
        partners.values().forEach(partner -> partner.source().ifPresent(source -> source.settings().keySet()
                .forEach(setting -> names.add(SettingKey.SOURCES_PREFIX + partner.slug() + "." + setting))));
        return names;
    }

    private static boolean needsNothing(Partner partner, boolean sandbox) {
        return partner.source().orElseThrow().settings().values().stream()
                .noneMatch(setting -> setting.required() && (!sandbox || setting.sandbox().isEmpty()));
    }

    private static Optional<ConfiguredSource> source(String name, Map<String, String> told, Settings settings,
                                                     Map<String, Partner> partners, List<Problem> problems) {
        String prefix = SettingKey.SOURCES_PREFIX + name + ".";
        int before = problems.size();
        if (!NAME.matcher(name).matches()) {
            problems.add(settings.problem(prefix + anyOf(told), "'" + name + "' is no name for a source",
                    "use lower-case letters, digits, '-' and '_', beginning with a letter"));
            return Optional.empty();
        }
        String slug = told.getOrDefault(PARTNER, partners.containsKey(name) || !told.containsKey(WRITE_KEY)
                ? name : TRACKING_PARTNER);
        Partner partner = partners.get(slug);
        if (partner == null || partner.source().isEmpty()) {
            problems.add(settings.problem(prefix + anyOf(told), "'" + slug + "' is no partner that data comes in from",
                    "set " + prefix + "partner to one of " + slugsOfSources(partners)));
            return Optional.empty();
        }
        Map<String, Partner.Setting> declared = partner.source().get().settings();
        for (String setting : new TreeSet<>(told.keySet())) {
            if (!setting.equals(PARTNER) && !declared.containsKey(setting)) {
                problems.add(settings.problem(prefix + setting, "unknown setting '" + prefix + setting + "'",
                        Settings.suggestion(setting, declared.keySet())));
            }
        }
        Map<String, String> values = new HashMap<>();
        declared.forEach((setting, declaration) -> {
            String value = told.getOrDefault(setting, declaration.standard(settings));
            if (!value.isEmpty() && !declaration.kind().accepts(value)) {
                problems.add(settings.problem(prefix + setting, "setting '" + prefix + setting + "' must be "
                        + declaration.kind().meaning(), "correct its value"));
            } else if (!value.isEmpty()) {
                values.put(setting, value);
            } else if (declaration.required()) {
                problems.add(settings.problem(prefix + anyOf(told), "setting '" + setting + "' of source '" + name
                        + "' is required", "set " + prefix + setting));
            }
        });
        return problems.size() > before ? Optional.empty()
                : Optional.of(new ConfiguredSource(name, partner, values));
    }

    private static String anyOf(Map<String, String> told) {
        return told.keySet().stream().sorted().findFirst().orElse(PARTNER);
    }

    private static List<String> slugsOfSources(Map<String, Partner> partners) {
        return partners.values().stream().filter(partner -> partner.source().isPresent()).map(Partner::slug).toList();
    }

    /** A schema belongs to one source, and so does a write key. */
    private static void findClashes(Iterable<ConfiguredSource> sources, Settings settings, List<Problem> problems) {
        Map<String, String> schemas = new HashMap<>();
        Map<String, String> keys = new HashMap<>();
        for (ConfiguredSource source : sources) {
            String other = schemas.putIfAbsent(source.name().replaceAll("[-_]+", "_").replaceAll("_$", ""), source.name());
            if (other != null) {
                problems.add(settings.problem(SettingKey.SOURCES_PREFIX + source.name(), "sources '" + other
                        + "' and '" + source.name() + "' would share a schema", "rename one of them"));
            }
            source.setting(WRITE_KEY).map(key -> keys.putIfAbsent(key, source.name())).ifPresent(taken ->
                    problems.add(settings.problem(SettingKey.SOURCES_PREFIX + source.name() + "." + WRITE_KEY,
                            "sources '" + taken + "' and '" + source.name() + "' have the same write key",
                            "give each its own")));
        }
    }
}
