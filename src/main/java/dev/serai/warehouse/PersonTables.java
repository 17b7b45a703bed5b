package dev.serai.warehouse;

import dev.serai.privacy.PersonFields;
import dev.serai.privacy.PersonStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A person's rows in the tables that the hub loads, through SQL that all dialects have in common; Snowflake
 * folds names to upper case: rows with
 * their {@code user_id}, their row in {@code users}, aliases that say it was theirs, and what they did before they
 * were known: rows without a user whose {@code anonymous_id} was seen with them and, in that schema, nobody else. Of
 * objects those that name them as {@link PersonFields} says.
 *
 * <p>Hazards: only the person's rows tell which anonymous ids are theirs, so the anonymous rows go first; and a
 * database may hold tables of other programs, so a table counts only if it has {@code uuid_ts}, as every table has that
 * the hub made, and {@code users} only beside {@code identifies}: elsewhere its ids are a partner's.
 */
public final class PersonTables implements PersonStore {

    private static final Logger LOG = LoggerFactory.getLogger(PersonTables.class);
    private static final int ATTEMPTS = 10;
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final int IDS_PER_STATEMENT = 500;

    private static final String COLUMNS = """
            SELECT c.table_schema, c.table_name, c.column_name, c.data_type
            FROM information_schema.columns c JOIN information_schema.tables t
              ON t.table_catalog = c.table_catalog AND t.table_schema = c.table_schema AND t.table_name = c.table_name
            WHERE c.table_catalog = current_database() AND t.table_type = 'BASE TABLE'
              AND lower(c.table_schema) NOT IN ('information_schema', '_serai')
              AND lower(c.column_name) IN ('id', 'user_id', 'anonymous_id', 'previous_id', 'uuid_ts', '_version',
                'external_id', 'email')
            ORDER BY c.table_schema, c.table_name""";

    /** Gives connections, each for the caller alone, who closes it. */
    public interface Connections {
        Connection open() throws SQLException;
    }

    private record TableColumns(String schema, String name, Set<String> columns) {

        String plain() {
            return (schema + "." + name).toLowerCase(Locale.ROOT);
        }

        boolean isCalled(String table) {
            return name.equalsIgnoreCase(table);
        }

        String quoted() {
            return quote(schema) + "." + quote(name);
        }

        boolean has(String... wanted) {
            return columns.containsAll(List.of(wanted));
        }

        private static String quote(String identifier) {
            return '"' + identifier.replace("\"", "\"\"") + '"';
        }
    }

    /** Part of a statement after {@code WHERE}, with the texts for its question marks. */
    private record Condition(String sql, List<String> values) { }

    private final String name;
    private final Connections connections;

    /** @param name what stands before a table in reports; another one for each database */
    public PersonTables(String name, Connections connections) {
        this.name = name;
        this.connections = connections;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, Long> count(String userId) throws SQLException {
        try (Connection connection = connections.open()) {
            return each(connection, userId, (table, condition) ->
                    number(connection, "SELECT count(*) FROM " + table.quoted() + " WHERE ", condition));
        }
    }

    @Override
    public Map<String, Long> remove(String userId) throws SQLException {
        try (Connection connection = connections.open()) {
            Map<String, Long> removed = each(connection, userId, (table, condition) -> patiently(() -> {
                try (PreparedStatement delete = prepare(connection, "DELETE FROM " + table.quoted() + " WHERE ",
                        condition)) {
                    return (long) delete.executeUpdate();
                }
            }));
            clean(connection, removed.keySet());
            return removed;
        }
    }

    private interface Visit {
        long rows(TableColumns table, Condition condition) throws SQLException;
    }

    /** Visits the person's rows in each table, those without a user in every table first. */
    private static Map<String, Long> each(Connection connection, String userId, Visit visit) throws SQLException {
        Map<String, Long> rows = new LinkedHashMap<>();
        for (List<TableColumns> schema : schemas(connection).values()) {
            Map<String, Long> ofSchema = new TreeMap<>();
            for (List<String> ids : parts(anonymousIds(connection, schema, userId))) {
                for (TableColumns table : schema) {
                    if (table.has("user_id", "anonymous_id")) {
                        Condition condition = new Condition("user_id IS NULL AND anonymous_id IN (" + marks(ids) + ")",
                                ids);
                        ofSchema.merge(table.plain(), visit.rows(table, condition), Long::sum);
                    }
                }
            }
            boolean identifies = schema.stream().anyMatch(table -> table.isCalled("identifies"));
            for (TableColumns table : schema) {
                Condition condition = own(table, userId, identifies);
                if (condition != null) {
                    ofSchema.merge(table.plain(), visit.rows(table, condition), Long::sum);
                }
            }
            ofSchema.forEach((table, count) -> {
                if (count > 0) {
                    rows.put(table, count);
                }
            });
        }
        return rows;
    }

    /** The rows that name the person; null where a table cannot. */
    private static Condition own(TableColumns table, String userId, boolean identifies) {
        List<String> parts = new ArrayList<>();
        if (table.has("user_id")) {
            parts.add("user_id = ?");
        }
        if (table.has("previous_id")) {
            parts.add("previous_id = ?");
        }
        boolean isOfPeople = table.has("_version")
                && PersonFields.COLLECTIONS_OF_PEOPLE.contains(table.name().toLowerCase(Locale.ROOT))
                || identifies && table.isCalled("users");
        if (isOfPeople && table.has("id")) {
            parts.add("id = ?");
        }
        if (table.has("_version")) {
            PersonFields.OF_OBJECTS.stream().filter(field -> table.has(field) && !field.equals("user_id"))
                    .forEach(field -> parts.add(field + " = ?"));
        }
        return parts.isEmpty() ? null
                : new Condition(String.join(" OR ", parts), parts.stream().map(part -> userId).toList());
    }

    /** The tables with columns of text that can name a person, by schema. */
    private static Map<String, List<TableColumns>> schemas(Connection connection) throws SQLException {
        Map<String, TableColumns> tables = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement(); ResultSet columns = statement.executeQuery(COLUMNS)) {
            while (columns.next()) {
                TableColumns table = new TableColumns(columns.getString(1), columns.getString(2),
                        new LinkedHashSet<>());
                String column = columns.getString(3).toLowerCase(Locale.ROOT);
                String type = columns.getString(4).toLowerCase(Locale.ROOT);
                if (column.equals("uuid_ts") || column.equals("_version") || type.contains("char") || type.contains("text")) {
                    tables.computeIfAbsent(table.quoted(), key -> table).columns().add(column);
                }
            }
        }
        return tables.values().stream()
                .filter(table -> table.has("uuid_ts") && !table.schema().startsWith("pg_"))
                .collect(Collectors.groupingBy(TableColumns::schema, TreeMap::new, Collectors.toList()));
    }

    /** Those that were seen with this user and with no other. */
    private static Set<String> anonymousIds(Connection connection, List<TableColumns> schema, String userId)
            throws SQLException {
        Set<String> ids = new LinkedHashSet<>();
        for (TableColumns table : schema) {
            if (table.has("user_id", "anonymous_id")) {
                ids.addAll(texts(connection, "SELECT DISTINCT anonymous_id FROM " + table.quoted() + " WHERE ",
                        new Condition("user_id = ? AND anonymous_id IS NOT NULL", List.of(userId))));
            }
        }
        for (List<String> part : parts(Set.copyOf(ids))) {
            List<String> values = new ArrayList<>(List.of(userId));
            values.addAll(part);
            for (TableColumns table : schema) {
                if (table.has("user_id", "anonymous_id")) {
                    texts(connection, "SELECT DISTINCT anonymous_id FROM " + table.quoted() + " WHERE ",
                            new Condition("user_id <> ? AND anonymous_id IN (" + marks(part) + ")", values))
                            .forEach(ids::remove);
                }
            }
        }
        return ids;
    }

    private static List<List<String>> parts(Set<String> ids) {
        List<String> all = List.copyOf(ids);
        List<List<String>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += IDS_PER_STATEMENT) {
            parts.add(all.subList(from, Math.min(all.size(), from + IDS_PER_STATEMENT)));
        }
        return parts;
    }

    private static String marks(List<String> values) {
        return values.stream().map(value -> "?").collect(Collectors.joining(", "));
    }

    private static PreparedStatement prepare(Connection connection, String head, Condition condition)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(head + condition.sql());
        try {
            for (int i = 0; i < condition.values().size(); i++) {
                statement.setString(i + 1, condition.values().get(i));
            }
            return statement;
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    private static List<String> texts(Connection connection, String head, Condition condition) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = prepare(connection, head, condition);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    private static long number(Connection connection, String head, Condition condition) throws SQLException {
        try (PreparedStatement statement = prepare(connection, head, condition);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    private interface Attempt {
        long run() throws SQLException;
    }

    /** The loader writes at the same time; where the two meet, a database lets one of them fail. */
    private static long patiently(Attempt attempt) throws SQLException {
        for (int failed = 1; ; failed++) {
            try {
                return attempt.run();
            } catch (SQLException e) {
                if (failed == ATTEMPTS || !isConflict(e)) {
                    throw e;
                }
                LockSupport.parkNanos(PAUSE.toNanos() * failed);
            }
        }
    }

    private static boolean isConflict(SQLException e) {
        String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("conflict") || message.contains("transactioncontext")
                || e.getSQLState() != null && e.getSQLState().startsWith("40");
    }

    /** Lets the database free what the rows took; if it will not now, it does so in its own time. */
    private static void clean(Connection connection, Set<String> tables) throws SQLException {
        if (tables.isEmpty()) {
            return;
        }
        String product = connection.getMetaData().getDatabaseProductName();
        List<String> statements = product.equals("DuckDB") ? List.of("CHECKPOINT")
                : product.equals("PostgreSQL") ? schemas(connection).values().stream().flatMap(List::stream)
                        .filter(table -> tables.contains(table.plain()))
                        .map(table -> "VACUUM " + table.quoted()).toList()
                : List.of();
        for (String sql : statements) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException e) {
                LOG.info("The database does not clean up now after rows were removed reason={}", e.getMessage());
            }
        }
    }
}
