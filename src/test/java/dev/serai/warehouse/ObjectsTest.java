package dev.serai.warehouse;

import static dev.serai.warehouse.Loading.charge;
import static dev.serai.warehouse.Loading.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.model.DeadLetter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables of objects: the latest state of each id. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ObjectsTest {

    @Parameter
    TestDatabase database;

    @TempDir
    Path directory;

    private Loading loading;

    @BeforeEach
    void open() throws Exception {
        loading = new Loading(database, directory);
    }

    @AfterEach
    void close() {
        loading.close();
    }

    private void restart() throws Exception {
        loading.close();
        loading = new Loading(database, directory);
    }

    private List<List<Object>> charges() throws SQLException {
        return loading.rows("SELECT id, amount, status, is_deleted FROM stripe.charges ORDER BY id");
    }

    @Test
    void anObjectIsARowOfItsCollectionsTable() throws Exception {
        // When
        loading.loadObjects(charge("ch_1", 1_234_567, """
                {"id":"ch_1","amount":1250,"paid":true,"created":"2026-01-01T00:00:01Z","rate":0.5,
                "billingDetails":{"address":{"city":"Bern"}},"refunds":[1,2],"description":null}"""));

        // Then
        List<String> columns = loading.columns("stripe", "charges").entrySet().stream()
                .map(column -> column.getKey() + " " + column.getValue()).filter(column -> !column.startsWith("loaded_at")).toList();
        assertThat(columns).containsExactly("id VARCHAR", "received_at TIMESTAMP", "is_deleted BOOLEAN", "_version TIMESTAMP",
                "uuid_ts TIMESTAMP", "amount BIGINT", "paid BOOLEAN", "created TIMESTAMP", "rate DOUBLE",
                "billing_details_address_city VARCHAR", "refunds VARCHAR");
        assertThat(loading.rows("SELECT id, received_at, is_deleted, _version, amount, paid, created, rate,"
                + " billing_details_address_city, refunds FROM stripe.charges")).containsExactly(List.of("ch_1",
                "2026-11-24T10:00:00.000Z", false, "2026-01-01T00:00:01.234567Z", 1250L, true, "2026-01-01T00:00:01.000Z", 0.5,
                "Bern", "[1,2]"));
        assertThat(loading.value("SELECT uuid_ts > '2026-01-01' FROM stripe.charges")).isEqualTo(true);
        assertThat(loading.deadLetters).isEmpty();
        assertThat(loading.meter.objects()).isEqualTo(1);
        assertThat(loading.meter.tables()).extracting(TableStatus::table).containsExactly("stripe.charges");
    }

    @Test
    void aNewerStateTakesThePlaceOfAllThatWasThere() throws Exception {
        // Given
        loading.loadObjects(charge("ch_1", 1, "{\"amount\":1,\"status\":\"new\"}"), charge("ch_2", 1, "{\"amount\":2}"));

        // When
        loading.loadObjects(charge("ch_1", 2, "{\"amount\":10}"), charge("ch_3", 1, "{\"amount\":3}"));

        // Then
        assertThat(charges()).containsExactly(Arrays.asList("ch_1", 10L, null, false), Arrays.asList("ch_2", 2L, null, false),
                Arrays.asList("ch_3", 3L, null, false));
    }

    @Test
    void ofTwoStatesOfOneVersionTheLaterHolds() throws Exception {
        // Given
        loading.loadObjects(charge("ch_1", 1, "{\"amount\":1,\"status\":\"a\"}"), charge("ch_2", 1, "{\"amount\":1}"),
                charge("ch_2", 1, "{\"amount\":2}"));

        // When
        loading.loadObjects(charge("ch_1", 1, "{\"amount\":2,\"status\":\"b\"}"));

        // Then
        assertThat(charges()).containsExactly(Arrays.asList("ch_1", 2L, "b", false), Arrays.asList("ch_2", 2L, null, false));
    }

    @Test
    void anOlderStateChangesNothing() throws Exception {
        // Given
        loading.loadObjects(charge("ch_1", 5, "{\"amount\":5,\"status\":null}"), charge("ch_2", 5, "{\"amount\":5}"));
        loading.loadObjects(charge("ch_3", 5, "{\"amount\":5}"), charge("ch_3", 4, "{\"amount\":4,\"status\":\"old\"}"),
                charge("ch_3", 3, null));
        Object written = loading.value("SELECT uuid_ts FROM stripe.charges WHERE id = 'ch_1'");

        // When
        loading.loadObjects(charge("ch_1", 4, "{\"amount\":4,\"status\":\"old\"}"), charge("ch_2", 4, null));
        restart();
        loading.loadObjects(charge("ch_1", 4, null), charge("ch_2", 4, "{\"amount\":4}"));

        // Then
        assertThat(charges()).containsExactly(Arrays.asList("ch_1", 5L, null, false), Arrays.asList("ch_2", 5L, null, false),
                Arrays.asList("ch_3", 5L, null, false));
        assertThat(loading.value("SELECT uuid_ts FROM stripe.charges WHERE id = 'ch_1'")).isEqualTo(written);
    }

    @Test
    void aDeletionWithoutPropertiesKeepsThem() throws Exception {
        // Given
        loading.loadObjects(charge("ch_1", 1, "{\"amount\":1,\"status\":\"paid\",\"created\":\"2026-01-01T00:00:01.000002Z\","
                + "\"paid\":true,\"rate\":0.25}"), charge("ch_2", 1, "{\"amount\":2}"));

        // When
        loading.loadObjects(charge("ch_1", 2, null), charge("ch_3", 2, "{\"amount\":3}"), charge("ch_3", 3, null));

        // Then
        assertThat(charges()).containsExactly(Arrays.asList("ch_1", 1L, "paid", true), Arrays.asList("ch_2", 2L, null, false),
                Arrays.asList("ch_3", 3L, null, true));
        assertThat(loading.rows("SELECT _version, created, paid, rate FROM stripe.charges WHERE id = 'ch_1'")).containsExactly(
                List.of("2026-01-01T00:00:00.000002Z", "2026-01-01T00:00:01.000002Z", true, 0.25));
    }

    @Test
    void aDeletionBetweenTwoStatesOfABatchKeepsWhatTheTableHas() throws Exception {
        // Given
        loading.loadObjects(charge("ch_1", 5, "{\"amount\":5}"));

        // When: the first is older than the row, the second is not
        loading.loadObjects(charge("ch_1", 4, "{\"amount\":4,\"status\":\"old\"}"), charge("ch_1", 6, null));

        // Then
        assertThat(charges()).containsExactly(Arrays.asList("ch_1", 5L, null, true));
    }

    @Test
    void aDeletionOfWhatNobodyKnewIsARowAndALaterStateUndoesIt() throws Exception {
        // When
        loading.loadObjects(charge("ch_1", 3, null), charge("ch_2", 1, "{\"amount\":2,\"status\":\"x\"}"));

        // Then
        assertThat(charges()).containsExactly(Arrays.asList("ch_1", null, null, true), Arrays.asList("ch_2", 2L, "x", false));

        // When
        loading.loadObjects(charge("ch_1", 2, "{\"amount\":1}"), charge("ch_2", 1, null));
        loading.loadObjects(charge("ch_1", 4, "{\"amount\":4}"));

        // Then
        assertThat(charges()).containsExactly(Arrays.asList("ch_1", 4L, null, false), Arrays.asList("ch_2", 2L, "x", true));
    }

    @Test
    void aDeletionWithPropertiesTakesThePlaceOfAllThatWasThere() throws Exception {
        // Given
        loading.loadObjects(charge("ch_1", 1, "{\"amount\":1,\"status\":\"paid\"}"));

        // When
        loading.loadObjects(object("charges", "ch_1", 2, true, "{\"amount\":0}"));

        // Then
        assertThat(charges()).containsExactly(Arrays.asList("ch_1", 0L, null, true));
    }

    @Test
    void repeatsAreHarmless() throws Exception {
        // Given
        String[] page = {charge("ch_1", 1, "{\"amount\":1,\"status\":\"a\"}"), charge("ch_2", 2, null), charge("ch_2", 1,
                "{\"amount\":7}"), charge("ch_1", 3, "{\"amount\":3}")};
        loading.loadObjects(page);
        List<List<Object>> before = charges();

        // When
        loading.loadObjects(page);
        restart();
        loading.loadObjects(page);

        // Then
        assertThat(charges()).isEqualTo(before).containsExactly(Arrays.asList("ch_1", 3L, null, false),
                Arrays.asList("ch_2", null, null, true));
        assertThat(loading.objectsLoadedUpTo()).isEqualTo(12);
    }

    @Test
    void aBatchOfManyFollowsTheSameRule() throws Exception {
        // When
        loadMany();

        // Then
        assertManyFollowTheRule();
    }

    @Test
    void soItDoesInATableThatSomebodyMadeWithoutAKey() throws Exception {
        // Given
        loading.execute("CREATE SCHEMA stripe; CREATE TABLE stripe.charges (id VARCHAR, received_at TIMESTAMP)");

        // When
        loadMany();

        // Then
        assertManyFollowTheRule();
    }

    /** Objects at version 5, and then every fourth of them older, newer, deleted, and changed and deleted; and new ones. */
    private void loadMany() throws Exception {
        String[] first = new String[1_200];
        List<String> then = new ArrayList<>();
        for (int i = 0; i < first.length; i++) {
            String id = "ch_" + i;
            first[i] = charge(id, 5, "{\"amount\":" + i + ",\"status\":\"first\"}");
            switch (i % 4) {
                case 0 -> then.add(charge(id, 4, "{\"amount\":0,\"status\":\"older\"}"));
                case 1 -> then.add(charge(id, 5, "{\"amount\":1}"));
                case 2 -> then.add(charge(id, 6, null));
                default -> {
                    then.add(charge(id, 6, "{\"amount\":3,\"status\":\"last\"}"));
                    then.add(charge(id, 7, null));
                }
            }
            if (i % 2 == 0) {
                then.add(charge("new_" + i, i, "{\"amount\":7}"));
            }
        }
        loading.loadObjects(first);
        loading.loadObjects(then.toArray(String[]::new));
    }

    private void assertManyFollowTheRule() throws SQLException {
        assertThat(loading.deadLetters).isEmpty();
        assertThat(loading.value("SELECT count(*) FROM stripe.charges")).isEqualTo(1_800L);
        assertThat(loading.value("SELECT count(DISTINCT id) FROM stripe.charges")).isEqualTo(1_800L);
        assertThat(loading.rows("SELECT status, is_deleted, count(*), min(amount), max(amount) FROM stripe.charges WHERE id LIKE 'ch%'"
                + " GROUP BY status, is_deleted ORDER BY max(amount)")).containsExactly(
                Arrays.asList(null, false, 300L, 1L, 1L), Arrays.asList("last", true, 300L, 3L, 3L),
                Arrays.asList("first", false, 300L, 0L, 1_196L), Arrays.asList("first", true, 300L, 2L, 1_198L));
    }

    @Test
    void namesArePartnersOwnBesideTheHubsColumns() throws Exception {
        // When
        loading.loadObjects(object("ticketEvents", "7", 1, """
                {"id":7,"timestamp":"2026-01-01T00:00:00Z","event":"Change","type":"x","user_id":5,"group_id":6,"anonymous_id":"a",
                "context":{"client":"web"},"end":1,"default":true,"3d":2,"received_at":"r","is_deleted":"d","uuid_ts":"u","_version":9,
                "_more":"m","orderId":1,"order_id":2}"""));
        loading.loadObjects(object("ticketEvents", "8", 1, "{\"Id\":\"another\"}"));

        // Then
        assertThat(loading.columns("stripe", "ticket_events")).containsKeys("timestamp", "event", "type", "user_id", "group_id",
                "anonymous_id", "context_client", "end", "default", "_3d", "_received_at", "_is_deleted", "_uuid_ts", "__version",
                "__more", "order_id", "_id");
        assertThat(loading.rows("SELECT id, type, user_id, group_id, anonymous_id, context_client, _3d, _received_at, _is_deleted,"
                + " _uuid_ts, __version, __more, order_id, is_deleted, _id FROM stripe.ticket_events ORDER BY id")).first()
                .isEqualTo(Arrays.asList("7", "x", 5L, 6L, "a", "web", 2L, "r", "d", "u", 9L, "m", 1L, false, null));
        assertThat(loading.value("SELECT _id FROM stripe.ticket_events WHERE id = '8'")).isEqualTo("another");
        assertThat(loading.columns("stripe", "ticket_events").keySet()).filteredOn(name -> name.startsWith("order_id_")).hasSize(1);
    }

    @Test
    void aCollectionWithAReservedNameGetsAnUnderscore() throws Exception {
        // When
        loading.loadObjects(object("group", "1", 1, "{\"name\":\"a\"}"), object("OpportunityFieldHistory", "1", 1, "{\"n\":1}"));

        // Then
        assertThat(loading.value("SELECT name FROM stripe._group")).isEqualTo("a");
        assertThat(loading.value("SELECT n FROM stripe.opportunity_field_history")).isEqualTo(1L);
    }

    @Test
    void textThatOnlyLooksLikeATimeStaysTextWhereTheEnvelopeSaysSo() throws Exception {
        // When
        loading.loadObjects(object("charges", "ch_1", 1, false, """
                {"title":"2026-01-01","at":"2026-01-01","card":{"name":"2026-01-02","at":"2026-01-02"},"meta":{"a":{"b":"2026-01-03"}}}""",
                "title", "card.name", "meta"));
        loading.loadObjects(charge("ch_1", 2, "{\"title\":\"2027-01-01\"}"));

        // Then
        assertThat(loading.columns("stripe", "charges")).containsEntry("title", ColumnType.VARCHAR)
                .containsEntry("at", ColumnType.TIMESTAMP).containsEntry("card_name", ColumnType.VARCHAR)
                .containsEntry("card_at", ColumnType.TIMESTAMP).containsEntry("meta_a_b", ColumnType.VARCHAR);
        assertThat(loading.value("SELECT title FROM stripe.charges")).isEqualTo("2027-01-01");
    }

    @Test
    void aColumnThatChangesItsTypeKeepsWhatItHas() throws Exception {
        // Given
        loading.loadObjects(charge("ch_1", 1, "{\"amount\":1,\"when\":\"2026-01-01T00:00:00Z\"}"));

        // When
        loading.loadObjects(charge("ch_2", 1, "{\"amount\":\"many\",\"when\":true}"), charge("ch_1", 2, null));
        loading.loadObjects(charge("ch_2", 2, "{\"amount\":7}"));

        // Then
        assertThat(loading.rows("SELECT id, amount, is_deleted FROM stripe.charges ORDER BY id"))
                .containsExactly(List.of("ch_1", "1", true), List.of("ch_2", "7", false));
        assertThat(loading.value("SELECT " + quoted("when") + " FROM stripe.charges WHERE id = 'ch_1'"))
                .isEqualTo("2026-01-01T00:00:00.000Z");
    }

    /** As tests ask: past the fakes, with the SQL of the database behind. */
    private String quoted(String column) {
        return switch (database) {
            case SNOWFLAKE -> '"' + column.toUpperCase(java.util.Locale.ROOT) + '"';
            default -> '"' + column + '"';
        };
    }

    @Test
    void whatIsTooWideGoesIntoMoreAndADeletionKeepsIt() throws Exception {
        // Given
        StringJoiner wide = new StringJoiner(",", "{", "}");
        for (int i = 0; i < 1_100; i++) {
            wide.add("\"field" + i + "\":" + i);
        }
        loading.loadObjects(charge("ch_1", 1, wide.toString()), charge("ch_2", 1, wide.toString()));

        // When
        loading.loadObjects(charge("ch_1", 2, null), charge("ch_2", 2, "{\"field1\":1}"));

        // Then
        assertThat(loading.value("SELECT _more FROM stripe.charges WHERE id = 'ch_1'").toString()).contains("\"field1099\":1099");
        assertThat(loading.rows("SELECT _more, field1, field2 FROM stripe.charges WHERE id = 'ch_2'"))
                .containsExactly(Arrays.asList(null, 1L, null));
        assertThat(loading.deadLetters).isEmpty();
    }

    @Test
    void whatIsNoEnvelopeBecomesADeadLetterAndATombstoneNothing() throws Exception {
        // Given
        String good = charge("ch_1", 1, "{\"amount\":1}");

        // When
        loading.loadObjects(good, null, "", "[]", "{\"source\":", good.replace("\"isDeleted\":false", "\"isDeleted\":1"),
                good.replace("\"version\":1767225600000001", "\"version\":\"now\""),
                good.replace("\"version\":1767225600000001", "\"version\":9000000000000000000"),
                good.replace("\"id\":\"ch_1\"", "\"id\":\"\""), good.replaceFirst("\"receivedAt\":\"[^\"]*\"", "\"receivedAt\":\"x\""),
                good.replace("{\"amount\":1}", "[1]"), good.replace(",\"properties\":{\"amount\":1}", ""),
                good.replace("\"isDeleted\":false", "\"isDeleted\":false,\"text\":[1]"),
                good.replace("{\"amount\":1}", "{\"a\":".repeat(300) + "1" + "}".repeat(300)), charge("ch_2", 1, "{\"amount\":2}"));

        // Then
        assertThat(loading.rows("SELECT id, amount FROM stripe.charges ORDER BY id")).containsExactly(List.of("ch_1", 1L),
                List.of("ch_2", 2L));
        assertThat(loading.deadLetters).hasSize(12).extracting(DeadLetter::stage).containsOnly("warehouse");
        assertThat(loading.deadLetters).extracting(DeadLetter::code).containsOnly("unreadable");
        assertThat(loading.deadLetters).extracting(DeadLetter::id).doesNotHaveDuplicates();
        assertThat(loading.deadLetters.get(4).source()).isEqualTo("stripe");
        assertThat(loading.objectsLoadedUpTo()).isEqualTo(15);
        assertThat(loading.meter.duplicates()).isZero();
    }

    @Test
    void aRowThatTheDatabaseRefusesIsFoundAmongItsNeighbours() throws Exception {
        // Given
        loading.execute("CREATE SCHEMA stripe; CREATE TABLE stripe.charges (id VARCHAR, received_at TIMESTAMP, amount BIGINT CHECK (amount < 100))");

        // When
        loading.loadObjects(charge("ch_1", 1, "{\"amount\":1}"), charge("ch_2", 1, "{\"amount\":700}"), charge("ch_3", 1, "{\"amount\":3}"));

        // Then
        assertThat(loading.rows("SELECT id FROM stripe.charges ORDER BY id")).containsExactly(List.of("ch_1"), List.of("ch_3"));
        assertThat(loading.deadLetters).hasSize(1).first().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("refused");
            assertThat(letter.source()).isEqualTo("stripe");
        });
        assertThat(loading.objectsLoadedUpTo()).isEqualTo(3);
    }

    @Test
    void eventsAndObjectsOfOneSourceStandSideBySide() throws Exception {
        // When
        loading.loadBoth(List.of(stripe("identify", "\"userId\":\"u1\",\"traits\":{\"email\":\"a@example.com\"}"),
                stripe("track", "\"event\":\"Charge Made\",\"userId\":\"u1\""), stripe("group", "\"groupId\":\"g1\",\"userId\":\"u1\"")),
                List.of(charge("ch_1", 1, "{\"amount\":1}"), object("invoices", "in_1", 1, "{\"total\":2}")));

        // Then
        assertThat(loading.value("SELECT email FROM stripe.users")).isEqualTo("a@example.com");
        assertThat(loading.value("SELECT count(*) FROM stripe.charge_made")).isEqualTo(1L);
        assertThat(loading.value("SELECT amount FROM stripe.charges")).isEqualTo(1L);
        assertThat(loading.value("SELECT total FROM stripe.invoices")).isEqualTo(2L);
    }

    @Test
    void anIdentifyLeavesTheObjectsCalledUsersAlone() throws Exception {
        // Given
        loading.loadObjects(object("users", "1", 1, "{\"email\":\"agent@example.com\"}"), object("groups", "2", 1, "{\"name\":\"agents\"}"));

        String[] later = {stripe("identify", "\"userId\":\"u2\",\"traits\":{\"email\":\"b@example.com\"}"),
                stripe("group", "\"groupId\":\"g2\",\"userId\":\"u2\",\"traits\":{\"name\":\"bar\"}")};

        // When
        loading.load(stripe("identify", "\"userId\":\"u1\",\"traits\":{\"email\":\"a@example.com\"}"),
                stripe("group", "\"groupId\":\"g1\",\"userId\":\"u1\",\"traits\":{\"name\":\"shop\"}"));
        restart();
        loading.load(later);

        // Then
        assertThat(loading.rows("SELECT id, email FROM stripe.users")).containsExactly(List.of("1", "agent@example.com"));
        assertThat(loading.value("SELECT count(*) FROM stripe.identifies")).isEqualTo(2L);
        assertThat(loading.rows("SELECT id, name FROM stripe.groups")).containsExactly(List.of("2", "agents"));
        assertThat(loading.rows("SELECT group_id, name FROM stripe._groups ORDER BY group_id"))
                .containsExactly(List.of("g1", "shop"), List.of("g2", "bar"));
        assertThat(loading.deadLetters).isEmpty();
    }

    @Test
    void objectsTakeOverATableThatEventsHadBefore() throws Exception {
        // Given
        loading.load(stripe("identify", "\"userId\":\"u1\",\"traits\":{\"email\":\"a@example.com\"}"),
                stripe("track", "\"event\":\"Tickets\",\"userId\":\"u1\",\"properties\":{\"n\":1}"));

        // When: events of the same batch come first and after
        loading.loadBoth(List.of(stripe("identify", "\"userId\":\"u2\",\"traits\":{\"email\":\"b@example.com\"}"),
                stripe("track", "\"event\":\"Tickets\",\"userId\":\"u2\",\"properties\":{\"n\":2}"),
                stripe("track", "\"event\":\"Tickets\",\"userId\":\"u3\",\"properties\":{\"n\":3}")),
                List.of(object("tickets", "7", 1, "{\"subject\":\"s\"}"), object("users", "1", 1, "{\"email\":\"agent@example.com\"}"),
                        object("tickets", "7", 2, "{\"subject\":\"t\",\"user_id\":5}")));
        loading.load(stripe("identify", "\"userId\":\"u4\",\"traits\":{\"email\":\"c@example.com\"}"));

        // Then: what was there stays, and nothing of events is added
        assertThat(loading.rows("SELECT id, email, is_deleted FROM stripe.users WHERE _version IS NOT NULL"))
                .containsExactly(List.of("1", "agent@example.com", false));
        assertThat(loading.rows("SELECT id FROM stripe.users WHERE _version IS NULL ORDER BY id"))
                .containsExactly(List.of("u1"), List.of("u2"));
        assertThat(loading.rows("SELECT id, subject, user_id FROM stripe.tickets WHERE _version IS NOT NULL"))
                .containsExactly(List.of("7", "t", "5"));
        assertThat(loading.rows("SELECT n FROM stripe._tickets ORDER BY n")).hasSizeBetween(1, 2).last().isEqualTo(List.of(3L));
        assertThat(loading.value("SELECT count(*) FROM stripe.tracks")).isEqualTo(3L);
        assertThat(loading.deadLetters).isEmpty();
    }

    @Test
    void noEventsPropertyMakesATableLookLikeOneOfObjects() throws Exception {
        // Given
        String one = stripe("track", "\"event\":\"Seen\",\"userId\":\"u1\",\"properties\":{\"_version\":1,\"is_deleted\":true}");
        String two = stripe("track", "\"event\":\"Seen\",\"userId\":\"u1\",\"properties\":{\"_version\":2,\"is_deleted\":true}");

        // When
        loading.load(one);
        restart();
        loading.load(two);

        // Then
        assertThat(loading.rows("SELECT __version FROM stripe.seen ORDER BY 1")).containsExactly(List.of(1L), List.of(2L));
    }

    @Test
    void retentionLeavesObjectsAlone() throws Exception {
        // Given
        loading.loadObjects(charge("ch_1", 1, "{\"amount\":1,\"status\":\"x\"}"));
        loading.load(loading.track("Seen", "{}"));

        // When
        long removed = new Retention(loading.warehouse, java.time.Duration.ofDays(1)).remove(java.time.Instant.parse("2027-01-01T00:00:00Z"));

        // Then
        assertThat(removed).isEqualTo(2);
        assertThat(charges()).hasSize(1);
    }

    private String stripe(String type, String fields) {
        return loading.event(type, fields).replace("\"website\"", "\"stripe\"");
    }
}
