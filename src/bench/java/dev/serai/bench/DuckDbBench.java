package dev.serai.bench;

import dev.serai.warehouse.Selection;
import dev.serai.warehouse.Warehouse;
import dev.serai.warehouse.WarehouseSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/** DuckDB, and its own appender into a database with the loader's settings. */
final class DuckDbBench implements BenchDatabase {

    private static final Map<Integer, String> TYPES = Map.of(Types.VARCHAR, "VARCHAR", Types.BIGINT, "BIGINT",
            Types.DOUBLE, "DOUBLE", Types.BOOLEAN, "BOOLEAN", Types.TIMESTAMP, "TIMESTAMP");

    private final Path work;

    DuckDbBench(Path work) {
        this.work = work;
    }

    @Override
    public String name() {
        return "DuckDB";
    }

    @Override
    public String floorName() {
        return "appender";
    }

    @Override
    public Warehouse open(String name) {
        return Warehouse.open(new WarehouseSettings(name, "jdbc:duckdb:" + file(name), "", "", Selection.ALL, 0, Map.of()));
    }

    @Override
    public Connection connect(String name) throws SQLException {
        return DriverManager.getConnection("jdbc:duckdb:" + file(name));
    }

    private Path file(String name) {
        return work.resolve(name + ".duckdb");
    }

    @Override
    public double floor(Map<String, Rows> tables, String name) throws SQLException {
        Properties settings = new Properties();
        settings.put("memory_limit", "256MB");
        settings.put("threads", "2");
        settings.put("default_block_size", "16384");
        settings.put("checkpoint_threshold", "128MB");
        try (DuckDBConnection connection = (DuckDBConnection) DriverManager.getConnection("jdbc:duckdb:" + file(name),
                settings); Statement statement = connection.createStatement()) {
            for (Map.Entry<String, Rows> table : tables.entrySet()) {
                statement.execute("CREATE TABLE \"" + table.getKey() + "\" (" + table.getValue().columns(TYPES) + ")");
            }
            long begin = System.nanoTime();
            connection.setAutoCommit(false);
            for (Map.Entry<String, Rows> table : tables.entrySet()) {
                List<Object[]> rows = table.getValue().rows();
                for (int from = 0; from < rows.size(); from += FLOOR_BATCH) {
                    try (DuckDBAppender appender = connection.createAppender("main", table.getKey())) {
                        for (Object[] row : rows.subList(from, Math.min(rows.size(), from + FLOOR_BATCH))) {
                            append(appender, row, table.getValue().kinds());
                        }
                    }
                    connection.commit();
                }
            }
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    private static void append(DuckDBAppender appender, Object[] row, int[] kinds) throws SQLException {
        appender.beginRow();
        for (int i = 0; i < row.length; i++) {
            if (row[i] == null) {
                appender.appendNull();
            } else {
                switch (kinds[i]) {
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

    @Override
    public void close() {
        // files go with the working folder
    }
}
