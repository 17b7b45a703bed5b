package dev.serai.partner;

import java.util.Map;

/**
 * How objects are pulled from a partner: {@code source.sync} of its {@code partner.yaml}.
 *
 * @param pollSeconds how often a collection is synced that does not say so itself
 * @param pace        requests in a minute to the partner, at most, by the name of the limit; {@code all} counts every one
 * @param collections by name, in the order in which they are declared
 */
public record Sync(int pollSeconds, Map<String, Integer> pace, Map<String, Collection> collections) {

    /** The limit that every request counts for. */
    public static final String ALL = "all";

    /** Settings that every source of a partner with collections has. */
    public static final String COLLECTIONS = "collections";
    public static final String POLL_SECONDS = "pollPeriodSeconds";
    public static final String START_DATE = "startDate";

    static Map<String, Partner.Setting> settings(int pollSeconds) {
        return Map.of(
                COLLECTIONS, setting("Which collections are synced, comma-separated; empty for those of the folder that are on, "
                        + "'all' for all, '-name' for all that are on but this one.", "", Partner.Kind.TEXT),
                POLL_SECONDS, setting("How often each collection is synced.", String.valueOf(pollSeconds),
                        Partner.Kind.NUMBER),
                START_DATE, setting("Nothing older is read in the first sync, such as 2024-01-01; empty for what each "
                        + "collection says.", "", Partner.Kind.TEXT));
    }

    private static Partner.Setting setting(String description, String defaultValue, Partner.Kind kind) {
        return new Partner.Setting(description, false, false, defaultValue, kind, "");
    }
}
