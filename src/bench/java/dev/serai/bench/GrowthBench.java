package dev.serai.bench;

import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * The loader's rate into a table of a million rows and into one of fifty. The rows in between come by SQL and not by
 * the loader, and with them the message ids of a day that had as many events, so that all that could slow the loader
 * down has grown.
 */
final class GrowthBench {

    private static final int IDS_PER_ROW = 1_024;

    private final LoaderBench loader;
    private final int events;
    private final long[] sizes;

    /** @param sizes rows in the table of the event, growing */
    GrowthBench(LoaderBench loader, int events, long... sizes) {
        this.loader = loader;
        this.events = events;
        this.sizes = sizes;
    }

    void run(PrintStream out, BenchDatabase database) throws Exception {
        String name = "growth";
        String topic = loader.topic("growth-" + database.name());
        int sent = 0;
        loader.fill(topic, Workload.ONE_TYPE, sent, sent += events);
        loader.load(database, topic, name, events);
        double first = 0;
        for (long size : sizes) {
            try (Connection connection = database.connect(name)) {
                grow(connection, size);
            }
            List<Double> seconds = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                loader.fill(topic, Workload.ONE_TYPE, sent, sent += events);
                seconds.add(loader.load(database, topic, name, events));
            }
            double rate = 2 * events / Median.of(seconds);
            first = first == 0 ? rate : first;
            out.printf(Locale.ROOT, "%-12s %11d rows in the table %12.0f rows/s %7.2f%n", database.name(), size, rate, rate / first);
        }
    }

    private static void grow(Connection connection, long size) throws SQLException {
        long rows = count(connection);
        long before = rows;
        try (Statement statement = connection.createStatement()) {
            while (rows < size) {
                long more = Math.min(rows, size - rows);
                statement.execute("INSERT INTO website.order_completed SELECT * FROM website.order_completed LIMIT " + more);
                rows += more;
            }
        }
        remember(connection, size - before);
    }

    private static long count(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM website.order_completed")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** Ids of so many events, in rows before the first that the loader numbered. */
    private static void remember(Connection connection, long ids) throws SQLException {
        int window = (int) (System.currentTimeMillis() / (6 * 3_600_000L));
        Random random = new Random(ids);
        long sequence;
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT max(sequence) FROM _serai.loaded_ids")) {
            row.next();
            sequence = row.getLong(1);
        }
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO _serai.loaded_ids VALUES (?, ?, ?)")) {
            for (long done = 0; done < ids; done += IDS_PER_ROW) {
                ByteBuffer bytes = ByteBuffer.allocate(IDS_PER_ROW * Long.BYTES);
                while (bytes.hasRemaining()) {
                    bytes.putLong(random.nextLong());
                }
                insert.setLong(1, ++sequence);
                insert.setInt(2, window);
                insert.setBytes(3, bytes.array());
                insert.executeUpdate();
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
        try (Statement statement = connection.createStatement()) {
            try (ResultSet there = statement.executeQuery("SELECT count(*) FROM information_schema.tables"
                    + " WHERE table_schema = '_serai' AND table_name = 'ledger'")) {
                there.next();
                if (there.getLong(1) == 0) {
                    return;
                }
            }
            statement.execute("UPDATE _serai.ledger SET sequence = " + sequence);
        }
    }
}
