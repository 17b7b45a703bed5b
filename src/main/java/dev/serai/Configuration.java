package dev.serai;

import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Destinations;
import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.SettingKey;
import dev.serai.partner.Settings;
import dev.serai.partner.Sources;
import dev.serai.trait.Audiences;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Everything the user told the hub, read and checked as a whole before anything is started: a person who starts it
 * sees all mistakes at once.
 *
 * @param settings      the settings with the environment over them
 * @param folders       the partner folders that can be used, and what is wrong with the others
 * @param sources       the configured sources
 * @param destinations  the configured destinations, also those that are off
 * @param warehouses    where events are loaded
 * @param routing       {@code routing.camel.yaml}
 */
record Configuration(Settings settings, PartnerFolders folders, Sources sources, Destinations destinations,
                     ConfiguredWarehouses warehouses, Path routing) {

    private static final String ROUTING = "routing.camel.yaml";
    private static final int MAX_PORT = 65_535;

    /**
     * @param strict whether a partner folder that cannot be used ends the start
     * @throws SettingsException with every problem
     */
    static Configuration read(Path file, Map<String, String> environment, Properties system, boolean strict) {
        Settings fromFile = Settings.load(file, system).withEnvironment(environment, List.of());
        Path routes = Path.of(fromFile.text(SettingKey.ROUTES_DIR));
        PartnerFolders folders = PartnerFolders.read(routes);
        List<String> possible = new ArrayList<>(Sources.possibleSettings(folders.partners()));
        possible.addAll(Destinations.possibleSettings(folders.partners()));
        possible.addAll(ConfiguredWarehouses.possibleSettings(fromFile, environment));
        Settings settings = fromFile.withEnvironment(environment, possible);
        Sources sources = Sources.from(settings, folders.partners());
        Destinations destinations = Destinations.from(settings, folders.partners());
        ConfiguredWarehouses warehouses = ConfiguredWarehouses.from(settings, destinations);
        List<Problem> problems = new ArrayList<>();
        if (strict) {
            problems.addAll(folders.problems());
        }
        if (Files.isDirectory(routes)) {
            problems.addAll(sources.problems());
            problems.addAll(destinations.problems());
        } else {
            problems.addAll(folders.problems());
        }
        problems.addAll(warehouses.problems());
        if (sources.byName().containsKey(Audiences.SOURCE)) {
            problems.add(settings.problem(SettingKey.SOURCES_PREFIX + Audiences.SOURCE + ".partner", "'" + Audiences.SOURCE
                    + "' is what the hub's own traits and audiences come by", "give the source another name"));
        }
        problems.addAll(unknownSettings(settings));
        problems.addAll(settings.strayVariables(environment));
        problems.addAll(badValues(settings));
        Path routing = routes.resolve(ROUTING);
        if (!problems.isEmpty()) {
            throw new SettingsException(problems.stream().distinct().toList());
        }
        return new Configuration(settings, folders, sources, destinations, warehouses, routing);
    }

    /** Of settings that nobody has checked, for trying out folders. */
    static Configuration of(Settings settings, PartnerFolders folders) {
        Destinations destinations = Destinations.from(settings, folders.partners());
        return new Configuration(settings, folders, Sources.from(settings, folders.partners()), destinations,
                ConfiguredWarehouses.from(settings, destinations), Path.of(settings.text(SettingKey.ROUTES_DIR)).resolve(ROUTING));
    }

    /** This one with a folder read anew, or gone. What its settings decided at the start stays, such as warehouses. */
    Configuration with(String slug, Optional<Partner> partner) {
        PartnerFolders changed = folders.with(slug, partner);
        return new Configuration(settings, changed, Sources.from(settings, changed.partners()),
                Destinations.from(settings, changed.partners()), warehouses, routing);
    }

    /** What is wrong with what sources and destinations are told. */
    List<Problem> problems() {
        return Stream.concat(sources.problems().stream(), destinations.problems().stream()).distinct().toList();
    }

    private static List<Problem> unknownSettings(Settings settings) {
        Set<String> known = new HashSet<>();
        Arrays.stream(SettingKey.values()).map(SettingKey::key).forEach(known::add);
        List<Problem> problems = new ArrayList<>();
        for (String name : settings.names()) {
            boolean free = name.startsWith(SettingKey.KAFKA_CLIENT_PREFIX)
                    || name.startsWith(SettingKey.WAREHOUSE_PREFIX) || name.startsWith(SettingKey.WAREHOUSES_PREFIX)
                    || name.startsWith(SettingKey.SOURCES_PREFIX) || name.startsWith(SettingKey.DESTINATIONS_PREFIX);
            if (name.startsWith("serai.") && !free && !known.contains(name)) {
                problems.add(settings.problem(name, "unknown setting '" + name + "'",
                        Settings.suggestion(name, known)));
            }
        }
        return problems;
    }

    private static List<Problem> badValues(Settings settings) {
        List<Problem> problems = new ArrayList<>();
        for (SettingKey port : List.of(SettingKey.SERVER_PORT, SettingKey.MANAGEMENT_PORT, SettingKey.KAFKA_PORT,
                SettingKey.SANDBOX_PORT)) {
            if (settings.get(port).isPresent()) {
                check(problems, () -> {
                    if (settings.number(port, 0) > MAX_PORT) {
                        throw new SettingsException(settings.problem(port.key(), "there is no port "
                                + settings.text(port), "ports go up to " + MAX_PORT));
                    }
                });
            }
        }
        for (SettingKey count : List.of(SettingKey.HTTP_MAX_BODY_BYTES, SettingKey.HTTP_MAX_CONNECTIONS,
                SettingKey.HTTP_MAX_IN_FLIGHT, SettingKey.HTTP_IDLE_SECONDS, SettingKey.HTTP_HEAD_SECONDS,
                SettingKey.HTTP_BODY_SECONDS)) {
            check(problems, () -> settings.number(count, 1));
        }
        check(problems, () -> settings.flag(SettingKey.HTTP_BEHIND_PROXY));
        check(problems, () -> settings.flag(SettingKey.SANDBOX_ENABLED));
        for (SettingKey token : List.of(SettingKey.CONSOLE_TOKEN, SettingKey.CONSOLE_VIEWER_TOKEN)) {
            if (!settings.get(token).orElse("x").matches("[!-~]+")) {
                problems.add(settings.problem(token.key(), "the token has a character that no HTTP header can carry",
                        "use letters, digits and ASCII punctuation without spaces"));
            }
        }
        if (settings.get(SettingKey.CONSOLE_VIEWER_TOKEN).isPresent() && (settings.get(SettingKey.CONSOLE_TOKEN).isEmpty()
                || settings.get(SettingKey.CONSOLE_TOKEN).equals(settings.get(SettingKey.CONSOLE_VIEWER_TOKEN)))) {
            problems.add(settings.problem(SettingKey.CONSOLE_VIEWER_TOKEN.key(), "a viewer's token is only one beside another "
                    + SettingKey.CONSOLE_TOKEN.key(), "set that too, or leave this out"));
        }
        return problems;
    }

    private static void check(List<Problem> problems, Runnable reading) {
        try {
            reading.run();
        } catch (SettingsException e) {
            problems.addAll(e.problems());
        }
    }
}
