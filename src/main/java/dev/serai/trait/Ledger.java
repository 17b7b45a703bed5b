package dev.serai.trait;

import dev.serai.warehouse.Analysis;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was computed when, in the warehouse: tables {@code _serai.computations}, a row a definition, and {@code _serai.runs}. So
 * every hub of a group knows, and what a file that is gone once said is known too.
 */
final class Ledger {

    private static final String COMPUTATIONS = "_serai.computations";
    private static final String RUNS = "_serai.runs";
    /** Of each definition. */
    private static final int KEPT = 1_000;

    /** A definition as it was when it was computed last. */
    record Computed(String name, String kind, String key, List<String> destinations, boolean byProfile, List<String> traits) { }

    /** @param ended empty while what was found is not all sent */
    record Run(long number, Instant started, Optional<Instant> ended, long size, long added, long changed, long removed) { }

    private Ledger() {
    }

    static void prepare(Connection connection) throws SQLException {
        Differences.run(connection, "CREATE SCHEMA IF NOT EXISTS _serai");
        Differences.run(connection, "CREATE TABLE IF NOT EXISTS " + COMPUTATIONS + " (name text, kind text, definition_key text, "
                + "destinations text, by_profile boolean, traits text)");
        Differences.run(connection, "CREATE TABLE IF NOT EXISTS " + RUNS + " (name text, run bigint, started timestamp, ended timestamp, "
                + "members bigint, added bigint, changed bigint, removed bigint)");
    }

    /** Notes the definition, and that a run of it has begun. */
    static long begin(Connection connection, Definition definition, boolean byProfile, List<String> traits, Instant now)
            throws SQLException {
        forget(connection, COMPUTATIONS, definition.name());
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + COMPUTATIONS + " VALUES (?, ?, ?, ?, ?, ?)")) {
            insert.setString(1, definition.name());
            insert.setString(2, definition.kind());
            insert.setString(3, definition.key());
            insert.setString(4, String.join(",", definition.destinations()));
            insert.setBoolean(5, byProfile);
            insert.setString(6, String.join("\n", traits));
            insert.executeUpdate();
        }
        long run = 1 + Differences.number(connection, "SELECT COALESCE(max(run), 0) FROM " + RUNS + " WHERE name = "
                + Analysis.literal(definition.name()));
        Differences.run(connection, "DELETE FROM " + RUNS + " WHERE name = " + Analysis.literal(definition.name())
                + " AND (ended IS NULL OR run <= " + (run - KEPT) + ")");
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO " + RUNS + " VALUES (?, ?, ?, NULL, 0, 0, 0, 0)")) {
            insert.setString(1, definition.name());
            insert.setLong(2, run);
            insert.setObject(3, LocalDateTime.ofInstant(now, ZoneOffset.UTC));
            insert.executeUpdate();
        }
        return run;
    }

    /** @param size how many there are after this run */
    static void found(Connection connection, String name, long run, Differences.Found found, long size) throws SQLException {
        Differences.run(connection, "UPDATE " + RUNS + " SET members = " + size + ", added = " + found.added() + ", changed = "
                + found.changed() + ", removed = " + found.removed() + " WHERE name = " + Analysis.literal(name) + " AND run = " + run);
    }

    /** How many there were after the run before. */
    static long size(Connection connection, String name, long run) throws SQLException {
        return Differences.number(connection, "SELECT COALESCE(max(members), 0) FROM " + RUNS + " WHERE name = " + Analysis.literal(name)
                + " AND run = (SELECT max(run) FROM " + RUNS + " WHERE name = " + Analysis.literal(name) + " AND run < " + run + ")");
    }

    static void end(Connection connection, String name, long run, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("UPDATE " + RUNS + " SET ended = ? WHERE name = ? AND run = ?")) {
            update.setObject(1, LocalDateTime.ofInstant(now, ZoneOffset.UTC));
            update.setString(2, name);
            update.setLong(3, run);
            update.executeUpdate();
        }
    }

    /** The newest first. */
    static List<Run> runs(Connection connection, String name, int limit) throws SQLException {
        List<Run> runs = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT run, started, ended, "
                + "members, added, changed, removed FROM " + RUNS + " WHERE name = " + Analysis.literal(name) + " ORDER BY run DESC LIMIT " + limit)) {
            while (rows.next()) {
                runs.add(new Run(rows.getLong(1), time(rows, 2).orElseThrow(), time(rows, 3), rows.getLong(4), rows.getLong(5),
                        rows.getLong(6), rows.getLong(7)));
            }
        }
        return runs;
    }

    static Map<String, Computed> computed(Connection connection) throws SQLException {
        Map<String, Computed> all = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(
                "SELECT name, kind, definition_key, destinations, by_profile, traits FROM " + COMPUTATIONS + " ORDER BY name")) {
            while (rows.next()) {
                all.put(rows.getString(1), new Computed(rows.getString(1), rows.getString(2), rows.getString(3), list(rows.getString(4), ","),
                        rows.getBoolean(5), list(rows.getString(6), "\n")));
            }
        }
        return all;
    }

    private static List<String> list(String joined, String separator) {
        return joined.isEmpty() ? List.of() : List.of(joined.split(separator));
    }

    static void forget(Connection connection, String name) throws SQLException {
        forget(connection, COMPUTATIONS, name);
        forget(connection, RUNS, name);
    }

    private static void forget(Connection connection, String table, String name) throws SQLException {
        Differences.run(connection, "DELETE FROM " + table + " WHERE name = " + Analysis.literal(name));
    }

    private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, LocalDateTime.class)).map(time -> time.toInstant(ZoneOffset.UTC));
    }
}
