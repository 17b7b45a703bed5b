package dev.serai.warehouse;

import com.google.cloud.bigquery.QueryParameterValue;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One batch as one multi-statement query: it begins a transaction, fences it, moves the staged rows, and commits. A
 * script takes one request where a session takes one per statement, and cannot be left open: whatever ends it before
 * COMMIT, a RAISE included, rolls back.
 *
 * <p>The fence is the ledger: its number must still be the one at which the batch was made. Two transactions that
 * update it cannot both commit, BigQuery cancels the second. Sources: BigQuery's documents "Multi-statement
 * transactions" and "Procedural language".
 */
final class BigQueryTransaction {

    static final String LEDGER_MOVED = "serai: another hub committed meanwhile";
    static final String PARTITION_MOVED = "serai: a partition is loaded by another hub";

    private final BigQueryClient client;
    private final StringBuilder script = new StringBuilder();
    private final Map<String, QueryParameterValue> parameters = new HashMap<>();
    private int states;

    /** @param sequence what the ledger must say */
    BigQueryTransaction(BigQueryClient client, long sequence) {
        this.client = client;
        parameters.put("sequence", QueryParameterValue.int64(sequence));
        script.append("BEGIN TRANSACTION;\nUPDATE ").append(client.table(BigQuerySession.DATASET, "ledger"))
                .append(" SET sequence = @sequence + 1 WHERE sequence = @sequence;\n");
        raiseUnless("@@row_count = 1", LEDGER_MOVED);
    }

    void append(Table table, BigQueryStage stage, int part) {
        script.append("INSERT INTO ").append(client.table(table)).append(names(table)).append(stage.select(part, table)).append(";\n");
    }

    /**
     * Rows in the place of those with their ids. Columns that this hub does not know of, because another one has just
     * made them, keep their values; {@code IN UNNEST} lets BigQuery pass over blocks without one of the ids.
     */
    void merge(States rows, BigQueryStage stage, int part) {
        Table table = rows.table();
        String ids = "ids" + states++;
        parameters.put(ids, strings(List.copyOf(rows.replaced())));
        int id = table.standard(Standard.ID).position;
        script.append("MERGE INTO ").append(client.table(table)).append(" AS T USING (").append(stage.select(part, table))
                .append(") AS S ON T.`id` = S.c").append(id).append(" AND T.`id` IN UNNEST(@").append(ids)
                .append(") WHEN MATCHED THEN UPDATE SET ")
                .append(table.columns().stream().map(column -> BigQuerySql.column(column) + " = S.c" + column.position)
                        .collect(Collectors.joining(", ")))
                .append(" WHEN NOT MATCHED THEN INSERT").append(names(table)).append("VALUES ")
                .append(table.columns().stream().map(column -> "S.c" + column.position).collect(Collectors.joining(", ", "(", ")")))
                .append(";\n");
    }

    void storeIds(Map<Integer, byte[]> windows) {
        if (windows.isEmpty()) {
            return;
        }
        List<Long> numbers = new ArrayList<>();
        List<String> fingerprints = new ArrayList<>();
        windows.forEach((window, bytes) -> {
            numbers.add((long) window);
            fingerprints.add(Base64.getEncoder().encodeToString(bytes));
        });
        parameters.put("windows", integers(numbers));
        parameters.put("fingerprints", strings(fingerprints));
        script.append("INSERT INTO ").append(client.table(BigQuerySession.DATASET, "loaded_ids"))
                .append(" (sequence, time_window, fingerprints) SELECT @sequence + 1, w, FROM_BASE64(@fingerprints[OFFSET(i)])"
                        + " FROM UNNEST(@windows) AS w WITH OFFSET AS i;\n");
    }

    /** Moves the positions from where the batch was read to where it ends; -1 stands for nowhere yet. */
    void storePositions(Load load) {
        if (load.to().isEmpty()) {
            return;
        }
        List<String> topics = new ArrayList<>();
        List<String> topicIds = new ArrayList<>();
        List<Long> numbers = new ArrayList<>();
        List<Long> from = new ArrayList<>();
        List<Long> first = new ArrayList<>();
        List<Long> firstEnds = new ArrayList<>();
        List<Long> next = new ArrayList<>();
        load.to().forEach((partition, position) -> {
            topics.add(partition.topic());
            topicIds.add(partition.topicId());
            numbers.add((long) partition.number());
            from.add(load.from().containsKey(partition) ? load.from().get(partition).next() : -1);
            first.add(position.first());
            firstEnds.add(position.firstEnd());
            next.add(position.next());
        });
        parameters.put("topics", strings(topics));
        parameters.put("topicIds", strings(topicIds));
        parameters.put("numbers", integers(numbers));
        parameters.put("fromOffsets", integers(from));
        parameters.put("firstOffsets", integers(first));
        parameters.put("firstEnds", integers(firstEnds));
        parameters.put("nextOffsets", integers(next));
        script.append("MERGE INTO ").append(client.table(BigQuerySession.DATASET, "positions"))
                .append(" AS T USING (SELECT topic, @topicIds[OFFSET(i)] AS topic_id, @numbers[OFFSET(i)] AS number,"
                        + " @fromOffsets[OFFSET(i)] AS from_offset, @firstOffsets[OFFSET(i)] AS first_offset, @firstEnds[OFFSET(i)] AS first_end,"
                        + " @nextOffsets[OFFSET(i)] AS next_offset FROM UNNEST(@topics) AS topic WITH OFFSET AS i) AS S"
                        + " ON T.topic_id = S.topic_id AND T.`partition` = S.number"
                        + " WHEN MATCHED AND T.next_offset = S.from_offset THEN UPDATE SET next_offset = S.next_offset"
                        + " WHEN NOT MATCHED AND S.from_offset = -1 THEN"
                        + " INSERT (topic_id, `partition`, topic, first_offset, first_end, next_offset)"
                        + " VALUES (S.topic_id, S.number, S.topic, S.first_offset, S.first_end, S.next_offset);\n");
        raiseUnless("@@row_count = " + numbers.size(), PARTITION_MOVED);
    }

    void commit() throws WarehouseFault {
        client.run(script + "COMMIT TRANSACTION;", parameters);
    }

    private void raiseUnless(String condition, String message) {
        script.append("IF NOT (").append(condition).append(") THEN RAISE USING MESSAGE = '").append(message).append("'; END IF;\n");
    }

    private static String names(Table table) {
        return table.columns().stream().map(BigQuerySql::column).collect(Collectors.joining(", ", " (", ") "));
    }

    static QueryParameterValue strings(List<String> texts) {
        return QueryParameterValue.array(texts.toArray(String[]::new), String.class);
    }

    private static QueryParameterValue integers(List<Long> numbers) {
        return QueryParameterValue.array(numbers.toArray(Long[]::new), Long.class);
    }
}
