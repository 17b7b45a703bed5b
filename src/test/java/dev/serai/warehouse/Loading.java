package dev.serai.warehouse;

import dev.serai.model.DeadLetter;
import dev.serai.model.PartnerObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A real warehouse in a directory of the test's, fed with records as Kafka would hand them over. */
final class Loading implements AutoCloseable {

    static final String TOPIC = "events";
    static final String OBJECTS = "objects";
    static final Partition PARTITION = new Partition(TOPIC, "an-id-of-kafkas", 0);
    static final Partition PARTITION_OF_OBJECTS = new Partition(OBJECTS, "another-id-of-kafkas", 0);

    /** The beginning of 2026. */
    private static final long BEGIN = 1_767_225_600_000_000L;

    final TestDatabase database;
    final Warehouse warehouse;
    final List<DeadLetter> deadLetters = new ArrayList<>();
    final Set<String> suppressed = new HashSet<>();
    final LoaderMeter meter = new LoaderMeter();
    private final Partition partition;
    private final BatchLoader loader;
    private final FieldPaths paths = new FieldPaths();
    private long offset;
    private long objectOffset;
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
        loader = new BatchLoader(warehouse, new LoaderContext(Map.of(), TOPIC, OBJECTS, deadLetters::add, suppressed::contains, directory),
                meter);
        Map<Partition, Position> standing = loader.positions();
        offset = standing.containsKey(partition) ? standing.get(partition).next() : 0;
        objectOffset = standing.containsKey(PARTITION_OF_OBJECTS) ? standing.get(PARTITION_OF_OBJECTS).next() : 0;
    }

    /** Loads these events as one batch. */
    void load(String... events) throws WarehouseFault {
        loadBytes(List.of(events).stream().map(event -> event.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new));
    }

    void loadBytes(byte[]... events) throws WarehouseFault {
        Reading reading = new Reading(paths, OBJECTS);
        for (byte[] event : events) {
            reading.take(partition, new ConsumerRecord<>(TOPIC, partition.number(), offset++, null, event));
        }
        loader.load(reading);
    }

    /** Loads these envelopes as one batch. */
    void loadObjects(String... envelopes) throws WarehouseFault {
        loadBoth(List.of(), Arrays.asList(envelopes));
    }

    /** Loads events and envelopes of objects as one batch, one of each in turns. */
    void loadBoth(List<String> events, List<String> envelopes) throws WarehouseFault {
        Reading reading = new Reading(paths, OBJECTS);
        for (int i = 0; i < Math.max(events.size(), envelopes.size()); i++) {
            if (i < events.size()) {
                reading.take(partition, new ConsumerRecord<>(TOPIC, partition.number(), offset++, null, bytes(events.get(i))));
            }
            if (i < envelopes.size()) {
                reading.take(PARTITION_OF_OBJECTS, new ConsumerRecord<>(OBJECTS, 0, objectOffset++, new byte[] {'k'},
                        bytes(envelopes.get(i))));
            }
        }
        loader.load(reading);
    }

    private static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * The envelope of a charge at Stripe.
     *
     * @param version    microseconds since the beginning of 2026
     * @param properties JSON, or null for a deletion that knows of none
     */
    static String charge(String id, long version, String properties) {
        return object("charges", id, version, properties);
    }

    static String object(String collection, String id, long version, String properties) {
        return object(collection, id, version, properties == null, properties);
    }

    static String object(String collection, String id, long version, boolean isDeleted, String properties, String... texts) {
        return new String(new PartnerObject("stripe", collection, id, BEGIN + version, Instant.parse("2026-11-24T10:00:00Z"),
                isDeleted, Optional.empty(), List.of(texts), properties == null ? null : bytes(properties)).toBytes(),
                StandardCharsets.UTF_8);
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
        Reading reading = new Reading(paths, OBJECTS);
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

    long objectsLoadedUpTo() throws WarehouseFault {
        return loader.positions().get(PARTITION_OF_OBJECTS).next();
    }

    long loadedUpTo() throws WarehouseFault {
        return loader.positions().get(partition).next();
    }

    /** The columns with their types, in order; types by the names that they have in the loader. */
    Map<String, ColumnType> columns(String table) throws SQLException {
        return columns("website", table);
    }

    Map<String, ColumnType> columns(String schema, String table) throws SQLException {
        Map<String, ColumnType> columns = new LinkedHashMap<>();
        for (List<Object> row : rows("SELECT column_name, data_type FROM information_schema.columns"
                + " WHERE lower(table_schema) = '" + schema + "' AND lower(table_name) = '" + table + "' ORDER BY ordinal_position")) {
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
