package dev.serai.trait;

import dev.serai.privacy.PersonStore;
import dev.serai.warehouse.Analysis;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A person's identifiers and memberships, to be counted and removed. Who is forgotten leaves no audience: nobody may be told of him. */
final class AudiencePeople implements PersonStore {

    private final String name;
    private final Analysis sql;

    AudiencePeople(String warehouse, Analysis sql) {
        this.name = warehouse + " audiences";
        this.sql = sql;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, Long> count(String userId) throws SQLException {
        return each(userId, false);
    }

    @Override
    public Map<String, Long> remove(String userId) throws SQLException {
        return each(userId, true);
    }

    private Map<String, Long> each(String userId, boolean removes) throws SQLException {
        Map<String, Long> rows = new LinkedHashMap<>();
        try (Connection connection = sql.open()) {
            if (!Differences.exists(connection, Identities.TABLE)) {
                return rows;
            }
            Ledger.prepare(connection);
            List<String> keys = new ArrayList<>(List.of(userId));
            try (Statement statement = connection.createStatement(); ResultSet found = statement.executeQuery("SELECT profile FROM "
                    + Identities.TABLE + " WHERE kind = 'user_id' AND value = " + Analysis.literal(userId))) {
                while (found.next()) {
                    keys.add(found.getString(1));
                }
            }
            String in = keys.stream().map(Analysis::literal).collect(Collectors.joining(", "));
            List<String> tables = new ArrayList<>();
            for (Ledger.Computed one : Ledger.computed(connection).values()) {
                tables.add(Differences.members(one.name().replace('-', '_')));
            }
            // last: it tells whose the others are
            tables.add(Identities.TABLE);
            for (String table : tables) {
                if (Differences.exists(connection, table)) {
                    long count = Differences.number(connection, "SELECT count(*) FROM " + table + " WHERE profile IN (" + in + ")");
                    if (count > 0) {
                        rows.put(table.replace("\"", ""), count);
                        if (removes) {
                            Differences.run(connection, "DELETE FROM " + table + " WHERE profile IN (" + in + ")");
                        }
                    }
                }
            }
        }
        return rows;
    }
}
