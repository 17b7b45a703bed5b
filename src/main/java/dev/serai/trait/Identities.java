package dev.serai.trait;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.trait.Profiles.Identifier;
import dev.serai.trait.Profiles.Kind;
import dev.serai.trait.Profiles.Known;
import dev.serai.warehouse.Analysis;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps table {@link #TABLE}: whose profile each identifier is. Reads what was loaded since the last time, of the calls that
 * hold more than one identifier or a new one, in the order of receipt, and puts {@link Profiles} to it some thousand at a
 * time; so memory does not grow with the warehouse.
 *
 * <p>Profiles that become one take their memberships along, so that nobody leaves an audience for it.
 */
final class Identities {

    static final String TABLE = "_serai.identities";
    private static final String MARKS = "_serai.identity_marks";
    private static final String NEW = "_new_identities";
    private static final List<String> CALLS = List.of("tracks", "identifies", "pages", "screens", "groups", "aliases");
    /** A batch may be committed after one that was begun later. */
    private static final Duration LATE = Duration.ofMinutes(1);
    private static final String CLAIM = "identities";
    private static final int BATCH = 2_000;
    private static final int LITERALS = 500;

    private final Analysis sql;

    private record Seen(List<Identifier> ids, Instant at) { }

    Identities(Analysis sql) {
        this.sql = sql;
    }

    /** Resolves all that is new. One hub and thread at a time: the order in which identifiers are seen together decides. */
    static void resolve(Analysis sql, Connection connection, EventTables tables) throws SQLException {
        Identities identities = new Identities(sql);
        identities.prepare(connection);
        Ledger.prepare(connection);
        synchronized (sql) {
            List<String> members = Ledger.computed(connection).values().stream().filter(Ledger.Computed::byProfile)
                    .map(one -> Differences.members(one.name().replace('-', '_'))).toList();
            try (Connection claimed = sql.open()) {
                if (sql.claim(claimed, CLAIM)) {
                    try {
                        identities.update(connection, tables, members);
                    } finally {
                        sql.release(claimed, CLAIM);
                    }
                }
            }
        }
    }

    void prepare(Connection connection) throws SQLException {
        Differences.run(connection, "CREATE SCHEMA IF NOT EXISTS _serai");
        Differences.run(connection, "CREATE TABLE IF NOT EXISTS " + TABLE + " (kind text, value text, profile text, seen timestamp)");
        Differences.run(connection, "CREATE TABLE IF NOT EXISTS " + MARKS + " (source_table text, mark timestamp)");
        sql.index(connection, TABLE, "value");
        sql.index(connection, TABLE, "profile");
    }

    /**
     * Resolves what is new.
     *
     * @param members tables of {@link Differences#members}, whose rows follow profiles that become one
     * @return how many identifiers are new or another profile's
     */
    long update(Connection connection, EventTables tables, Collection<String> members) throws SQLException {
        long changed = 0;
        for (String call : CALLS) {
            for (EventTables.Table table : tables.named(call)) {
                changed += update(connection, table, members);
            }
        }
        return changed;
    }

    private long update(Connection connection, EventTables.Table table, Collection<String> members) throws SQLException {
        LocalDateTime newest = time(connection, "SELECT CAST(max(uuid_ts) AS timestamp) FROM " + table.sql());
        LocalDateTime mark = time(connection, "SELECT max(mark) FROM " + MARKS + " WHERE source_table = " + Analysis.literal(table.sql()));
        if (newest == null || newest.equals(mark)) {
            return 0;
        }
        collect(connection, table, mark);
        long changed = 0;
        while (true) {
            List<Seen> batch = batch(connection);
            if (batch.isEmpty()) {
                break;
            }
            changed += resolve(connection, batch, members);
        }
        Differences.run(connection, "DROP TABLE " + NEW);
        Differences.run(connection, "DELETE FROM " + MARKS + " WHERE source_table = " + Analysis.literal(table.sql()));
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + MARKS + " VALUES (?, ?)")) {
            insert.setString(1, table.sql());
            insert.setObject(2, newest);
            insert.executeUpdate();
        }
        return changed;
    }

    /** Puts what was seen together, and is not all known as one profile's, into a table, numbered in its order. */
    private void collect(Connection connection, EventTables.Table table, LocalDateTime mark) throws SQLException {
        String email = table.has("context_traits_email") ? table.name().equals("identifies") && table.has("email")
                ? "COALESCE(email, context_traits_email)" : "context_traits_email"
                : table.name().equals("identifies") && table.has("email") ? "email" : "CAST(NULL AS text)";
        String external = table.has("context_external_ids") ? "CAST(context_external_ids AS text)" : "CAST(NULL AS text)";
        String previous = table.has("previous_id") ? "previous_id" : "CAST(NULL AS text)";
        String since = mark == null ? "" : " WHERE uuid_ts > " + sql.time(mark.toInstant(ZoneOffset.UTC).minus(LATE));
        Differences.run(connection, "DROP TABLE IF EXISTS " + NEW);
        Differences.run(connection, "CREATE TEMP TABLE " + NEW + " AS SELECT g.user_id, g.anonymous_id, g.email, g.external, g.previous, g.seen, "
                + "row_number() OVER (ORDER BY g.seen, g.user_id, g.anonymous_id, g.email) AS n FROM (SELECT user_id, anonymous_id, "
                + "lower(trim(CAST(" + email + " AS text))) AS email, " + external + " AS external, " + previous + " AS previous, "
                + "CAST(min(received_at) AS timestamp) AS seen FROM " + table.sql() + since + " GROUP BY 1, 2, 3, 4, 5) AS g "
                + join("u", "user_id") + join("a", "anonymous_id") + join("e", "email")
                + "WHERE g.external IS NOT NULL OR g.previous IS NOT NULL OR g.user_id IS NOT NULL AND u.profile IS NULL "
                + "OR g.anonymous_id IS NOT NULL AND a.profile IS NULL OR g.email IS NOT NULL AND e.profile IS NULL "
                + "OR u.profile <> a.profile OR u.profile <> e.profile OR a.profile <> e.profile");
    }

    private static String join(String name, String kind) {
        return "LEFT JOIN " + TABLE + " AS " + name + " ON " + name + ".kind = " + Analysis.literal(kind) + " AND " + name + ".value = g."
                + kind + " ";
    }

    private static List<Seen> batch(Connection connection) throws SQLException {
        List<Seen> batch = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            try (ResultSet rows = statement.executeQuery("SELECT user_id, anonymous_id, email, external, previous, seen FROM " + NEW
                    + " WHERE n <= (SELECT min(n) FROM " + NEW + ") + " + (BATCH - 1) + " ORDER BY n")) {
                while (rows.next()) {
                    batch.add(seen(rows));
                }
            }
            statement.execute("DELETE FROM " + NEW + " WHERE n <= (SELECT min(n) FROM " + NEW + ") + " + (BATCH - 1));
        }
        return batch;
    }

    private static Seen seen(ResultSet row) throws SQLException {
        Set<Identifier> ids = new LinkedHashSet<>();
        add(ids, Kind.USER_ID, row.getString(1));
        add(ids, Kind.ANONYMOUS_ID, row.getString(2));
        String email = row.getString(3);
        if (email != null && email.indexOf('@') > 0) {
            add(ids, Kind.EMAIL, email);
        }
        external(ids, row.getString(4));
        add(ids, Kind.ANONYMOUS_ID, row.getString(5));
        return new Seen(List.copyOf(ids), row.getObject(6, LocalDateTime.class).toInstant(ZoneOffset.UTC));
    }

    private static void add(Set<Identifier> ids, Kind kind, String value) {
        if (Profiles.isUsable(value)) {
            ids.add(new Identifier(kind, value));
        }
    }

    /** {@code context.externalIds}: {@code [{"id": ..., "type": ..., "collection": "users", "encoding": "none"}]}. */
    private static void external(Set<Identifier> ids, String text) {
        if (text == null) {
            return;
        }
        try {
            for (JsonNode one : Json.MAPPER.readTree(text)) {
                if (one.path("collection").asText("users").equals("users") && Profiles.isUsable(one.path("id").asText())) {
                    String type = one.path("type").asText();
                    String value = one.path("id").asText();
                    add(ids, type.equals("user_id") ? Kind.USER_ID : type.equals("email") ? Kind.EMAIL : type.equals("anonymous_id")
                            ? Kind.ANONYMOUS_ID : Kind.EXTERNAL, switch (type) {
                                case "user_id", "anonymous_id" -> value;
                                case "email" -> value.strip().toLowerCase(Locale.ROOT);
                                default -> type + ":" + value;
                            });
                }
            }
        } catch (JsonProcessingException e) {
            // what is no list of ids tells nothing
        }
    }

    private long resolve(Connection connection, List<Seen> batch, Collection<String> members) throws SQLException {
        Profiles profiles = new Profiles();
        Set<Identifier> ids = batch.stream().flatMap(seen -> seen.ids().stream()).collect(Collectors.toCollection(LinkedHashSet::new));
        Set<String> known = new LinkedHashSet<>();
        for (Kind kind : Kind.values()) {
            List<String> values = ids.stream().filter(id -> id.kind() == kind).map(Identifier::value).toList();
            for (String in : literals(values)) {
                known.addAll(load(connection, profiles, "kind = " + Analysis.literal(kind.text) + " AND value IN (" + in + ")"));
            }
        }
        // limits count all that a profile has
        for (String in : literals(List.copyOf(known))) {
            load(connection, profiles, "profile IN (" + in + ")");
        }
        batch.forEach(seen -> profiles.see(seen.ids(), seen.at()));
        Map<Identifier, Known> changes = profiles.changes();
        connection.setAutoCommit(false);
        try {
            write(connection, changes);
            for (Map.Entry<String, String> merge : profiles.merged().entrySet()) {
                for (String table : members) {
                    String kept = Analysis.literal(merge.getValue());
                    String gone = Analysis.literal(merge.getKey());
                    Differences.run(connection, "DELETE FROM " + table + " WHERE profile = " + gone + " AND EXISTS (SELECT 1 FROM " + table
                            + " AS k WHERE k.profile = " + kept + ")");
                    Differences.run(connection, "UPDATE " + table + " SET profile = " + kept + " WHERE profile = " + gone);
                }
            }
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
        return changes.size();
    }

    private static void write(Connection connection, Map<Identifier, Known> changes) throws SQLException {
        for (Kind kind : Kind.values()) {
            List<String> values = changes.keySet().stream().filter(id -> id.kind() == kind).map(Identifier::value).toList();
            for (String in : literals(values)) {
                Differences.run(connection, "DELETE FROM " + TABLE + " WHERE kind = " + Analysis.literal(kind.text) + " AND value IN (" + in + ")");
            }
        }
        List<Map.Entry<Identifier, Known>> all = List.copyOf(changes.entrySet());
        for (int from = 0; from < all.size(); from += LITERALS) {
            String rows = all.subList(from, Math.min(all.size(), from + LITERALS)).stream().map(change -> "("
                    + Analysis.literal(change.getKey().kind().text) + ", " + Analysis.literal(change.getKey().value()) + ", "
                    + Analysis.literal(change.getValue().profile()) + ", CAST("
                    + Analysis.literal(change.getValue().seen().toString().replace("Z", ""))
                    + " AS timestamp))").collect(Collectors.joining(", "));
            Differences.run(connection, "INSERT INTO " + TABLE + " VALUES " + rows);
        }
    }

    private static Set<String> load(Connection connection, Profiles profiles, String where) throws SQLException {
        Set<String> found = new LinkedHashSet<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(
                "SELECT kind, value, profile, seen FROM " + TABLE + " WHERE " + where)) {
            while (rows.next()) {
                profiles.load(new Identifier(Kind.of(rows.getString(1)), rows.getString(2)), new Known(rows.getString(3),
                        rows.getObject(4, LocalDateTime.class).toInstant(ZoneOffset.UTC)));
                found.add(rows.getString(3));
            }
        }
        return found;
    }

    private static List<String> literals(List<String> values) {
        List<String> parts = new ArrayList<>();
        for (int from = 0; from < values.size(); from += LITERALS) {
            parts.add(values.subList(from, Math.min(values.size(), from + LITERALS)).stream().map(Analysis::literal)
                    .collect(Collectors.joining(", ")));
        }
        return parts;
    }

    private static LocalDateTime time(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(query)) {
            return row.next() ? row.getObject(1, LocalDateTime.class) : null;
        }
    }
}
