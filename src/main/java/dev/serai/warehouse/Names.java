package dev.serai.warehouse;

import java.util.Set;

/**
 * From the names people give (sources, events, properties) to names of schemas, tables and columns: snake case, with
 * {@code _} before a leading digit and before a reserved word, at most 63 bytes.
 *
 * <p>Nothing here depends on what was seen before, so a name is the same after a restart and in every hub. Where the
 * rule would lose a name, a hash of the original stands in: for the end of a long name and for all of a name without
 * ASCII letters or digits. Source: facts/segment.md section 5.3.
 */
public final class Names {

    /** PostgreSQL's limit, the shortest of the warehouses; all names here are ASCII. */
    static final int MAX_LENGTH = 63;

    static final Set<String> FIXED_TABLES = Set.of(
            "tracks", "identifies", "users", "pages", "screens", "groups", "accounts", "aliases");

    private static final Set<String> TAKEN_SCHEMAS = Set.of("main", "temp", "pg_catalog", "information_schema", "public");

    private Names() {
    }

    /** The schema of a source. Two sources may meet in one ("my-site", "my_site"): whoever reads settings must refuse that. */
    public static String schema(String source) {
        String name = alone(source);
        return fit(TAKEN_SCHEMAS.contains(name) ? "_" + name : name, source);
    }

    /** The table of an event, also the value of its column {@code event}; never one of Segment's fixed tables. */
    public static String table(String event) {
        String name = alone(event);
        return fit(FIXED_TABLES.contains(name) ? "_" + name : name, event);
    }

    /** The table of a collection of objects. */
    public static String collection(String collection) {
        return fit(alone(collection), collection);
    }

    /** The column of a property, or of a trait; what is within another is told by a dot. */
    public static String property(String path) {
        StringBuilder column = new StringBuilder();
        for (String name : path.split("[.]")) {
            column.append(column.isEmpty() ? isVanishing(name) ? "_" : "" : "_").append(word(name));
        }
        String plain = column.toString();
        return fit(isUnusable(plain) || Standard.isCommon(plain) ? "_" + plain : plain, path);
    }

    /** A name that stands alone, not yet cut to its length. */
    static String alone(String name) {
        String word = word(name);
        // an underscore tells the stand-in of a vanished name from a name that somebody chose
        return isVanishing(name) || isUnusable(word) ? "_" + word : word;
    }

    /** One word of a name: snake case, or {@code x} and six hexadecimal digits when nothing of it is left. */
    static String word(String name) {
        String snake = SnakeCase.of(name);
        return snake.isEmpty() ? String.format("x%06x", Fingerprint.of(name, "") >>> 40) : snake;
    }

    static boolean isVanishing(String name) {
        return SnakeCase.of(name).isEmpty();
    }

    /** True for a word that needs the prefix {@code _} to stand alone. */
    static boolean isUnusable(String word) {
        return startsWithDigit(word) || ReservedWords.contains(word);
    }

    static boolean startsWithDigit(String word) {
        return word.charAt(0) >= '0' && word.charAt(0) <= '9';
    }

    /** The name cut to 63 bytes; {@code original} decides the hash at its end. */
    static String fit(String name, String original) {
        return name.length() <= MAX_LENGTH ? name : suffixed(name, original);
    }

    /** The name with a hash of {@code original} at its end, within 63 bytes. */
    static String suffixed(String name, String original) {
        String hash = String.format("_%08x", Fingerprint.of(original, "") >>> 32);
        int room = MAX_LENGTH - hash.length();
        return (name.length() <= room ? name : name.substring(0, room)) + hash;
    }
}
