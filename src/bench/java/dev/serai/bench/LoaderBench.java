package dev.serai.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.kafka.EmbeddedBroker;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Topics;
import dev.serai.model.Json;
import dev.serai.warehouse.DuckDbWarehouse;
import dev.serai.warehouse.Loader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * The loader, from bytes in Kafka to committed rows, against DuckDB's own appender that is fed with the very same
 * rows already parsed, in transactions of the same size, into a database with the same settings.
 */
final class LoaderBench {

    private static final int FLOOR_BATCH = 20_000;

    private final Path work;
    private final int events;
    private final int rounds;

    /** A table's rows as Java values, and how each column is appended. */
    private record Rows(String columns, int[] types, List<Object[]> rows) { }

    LoaderBench(Path work, int events, int rounds) {
        this.work = work;
        this.events = events;
        this.rounds = rounds;
    }

    void run(PrintStream out) throws Exception {
        try (EmbeddedBroker broker = EmbeddedBroker.start(work.resolve("loader-kafka"), 0)) {
            KafkaConnection kafka = new KafkaConnection(broker.brokers());
            fill(kafka);
            List<Double> loader = new ArrayList<>();
            List<Double> floor = new ArrayList<>();
            Map<String, Rows> rows = null;
            // the first round warms both up and is not counted
            for (int round = 0; round <= rounds; round++) {
                Path directory = Files.createDirectories(work.resolve("loader-" + round));
                double loaded = load(kafka, directory, round);
                rows = rows == null ? read(directory) : rows;
                double appended = append(rows, work.resolve("floor-" + round + ".duckdb"));
                if (round > 0) {
                    loader.add(loaded);
                    floor.add(appended);
                }
            }
            double loaderRate = events / Median.of(loader);
            double floorRate = events / Median.of(floor);
            long count = rows.values().stream().mapToLong(table -> table.rows().size()).sum();
            out.printf(Locale.ROOT, "%-34s %11.0f events/s %11.0f rows/s%n", "DuckDB appender, rows parsed before",
                    floorRate, floorRate * count / events);
            out.printf(Locale.ROOT, "%-34s %11.0f events/s %11.0f rows/s   ratio %.2f%n", "Kafka to committed rows",
                    loaderRate, loaderRate * count / events, loaderRate / floorRate);
        }
    }

    private void fill(KafkaConnection kafka) throws Exception {
        try (Admin admin = Admin.create(kafka.admin())) {
            Topics.create(admin, List.of());
        }
        Map<String, Object> settings = kafka.producer();
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 60_000);
        Events source = new Events(7);
        String now = Instant.now().toString();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(settings)) {
            for (int i = 0; i < events; i++) {
                ObjectNode event = (ObjectNode) Json.MAPPER.readTree(source.track(true, "load-" + i));
                event.put("source", "website").put("receivedAt", now);
                producer.send(new ProducerRecord<>(Topics.EVENTS,
                        event.get("userId").asText().getBytes(StandardCharsets.UTF_8),
                        Json.MAPPER.writeValueAsBytes(event)));
            }
        }
    }

    /** Seconds for all events, told from the first commit to the last: joining the consumer group is not loading. */
    private double load(KafkaConnection kafka, Path directory, int round) throws Exception {
        try (DuckDbWarehouse warehouse = DuckDbWarehouse.open(directory.resolve("warehouse.duckdb"))) {
            Loader loader = new Loader(kafka.consumer("bench-" + round), Topics.EVENTS, warehouse, letter -> { });
            loader.start();
            long before = awaitLoaded(loader, 1);
            long begin = System.nanoTime();
            awaitLoaded(loader, events);
            double seconds = (System.nanoTime() - begin) / 1e9;
            loader.close();
            return seconds * events / (events - before);
        }
    }

    private static long awaitLoaded(Loader loader, long count) throws InterruptedException {
        while (loader.status().eventsLoaded() < count) {
            TimeUnit.MILLISECONDS.sleep(2);
        }
        return loader.status().eventsLoaded();
    }

    private static Map<String, Rows> read(Path directory) throws SQLException {
        Map<String, Rows> tables = new LinkedHashMap<>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:" + directory.resolve("warehouse.duckdb"));
                Statement statement = connection.createStatement()) {
            List<String> names = new ArrayList<>();
            try (ResultSet found = statement.executeQuery(
                    "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'website'")) {
                while (found.next()) {
                    names.add(found.getString(1));
                }
            }
            for (String name : names) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM website.\"" + name + '"')) {
                    tables.put(name, read(rows));
                }
            }
        }
        return tables;
    }

    private static Rows read(ResultSet rows) throws SQLException {
        int count = rows.getMetaData().getColumnCount();
        int[] types = new int[count];
        StringBuilder columns = new StringBuilder();
        for (int i = 0; i < count; i++) {
            types[i] = rows.getMetaData().getColumnType(i + 1);
            columns.append(i == 0 ? "" : ", ").append('"').append(rows.getMetaData().getColumnName(i + 1))
                    .append("\" ").append(rows.getMetaData().getColumnTypeName(i + 1));
        }
        List<Object[]> values = new ArrayList<>();
        while (rows.next()) {
            Object[] row = new Object[count];
            for (int i = 0; i < count; i++) {
                Object value = rows.getObject(i + 1);
                row[i] = value instanceof Timestamp time ? (Object) (time.getTime() * 1000) : value;
            }
            values.add(row);
        }
        return new Rows(columns.toString(), types, values);
    }

    private static double append(Map<String, Rows> tables, Path file) throws SQLException {
        Properties settings = new Properties();
        settings.put("memory_limit", "256MB");
        settings.put("threads", "2");
        settings.put("default_block_size", "16384");
        settings.put("checkpoint_threshold", "128MB");
        try (DuckDBConnection connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + file,
                settings); Statement statement = connection.createStatement()) {
            for (Map.Entry<String, Rows> table : tables.entrySet()) {
                statement.execute("CREATE TABLE \"" + table.getKey() + "\" (" + table.getValue().columns() + ")");
            }
            long begin = System.nanoTime();
            connection.setAutoCommit(false);
            for (Map.Entry<String, Rows> table : tables.entrySet()) {
                List<Object[]> rows = table.getValue().rows();
                for (int from = 0; from < rows.size(); from += FLOOR_BATCH) {
                    try (DuckDBAppender appender = connection.createAppender("main", table.getKey())) {
                        for (Object[] row : rows.subList(from, Math.min(rows.size(), from + FLOOR_BATCH))) {
                            append(appender, row, table.getValue().types());
                        }
                    }
                    connection.commit();
                }
            }
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    private static void append(DuckDBAppender appender, Object[] row, int[] types) throws SQLException {
        appender.beginRow();
        for (int i = 0; i < row.length; i++) {
            if (row[i] == null) {
                appender.appendNull();
            } else {
                switch (types[i]) {
                    case Types.TIMESTAMP -> appender.appendEpochMicros((Long) row[i]);
                    case Types.BIGINT -> appender.append(((Long) row[i]).longValue());
                    case Types.DOUBLE -> appender.append(((Double) row[i]).doubleValue());
                    case Types.BOOLEAN -> appender.append(((Boolean) row[i]).booleanValue());
                    default -> appender.append(row[i].toString());
                }
            }
        }
        appender.endRow();
    }
}
