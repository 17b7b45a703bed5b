package dev.serai.warehouse;

import com.google.cloud.bigquery.BigQuery.DatasetListOption;
import com.google.cloud.bigquery.BigQuery.TableListOption;
import com.google.cloud.bigquery.Dataset;
import com.google.cloud.bigquery.Field;
import com.google.cloud.bigquery.FieldList;
import com.google.cloud.bigquery.TableDefinition;
import com.google.cloud.bigquery.TableId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tables and columns in BigQuery; what a batch wants is one script. Tables of events are partitioned by the day of
 * {@code received_at}: what is loaded late or again still lies with its own day, and retention is a partition's
 * expiration. Users and accounts are clustered by id, so that a merge reads their blocks only.
 *
 * <p>BigQuery widens INT64 to FLOAT64 and nothing else. Any other change renames the column away, makes it anew, and
 * brings the values back. It is renamed first, because from then on no hub can write to the old one; adding one to the
 * ledger then waits for transactions that began before. A process that dies in between leaves a column whose name ends
 * with {@link #OLD}: whoever reads the table next finishes the work. Sources: BigQuery's documents "Data definition
 * language (DDL) statements", "Modifying table schemas", "Introduction to datasets" (hidden datasets).
 *
 * <p>Hazard: while one hub widens INT64 to FLOAT64, another may still write an integer beyond 2^53 and lose digits.
 */
final class BigQueryTables {

    /** Two underscores in a row are in no name of the loader's. */
    private static final String OLD = "__serai_old";

    private static final long PAGE = 1_000;

    private final BigQueryClient client;
    private final Set<String> datasets = new HashSet<>();

    BigQueryTables(BigQueryClient client) {
        this.client = client;
    }

    /** Datasets whose names begin with an underscore are hidden, so all must be asked for. */
    Map<String, Set<String>> names() throws WarehouseFault {
        Map<String, Set<String>> names = new HashMap<>();
        List<Dataset> found = new ArrayList<>();
        client.call(() -> {
            client.api.listDatasets(client.project, DatasetListOption.all(), DatasetListOption.pageSize(PAGE)).iterateAll()
                    .forEach(found::add);
            return found;
        });
        for (Dataset dataset : found) {
            String name = dataset.getDatasetId().getDataset();
            if (name.equals(BigQuerySession.DATASET)) {
                continue;
            }
            datasets.add(name);
            Set<String> tables = names.computeIfAbsent(name, key -> new HashSet<>());
            client.call(() -> {
                client.api.listTables(dataset.getDatasetId(), TableListOption.pageSize(PAGE)).iterateAll().forEach(table -> {
                    if (table.getDefinition().getType() == TableDefinition.Type.TABLE) {
                        tables.add(table.getTableId().getTable());
                    }
                });
                return tables;
            });
        }
        return names;
    }

    Table read(Table.Shape shape) throws WarehouseFault {
        FieldList fields = fields(shape.schema(), shape.name());
        List<Field> old = fields.stream().filter(field -> field.getName().endsWith(OLD)).toList();
        if (!old.isEmpty()) {
            client.run(bringBack(client.table(shape.schema(), shape.name()), old), Map.of());
            fields = fields(shape.schema(), shape.name());
        }
        Table table = Table.stored(shape);
        for (Field field : fields) {
            boolean isArray = field.getMode() == Field.Mode.REPEATED;
            ColumnType type = isArray ? ColumnType.VARCHAR : BigQuerySql.type(field.getType().getStandardType());
            table.addStored(BigQuerySql.logical(field.getName()), type,
                    !isArray && field.getType().getStandardType().name().equals(BigQuerySql.type(type)));
        }
        return table;
    }

    private FieldList fields(String dataset, String name) throws WarehouseFault {
        com.google.cloud.bigquery.Table table = client.call(() -> client.api.getTable(
                TableId.of(client.project, dataset, name)));
        if (table == null) {
            throw WarehouseFault.stale("table " + dataset + "." + name + " is not there any more");
        }
        return table.getDefinition().getSchema() == null ? FieldList.of() : table.getDefinition().<TableDefinition>getSchema().getFields();
    }

    /** Makes the database as these tables are wanted. */
    void apply(Collection<Table> tables) throws WarehouseFault {
        StringBuilder ddl = new StringBuilder();
        List<Table> changed = new ArrayList<>();
        Set<String> made = new HashSet<>();
        for (Table table : new LinkedHashSet<>(tables)) {
            String statements = ddl(table, made);
            if (!statements.isEmpty()) {
                ddl.append(statements);
                changed.add(table);
            }
        }
        if (changed.isEmpty()) {
            return;
        }
        client.run(ddl.toString(), Map.of());
        datasets.addAll(made);
        for (Table table : changed) {
            confirm(table);
        }
    }

    /** IF NOT EXISTS may have left something of another hub's in place. */
    private void confirm(Table table) throws WarehouseFault {
        Table now = read(table.shape());
        for (Column column : table.columns()) {
            Column there = now.named(column.name);
            if (there == null || there.stored() != column.type()) {
                throw WarehouseFault.stale("column " + column.name + " of " + table.schema + "." + table.name
                        + " was made by somebody else with another type");
            }
        }
        table.markStored();
    }

    String createDataset(String name) {
        return "CREATE SCHEMA IF NOT EXISTS " + BigQuerySql.quoted(client.project + "." + name) + " OPTIONS (location = '"
                + client.location + "');\n";
    }

    private String ddl(Table table, Set<String> made) throws WarehouseFault {
        if (!table.isStored()) {
            boolean isNew = !datasets.contains(table.schema) && made.add(table.schema);
            return (isNew ? createDataset(table.schema) : "") + create(table);
        }
        List<String> added = new ArrayList<>();
        List<Column> retyped = new ArrayList<>();
        StringBuilder ddl = new StringBuilder();
        for (Column column : table.columns()) {
            if (column.isMissing()) {
                added.add("ADD COLUMN IF NOT EXISTS " + BigQuerySql.column(column) + " " + BigQuerySql.type(column.type()));
            } else if (column.stored() != column.type()) {
                if (column.type() == ColumnType.DOUBLE && column.stored() == ColumnType.BIGINT && !hasInexactIntegers(table, column)) {
                    ddl.append("ALTER TABLE ").append(client.table(table)).append(" ALTER COLUMN ")
                            .append(BigQuerySql.column(column)).append(" SET DATA TYPE FLOAT64;\n");
                } else {
                    column.widenTo(ColumnType.VARCHAR);
                    retyped.add(column);
                }
            }
        }
        if (!added.isEmpty()) {
            ddl.append("ALTER TABLE ").append(client.table(table)).append(' ').append(String.join(", ", added)).append(";\n");
        }
        return ddl + (retyped.isEmpty() ? "" : retype(table, retyped));
    }

    private String create(Table table) {
        String columns = table.columns().stream().map(column -> BigQuerySql.column(column) + " " + BigQuerySql.type(column.type()))
                .collect(Collectors.joining(", ", " (", ")"));
        boolean isOfEvents = table.standards.contains(Standard.ANONYMOUS_ID);
        String order = Stream.of(Standard.EVENT, Standard.USER_ID)
                .filter(standard -> standard != Standard.EVENT || table.name.equals("tracks"))
                .map(table::standard).filter(column -> column != null).map(BigQuerySql::column).collect(Collectors.joining(", "));
        return "CREATE TABLE IF NOT EXISTS " + client.table(table) + columns + (isOfEvents
                ? " PARTITION BY TIMESTAMP_TRUNC(`received_at`, DAY)" + (order.isEmpty() ? "" : " CLUSTER BY " + order)
                : " CLUSTER BY `id`") + ";\n";
    }

    private String retype(Table table, List<Column> columns) throws WarehouseFault {
        Set<String> names = columns.stream().map(column -> column.name).collect(Collectors.toSet());
        List<Field> fields = fields(table.schema, table.name).stream()
                .filter(field -> names.contains(BigQuerySql.logical(field.getName()))).toList();
        String name = client.table(table);
        String renames = fields.stream().map(field -> "RENAME COLUMN " + BigQuerySql.quoted(field.getName()) + " TO "
                + BigQuerySql.quoted(field.getName() + OLD)).collect(Collectors.joining(", "));
        return "ALTER TABLE " + name + " " + renames + ";\n" + bringBack(name, fields.stream()
                .map(field -> Field.newBuilder(field.getName() + OLD, field.getType(), field.getSubFields())
                        .setMode(field.getMode()).build()).toList());
    }

    /** From columns renamed away to columns of text; all of it may be done again. */
    private String bringBack(String table, List<Field> old) {
        return "UPDATE " + client.table(BigQuerySession.DATASET, "ledger") + " SET sequence = sequence + 1 WHERE TRUE;\n"
                + "ALTER TABLE " + table + " " + old.stream()
                        .map(field -> "ADD COLUMN IF NOT EXISTS " + now(field) + " STRING").collect(Collectors.joining(", ")) + ";\n"
                + "UPDATE " + table + " SET " + old.stream()
                        .map(field -> now(field) + " = IFNULL(" + now(field) + ", " + BigQuerySql.toText(BigQuerySql.quoted(field.getName()),
                                field.getType().getStandardType(), field.getMode() == Field.Mode.REPEATED) + ")")
                        .collect(Collectors.joining(", ")) + " WHERE " + old.stream()
                        .map(field -> BigQuerySql.quoted(field.getName()) + " IS NOT NULL").collect(Collectors.joining(" OR ")) + ";\n"
                + "ALTER TABLE " + table + " " + old.stream()
                        .map(field -> "DROP COLUMN IF EXISTS " + BigQuerySql.quoted(field.getName()))
                        .collect(Collectors.joining(", ")) + ";\n";
    }

    private static String now(Field old) {
        return BigQuerySql.quoted(old.getName().substring(0, old.getName().length() - OLD.length()));
    }

    private boolean hasInexactIntegers(Table table, Column column) throws WarehouseFault {
        long[] count = {0};
        client.query(Sql.countInexact(client.table(table), BigQuerySql.column(column)), Map.of(),
                row -> count[0] = row.get(0).getLongValue());
        return count[0] > 0;
    }
}
