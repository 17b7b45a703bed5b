package dev.serai.partner;

import dev.serai.partner.Collection.PagingStyle;
import dev.serai.partner.Sources.ConfiguredSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How objects are pulled from a partner: {@code source.sync} of its {@code partner.yaml}.
 *
 * @param pollSeconds how often a collection is synced that does not say so itself
 * @param pace        requests in a minute to the partner, at most, by the name of the limit; {@code all} counts every one
 * @param collections by name, in the order in which they are declared
 * @param named       how collections are read that a source names itself
 * @param needs       settings without which nothing is pulled, while webhooks are taken all the same
 */
public record Sync(int pollSeconds, Map<String, Integer> pace, Map<String, Collection> collections, Optional<Named> named,
                   List<String> needs) {

    /** The limit that every request counts for. */
    public static final String ALL = "all";

    /** Settings that every source of a partner with collections has. */
    public static final String COLLECTIONS = "collections";
    public static final String POLL_SECONDS = "pollPeriodSeconds";
    public static final String START_DATE = "startDate";
    public static final String PACE = "requestsPerMinute";

    /**
     * Collections that a source names by what the partner calls them.
     *
     * @param setting the source's, comma-separated
     */
    public record Named(String setting, PagingStyle paging) {
    }

    /** The first setting that nothing can be pulled without, and that has no value. */
    public Optional<String> missing(ConfiguredSource source) {
        return needs.stream().filter(name -> source.setting(name).isEmpty()).findFirst();
    }

    /** The declared collections, and those that a source with these settings names besides. */
    public Map<String, Collection> collections(Map<String, String> settings) {
        Map<String, Collection> all = new LinkedHashMap<>(collections);
        named.ifPresent(own -> Arrays.stream(settings.getOrDefault(own.setting(), "").split(",")).map(String::strip)
                .filter(name -> !name.isEmpty() && collections.values().stream().noneMatch(one -> one.endpoint().equals(name)))
                .forEach(name -> all.putIfAbsent(name, new Collection(name, name, name, "", "Id", "", Optional.empty(),
                        own.paging(), Optional.empty(), "", "", false, Map.of(), Optional.empty(), 0, 0, true))));
        return all;
    }

    static Map<String, Partner.Setting> settings(int pollSeconds) {
        Map<String, Partner.Setting> settings = new LinkedHashMap<>();
        settings.put(COLLECTIONS, setting("Which collections are synced, comma-separated; empty for those of the folder that are "
                + "on, 'all' for all, '-name' for all that are on but this one.", "", Partner.Kind.TEXT));
        settings.put(POLL_SECONDS, setting("How often each collection is synced.", String.valueOf(pollSeconds),
                Partner.Kind.NUMBER));
        settings.put(PACE, setting("Requests in a minute, at most, where the account has other limits than the folder says, such "
                + "as all:700,exports:30.", "", Partner.Kind.TEXT));
        settings.put(START_DATE, setting("Nothing older is read in the first sync, such as 2024-01-01; empty for what each "
                + "collection says.", "", Partner.Kind.TEXT));
        return settings;
    }

    private static Partner.Setting setting(String description, String defaultValue, Partner.Kind kind) {
        return new Partner.Setting(description, false, false, defaultValue, kind, "");
    }
}
