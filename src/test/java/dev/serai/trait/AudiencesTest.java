package dev.serai.trait;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.kafka.Publisher;
import dev.serai.model.Event;
import dev.serai.privacy.PersonStore;
import dev.serai.warehouse.LoadedEvents;
import dev.serai.warehouse.LoadedEvents.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Definitions over events that the real loader has loaded, in each database that can be asked. */
class AudiencesTest {

    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    @TempDir
    private Path directory;
    private LoadedEvents warehouse;
    private MockProducer<byte[], byte[]> producer = producer();
    private int ids;

    private static MockProducer<byte[], byte[]> producer() {
        return new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @AfterEach
    void close() throws Exception {
        warehouse.close();
    }

    private void open(Kind kind) throws Exception {
        warehouse = new LoadedEvents(kind, directory);
    }

    private void define(String file, String yaml) throws Exception {
        Path folder = Files.createDirectories(directory.resolve("audiences"));
        Files.writeString(folder.resolve(file), yaml);
    }

    private Definitions definitions() {
        return Definitions.read(directory.resolve("audiences"), List.of("warehouse"), Set.of("braze", "facebook"));
    }

    private Audiences audiences() {
        return audiences(NOW);
    }

    private Audiences audiences(Instant now) {
        Definitions definitions = definitions();
        assertThat(definitions.problems()).isEmpty();
        return new Audiences(Map.of("warehouse", warehouse.analysis()), () -> definitions, new Publisher(producer),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    /** @param who members of the event, such as {@code "userId":"u1"} */
    private String event(String type, String who, String daysAgo, String more) {
        Instant at = NOW.minusSeconds((long) (Double.parseDouble(daysAgo) * 86_400));
        return "{\"source\":\"website\",\"type\":\"" + type + "\",\"messageId\":\"e" + ++ids + "\"," + who + ",\"timestamp\":\"" + at
                + "\",\"receivedAt\":\"" + at + "\"" + more + "}";
    }

    private String track(String name, String who, String daysAgo, String properties) {
        return event("track", who, daysAgo, ",\"event\":\"" + name + "\",\"properties\":" + properties);
    }

    private static String user(String id) {
        return "\"userId\":\"" + id + "\"";
    }

    private static String anonymous(String id) {
        return "\"anonymousId\":\"" + id + "\"";
    }

    /** What was sent since the last time it was asked for. */
    private List<Event> sent() throws Exception {
        List<Event> events = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> one : producer.history()) {
            events.add(Event.parse(one.value()));
        }
        producer.clear();
        return events;
    }

    private static List<String> told(List<Event> events) {
        return events.stream().map(event -> event.key() + " " + event.event().orElseGet(() -> event.type() + " "
                + event.at("/traits"))).sorted().toList();
    }

    private Set<String> members(String name) throws Exception {
        return new TreeSet<>(warehouse.query("SELECT i.value FROM _serai.members_" + name + " m JOIN _serai.identities i ON i.profile = "
                + "m.profile AND i.kind = 'user_id'"));
    }

    @ParameterizedTest
    @EnumSource
    void aTraitTellsOnlyDifferencesAndNullsWhenAUserIsGone(Kind kind) throws Exception {
        open(kind);
        warehouse.execute("CREATE SCHEMA crm");
        warehouse.execute("CREATE TABLE crm.leads (uid text, score integer, plan text)");
        warehouse.execute("INSERT INTO crm.leads VALUES ('u1', 10, 'pro'), ('u2', 20, NULL), ('u3', 30, 'free')");
        define("lead-score.trait.yaml", "destinations: [braze]\nsql: SELECT uid AS user_id, score AS lead_score, plan FROM crm.leads\n");

        assertThat(audiences().run("lead-score")).contains(Map.of("rows", 3L, "added", 3L, "changed", 0L, "removed", 0L));
        List<Event> first = sent();
        assertThat(told(first)).containsExactly("u1 IDENTIFY {\"lead_score\":10,\"plan\":\"pro\"}",
                "u2 IDENTIFY {\"lead_score\":20,\"plan\":null}", "u3 IDENTIFY {\"lead_score\":30,\"plan\":\"free\"}");
        JsonNode one = first.get(0).json();
        assertThat(one.at("/context/personas/computation_class").asText()).isEqualTo("trait");
        assertThat(one.at("/context/personas/computation_key").asText()).isEqualTo("lead_score");
        assertThat(one.get("integrations").toString()).isEqualTo("{\"All\":false,\"braze\":true}");

        assertThat(audiences().run("lead-score").orElseThrow()).containsEntry("added", 0L).containsEntry("changed", 0L);
        assertThat(sent()).isEmpty();

        warehouse.execute("UPDATE crm.leads SET score = 11 WHERE uid = 'u1'");
        warehouse.execute("DELETE FROM crm.leads WHERE uid = 'u3'");
        audiences().run("lead-score");
        assertThat(told(sent())).containsExactly("u1 IDENTIFY {\"lead_score\":11,\"plan\":\"pro\"}",
                "u3 IDENTIFY {\"lead_score\":null,\"plan\":null}");
    }

    @ParameterizedTest
    @EnumSource
    void whatWasFoundAndNotRememberedIsSentAgainWithTheSameIds(Kind kind) throws Exception {
        open(kind);
        warehouse.execute("CREATE SCHEMA crm");
        warehouse.execute("CREATE TABLE crm.leads (uid text, score integer)");
        warehouse.execute("INSERT INTO crm.leads VALUES ('u1', 1), ('u2', 2)");
        define("lead-score.trait.yaml", "sql: SELECT uid AS user_id, score FROM crm.leads\n");
        producer = new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        producer.sendException = new IllegalStateException("Kafka is away");

        assertThat(catchThrowableOfType(RuntimeException.class, () -> audiences().run("lead-score"))).hasStackTraceContaining("Kafka is away");
        producer.sendException = null;
        // meanwhile it changes again
        warehouse.execute("UPDATE crm.leads SET score = 3 WHERE uid = 'u2'");
        audiences().run("lead-score");

        List<Event> events = sent();
        assertThat(told(events)).containsExactly("u1 IDENTIFY {\"score\":1}", "u2 IDENTIFY {\"score\":2}", "u2 IDENTIFY {\"score\":3}");
        assertThat(events.stream().map(Event::messageId)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void whoDidWhatHowOftenAndWhenIsInAnAudienceWhicheverIdItCameBy(Kind kind) throws Exception {
        open(kind);
        warehouse.load(
                event("identify", user("u1"), "200", ",\"traits\":{\"email\":\"Ann@Example.com\",\"plan\":\"pro\",\"logins\":12}"),
                event("identify", user("u2"), "200", ",\"traits\":{\"email\":\"bob@example.com\",\"plan\":\"free\",\"logins\":3}"),
                event("identify", user("u3"), "200", ",\"traits\":{\"email\":\"cid@example.com\",\"plan\":\"pro\"}"),
                track("Order Completed", user("u1"), "300", "{\"total\":10}"),
                track("Order Completed", user("u2"), "5", "{\"total\":99.5,\"currency\":\"EUR\"}"),
                track("Order Completed", user("u2"), "6", "{\"total\":5,\"currency\":\"USD\"}"),
                // by email, as email tools tell it
                event("track", anonymous("ann@example.com"), "3", ",\"event\":\"Email Opened\",\"properties\":{\"campaign_id\":\"c1\"},"
                        + "\"context\":{\"traits\":{\"email\":\"ann@example.com\"}}"),
                event("track", anonymous("bob@example.com"), "3", ",\"event\":\"Email Opened\",\"properties\":{\"campaign_id\":\"c2\"},"
                        + "\"context\":{\"traits\":{\"email\":\"bob@example.com\"}}"),
                // before he was known
                track("Order Completed", anonymous("a3"), "1", "{\"total\":1}"),
                event("identify", user("u3") + "," + anonymous("a3"), "0.5", ",\"traits\":{}"),
                event("page", anonymous("nobody"), "1", ",\"name\":\"Pricing\",\"properties\":{}"),
                event("page", user("u1"), "400", ",\"name\":\"Home\",\"properties\":{}"));
        define("lapsed.audience.yaml", """
                destinations: [facebook]
                who:
                  all:
                    - didNot: Order Completed
                      within: 180d
                    - didNot: {page: "*"}
                      within: 180d
                    - did: Email Opened
                      within: 30d
                """);
        define("big-spenders.audience.yaml", """
                who:
                  did: Order Completed
                  where:
                    - {property: total, moreThan: 50}
                    - {property: currency, anyOf: [EUR, CHF]}
                """);
        define("often.audience.yaml", "who: {did: Order Completed, atLeast: 2, within: 10d}\n");
        define("once.audience.yaml", "who: {did: Order Completed, exactly: 1}\n");
        define("pro-not-lapsed.audience.yaml", """
                who:
                  all:
                    - {trait: plan, equals: pro}
                    - not: {audience: lapsed}
                """);
        define("few-logins.audience.yaml", "who: {any: [{trait: logins, lessThan: 5}, {trait: logins, exists: false}]}\n");
        Audiences audiences = audiences();

        for (String name : definitions().byName().keySet()) {
            audiences.run(name);
        }

        assertThat(members("lapsed")).containsExactly("u1");
        assertThat(members("big_spenders")).containsExactly("u2");
        assertThat(members("often")).containsExactly("u2");
        assertThat(members("once")).containsExactly("u1", "u3");
        assertThat(members("pro_not_lapsed")).containsExactly("u3");
        assertThat(members("few_logins")).containsExactly("u2", "u3");
        List<Event> lapsed = sent().stream().filter(event -> event.at("/context/personas/computation_key").asText().equals("lapsed")).toList();
        assertThat(told(lapsed)).containsExactly("u1 Audience Entered", "u1 IDENTIFY {\"lapsed\":true,\"email\":\"ann@example.com\"}");
        Event entered = lapsed.stream().filter(event -> event.event().isPresent()).findFirst().orElseThrow();
        assertThat(entered.at("/properties").toString()).isEqualTo("{\"audience_key\":\"lapsed\",\"lapsed\":true}");
        assertThat(entered.at("/context/traits/email").asText()).isEqualTo("ann@example.com");

        // six months later nobody has opened a mail within the last
        audiences(NOW.plusSeconds(40 * 86_400)).run("lapsed");
        assertThat(told(sent())).containsExactly("u1 Audience Exited", "u1 IDENTIFY {\"lapsed\":false,\"email\":\"ann@example.com\"}");
    }

    @ParameterizedTest
    @EnumSource
    void traitsAreComputedFromEvents(Kind kind) throws Exception {
        open(kind);
        warehouse.load(
                track("Order Completed", user("u1"), "9", "{\"total\":10,\"brand\":\"b\"}"),
                track("Order Completed", user("u1"), "8", "{\"total\":2.5,\"brand\":\"a\"}"),
                track("Order Completed", user("u1"), "7", "{\"total\":30,\"brand\":\"b\"}"),
                track("Order Completed", user("u1"), "100", "{\"total\":1000,\"brand\":\"z\"}"),
                track("Order Completed", user("u2"), "1", "{\"brand\":\"c\"}"));
        Map<String, List<String>> expected = Map.of(
                "count", List.of("u1 3", "u2 1"), "sum", List.of("u1 42.5"), "average", List.of("u1 14.166666666666666"),
                "minimum", List.of("u1 2.5"), "maximum", List.of("u1 30.0"), "mostFrequent", List.of("u1 \"b\""),
                "first", List.of("u1 \"b\"", "u2 \"c\""), "uniqueList", List.of("u1 \"a,b\"", "u2 \"c\""),
                "uniqueCount", List.of("u1 2", "u2 1"));
        for (String operation : expected.keySet()) {
            boolean number = Set.of("sum", "average", "minimum", "maximum").contains(operation);
            define(operation.toLowerCase() + ".trait.yaml", "compute:\n  " + operation + ": Order Completed\n  within: 30d\n  trait: t\n"
                    + (operation.equals("count") ? "" : "  of: " + (number ? "total" : "brand") + "\n"));
        }
        Audiences audiences = audiences();

        for (Map.Entry<String, List<String>> one : expected.entrySet()) {
            audiences.run(one.getKey().toLowerCase());
            assertThat(sent().stream().map(event -> event.key() + " " + normal(event.at("/traits/t"))).sorted().toList())
                    .as(one.getKey()).isEqualTo(one.getValue().stream().map(text -> text.contains("\"") ? text
                            : text.split(" ")[0] + " " + Double.parseDouble(text.split(" ")[1])).toList());
        }
    }

    private static String normal(JsonNode value) {
        return value.isNumber() ? String.valueOf(value.doubleValue()) : value.toString();
    }

    @ParameterizedTest
    @EnumSource
    void aResultThatCannotBeUsedIsRefusedWithItsPlaceAndNothingIsSent(Kind kind) throws Exception {
        open(kind);
        Map<String, String> wrong = Map.ofEntries(
                Map.entry("SELECT 1 AS score", "no column says whom a row is about"),
                Map.entry("SELECT 'u1' AS user_id", "there is no column but the id"),
                Map.entry("SELECT 'u1' AS user_id, 'a1' AS anonymous_id, 1 AS score", "there may be one of user_id and anonymous_id"),
                Map.entry("SELECT CAST(NULL AS text) AS user_id, 1 AS score", "1 row has no user_id"),
                Map.entry("SELECT * FROM (VALUES ('u1', 1), ('u1', 2)) AS t(user_id, score)", "several rows are about the same user_id"),
                Map.entry("SELECT 'u1' AS user_id, " + String.join(", ", java.util.stream.IntStream.range(0, 25)
                        .mapToObj(i -> i + " AS c" + i).toList()), "26 columns are too many"),
                Map.entry("SELECT user_id, nothing FROM website.tracks", "nothing"),
                Map.entry("DELETE FROM crm.leads", "only one SELECT"),
                Map.entry("SELECT 1; SELECT 2", "one statement"),
                Map.entry("SELECT 'u1' AS user_id, " + (kind == Kind.DUCKDB ? "[1, 2]" : "ARRAY[1, 2]") + " AS list", "and not list"));
        warehouse.load(track("Seen", user("u1"), "1", "{}"));

        wrong.forEach((sql, message) -> {
            try {
                define("wrong.trait.yaml", "description: x\nsql: |\n  " + sql + "\n");
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            Refused refused = catchThrowableOfType(Refused.class, () -> audiences().run("wrong"));
            assertThat(refused).as(sql).isNotNull();
            assertThat(refused.problem().toString()).as(sql).contains("wrong.trait.yaml:2:", message);
        });
        assertThat(sent()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aPreviewTellsWhatWouldChangeAndSendsNothing(Kind kind) throws Exception {
        open(kind);
        warehouse.load(track("Order Completed", user("u1"), "1", "{}"), track("Order Completed", user("u2"), "1", "{}"),
                track("Email Opened", user("u2"), "1", "{}"));
        define("buyers.audience.yaml", "who: {did: Order Completed}\n");
        define("openers.audience.yaml", "who: {did: Email Opened}\n");
        Audiences audiences = audiences();
        audiences.run("openers");
        sent();

        Audiences.PreviewResult preview = audiences.preview("buyers");

        assertThat(preview.size()).isEqualTo(2);
        assertThat(preview.added()).isEqualTo(2);
        assertThat(preview.overlap()).isEqualTo(Map.of("openers", 1L));
        assertThat(preview.sample()).hasSize(2).allSatisfy(row -> assertThat(row).containsKey("user_id"));
        assertThat(sent()).isEmpty();
        assertThat(warehouse.query("SELECT count(*) FROM _serai.members_buyers")).containsExactly("0");
    }

    @ParameterizedTest
    @EnumSource
    void aDefinitionWithoutAFileKeepsItsMembersUntilItIsDropped(Kind kind) throws Exception {
        open(kind);
        warehouse.load(track("Order Completed", user("u1"), "1", "{}"), track("Order Completed", user("u2"), "1", "{}"));
        define("buyers.audience.yaml", "destinations: [facebook]\nwho: {did: Order Completed}\n");
        audiences().run("buyers");
        sent();
        Files.delete(directory.resolve("audiences/buyers.audience.yaml"));
        Audiences audiences = audiences();

        assertThat(audiences.list()).singleElement().satisfies(status -> {
            assertThat(status.hasFile()).isFalse();
            assertThat(status.size()).isEqualTo(2);
            assertThat(status.problem().orElseThrow()).contains("its file is gone");
        });
        assertThat(audiences.drop("buyers", true)).isEqualTo(2);
        List<Event> events = sent();
        assertThat(told(events)).containsExactly("u1 Audience Exited", "u1 IDENTIFY {\"buyers\":false}", "u2 Audience Exited",
                "u2 IDENTIFY {\"buyers\":false}");
        assertThat(events.get(0).at("/integrations/facebook").asBoolean()).isTrue();
        assertThat(audiences.list()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void whoIsForgottenIsInNothing(Kind kind) throws Exception {
        open(kind);
        warehouse.load(event("identify", user("u1") + "," + anonymous("a1"), "1", ",\"traits\":{\"email\":\"ann@example.com\"}"),
                track("Order Completed", user("u1"), "1", "{}"), track("Order Completed", user("u2"), "1", "{}"));
        define("buyers.audience.yaml", "who: {did: Order Completed}\n");
        Audiences audiences = audiences();
        audiences.run("buyers");
        PersonStore people = audiences.people().get(0);

        assertThat(people.count("u1")).isEqualTo(Map.of("_serai.members_buyers", 1L, "_serai.identities", 3L));
        assertThat(people.remove("u1")).isEqualTo(Map.of("_serai.members_buyers", 1L, "_serai.identities", 3L));

        assertThat(people.count("u1")).isEmpty();
        assertThat(members("buyers")).containsExactly("u2");
    }

    @ParameterizedTest
    @EnumSource
    void aFunnelCountsWhoCameFromStepToStepInTime(Kind kind) throws Exception {
        open(kind);
        List<String> events = new ArrayList<>();
        for (String[] one : new String[][] {{"u1", "c1", "sent,delivered,opened,clicked"}, {"u2", "c1", "sent,delivered"},
            {"u3", "c1", "sent,opened"}, {"u1", "c2", "sent,delivered,opened"}}) {
            int step = 0;
            for (String what : one[2].split(",")) {
                String name = Map.of("sent", "Email Sent", "delivered", "Email Delivered", "opened", "Email Opened", "clicked",
                        "Email Link Clicked").get(what);
                events.add(track(name, user(one[0]), String.valueOf(10 - 0.1 * step++), "{\"campaign_id\":\"" + one[1] + "\"}"));
            }
        }
        // too late, and of another campaign
        events.add(track("Email Delivered", user("u3"), "1", "{\"campaign_id\":\"c1\"}"));
        events.add(track("Email Link Clicked", user("u2"), "9.5", "{\"campaign_id\":\"c9\"}"));
        warehouse.load(events.toArray(String[]::new));
        define("email.report.yaml", """
                funnel:
                  steps: [{event: Email Sent}, {event: Email Delivered}, {event: Email Opened}, {event: Email Link Clicked}]
                  within: 7d
                  same: campaign_id
                  breakdown: campaign_id
                """);

        Audiences.Report report = audiences().report("email");

        assertThat(report.rows().stream().map(row -> row.get("breakdown") + " " + row.get("step") + " " + row.get("event") + " "
                + row.get("profiles"))).containsExactly("c1 1 Email Sent 3", "c1 2 Email Delivered 2", "c1 3 Email Opened 1",
                "c1 4 Email Link Clicked 1", "c2 1 Email Sent 1", "c2 2 Email Delivered 1", "c2 3 Email Opened 1");
        assertThat(report.sql()).startsWith("WITH ");
    }

    @ParameterizedTest
    @EnumSource
    void profilesThatBecomeOneStayInTheirAudience(Kind kind) throws Exception {
        open(kind);
        warehouse.load(event("track", anonymous("a1"), "3", ",\"event\":\"Email Opened\",\"properties\":{},"
                + "\"context\":{\"traits\":{\"email\":\"ann@example.com\"}}"), track("Seen", user("u1"), "5", "{}"));
        define("openers.audience.yaml", "who: {did: Email Opened}\n");
        audiences().run("openers");
        assertThat(told(sent())).containsExactly("a1 Audience Entered", "a1 IDENTIFY {\"openers\":true,\"email\":\"ann@example.com\"}");

        warehouse.load(event("identify", user("u1"), "1", ",\"traits\":{\"email\":\"ann@example.com\"}"));
        audiences().run("openers");

        assertThat(told(sent())).containsExactly("u1 Audience Entered", "u1 IDENTIFY {\"openers\":true,\"email\":\"ann@example.com\"}");
        assertThat(warehouse.query("SELECT count(*) FROM _serai.members_openers")).containsExactly("1");
    }

    @ParameterizedTest
    @EnumSource
    void eachEmailOfAMemberIsToldToLists(Kind kind) throws Exception {
        open(kind);
        warehouse.load(event("identify", user("u1"), "3", ",\"traits\":{\"email\":\"ann@example.com\"}"),
                event("identify", user("u1"), "2", ",\"traits\":{\"email\":\"ann@work.example\"}"), track("Order Completed", user("u1"), "1", "{}"));
        define("buyers.audience.yaml", "who: {did: Order Completed}\n");

        audiences().run("buyers");

        List<Event> events = sent();
        assertThat(events).filteredOn(event -> event.event().isPresent()).extracting(event -> event.at("/context/traits/email").asText())
                .containsExactlyInAnyOrder("ann@example.com", "ann@work.example");
        assertThat(events).filteredOn(event -> event.event().isEmpty()).singleElement()
                .satisfies(event -> assertThat(event.at("/traits/email").asText()).isEqualTo("ann@work.example"));
        assertThat(events.stream().map(Event::messageId)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void whoDoesSomethingNewIsLookedAtAndNobodyElse(Kind kind) throws Exception {
        open(kind);
        warehouse.load(track("Order Completed", user("u1"), "100", "{}"));
        define("recent-buyers.audience.yaml", "who: {did: Order Completed, within: 100d}\n");
        audiences(NOW.minusSeconds(3_600)).run("recent-buyers");
        sent();
        warehouse.execute("UPDATE website.tracks SET uuid_ts = TIMESTAMP '2026-11-23 12:00:00'");
        Audiences later = audiences(NOW.plusSeconds(3_600));

        warehouse.load(track("Order Completed", user("u2"), "0.1", "{}"));
        later.look();

        assertThat(told(sent())).containsExactly("u2 Audience Entered", "u2 IDENTIFY {\"recent_buyers\":true}");
        assertThat(later.history("recent-buyers", 1).get(0)).containsEntry("size", 2L);
        later.look();
        assertThat(sent()).isEmpty();
        // whose time has run out, with the next full run
        later.run("recent-buyers");
        assertThat(told(sent())).containsExactly("u1 Audience Exited", "u1 IDENTIFY {\"recent_buyers\":false}");
        assertThat(later.history("recent-buyers", 1).get(0)).containsEntry("size", 1L);
    }

    @ParameterizedTest
    @EnumSource
    void aPreviewMarksIdsThatNobodyIsKnownBy(Kind kind) throws Exception {
        open(kind);
        warehouse.load(event("identify", user("u1"), "3", ",\"traits\":{\"email\":\"ann@example.com\"}"));
        define("scores.trait.yaml", "sql: SELECT 'u1' AS user_id, 1 AS score UNION ALL SELECT 'u2', 2\n");
        define("mails.trait.yaml", "sql: SELECT 'Ann@example.com' AS email, 1 AS score\n");

        Audiences.PreviewResult scores = audiences().preview("scores");

        assertThat(scores.unknown()).isEqualTo(1);
        assertThat(scores.known()).containsExactly(true, false);
        assertThat(audiences().preview("mails").unknown()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void traitsMayBeNamedLikeAnything(Kind kind) throws Exception {
        open(kind);
        warehouse.execute("CREATE SCHEMA crm");
        warehouse.execute("CREATE TABLE crm.leads (uid text, n integer)");
        warehouse.execute("INSERT INTO crm.leads VALUES ('u1', 1), ('u2', 2)");
        define("odd.trait.yaml", "sql: SELECT uid AS user_id, n AS id, n AS hash, n AS profile, n AS change, n AS rows, n AS identities, "
                + "n AS traits FROM crm.leads\n");
        audiences().run("odd");
        sent();
        warehouse.execute("UPDATE crm.leads SET n = 3 WHERE uid = 'u2'");

        audiences().run("odd");

        assertThat(told(sent())).containsExactly("u2 IDENTIFY {\"id\":3,\"hash\":3,\"profile\":3,\"change\":3,\"rows\":3,\"identities\":3,\"traits\":3}");
    }

    @ParameterizedTest
    @EnumSource
    void idsThatComeTwiceAreSeenWhateverTheStateHasOfThem(Kind kind) throws Exception {
        open(kind);
        warehouse.execute("CREATE SCHEMA crm");
        warehouse.execute("CREATE TABLE crm.leads (uid text, n integer)");
        warehouse.execute("INSERT INTO crm.leads VALUES ('u1', 1), ('u2', 2)");
        define("score.trait.yaml", "sql: SELECT uid AS user_id, n FROM crm.leads\n");
        audiences().run("score");
        for (String twice : List.of("('u1', 1)", "('u1', 5)", "('u3', 1), ('u3', 1)", "('u3', 1), ('u3', 2)")) {
            warehouse.execute("INSERT INTO crm.leads VALUES " + twice);

            Refused refused = catchThrowableOfType(Refused.class, () -> audiences().run("score"));

            assertThat(refused.problem().toString()).contains("several rows are about the same user_id, such as 'u" + twice.charAt(3) + "'");
            warehouse.execute("DELETE FROM crm.leads");
            warehouse.execute("INSERT INTO crm.leads VALUES ('u1', 1), ('u2', 2)");
        }
        assertThat(audiences().run("score").orElseThrow()).containsEntry("changed", 0L);
    }
}
