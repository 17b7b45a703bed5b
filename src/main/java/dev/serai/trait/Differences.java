package dev.serai.trait;

import dev.serai.warehouse.Analysis;
import dev.serai.warehouse.QueryException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
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
    /** In place of an id that is null, since all that are the same have none. */
    private static final String NOBODY = Analysis.literal("\u0001nobody");

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
     * @param state    rows that were compared with
     * @param nobody   rows without an id
     * @param repeated rows whose id another row has
     */
    record Compared(Found found, long state, long nobody, long repeated) { }

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
     * Compares the rows of a query with the state, in one statement: what is other by its id, and all that is the same as one
     * row with their number.
     *
     * @param touched whether there are only the profiles of table {@link EventSql#TOUCHED}, and no other is compared
     * @param keep    whether the changes are written down; else they are only counted
     */
    Compared find(Connection connection, Analysis.Rows rows, Columns columns, boolean touched, boolean keep) throws SQLException, QueryException {
        String state = "FROM " + members + (touched ? " WHERE profile IN (SELECT profile FROM " + EventSql.TOUCHED + ")" : "");
        long compared = number(connection, "SELECT count(*) " + state);
        String table = found(keep);
        run(connection, "DROP TABLE IF EXISTS " + table);
        run(connection, "CREATE " + (keep ? "" : "TEMP ") + "TABLE " + table
                + " (profile text, hash bigint, change text, identities text, traits text, rows bigint)");
        rows.insertInto(table, source -> compared == 0 ? allAdded(source, columns) : compared(source, state, columns));
        run(connection, "UPDATE " + table + " SET identities = m.identities FROM " + members + " AS m WHERE m.profile = " + table
                + ".profile AND change = 'REMOVED'");
        Compared found = count(connection, table, compared);
        run(connection, "DELETE FROM " + table + " WHERE change = 'SAME'");
        return found;
    }

    private String allAdded(String source, Columns columns) {
        return "SELECT CAST(" + Analysis.quoted(columns.id()) + " AS text) AS profile, " + sql.hash(columns.hashed()) + " AS hash, "
                + "CAST('ADDED' AS text) AS change, " + sql.json(columns.identities()) + " AS identities, " + sql.json(columns.traits())
                + " AS traits, CAST(1 AS bigint) AS rows FROM " + source;
    }

    /** Names of its own, since a trait may have any other. */
    private String compared(String source, String state, Columns columns) {
        String named = columns.hashed().stream().map(column -> ", " + Analysis.quoted(column)).collect(Collectors.joining());
        String result = "SELECT CAST(" + Analysis.quoted(columns.id()) + " AS text) AS _serai_id, " + sql.hash(columns.hashed())
                + " AS _serai_hash" + named + " FROM " + source;
        String pairs = "SELECT _serai_hash IS DISTINCT FROM _serai_state AS _serai_differs, _serai_id, _serai_profile, _serai_hash" + named
                + " FROM (" + result + ") AS s FULL JOIN (SELECT profile AS _serai_profile, hash AS _serai_state " + state
                + ") AS m ON _serai_profile = _serai_id";
        String changes = "SELECT CASE WHEN _serai_differs THEN COALESCE(_serai_id, _serai_profile, " + NOBODY + ") END AS _serai_key, "
                + "CASE WHEN _serai_differs THEN _serai_hash END AS _serai_hash, CASE WHEN _serai_differs THEN "
                + "CASE WHEN _serai_hash IS NULL THEN 'REMOVED' WHEN _serai_profile IS NULL THEN 'ADDED' ELSE 'CHANGED' END END AS _serai_change, "
                + "CASE WHEN _serai_differs AND _serai_hash IS NOT NULL THEN " + sql.json(columns.identities()) + " END AS _serai_identities, "
                + "CASE WHEN _serai_differs THEN " + sql.json(columns.traits()) + " END AS _serai_traits FROM (" + pairs + ") AS pairs";
        return "SELECT NULLIF(_serai_key, " + NOBODY + ") AS profile, min(_serai_hash) AS hash, COALESCE(min(_serai_change), 'SAME') AS change, "
                + "min(_serai_identities) AS identities, min(_serai_traits) AS traits, count(*) AS rows FROM (" + changes
                + ") AS changes GROUP BY _serai_key";
    }

    private static Compared count(Connection connection, String table, long compared) throws SQLException {
        Map<String, Long> rows = new HashMap<>();
        Map<String, Long> ids = new HashMap<>();
        try (Statement statement = connection.createStatement(); ResultSet row = statement.executeQuery("SELECT change, sum(rows), "
                + "count(DISTINCT profile) FROM " + table + " GROUP BY change")) {
            while (row.next()) {
                rows.put(row.getString(1), row.getLong(2));
                ids.put(row.getString(1), row.getLong(3));
            }
        }
        long nobody = number(connection, "SELECT COALESCE(sum(rows), 0) FROM " + table + " WHERE profile IS NULL AND change <> 'SAME'");
        long all = rows.getOrDefault("SAME", 0L) + rows.getOrDefault("ADDED", 0L) + rows.getOrDefault("CHANGED", 0L);
        long changed = ids.getOrDefault("CHANGED", 0L);
        long removed = ids.getOrDefault("REMOVED", 0L);
        long different = compared - removed + ids.getOrDefault("ADDED", 0L);
        return new Compared(new Found(all, 0, ids.getOrDefault("ADDED", 0L), changed, removed), compared, nobody,
                all - nobody - different);
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

    /**
     * Makes what was found the state, and forgets it.
     *
     * @param changed how many were found
     * @param size    of the state, then
     */
    void remember(Connection connection, long changed, long size) throws SQLException {
        connection.setAutoCommit(false);
        try {
            run(connection, "DELETE FROM " + members + " WHERE profile IN (SELECT profile FROM " + changes + " WHERE change <> 'ADDED')");
            run(connection, "INSERT INTO " + members + " SELECT profile, hash, identities FROM " + changes + " WHERE change <> 'REMOVED'");
            run(connection, "DROP TABLE " + changes);
            sql.index(connection, members, "profile");
            if (changed > size / 10) {
                sql.analyze(connection, members);
            }
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
