package dev.serai.trait;

import dev.serai.warehouse.Analysis;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * All that is known of a person: identifiers, traits by source, audiences, the newest events. Asked by an identifier, as it is or
 * as {@code email:ann@example.com}.
 */
final class ProfileReader {

    private static final int EVENTS = 100;
    private static final Set<String> OF_ROWS = Set.of("id", "received_at", "uuid_ts", "timestamp", "loaded_at");

    private final Connection connection;
    private final EventTables tables;

    ProfileReader(Connection connection, EventTables tables) {
        this.connection = connection;
        this.tables = tables;
    }

    Optional<Profile> read(String id) throws SQLException {
        int colon = id.indexOf(':');
        boolean named = colon > 0 && Stream.of(Profiles.Kind.values()).anyMatch(kind -> kind.text.equals(id.substring(0, colon)));
        String where = named ? "kind = " + Analysis.literal(id.substring(0, colon)) + " AND value = " + Analysis.literal(id.substring(colon + 1))
                : "value = " + Analysis.literal(id) + " OR profile = " + Analysis.literal(id);
        List<Map<String, Object>> found = rows("SELECT profile FROM " + Identities.TABLE + " WHERE " + where
                + " ORDER BY CASE kind WHEN 'user_id' THEN 0 WHEN 'email' THEN 1 ELSE 2 END LIMIT 1");
        if (found.isEmpty()) {
            return Optional.empty();
        }
        String profile = (String) found.get(0).get("profile");
        List<Map<String, Object>> identifiers = rows("SELECT kind, value, seen FROM " + Identities.TABLE + " WHERE profile = "
                + Analysis.literal(profile) + " ORDER BY kind, seen");
        List<String> users = values(identifiers, "user_id");
        return Optional.of(new Profile(profile, identifiers, traits(users), audiences(profile, identifiers),
                events(users, values(identifiers, "anonymous_id"))));
    }

    private static List<String> values(List<Map<String, Object>> identifiers, String kind) {
        return identifiers.stream().filter(one -> one.get("kind").equals(kind)).map(one -> (String) one.get("value")).toList();
    }

    private Map<String, Map<String, Object>> traits(List<String> users) throws SQLException {
        Map<String, Map<String, Object>> bySource = new LinkedHashMap<>();
        for (EventTables.Table table : users.isEmpty() ? List.<EventTables.Table>of() : tables.users()) {
            for (Map<String, Object> row : rows("SELECT * FROM " + table.sql() + " WHERE id IN (" + literals(users) + ")")) {
                row.entrySet().removeIf(trait -> trait.getValue() == null || OF_ROWS.contains(trait.getKey())
                        || trait.getKey().startsWith("context_"));
                bySource.put(table.schema(), row);
            }
        }
        return bySource;
    }

    private List<String> audiences(String profile, List<Map<String, Object>> identifiers) throws SQLException {
        List<String> in = new ArrayList<>();
        List<String> keys = new ArrayList<>(identifiers.stream().map(one -> (String) one.get("value")).toList());
        keys.add(profile);
        for (Ledger.Computed one : Ledger.computed(connection).values()) {
            String members = Differences.members(one.name().replace('-', '_'));
            if (one.kind().equals("audience") && Differences.exists(connection, members) && Differences.number(connection,
                    "SELECT count(*) FROM " + members + " WHERE profile IN (" + literals(keys) + ")") > 0) {
                in.add(one.name());
            }
        }
        return in;
    }

    private List<Map<String, Object>> events(List<String> users, List<String> anonymous) throws SQLException {
        List<String> selects = new ArrayList<>();
        for (String call : List.of("tracks", "pages", "screens", "identifies", "groups")) {
            for (EventTables.Table table : tables.named(call)) {
                String name = table.has("event_text") ? "event_text" : table.has("name") ? "name" : "CAST(NULL AS text)";
                selects.add("SELECT " + Analysis.literal(table.schema()) + " AS source, " + Analysis.literal(call) + " AS call, CAST(" + name
                        + " AS text) AS name, \"timestamp\" AS \"at\", id AS message_id FROM " + table.sql() + " WHERE "
                        + Stream.of(users.isEmpty() ? "FALSE" : "user_id IN (" + literals(users) + ")", anonymous.isEmpty() ? "FALSE"
                                : "user_id IS NULL AND anonymous_id IN (" + literals(anonymous) + ")").collect(Collectors.joining(" OR ")));
            }
        }
        return selects.isEmpty() ? List.of() : rows("SELECT * FROM (" + String.join(" UNION ALL ", selects) + ") AS e ORDER BY \"at\" DESC LIMIT "
                + EVENTS);
    }

    private static String literals(List<String> values) {
        return values.stream().map(Analysis::literal).collect(Collectors.joining(", "));
    }

    private List<Map<String, Object>> rows(String query) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(query)) {
            return Rows.of(rows);
        }
    }

    /** Rows as JSON can have them. */
    static final class Rows {

        private Rows() {
        }

        static List<Map<String, Object>> of(ResultSet rows) throws SQLException {
            List<Map<String, Object>> all = new ArrayList<>();
            ResultSetMetaData data = rows.getMetaData();
            while (rows.next()) {
                Map<String, Object> row = new LinkedHashMap<>();
                for (int i = 1; i <= data.getColumnCount(); i++) {
                    Object value = rows.getObject(i);
                    row.put(data.getColumnLabel(i), value == null || value instanceof Number || value instanceof Boolean ? value
                            : rows.getString(i));
                }
                all.add(row);
            }
            return all;
        }
    }
}
