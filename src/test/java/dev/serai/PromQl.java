package dev.serai;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an expression of Prometheus names: metrics with the matchers on them, and labels by which is grouped. No parser: it
 * knows as much of the language as the files under docs/monitoring use.
 *
 * @param selectors each metric that is named, with its matchers as {@code label -> operator and value}
 * @param groupings labels behind {@code by}, {@code on} and the like
 */
record PromQl(List<Selector> selectors, Set<String> groupings) {

    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|without|on|ignoring|group_left|group_right)\\s*\\(([^)]*)\\)");
    private static final Pattern MATCHER = Pattern.compile("\\s*(\\w+)\\s*(=~|!~|!=|=)\\s*\"([^\"]*)\"\\s*(?:,|$)");
    private static final Pattern NAME = Pattern.compile("(?<![\\w$.])([a-zA-Z_:][\\w:]*)\\s*(\\{[^}]*})?(\\s*\\()?");
    private static final Set<String> WORDS = Set.of("and", "or", "unless", "bool", "offset");

    record Selector(String metric, Map<String, Match> matchers) { }

    record Match(String operator, String value) { }

    static PromQl parse(String expression) {
        Set<String> groupings = new LinkedHashSet<>();
        Matcher grouping = GROUPING.matcher(expression);
        while (grouping.find()) {
            groupings.addAll(List.of(grouping.group(1).strip().split("\\s*,\\s*")));
        }
        String rest = grouping.replaceAll(" ").replaceAll("\\[[^\\]]*]", " ").replaceAll("offset\\s+\\w+", " ");
        List<Selector> selectors = new ArrayList<>();
        Matcher name = NAME.matcher(rest);
        while (name.find()) {
            if (name.group(3) == null && !WORDS.contains(name.group(1))) {
                selectors.add(new Selector(name.group(1), matchers(name.group(2))));
            }
        }
        return new PromQl(selectors, groupings);
    }

    private static Map<String, Match> matchers(String braces) {
        Map<String, Match> matchers = new TreeMap<>();
        if (braces != null) {
            String inner = braces.substring(1, braces.length() - 1);
            Matcher one = MATCHER.matcher(inner);
            int end = 0;
            while (one.find()) {
                matchers.put(one.group(1), new Match(one.group(2), one.group(3)));
                end = one.end();
            }
            if (end != inner.length()) {
                throw new IllegalArgumentException("not understood: " + braces);
            }
        }
        return matchers;
    }
}
