package dev.serai.trait;

import dev.serai.warehouse.Analysis;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Of whom something was loaded into a warehouse since it was looked at last. What {@link #touched} has told is told again
 * until {@link #lookedAt}, so that a computation that fails misses nobody. Used by one thread.
 */
final class NewEvents {

    /** Another hub's batch may be committed after one that it was begun before. */
    private static final Duration LATE = Duration.ofSeconds(10);

    private final Analysis sql;
    private final LocalDateTime since;
    private final Map<String, LocalDateTime> seen = new HashMap<>();
    private final Map<String, LocalDateTime> next = new LinkedHashMap<>();

    /** @param since what was loaded before is of no interest */
    NewEvents(Analysis sql, Instant since) {
        this.sql = sql;
        this.since = LocalDateTime.ofInstant(since, ZoneOffset.UTC);
    }

    /**
     * Resolves new identifiers, and tells whose events are new.
     *
     * @return SELECTs of {@code profile}; none if nothing was loaded
     */
    List<String> touched() throws SQLException {
        List<String> touched = new ArrayList<>();
        try (Connection connection = sql.open()) {
            EventTables tables = EventTables.read(connection);
            Identities.resolve(sql, connection, tables);
            for (EventTables.Table table : Stream.of("tracks", "identifies", "pages", "screens").flatMap(call ->
                    tables.named(call).stream()).toList()) {
                LocalDateTime newest = newest(connection, table);
                LocalDateTime before = seen.getOrDefault(table.sql(), since);
                if (newest != null && newest.isAfter(before)) {
                    next.put(table.sql(), newest);
                    touched.add("SELECT DISTINCT i.profile FROM " + table.sql() + " AS e JOIN " + Identities.TABLE + " AS i ON i.kind = "
                            + "CASE WHEN e.user_id IS NOT NULL THEN 'user_id' ELSE 'anonymous_id' END AND i.value = COALESCE(e.user_id, "
                            + "e.anonymous_id) WHERE e.uuid_ts > " + sql.time(before.toInstant(ZoneOffset.UTC).minus(LATE)));
                }
            }
        }
        return touched;
    }

    private static LocalDateTime newest(Connection connection, EventTables.Table table) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(
                "SELECT CAST(max(uuid_ts) AS timestamp) FROM " + table.sql())) {
            return row.next() ? row.getObject(1, LocalDateTime.class) : null;
        }
    }

    /** Those that were told are done with. */
    void lookedAt() {
        seen.putAll(next);
        next.clear();
    }
}
