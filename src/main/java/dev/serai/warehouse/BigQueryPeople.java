package dev.serai.warehouse;

import com.google.cloud.bigquery.QueryParameterValue;
import dev.serai.privacy.PersonFields;
import dev.serai.privacy.PersonStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * A person's rows in BigQuery, by the rules of {@link PersonTables}. After rows are removed the ledger moves on: a
 * loader that read users before must read them again, or it would write back who was forgotten.
 */
final class BigQueryPeople implements PersonStore {

    /** Opens a client; asked anew each time, as a login may have become valid. */
    interface Clients {
        BigQueryClient open() throws WarehouseFault;
    }

    private static final String ANONYMOUS = "`user_id` IS NULL AND `anonymous_id` IN UNNEST(@anonymous)";

    private final String name;
    private final Clients clients;

    BigQueryPeople(String name, Clients clients) {
        this.name = name;
        this.clients = clients;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, Long> count(String userId) throws WarehouseFault {
        BigQueryClient client = clients.open();
        Map<String, Long> counts = new TreeMap<>();
        for (Map.Entry<String, List<Table>> dataset : tables(client).entrySet()) {
            count(client, dataset.getValue(), userId, anonymousIds(client, dataset.getValue(), userId)).forEach((table, rows) ->
                    counts.put(table.schema + "." + table.name, rows));
        }
        return counts;
    }

    @Override
    public Map<String, Long> remove(String userId) throws WarehouseFault {
        BigQueryClient client = clients.open();
        Map<String, Long> removed = new TreeMap<>();
        for (List<Table> dataset : tables(client).values()) {
            // told by the person's own rows, which go last if the work is broken off
            Set<String> anonymousIds = anonymousIds(client, dataset, userId);
            Map<String, QueryParameterValue> parameters = parameters(userId, anonymousIds);
            for (Map.Entry<Table, Long> table : count(client, dataset, userId, anonymousIds).entrySet()) {
                String from = "DELETE FROM " + client.table(table.getKey()) + " WHERE ";
                if (isAnonymous(table.getKey())) {
                    client.run(from + ANONYMOUS, parameters);
                }
                removed.put(table.getKey().schema + "." + table.getKey().name, table.getValue());
            }
            for (Table table : dataset) {
                if (removed.containsKey(table.schema + "." + table.name)) {
                    client.run("DELETE FROM " + client.table(table) + " WHERE " + own(table, dataset), parameters);
                }
            }
        }
        if (!removed.isEmpty()) {
            client.run("UPDATE " + client.table(BigQuerySession.DATASET, "ledger") + " SET sequence = sequence + 1 WHERE TRUE",
                    Map.of());
        }
        return removed;
    }

    private static boolean isAnonymous(Table table) {
        return isText(table, "user_id") && isText(table, "anonymous_id");
    }

    /** Of objects a column of these names may be a number, which is nobody's id here. */
    private static boolean isText(Table table, String column) {
        return table.named(column) != null && table.named(column).type() == ColumnType.VARCHAR;
    }

    /** The condition for rows that name the person; FALSE where a table cannot. */
    private static String own(Table table, List<Table> dataset) {
        List<String> parts = new ArrayList<>();
        List<String> named = new ArrayList<>(List.of("user_id", "previous_id"));
        if (table.hasObjects()) {
            named.addAll(List.of("external_id", "email"));
        }
        for (String column : named) {
            if (isText(table, column)) {
                parts.add("`" + column + "` = @user");
            }
        }
        boolean isOfPeople = table.hasObjects() && PersonFields.COLLECTIONS_OF_PEOPLE.contains(table.name)
                || table.name.equals("users") && dataset.stream().anyMatch(other -> other.name.equals("identifies"));
        if (isOfPeople) {
            parts.add("`id` = @user");
        }
        return parts.isEmpty() ? "FALSE" : String.join(" OR ", parts);
    }

    private static Map<Table, Long> count(BigQueryClient client, List<Table> dataset, String userId, Set<String> anonymousIds)
            throws WarehouseFault {
        Map<Table, Long> counts = new HashMap<>();
        for (Table table : dataset) {
            String condition = own(table, dataset) + (isAnonymous(table) ? " OR " + ANONYMOUS : "");
            if (!condition.equals("FALSE")) {
                client.query("SELECT COUNT(*) FROM " + client.table(table) + " WHERE " + condition, parameters(userId, anonymousIds),
                        row -> {
                            if (row.get(0).getLongValue() > 0) {
                                counts.put(table, row.get(0).getLongValue());
                            }
                        });
            }
        }
        return counts;
    }

    /** Those that were seen with this user and with no other. */
    private static Set<String> anonymousIds(BigQueryClient client, List<Table> dataset, String userId) throws WarehouseFault {
        Set<String> ids = new LinkedHashSet<>();
        List<Table> calls = dataset.stream().filter(BigQueryPeople::isAnonymous).toList();
        for (Table table : calls) {
            client.query("SELECT DISTINCT `anonymous_id` FROM " + client.table(table)
                    + " WHERE `user_id` = @user AND `anonymous_id` IS NOT NULL", parameters(userId, Set.of()),
                    row -> ids.add(row.get(0).getStringValue()));
        }
        Set<String> others = new LinkedHashSet<>();
        for (Table table : ids.isEmpty() ? List.<Table>of() : calls) {
            client.query("SELECT DISTINCT `anonymous_id` FROM " + client.table(table)
                    + " WHERE `user_id` != @user AND `anonymous_id` IN UNNEST(@anonymous)", parameters(userId, ids),
                    row -> others.add(row.get(0).getStringValue()));
        }
        ids.removeAll(others);
        return ids;
    }

    private static Map<String, QueryParameterValue> parameters(String userId, Set<String> anonymousIds) {
        return Map.of("user", QueryParameterValue.string(userId), "anonymous",
                BigQueryTransaction.strings(List.copyOf(anonymousIds)));
    }

    /** The tables that the hub made: all of them have {@code uuid_ts}. */
    private static Map<String, List<Table>> tables(BigQueryClient client) throws WarehouseFault {
        BigQueryTables tables = new BigQueryTables(client);
        Map<String, List<Table>> found = new TreeMap<>();
        for (Map.Entry<String, Set<String>> dataset : tables.names().entrySet()) {
            for (String name : dataset.getValue()) {
                // without standard columns: they would hide what somebody made of one
                Table table = tables.read(new Table.Shape(dataset.getKey(), name, List.of(),
                        new Limits(Limits.COLUMNS, Limits.NO_LIMIT, Limits.NO_LIMIT), Selection.ALL));
                if (table.named("uuid_ts") != null) {
                    found.computeIfAbsent(dataset.getKey(), key -> new ArrayList<>()).add(table);
                }
            }
        }
        return found;
    }
}
