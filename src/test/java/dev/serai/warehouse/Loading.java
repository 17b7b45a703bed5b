package dev.serai.warehouse;

import dev.serai.model.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.duckdb.DuckDBConnection;

/** A real warehouse in a directory of the test's, fed with records as Kafka would hand them over. */
final class Loading implements AutoCloseable {

    static final String TOPIC = "events";

    final DuckDbWarehouse warehouse;
    final List<DeadLetter> deadLetters = new ArrayList<>();
    final LoaderMeter meter = new LoaderMeter();
    private final BatchLoader loader;
    private long offset;
    private int ids;

    Loading(Path directory) throws SQLException {
        this(directory, 1_000_000);
    }

    Loading(Path directory, int idsInMemory) throws SQLException {
        warehouse = DuckDbWarehouse.open(directory.resolve("warehouse.duckdb"));
        Consumer<DeadLetter> sink = deadLetters::add;
        loader = new BatchLoader(warehouse, sink, meter, idsInMemory);
        offset = loadedUpTo();
    }

    /** Loads these events as one batch. */
    void load(String... events) throws WarehouseUnavailable {
        loadBytes(List.of(events).stream().map(event -> event.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new));
    }

    void loadBytes(byte[]... events) throws WarehouseUnavailable {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (byte[] event : events) {
            records.add(new ConsumerRecord<>(TOPIC, 0, offset++, null, event));
        }
        loader.load(records);
    }

    /** An event of source {@code website} with a message id of its own; further fields as JSON, without braces. */
    String event(String type, String fields) {
        return "{\"source\":\"website\",\"type\":\"" + type + "\",\"messageId\":\"m" + ++ids
                + "\",\"receivedAt\":\"2026-11-24T10:00:00.000Z\",\"timestamp\":\"2026-11-24T09:59:58.500Z\""
                + (fields.isEmpty() ? "" : "," + fields) + "}";
    }

    String track(String name, String properties) {
        return event("track", "\"event\":\"" + name + "\",\"userId\":\"u1\",\"properties\":" + properties);
    }

    long loadedUpTo() throws SQLException {
        List<List<Object>> offsets = rows("SELECT next_offset FROM _serai.offsets");
        return offsets.isEmpty() ? 0 : (Long) offsets.get(0).get(0);
    }

    /** The columns with their types, in order. */
    Map<String, String> columns(String table) throws SQLException {
        Map<String, String> columns = new LinkedHashMap<>();
        for (List<Object> row : rows("SELECT column_name, data_type FROM duckdb_columns() WHERE schema_name = 'website'"
                + " AND table_name = '" + table + "' ORDER BY column_index")) {
            columns.put((String) row.get(0), (String) row.get(1));
        }
        return columns;
    }

    Object value(String sql) throws SQLException {
        return rows(sql).get(0).get(0);
    }

    List<List<Object>> rows(String sql) throws SQLException {
        try (DuckDBConnection connection = warehouse.connection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            JsonValues values = new JsonValues(rows.getMetaData());
            List<List<Object>> all = new ArrayList<>();
            while (rows.next()) {
                all.add(values.row(rows));
            }
            return all;
        }
    }

    void execute(String sql) throws SQLException {
        try (DuckDBConnection connection = warehouse.connection(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        loader.close();
        warehouse.close();
    }
}
