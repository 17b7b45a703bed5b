package dev.serai.trait;

import dev.serai.warehouse.Analysis;
import dev.serai.warehouse.Analysis.ResultColumn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What the result of a definition's query must be like; Segment's rules, facts/segment.md section 7.1. */
final class ResultCheck {

    static final int MAX_COLUMNS = 25;
    static final long MAX_ROWS = 25_000_000;
    private static final List<String> IDS = List.of("user_id", "anonymous_id", "group_id");
    private static final List<String> BY_PROFILE = List.of("user_id", "anonymous_id", "email", "other_emails");
    private static final Set<String> OF_AUDIENCES = Set.of("user_id", "anonymous_id", "email");

    private ResultCheck() {
    }

    /** @throws Refused if rows of these columns cannot be used */
    static Differences.Columns check(List<ResultColumn> columns, Definition definition) throws Refused {
        List<String> names = columns.stream().map(ResultColumn::name).toList();
        if (definition.body() instanceof Definition.ComputedTrait
                || definition.body() instanceof Definition.Audience audience && audience.who().isPresent()) {
            List<String> identities = BY_PROFILE.stream().filter(names::contains).toList();
            return new Differences.Columns("id", identities, names.stream().filter(name -> !name.equals("id") && !identities.contains(name)).toList());
        }
        String id = id(definition, names);
        List<String> others = names.stream().filter(name -> !name.equals(id)).toList();
        if (definition.isAudience()) {
            List<String> wrong = others.stream().filter(name -> !OF_AUDIENCES.contains(name)).toList();
            if (!wrong.isEmpty()) {
                throw new Refused(definition, "an audience has no columns but user_id, email and anonymous_id: "
                        + String.join(", ", wrong), "leave them out, or make it a trait");
            }
        } else {
            checkTraits(definition, columns, others);
        }
        return definition.isAudience()
                ? new Differences.Columns(id, names, List.of()) : new Differences.Columns(id, List.of(id), others);
    }

    private static String id(Definition definition, List<String> names) throws Refused {
        List<String> found = IDS.stream().filter(names::contains).toList();
        if (found.size() > 1 && !(definition.isAudience() && found.equals(List.of("user_id", "anonymous_id")))) {
            throw new Refused(definition, "there may be one of " + String.join(" and ", found), "leave the other out");
        }
        if (!found.isEmpty()) {
            return found.get(0);
        }
        if (!names.contains("email")) {
            throw new Refused(definition, "no column says whom a row is about; there are " + String.join(", ", names),
                    "name one user_id, email, anonymous_id or group_id");
        }
        return "email";
    }

    private static void checkTraits(Definition definition, List<ResultColumn> columns, List<String> traits) throws Refused {
        if (traits.isEmpty()) {
            throw new Refused(definition, "there is no column but the id", "add a column for each trait");
        }
        if (columns.size() > MAX_COLUMNS) {
            throw new Refused(definition, columns.size() + " columns are too many", "select " + MAX_COLUMNS + " at most, the id included");
        }
        List<String> nested = columns.stream().filter(column -> !column.isScalar()).map(ResultColumn::name).toList();
        if (!nested.isEmpty()) {
            throw new Refused(definition, "traits are texts, numbers and truth values, and not " + String.join(", ", nested),
                    "cast arrays to comma-separated texts");
        }
    }

    /**
     * What only the rows tell, once they were compared with the state.
     *
     * @param twice finds ids that come twice, by their column
     */
    static void checkRows(Definition definition, Differences.Columns columns, Differences.Compared compared, Twice twice)
            throws SQLException, Refused {
        if (compared.found().rows() > MAX_ROWS) {
            throw new Refused(definition, String.format(Locale.ROOT, "%,d rows are too many", compared.found().rows()), "select 25 million at most");
        }
        if (compared.nobody() > 0) {
            throw new Refused(definition, compared.nobody() + (compared.nobody() == 1 ? " row has" : " rows have") + " no " + columns.id(),
                    "add WHERE " + columns.id() + " IS NOT NULL");
        }
        if (compared.repeated() > 0) {
            throw new Refused(definition, "several rows are about the same " + columns.id() + ", such as "
                    + twice.find().stream().map(value -> "'" + value + "'").collect(Collectors.joining(", ")),
                    "use DISTINCT or GROUP BY " + columns.id());
        }
    }

    /** Looks for some ids that come twice; only when there are. */
    interface Twice {
        List<String> find() throws SQLException, Refused;
    }

    static List<String> twice(Connection connection, String id) throws SQLException {
        String column = Analysis.quoted(id);
        List<String> twice = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery("SELECT " + column + " FROM "
                + Analysis.STAGE + " GROUP BY " + column + " HAVING count(*) > 1 ORDER BY 1 LIMIT 3")) {
            while (found.next()) {
                twice.add(found.getString(1));
            }
        }
        return twice;
    }
}
