package dev.serai.trait;

import dev.serai.warehouse.Analysis;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What has changed in the result of a query since the last time, found in the warehouse: a row is told by its id and a hash
 * of the rest, both kept in {@code _serai.members_<name>}. No result goes through the hub, only changes do.
 *
 * <p>Three steps, so that a crash between them loses nothing: {@link #find} writes the changes to {@code _serai.changes_<name>},
 * whoever calls sends them, {@link #remember} makes them the state. What was found and not remembered is sent again, as
 * it was found, with the same ids.
 */
final class Differences {

    /** Rows whose traits are longer as JSON are left out: facts/segment.md section 7.1. */
    static final int MAX_ROW_LENGTH = 16 * 1024;
    private static final int FETCH = 1_000;

    private final Analysis sql;
    private final String members;
    private final String changes;

    /** What happened to a row. */
    enum Change { ADDED, CHANGED, REMOVED }

    /**
     * What a query must come to.
     *
     * @param id         the column that tells rows
     * @param identities columns of whom it is about
     * @param traits     all others
     */
    record Columns(String id, List<String> identities, List<String> traits) {

        List<String> hashed() {
            return Stream.concat(identities.stream(), traits.stream()).distinct().toList();
        }
    }

    /**
     * @param rows  of the whole result
     * @param large changed rows that are left out
     */
    record Found(long rows, long large, long added, long changed, long removed) {

        long all() {
            return added + changed + removed;
        }
    }

    /**
     * @param identities whom it is about, a JSON object
     * @param traits     likewise; all null for a row that is gone
     */
    record Row(String id, Change change, String identities, String traits) { }

    /** Takes rows, and may wait. */
    interface Receiver {
        void take(List<Row> rows);
    }

    Differences(Analysis sql, String slug) {
        this.sql = sql;
        this.members = members(slug);
        this.changes = "_serai." + Analysis.quoted("changes_" + slug);
    }

    /** The state of a definition: {@code profile, hash, identities}. */
    static String members(String slug) {
        return "_serai." + Analysis.quoted("members_" + slug);
    }

    /** Makes the state, if there is none. */
    void prepare(Connection connection) throws SQLException {
        run(connection, "CREATE SCHEMA IF NOT EXISTS _serai");
        run(connection, "CREATE TABLE IF NOT EXISTS " + members + " (profile text, hash bigint, identities text)");
    }

    /** Whether changes were found that nobody has remembered. */
    boolean isOpen(Connection connection) throws SQLException {
        return exists(connection, changes);
    }

    static boolean exists(Connection connection, String table) throws SQLException {
        String name = table.substring(table.indexOf('.') + 1).replace("\"", "");
        try (PreparedStatement statement = connection.prepareStatement("SELECT count(*) FROM information_schema.tables WHERE "
                + "table_schema = '_serai' AND table_name = ?")) {
            statement.setString(1, name);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1) > 0;
            }
        }
    }

    /**
     * Compares {@link Analysis#STAGE} with the state.
     *
     * @param touched whether the stage holds only the profiles of table {@link EventSql#TOUCHED}, and no other is compared
     * @param keep    whether the changes are written down; else they are only counted
     */
    Found find(Connection connection, Columns columns, boolean touched, boolean keep) throws SQLException {
        String id = "CAST(" + Analysis.quoted(columns.id()) + " AS text)";
        String stage = "SELECT " + id + " AS id, " + sql.hash(columns.hashed()) + " AS hash" + Stream.concat(columns.identities().stream(),
                columns.traits().stream()).distinct().map(column -> ", " + Analysis.quoted(column)).reduce("", String::concat)
                + " FROM " + Analysis.STAGE;
        String state = "SELECT profile, hash, identities FROM " + members
                + (touched ? " WHERE profile IN (SELECT profile FROM " + EventSql.TOUCHED + ")" : "");
        String from = " FROM (" + stage + ") AS s FULL JOIN (" + state + ") AS m ON m.profile = s.id WHERE s.hash IS DISTINCT FROM m.hash";
        String change = "CASE WHEN s.id IS NULL THEN 'REMOVED' WHEN m.profile IS NULL THEN 'ADDED' ELSE 'CHANGED' END";
        String table = found(keep);
        run(connection, "DROP TABLE IF EXISTS " + table);
        run(connection, "CREATE " + (keep ? "" : "TEMP ") + "TABLE " + table + " AS SELECT COALESCE(s.id, m.profile) AS profile, s.hash, "
                + change + " AS change, CASE WHEN s.id IS NULL THEN m.identities ELSE " + sql.json(columns.identities())
                + " END AS identities, " + sql.json(columns.traits()) + " AS traits" + from);
        long rows = number(connection, "SELECT count(*) FROM " + Analysis.STAGE);
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("SELECT "
                + "count(CASE WHEN change = 'ADDED' THEN 1 END), count(CASE WHEN change = 'CHANGED' THEN 1 END), "
                + "count(CASE WHEN change = 'REMOVED' THEN 1 END) FROM " + table)) {
            row.next();
            return new Found(rows, 0, row.getLong(1), row.getLong(2), row.getLong(3));
        }
    }

    /** Rows of the state that {@link #find} compares. */
    long compared(Connection connection, boolean touched) throws SQLException {
        return number(connection, "SELECT count(*) FROM " + members
                + (touched ? " WHERE profile IN (SELECT profile FROM " + EventSql.TOUCHED + ")" : ""));
    }

    /** Where {@link #find} has put what it found. */
    String found(boolean keep) {
        return keep ? changes : "_found";
    }

    /** Leaves out changed rows that are too long. */
    Found withoutLarge(Connection connection, Found found, boolean keep) throws SQLException {
        String tooLarge = " FROM " + found(keep) + " WHERE length(traits) > " + MAX_ROW_LENGTH;
        long large = number(connection, "SELECT count(*)" + tooLarge);
        if (large == 0) {
            return found;
        }
        long added = number(connection, "SELECT count(*)" + tooLarge + " AND change = 'ADDED'");
        run(connection, "DELETE" + tooLarge);
        return new Found(found.rows(), large, found.added() - added, found.changed() - (large - added), found.removed());
    }

    /** Hands over what was found, those that are gone first: whoever changes his id must not be out in the end. */
    void send(Connection connection, Receiver receiver) throws SQLException {
        for (String which : List.of("change = 'REMOVED'", "change <> 'REMOVED'")) {
            boolean commits = connection.getAutoCommit();
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.setFetchSize(FETCH);
                try (ResultSet rows = statement.executeQuery("SELECT profile, change, identities, traits FROM " + changes + " WHERE " + which)) {
                    List<Row> some = new ArrayList<>();
                    while (rows.next()) {
                        some.add(new Row(rows.getString(1), Change.valueOf(rows.getString(2)), rows.getString(3),
                                rows.getString(4)));
                        if (some.size() == FETCH) {
                            receiver.take(some);
                            some = new ArrayList<>();
                        }
                    }
                    receiver.take(some);
                }
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(commits);
            }
        }
    }

    /** Makes what was found the state, and forgets it. */
    void remember(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            run(connection, "DELETE FROM " + members + " WHERE profile IN (SELECT profile FROM " + changes + " WHERE change <> 'ADDED')");
            run(connection, "INSERT INTO " + members + " SELECT profile, hash, identities FROM " + changes + " WHERE change <> 'REMOVED'");
            run(connection, "DROP TABLE " + changes);
            sql.analyze(connection, members);
            connection.commit();
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    long size(Connection connection) throws SQLException {
        return number(connection, "SELECT count(*) FROM " + members);
    }

    void drop(Connection connection) throws SQLException {
        run(connection, "DROP TABLE IF EXISTS " + changes);
        run(connection, "DROP TABLE IF EXISTS " + members);
    }

    static void run(Connection connection, String statement) throws SQLException {
        try (Statement one = connection.createStatement()) {
            one.execute(statement);
        }
    }

    static long number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getLong(1);
        }
    }
}
