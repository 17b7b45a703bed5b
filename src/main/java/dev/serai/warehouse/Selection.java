package dev.serai.warehouse;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Selective sync: which schemas, tables and columns a warehouse gets. A pattern has one to three parts with dots
 * between, {@code *} standing for any letters: {@code website}, {@code website.order_completed},
 * {@code *.*.context_ip}. What is excluded is left out, whatever else is included; an empty list of inclusions
 * includes all. Columns {@code id} and {@code received_at} come with every table, {@code _version} with one of objects:
 * exactly-once loading and retention need them.
 */
public final class Selection {

    /** Everything. */
    public static final Selection ALL = new Selection(List.of(), List.of(), null);

    private static final String PART = "[A-Za-z0-9_*]+";
    private static final Pattern FORM = Pattern.compile(PART + "(\\." + PART + "){0,2}");

    private final List<List<Pattern>> included;
    private final List<List<Pattern>> excluded;

    private final Selection within;

    private Selection(List<List<Pattern>> included, List<List<Pattern>> excluded, Selection within) {
        this.within = within;
        this.included = List.copyOf(included);
        this.excluded = List.copyOf(excluded);
    }

    /**
     * @param include comma-separated patterns; empty for everything
     * @param exclude comma-separated patterns
     * @throws IllegalArgumentException for a text that is no pattern, or one that excludes a column that must be there
     */
    public static Selection of(String include, String exclude) {
        List<String> out = split(exclude);
        for (String pattern : out) {
            if (pattern.matches("[^.]+\\.[^.]+\\.(id|received_at|_version)")) {
                throw new IllegalArgumentException("'" + pattern + "' cannot be left out: every table needs id and received_at,"
                        + " and one of objects _version");
            }
        }
        return new Selection(split(include).stream().map(Selection::parts).toList(),
                out.stream().map(Selection::parts).toList(), null);
    }

    /** One table of this selection. */
    Selection narrowedTo(String schema, String table) {
        return new Selection(List.of(parts(schema + "." + table)), List.of(), this);
    }

    boolean hasTable(String schema, String table) {
        return has(schema, table);
    }

    boolean hasColumn(String schema, String table, String column) {
        return isRequired(column) || has(schema, table, column);
    }

    /** This selection of that table, for quick questions about its columns. */
    boolean hasAllColumns(String schema, String table) {
        return (within == null || within.hasAllColumns(schema, table)) && hasTable(schema, table) && included.stream().allMatch(pattern -> pattern.size() < 3)
                && excluded.stream().noneMatch(pattern -> pattern.size() == 3 && matches(pattern, schema, table));
    }

    static boolean isRequired(String column) {
        return column.equals("id") || column.equals("received_at") || column.equals(Standard.VERSION.column());
    }

    private boolean has(String... item) {
        return (within == null || within.has(item)) && (included.isEmpty() || included.stream().anyMatch(pattern -> matches(pattern, item)))
                && excluded.stream().noneMatch(pattern -> pattern.size() <= item.length && matches(pattern, item));
    }

    /** Compares as many parts as both have. */
    private static boolean matches(List<Pattern> pattern, String... item) {
        for (int i = 0; i < Math.min(pattern.size(), item.length); i++) {
            if (!pattern.get(i).matcher(item[i]).matches()) {
                return false;
            }
        }
        return true;
    }

    private static List<String> split(String patterns) {
        List<String> all = new ArrayList<>();
        for (String pattern : patterns.split(",")) {
            String one = pattern.strip();
            if (one.isEmpty()) {
                continue;
            }
            if (!FORM.matcher(one).matches()) {
                throw new IllegalArgumentException("'" + one + "' is no pattern of tables; write schema, schema.table or "
                        + "schema.table.column, with * for any letters");
            }
            all.add(one);
        }
        return all;
    }

    private static List<Pattern> parts(String pattern) {
        return Arrays.stream(pattern.split("\\.")).map(part -> Pattern.compile(
                Arrays.stream(part.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")))).toList();
    }
}
