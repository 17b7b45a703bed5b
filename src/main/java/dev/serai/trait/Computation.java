package dev.serai.trait;

import dev.serai.kafka.Overloaded;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Topics;
import dev.serai.model.Event;
import dev.serai.warehouse.Analysis;
import dev.serai.warehouse.QueryException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One definition in one warehouse: computes it, sends what has changed, remembers it. In a group of hubs one does it at a
 * time. What a run has found is sent by the next if it could not, with the same message ids, before anything new is looked
 * for.
 */
final class Computation {

    private static final int SAMPLE = 10;
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final Definition definition;
    private final Analysis sql;
    private final Differences differences;
    private final Identities identities;
    private final Publisher publisher;
    private final Clock clock;

    /**
     * @param found   what has changed
     * @param unknown rows by whose id nobody is known; a new profile comes of each
     * @param sample  of the rows
     * @param overlap with other audiences, how many are in both
     */
    record Preview(Differences.Found found, long unknown, List<SampleRow> sample, Map<String, Long> overlap, String query) { }

    /** @param values by column */
    record SampleRow(boolean known, Map<String, String> values) { }

    Computation(Definition definition, Analysis sql, Publisher publisher, Clock clock) {
        this.definition = definition;
        this.sql = sql;
        this.differences = new Differences(sql, definition.slug());
        this.identities = new Identities(sql);
        this.publisher = publisher;
        this.clock = clock;
    }

    /** Whether rows are profiles, and not what a query of somebody's says. */
    boolean isByProfile() {
        return definition.body() instanceof Definition.ComputedTrait
                || definition.body() instanceof Definition.Audience audience && audience.who().isPresent();
    }

    /**
     * Computes all of it and sends what has changed.
     *
     * @return what has changed; empty if another hub is at it
     * @throws Refused if its query cannot be used; then nothing was sent
     */
    Optional<Differences.Found> run() throws SQLException, Refused {
        return run(List.of());
    }

    /**
     * As {@link #run()}, for profiles of whom something came.
     *
     * @param touched SELECTs of {@code profile}; none for everybody
     */
    Optional<Differences.Found> run(List<String> touched) throws SQLException, Refused {
        try (Connection connection = sql.open()) {
            Ledger.prepare(connection);
            differences.prepare(connection);
            identities.prepare(connection);
            if (!sql.claim(connection, claim())) {
                return Optional.empty();
            }
            try {
                sendOpen(connection);
                if (!touched.isEmpty()) {
                    Differences.run(connection, "DROP TABLE IF EXISTS " + EventSql.TOUCHED);
                    Differences.run(connection, "CREATE TEMP TABLE " + EventSql.TOUCHED + " AS " + String.join(" UNION ", touched));
                }
                Differences.Found found = found(connection, !touched.isEmpty());
                sendOpen(connection);
                return Optional.of(found);
            } finally {
                sql.release(connection, claim());
            }
        }
    }

    private String claim() {
        return "audiences/" + definition.name();
    }

    /** Finds what has changed and writes it down. */
    private Differences.Found found(Connection connection, boolean touched) throws SQLException, Refused {
        String query = query(EventTables.read(connection), clock.instant(), touched);
        try (Analysis.Rows rows = touched ? staged(connection, query) : sql.rows(connection, query, definition.timeout())) {
            Differences.Columns columns = ResultCheck.check(rows.columns(), definition);
            connection.setAutoCommit(false);
            try {
                long run = Ledger.begin(connection, definition, isByProfile(), columns.traits(), clock.instant());
                Differences.Compared compared = differences.find(connection, rows, columns, touched, true);
                ResultCheck.checkRows(definition, columns, compared, () -> twice(query, columns));
                Differences.Found found = differences.withoutLarge(connection, compared.found(), true);
                // counting all of it, for a few, would take longer than the rest
                long before = touched ? Ledger.size(connection, definition.name(), run) : compared.state();
                Ledger.found(connection, definition.name(), run, found, before + found.added() - found.removed());
                connection.commit();
                return found;
            } catch (SQLException | QueryException | Refused e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (QueryException e) {
            throw refused(e);
        }
    }

    private Refused refused(QueryException e) {
        return new Refused(definition, e.getMessage(), "mend the query; what was computed before stays in force");
    }

    private Analysis.Rows staged(Connection connection, String query) throws SQLException, QueryException {
        sql.stage(connection, query, definition.timeout());
        return sql.staged(connection);
    }

    private List<String> twice(String query, Differences.Columns columns) throws SQLException, Refused {
        try (Connection connection = sql.open()) {
            sql.stage(connection, query, definition.timeout());
            return ResultCheck.twice(connection, columns.id());
        } catch (QueryException e) {
            throw refused(e);
        }
    }

    /** Sends what was found and not remembered. */
    private void sendOpen(Connection connection) throws SQLException {
        if (!differences.isOpen(connection)) {
            return;
        }
        Ledger.Run run = Ledger.runs(connection, definition.name(), 1).get(0);
        RowEvents events = new RowEvents(definition, run.number(), run.started());
        differences.send(connection, rows -> publish(rows.stream().flatMap(row -> events.of(row).stream()).toList()));
        differences.remember(connection, run.added() + run.changed() + run.removed(), run.size());
        Ledger.end(connection, definition.name(), run.number(), clock.instant());
    }

    /** Returns when Kafka has them all. */
    private void publish(List<Event> events) {
        List<ProducerRecord<byte[], byte[]>> records = events.stream().map(event -> new ProducerRecord<>(Topics.EVENTS,
                event.key().getBytes(StandardCharsets.UTF_8), event.toBytes())).toList();
        while (true) {
            CompletableFuture<Void> done = new CompletableFuture<>();
            try {
                publisher.publish(records, failure -> {
                    if (failure == null) {
                        done.complete(null);
                    } else {
                        done.completeExceptionally(failure);
                    }
                });
                done.join();
                return;
            } catch (Overloaded e) {
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
    }

    String query(EventTables tables, Instant now, boolean touched) {
        EventSql events = new EventSql(sql, tables, now, touched);
        if (definition.body() instanceof Definition.SqlTrait trait) {
            return trait.sql();
        } else if (definition.body() instanceof Definition.ComputedTrait trait) {
            return events.computed(trait);
        } else if (definition.body() instanceof Definition.Funnel funnel) {
            return Funnels.sql(funnel, events);
        }
        Definition.Audience audience = (Definition.Audience) definition.body();
        return audience.sql().orElseGet(() -> events.audience(audience));
    }

    /** What a run would come to now; nothing is sent or remembered. */
    Preview preview(Map<String, Definition> others) throws SQLException, Refused {
        try (Connection connection = sql.open()) {
            Ledger.prepare(connection);
            differences.prepare(connection);
            identities.prepare(connection);
            String query = query(EventTables.read(connection), clock.instant(), false);
            Analysis.Rows rows = staged(connection, query);
            Differences.Columns columns = ResultCheck.check(rows.columns(), definition);
            Differences.Compared compared = differences.find(connection, rows, columns, false, false);
            ResultCheck.checkRows(definition, columns, compared, () -> ResultCheck.twice(connection, columns.id()));
            Differences.Found found = differences.withoutLarge(connection, compared.found(), false);
            Map<String, Long> overlap = new LinkedHashMap<>();
            for (Definition other : definition.isAudience() ? others.values() : List.<Definition>of()) {
                boolean comparable = !other.equals(definition) && other.isAudience() && other.warehouse().equals(definition.warehouse())
                        && new Computation(other, sql, publisher, clock).isByProfile() == isByProfile();
                if (comparable && Differences.exists(connection, Differences.members(other.slug()))) {
                    overlap.put(other.name(), Differences.number(connection, "SELECT count(*) FROM " + Analysis.STAGE + " AS s WHERE CAST(s."
                            + Analysis.quoted(columns.id()) + " AS text) IN (SELECT profile FROM " + Differences.members(other.slug()) + ")"));
                }
            }
            return new Preview(found, unknown(connection, columns.id()), sample(connection, columns.id()), overlap, query);
        } catch (QueryException e) {
            throw refused(e);
        }
    }

    /** Whether somebody is known by an id of the stage; who is told by profile is, and so are groups. */
    private String isKnown(String id) {
        if (isByProfile() || id.equals("group_id")) {
            return "TRUE";
        }
        String value = "CAST(s." + Analysis.quoted(id) + " AS text)";
        return "EXISTS (SELECT 1 FROM " + Identities.TABLE + " AS i WHERE i.kind = " + Analysis.literal(id) + " AND i.value = "
                + (id.equals("email") ? "lower(trim(" + value + "))" : value) + ")";
    }

    private long unknown(Connection connection, String id) throws SQLException {
        return Differences.number(connection, "SELECT count(*) FROM " + Analysis.STAGE + " AS s WHERE NOT " + isKnown(id));
    }

    private List<SampleRow> sample(Connection connection, String id) throws SQLException {
        List<SampleRow> sample = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery("SELECT " + isKnown(id) + ", s.* FROM "
                + Analysis.STAGE + " AS s ORDER BY 2 LIMIT " + SAMPLE)) {
            ResultSetMetaData data = rows.getMetaData();
            while (rows.next()) {
                Map<String, String> row = new LinkedHashMap<>();
                for (int i = 2; i <= data.getColumnCount(); i++) {
                    row.put(data.getColumnLabel(i), rows.getString(i));
                }
                sample.add(new SampleRow(rows.getBoolean(1), row));
            }
        }
        return sample;
    }

    /**
     * Ends a definition whose file is gone.
     *
     * @param traits its columns when it was computed last
     * @param tells whether destinations are told that everybody has left, or traits are null
     * @return how many were in it
     */
    long drop(List<String> traits, boolean tells) throws SQLException {
        try (Connection connection = sql.open()) {
            Ledger.prepare(connection);
            differences.prepare(connection);
            if (!sql.claim(connection, claim())) {
                throw new SQLException("another hub computes it; try again");
            }
            long size = differences.size(connection);
            if (tells) {
                sendOpen(connection);
                Differences.run(connection, "DROP TABLE IF EXISTS " + Analysis.STAGE);
                Differences.run(connection, "CREATE TEMP TABLE " + Analysis.STAGE + " AS SELECT CAST(NULL AS text) AS id"
                        + traits.stream().map(trait -> ", CAST(NULL AS text) AS " + Analysis.quoted(trait)).reduce("", String::concat)
                        + " WHERE FALSE");
                long run = Ledger.begin(connection, definition, false, traits, clock.instant());
                differences.find(connection, sql.staged(connection), new Differences.Columns("id", List.of(), traits), false, true);
                RowEvents events = new RowEvents(definition, run, clock.instant());
                differences.send(connection, rows -> publish(rows.stream().flatMap(row -> events.of(row).stream()).toList()));
            }
            differences.drop(connection);
            Ledger.forget(connection, definition.name());
            sql.release(connection, claim());
            return size;
        } catch (QueryException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }
}
