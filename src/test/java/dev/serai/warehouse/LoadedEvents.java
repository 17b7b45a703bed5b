package dev.serai.warehouse;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A real warehouse with the events of a test, for tests of what is made of them. */
public final class LoadedEvents implements AutoCloseable {

    /** Those that can be asked. */
    public enum Kind { DUCKDB, POSTGRESQL }

    private final Loading loading;

    public LoadedEvents(Kind kind, Path directory) throws Exception {
        loading = new Loading(TestDatabase.valueOf(kind.name()), directory);
    }

    public void load(String... events) throws Exception {
        loading.load(events);
    }

    public Analysis analysis() {
        return loading.warehouse.analysis().orElseThrow();
    }

    /** The rows of a query, values joined with commas. */
    public List<String> query(String sql) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = analysis().open(); Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                found.add(String.join(",", row.stream().map(String::valueOf).toList()));
            }
        }
        return found;
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = analysis().open(); Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws Exception {
        loading.close();
    }
}
