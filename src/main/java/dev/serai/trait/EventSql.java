package dev.serai.trait;

import dev.serai.warehouse.Analysis;
import dev.serai.warehouse.Names;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * SELECTs over events and profiles. An event is its user's, or, without one, its anonymous id's: {@link Identities} tells
 * whose profile that is.
 *
 * @param tables  what there is
 * @param now     what periods are counted from
 * @param touched whether only the profiles in table {@link #TOUCHED} are looked at
 */
record EventSql(Analysis sql, EventTables tables, Instant now, boolean touched) {

    /** A temporary table with a column {@code profile}. */
    static final String TOUCHED = "_touched";

    private static final String NOBODY = "SELECT CAST(NULL AS text) AS profile WHERE FALSE";

    /**
     * Rows {@code profile, ts} and the properties, by their names; of texts, where the tables of several sources differ.
     *
     * @param since of their timestamps
     */
    String rows(EventName event, List<FieldTest> where, Optional<Instant> since, Map<String, String> properties) {
        List<String> selects = new ArrayList<>();
        List<EventTables.Table> found = tables.of(event);
        for (EventTables.Table table : found) {
            List<String> conditions = new ArrayList<>();
            if (!event.name().equals(EventName.ANY)) {
                String column = event.isTrack() ? "event_text" : "name";
                conditions.add(table.has(column) ? Analysis.quoted(column) + " = " + Analysis.literal(event.name()) : "FALSE");
            }
            since.ifPresent(from -> conditions.add("\"timestamp\" >= " + sql.time(from)));
            where.forEach(test -> conditions.add(test(test, table)));
            Map<String, String> columns = new LinkedHashMap<>();
            properties.forEach((name, property) -> {
                String column = Names.property(property);
                columns.put(name, !table.has(column) ? "CAST(NULL AS text)"
                        : found.size() == 1 ? Analysis.quoted(column) : "CAST(" + Analysis.quoted(column) + " AS text)");
            });
            selects.add("SELECT CASE WHEN user_id IS NOT NULL THEN 'user_id' ELSE 'anonymous_id' END AS kind, "
                    + "COALESCE(user_id, anonymous_id) AS value, \"timestamp\" AS ts" + columns.entrySet().stream()
                    .map(column -> ", " + column.getValue() + " AS " + Analysis.quoted(column.getKey())).collect(Collectors.joining())
                    + " FROM " + table.sql() + (conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions)));
        }
        String names = properties.keySet().stream().map(name -> ", r." + Analysis.quoted(name)).collect(Collectors.joining());
        if (selects.isEmpty()) {
            return "SELECT CAST(NULL AS text) AS profile, " + sql.time(now) + " AS ts" + properties.keySet().stream()
                    .map(name -> ", CAST(NULL AS text) AS " + Analysis.quoted(name)).collect(Collectors.joining()) + " WHERE FALSE";
        }
        return "SELECT i.profile, r.ts" + names + " FROM (" + String.join("\n UNION ALL ", selects) + ") AS r JOIN "
                + Identities.TABLE + " AS i ON i.kind = r.kind AND i.value = r.value" + onlyTouched("i.profile");
    }

    private String test(FieldTest test, EventTables.Table table) {
        String column = Names.property(test.field());
        return table.has(column) ? test.sql(Analysis.quoted(column), sql, now) : test.isMetByNothing() ? "TRUE" : "FALSE";
    }

    private String onlyTouched(String profile) {
        return touched ? " WHERE " + profile + " IN (SELECT profile FROM " + TOUCHED + ")" : "";
    }

    /** Who meets a condition: a SELECT of {@code profile}. */
    String who(Condition condition) {
        if (condition instanceof Condition.All all) {
            return all.conditions().stream().map(one -> "(" + who(one) + ")").collect(Collectors.joining("\nINTERSECT "));
        } else if (condition instanceof Condition.Any any) {
            return any.conditions().stream().map(one -> "(" + who(one) + ")").collect(Collectors.joining("\nUNION "));
        } else if (condition instanceof Condition.Not not) {
            return "(" + everybody() + ")\nEXCEPT (" + who(not.condition()) + ")";
        } else if (condition instanceof Condition.InAudience audience) {
            return "SELECT profile FROM " + Differences.members(audience.name().replace('-', '_')) + onlyTouched("profile");
        } else if (condition instanceof Condition.Did did) {
            return did(did);
        }
        return hasTrait(((Condition.HasTrait) condition).test());
    }

    private String did(Condition.Did did) {
        String rows = rows(did.event(), did.where(), did.within().map(now::minus), Map.of());
        if (did.atLeast() == 1 && did.atMost() == Integer.MAX_VALUE) {
            return "SELECT DISTINCT profile FROM (" + rows + ") AS d";
        }
        return "SELECT profile FROM (" + rows + ") AS d GROUP BY profile HAVING count(*) >= " + did.atLeast()
                + (did.atMost() == Integer.MAX_VALUE ? "" : " AND count(*) <= " + did.atMost());
    }

    private String hasTrait(FieldTest test) {
        if (test.isNegative()) {
            return "(" + everybody() + ")\nEXCEPT (" + hasTrait(test.positive()) + ")";
        }
        String column = Names.property(test.field());
        String selects = tables.users().stream().filter(table -> table.has(column)).map(table -> "SELECT i.profile FROM "
                + table.sql() + " AS u JOIN " + Identities.TABLE + " AS i ON i.kind = 'user_id' AND i.value = u.id WHERE "
                + test.sql("u." + Analysis.quoted(column), sql, now)
                + (touched ? " AND i.profile IN (SELECT profile FROM " + TOUCHED + ")" : "")).collect(Collectors.joining("\nUNION "));
        return selects.isEmpty() ? NOBODY : selects;
    }

    private String everybody() {
        return "SELECT DISTINCT profile FROM " + Identities.TABLE + onlyTouched("profile");
    }

    /**
     * What profiles are known by: {@code profile, user_id, anonymous_id, email}, of several the one that was seen last, and
     * {@code other_emails}, a line each.
     */
    String profiles() {
        return "SELECT profile, max(CASE WHEN kind = 'user_id' AND place = 1 THEN value END) AS user_id, "
                + "max(CASE WHEN kind = 'anonymous_id' AND place = 1 THEN value END) AS anonymous_id, "
                + "max(CASE WHEN kind = 'email' AND place = 1 THEN value END) AS email, "
                + "string_agg(CASE WHEN kind = 'email' AND place > 1 THEN value END, chr(10) ORDER BY value) AS other_emails "
                + "FROM (SELECT profile, kind, value, row_number() OVER (PARTITION BY profile, kind ORDER BY seen DESC, value) AS place FROM "
                + Identities.TABLE + onlyTouched("profile") + ") AS k WHERE place = 1 OR kind = 'email' GROUP BY profile";
    }

    /** The members of an audience by condition: {@code id} (the profile), {@code user_id, anonymous_id, email, other_emails}. */
    String audience(Definition.Audience audience) {
        return "SELECT p.profile AS id, p.user_id, p.anonymous_id, p.email, p.other_emails FROM (" + who(audience.who().orElseThrow())
                + ") AS w JOIN (" + profiles() + ") AS p ON p.profile = w.profile"
                + (audience.includeAnonymous() ? "" : " WHERE p.user_id IS NOT NULL OR p.email IS NOT NULL");
    }

    /** A computed trait: as {@link #audience}, and the trait. */
    String computed(Definition.ComputedTrait trait) {
        Map<String, String> properties = trait.property().isEmpty() ? Map.of() : Map.of("v", trait.property());
        String rows = rows(trait.event(), trait.where(), trait.within().map(now::minus), properties);
        String value = switch (trait.operation()) {
            case "count" -> "SELECT profile, count(*) AS t FROM (" + rows + ") AS e GROUP BY profile";
            case "sum", "average", "minimum", "maximum" -> "SELECT profile, " + Map.of("sum", "sum", "average", "avg", "minimum", "min",
                    "maximum", "max").get(trait.operation()) + "(" + sql.number("v") + ") AS t FROM (" + rows + ") AS e GROUP BY profile";
            case "first", "last" -> "SELECT profile, v AS t FROM (SELECT profile, v, row_number() OVER (PARTITION BY profile ORDER BY ts"
                    + (trait.operation().equals("last") ? " DESC" : "") + ", CAST(v AS text)) AS place FROM (" + rows
                    + ") AS e WHERE v IS NOT NULL) AS o WHERE place = 1";
            // at least twice, and of several the first by the alphabet: facts/segment.md section 7.4
            case "mostFrequent" -> "SELECT profile, v AS t FROM (SELECT profile, v, row_number() OVER (PARTITION BY profile ORDER BY n DESC, "
                    + "CAST(v AS text)) AS place FROM (SELECT profile, v, count(*) AS n FROM (" + rows + ") AS e WHERE v IS NOT NULL "
                    + "GROUP BY profile, v HAVING count(*) >= 2) AS c) AS o WHERE place = 1";
            case "uniqueList" -> "SELECT profile, string_agg(v, ',' ORDER BY v) AS t FROM (SELECT DISTINCT profile, CAST(v AS text) AS v FROM ("
                    + rows + ") AS e WHERE v IS NOT NULL) AS d GROUP BY profile";
            case "uniqueCount" -> "SELECT profile, count(DISTINCT CAST(v AS text)) AS t FROM (" + rows + ") AS e GROUP BY profile";
            default -> throw new IllegalStateException("the schema has no operation " + trait.operation());
        };
        return "SELECT p.profile AS id, p.user_id, p.anonymous_id, p.email, v.t AS " + Analysis.quoted(trait.trait()) + " FROM (" + value
                + ") AS v JOIN (" + profiles() + ") AS p ON p.profile = v.profile WHERE v.t IS NOT NULL";
    }
}
