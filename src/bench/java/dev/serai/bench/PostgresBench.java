package dev.serai.bench;

import dev.serai.warehouse.Selection;
import dev.serai.warehouse.Warehouse;
import dev.serai.warehouse.WarehouseSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * A real PostgreSQL, durable, with a gigabyte of buffers; and as its floor binary {@code COPY} into a staging table
 * and one merge per transaction into a table with a primary key.
 */
final class PostgresBench implements BenchDatabase {

    private static final Map<Integer, String> TYPES = Map.of(Types.VARCHAR, "text", Types.BIGINT, "bigint",
            Types.DOUBLE, "double precision", Types.BOOLEAN, "boolean", Types.TIMESTAMP, "timestamp with time zone");
    private static final byte[] HEADER = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0};
    private static final long EPOCH = 946_684_800_000_000L;

    private final EmbeddedPostgres server;

    PostgresBench(Path work) throws IOException {
        server = EmbeddedPostgres.builder().setDataDirectory(work.resolve("postgresql"))
                .setServerConfig("fsync", "on").setServerConfig("full_page_writes", "on")
                .setServerConfig("synchronous_commit", "on").setServerConfig("shared_buffers", "1GB")
                .setServerConfig("max_wal_size", "4GB").setServerConfig("checkpoint_timeout", "15min").start();
    }

    @Override
    public String name() {
        return "PostgreSQL";
    }

    @Override
    public String floorName() {
        return "COPY and one merge";
    }

    @Override
    public Warehouse open(String name) {
        return Warehouse.open(new WarehouseSettings(name, url(name), "postgres", "", Selection.ALL, 0, Map.of()));
    }

    @Override
    public Connection connect(String name) throws SQLException {
        return DriverManager.getConnection(url(name), "postgres", "");
    }

    private String url(String name) {
        String database = name.replace('-', '_');
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            try (ResultSet there = statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + database + "'")) {
                if (!there.next()) {
                    statement.execute("CREATE DATABASE " + database);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("no database " + name, e);
        }
        return server.getJdbcUrl("postgres", database);
    }

    @Override
    public double floor(Map<String, Rows> tables, String name) throws Exception {
        try (Connection connection = connect(name); Statement statement = connection.createStatement()) {
            for (Map.Entry<String, Rows> table : tables.entrySet()) {
                String columns = table.getValue().columns(TYPES);
                statement.execute("CREATE TABLE \"" + table.getKey() + "\" (" + columns + ", PRIMARY KEY (id))");
                statement.execute("CREATE TEMP TABLE \"stage_" + table.getKey() + "\" (" + columns + ") ON COMMIT DELETE ROWS");
            }
            long begin = System.nanoTime();
            connection.setAutoCommit(false);
            for (Map.Entry<String, Rows> table : tables.entrySet()) {
                List<Object[]> rows = table.getValue().rows();
                for (int from = 0; from < rows.size(); from += FLOOR_BATCH) {
                    copy(connection, table, rows.subList(from, Math.min(rows.size(), from + FLOOR_BATCH)));
                    statement.execute("INSERT INTO \"" + table.getKey() + "\" (" + table.getValue().list() + ") SELECT "
                            + table.getValue().list() + " FROM \"stage_" + table.getKey() + "\" ON CONFLICT (id) DO NOTHING");
                    connection.commit();
                }
            }
            return (System.nanoTime() - begin) / 1e9;
        }
    }

    private static void copy(Connection connection, Map.Entry<String, Rows> table, List<Object[]> rows) throws Exception {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn("COPY \"stage_" + table.getKey() + "\" ("
                + table.getValue().list() + ") FROM STDIN (FORMAT binary)");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128 * 1024);
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(HEADER);
        for (Object[] row : rows) {
            write(out, row, table.getValue().kinds());
            if (bytes.size() > 64 * 1024) {
                copy.writeToCopy(bytes.toByteArray(), 0, bytes.size());
                bytes.reset();
            }
        }
        out.writeShort(-1);
        copy.writeToCopy(bytes.toByteArray(), 0, bytes.size());
        copy.endCopy();
    }

    private static void write(DataOutputStream out, Object[] row, int[] kinds) throws IOException {
        out.writeShort(row.length);
        for (int i = 0; i < row.length; i++) {
            if (row[i] == null) {
                out.writeInt(-1);
                continue;
            }
            switch (kinds[i]) {
                case Types.TIMESTAMP -> {
                    out.writeInt(8);
                    out.writeLong((Long) row[i] - EPOCH);
                }
                case Types.BIGINT -> {
                    out.writeInt(8);
                    out.writeLong((Long) row[i]);
                }
                case Types.DOUBLE -> {
                    out.writeInt(8);
                    out.writeDouble((Double) row[i]);
                }
                case Types.BOOLEAN -> {
                    out.writeInt(1);
                    out.writeByte((Boolean) row[i] ? 1 : 0);
                }
                default -> {
                    byte[] text = row[i].toString().getBytes(StandardCharsets.UTF_8);
                    out.writeInt(text.length);
                    out.write(text);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
