package dev.serai.warehouse;

import dev.serai.model.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A real warehouse in a directory of the test's, fed with records as Kafka would hand them over. */
final class Loading implements AutoCloseable {

    static final String TOPIC = "events";
    static final Partition PARTITION = new Partition(TOPIC, "an-id-of-kafkas", 0);

    final TestDatabase database;
    final Warehouse warehouse;
    final List<DeadLetter> deadLetters = new ArrayList<>();
    final Set<String> suppressed = new HashSet<>();
    final LoaderMeter meter = new LoaderMeter();
    private final Partition partition;
    private final BatchLoader loader;
    private final FieldPaths paths = new FieldPaths();
    private long offset;
    private int ids;

    Loading(TestDatabase database, Path directory) throws Exception {
        this(database, directory, Selection.ALL);
    }

    Loading(TestDatabase database, Path directory, Selection selection) throws Exception {
        this(database, directory, selection, PARTITION);
    }

    Loading(TestDatabase database, Path directory, Selection selection, Partition partition) throws Exception {
        this.partition = partition;
        this.database = database;
        this.warehouse = database.open(directory, selection);
        loader = new BatchLoader(warehouse, new LoaderContext(Map.of(), TOPIC, deadLetters::add, suppressed::contains, directory),
                meter);
        Position standing = loader.positions().get(partition);
        offset = standing == null ? 0 : standing.next();
    }

    /** Loads these events as one batch. */
    void load(String... events) throws WarehouseFault {
        loadBytes(List.of(events).stream().map(event -> event.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new));
    }

    void loadBytes(byte[]... events) throws WarehouseFault {
        Reading reading = new Reading(paths);
        for (byte[] event : events) {
            reading.take(partition, new ConsumerRecord<>(TOPIC, partition.number(), offset++, null, event));
        }
        loader.load(reading);
    }

    /** Says where the partition begins and ends, for a warehouse that nothing was loaded into. */
    void begin(long first, long end) {
        loader.begin(partition, first, end);
    }

    /** @param original offset of which the record is a copy; negative for one that is no copy */
    void loadAt(long at, byte[] event, long original) throws WarehouseFault {
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(TOPIC, partition.number(), at, null, event);
        if (original >= 0) {
            record.headers().add("serai-rewritten", ByteBuffer.allocate(Long.BYTES).putLong(original).array());
        }
        Reading reading = new Reading(paths);
        reading.take(partition, record);
        loader.load(reading);
        offset = at + 1;
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

    long loadedUpTo() throws WarehouseFault {
        return loader.positions().get(partition).next();
    }

    /** The columns with their types, in order; types by the names that they have in the loader. */
    Map<String, ColumnType> columns(String table) throws SQLException {
        Map<String, ColumnType> columns = new LinkedHashMap<>();
        for (List<Object> row : rows("SELECT column_name, data_type FROM information_schema.columns"
                + " WHERE lower(table_schema) = 'website' AND lower(table_name) = '" + table + "' ORDER BY ordinal_position")) {
            columns.put(((String) row.get(0)).toLowerCase(Locale.ROOT), type((String) row.get(1)));
        }
        return columns;
    }

    private static ColumnType type(String name) {
        return switch (name) {
            case "text", "VARCHAR", "character varying" -> ColumnType.VARCHAR;
            case "bigint", "BIGINT" -> ColumnType.BIGINT;
            case "double precision", "DOUBLE" -> ColumnType.DOUBLE;
            case "boolean", "BOOLEAN" -> ColumnType.BOOLEAN;
            case "timestamp with time zone", "TIMESTAMP", "timestamp without time zone", "TIMESTAMP WITH TIME ZONE" -> ColumnType.TIMESTAMP;
            default -> throw new IllegalArgumentException("the loader never makes a column of type " + name);
        };
    }

    Object value(String sql) throws SQLException {
        return rows(sql).get(0).get(0);
    }

    List<List<Object>> rows(String sql) throws SQLException {
        try (Connection connection = database.connect(warehouse);
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
        try (Connection connection = database.connect(warehouse); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() {
        loader.close();
        warehouse.close();
    }
}
