package dev.serai.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault.Kind;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.salesforce.Logins;
import dev.serai.sandbox.salesforce.Org;
import dev.serai.sandbox.salesforce.SalesforceFake;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What can go wrong with Salesforce, by facts/partners.md sections 3 and 4.3, and that no row is lost by it. */
class SalesforceSyncTest {

    private static final int PEOPLE = 60;

    private final SandboxClock clock = Syncing.stoppedClock();
    private final Faults faults = new Faults();
    private final Population population = new Population(7);
    private final SalesforceFake salesforce = new SalesforceFake(population, clock, faults, PEOPLE);
    private Syncing syncing;

    private void begin(String collections, String... settings) throws Exception {
        begin(salesforce, collections, settings);
    }

    private void begin(SalesforceFake fake, String collections, String... settings) throws Exception {
        Map<String, String> all = new HashMap<>(Map.of("collections", collections));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        syncing = Syncing.of(fake, clock, faults, all);
    }

    @AfterEach
    void close() throws Exception {
        if (syncing != null) {
            syncing.close();
        }
    }

    private void later() {
        clock.advance(Duration.ofHours(1));
    }

    private List<String> there(String sobject) {
        return List.copyOf(new TreeSet<>(salesforce.current(sobject).entrySet().stream()
                .filter(row -> !row.getValue().path("IsDeleted").asBoolean()).map(Map.Entry::getKey).toList()));
    }

    private static ObjectNode fields(String name, String value) {
        return Json.MAPPER.createObjectNode().put(name, value);
    }

    private JsonNode property(String collection, String id, String name) {
        return syncing.objects(collection).get(id).path("properties").path(name);
    }

    @Test
    void firstSyncBringsEveryRowWithItsTypesAndTheNextOnlyWhatChanged() throws Exception {
        begin("contacts");
        syncing.sync("contacts");
        assertThat(syncing.ids("contacts")).isEqualTo(there("Contact"));
        JsonNode row = syncing.written("contacts").get(0).path("properties");
        assertThat(row.has("attributes")).isFalse();
        assertThat(row.path("SystemModstamp").asText()).endsWith("Z");
        syncing.news("contacts");
        later();
        String id = there("Contact").get(0);
        salesforce.org().update("Contact", id, fields("FirstName", "Changed"));
        syncing.sync("contacts");
        // the look-back brings rows of the last minutes again, and there are none
        assertThat(syncing.news("contacts")).extracting(object -> object.path("id").asText()).containsOnly(id);
        assertThat(property("contacts", id, "FirstName").asText()).isEqualTo("Changed");
    }

    /** 4.3.10: a bulk update gives more rows than a page one stamp. */
    @Test
    void equalStampsAcrossThePageEdgeLoseNoRow() throws Exception {
        SalesforceFake large = SalesforceFake.large(population, clock, faults, 4_500);
        begin(large, "contacts");
        syncing.fault("", Kind.EQUAL_STAMPS, 1);
        syncing.sync("contacts");
        assertThat(syncing.status("contacts").path("failures").asInt()).isZero();
        assertThat(syncing.ids("contacts")).hasSize(4_500);
    }

    @Test
    void rowsOfABulkUpdateAllArrive() throws Exception {
        begin("contacts");
        syncing.sync("contacts");
        later();
        salesforce.org().bulkUpdate("Contact", there("Contact"), fields("Department", "moved"));
        syncing.sync("contacts");
        assertThat(syncing.objects("contacts").values()).filteredOn(object -> !object.path("isDeleted").asBoolean())
                .allSatisfy(object -> assertThat(object.at("/properties/Department").asText()).isEqualTo("moved"));
    }

    /** 4.3.10: a row becomes visible after a later stamp was read. */
    @Test
    void aRowThatBecomesVisibleLateIsFoundByTheLookBack() throws Exception {
        begin("contacts");
        syncing.sync("contacts");
        later();
        syncing.fault("", Kind.LATE_ROWS, 1);
        String late = there("Contact").get(0);
        salesforce.org().update("Contact", late, fields("FirstName", "Late"));
        clock.advance(Duration.ofSeconds(1));
        salesforce.org().update("Contact", there("Contact").get(1), fields("FirstName", "In time"));
        syncing.sync("contacts");
        clock.advance(Org.LATE.plusSeconds(1));
        syncing.sync("contacts");
        assertThat(property("contacts", late, "FirstName").asText()).isEqualTo("Late");
    }

    @Test
    void rowsInTheRecycleBinAreDeletedAndComeBack() throws Exception {
        begin("contacts");
        syncing.sync("contacts");
        later();
        String id = there("Contact").get(0);
        salesforce.org().delete("Contact", id);
        syncing.sync("contacts");
        assertThat(syncing.objects("contacts").get(id).path("isDeleted").asBoolean()).isTrue();
        assertThat(syncing.objects("contacts").get(id).at("/properties/Email").isTextual()).isTrue();
        later();
        salesforce.org().undelete("Contact", id);
        syncing.sync("contacts");
        assertThat(syncing.ids("contacts")).isEqualTo(there("Contact")).contains(id);
    }

    /** What Segment does not find: a row that left the recycle bin. */
    @Test
    void rowsThatAreGoneForGoodAreFoundByTheDailySweep() throws Exception {
        begin("contacts");
        syncing.sync("contacts");
        later();
        String id = there("Contact").get(0);
        salesforce.org().purge("Contact", id);
        syncing.sync("contacts");
        assertThat(syncing.objects("contacts").get(id).path("isDeleted").asBoolean()).isFalse();
        clock.advance(Duration.ofHours(25));
        syncing.sync("contacts");
        assertThat(syncing.objects("contacts").get(id).path("isDeleted").asBoolean()).isTrue();
        assertThat(syncing.ids("contacts")).isEqualTo(there("Contact"));
    }

    @Test
    void aSweepOnlySendsWhatIsGone() throws Exception {
        begin("contacts");
        syncing.sync("contacts");
        syncing.news("contacts");
        clock.advance(Duration.ofHours(25));
        syncing.sync("contacts");
        assertThat(syncing.news("contacts")).isEmpty();
    }

    @Test
    void objectsWithoutAStampAreReadWholeAndCompared() throws Exception {
        begin("names");
        syncing.sync("names");
        assertThat(syncing.status("names").path("failures").asInt()).as(syncing.status("names").toString()).isZero();
        assertThat(syncing.ids("names")).isEqualTo(there("Name"));
        syncing.news("names");
        syncing.sync("names");
        assertThat(syncing.news("names")).isEmpty();
    }

    @Test
    void customObjectsAreSyncedByTheirNames() throws Exception {
        begin("Invoice__c", "objects", "Invoice__c");
        syncing.sync("Invoice__c");
        assertThat(syncing.ids("Invoice__c")).isEqualTo(there("Invoice__c")).isNotEmpty();
        assertThat(syncing.written("Invoice__c").get(0).at("/properties/Amount__c").isNumber()).isTrue();
    }

    /** 4.3.11: NUL in the CSV, 0.0 for integers, and the word null as the last locator. */
    @Test
    void aLargeObjectComesThroughTheBulkApiWithItsTypes() throws Exception {
        SalesforceFake large = SalesforceFake.large(population, clock, faults, 120_000);
        begin(large, "contacts");
        syncing.fault("", Kind.NUL_BYTES, 1);
        syncing.sync("contacts");
        assertThat(syncing.status("contacts").path("failures").asInt()).as(syncing.status("contacts").toString()).isZero();
        assertThat(large.bulk().jobs()).isPositive();
        assertThat(syncing.ids("contacts")).hasSize(120_000);
        assertThat(syncing.deadLetters()).isEmpty();
        assertThat(syncing.written("contacts").get(0).at("/properties/SystemModstamp").asText()).endsWith("Z");
        later();
        large.changeLarge(5, fields("FirstName", "Changed"), clock.instant());
        syncing.news("contacts");
        syncing.sync("contacts");
        assertThat(syncing.news("contacts")).hasSize(1);
    }

    @Test
    void sessionsThatEndAreBegunAgain() throws Exception {
        begin("contacts,accounts");
        syncing.sync("contacts");
        salesforce.logins().expireSessions();
        syncing.sync("contacts", "accounts");
        assertThat(syncing.status("accounts").path("failures").asInt()).isZero();
        assertThat(salesforce.logins().count()).isGreaterThan(1);
    }

    @Test
    void aRevokedClientStopsTheSourceAndNamesTheSettings() throws Exception {
        begin("contacts,accounts");
        syncing.sync("contacts");
        salesforce.logins().revokeClient();
        syncing.sync("contacts");
        assertThat(syncing.status("accounts").path("phase").asText()).as(syncing.status("contacts").toString())
                .isEqualTo("stopped");
        assertThat(syncing.status("contacts").path("message").asText()).contains(".clientSecret");
    }

    @Test
    void aRefreshTokenThatIsReplacedIsKeptAlsoForTheNextHub() throws Exception {
        salesforce.logins().rotateRefreshTokens(true);
        begin("contacts", "refreshToken", Logins.FIRST_REFRESH_TOKEN);
        syncing.sync("contacts");
        assertThat(salesforce.logins().refreshTokens()).doesNotContain(Logins.FIRST_REFRESH_TOKEN);
        salesforce.logins().expireSessions();
        syncing.sync("contacts");
        assertThat(syncing.status("contacts").path("failures").asInt()).as(syncing.status("contacts").toString()).isZero();
        syncing.startEngine();
        syncing.stopEngine();
        salesforce.logins().expireSessions();
        syncing.sync("contacts");
        assertThat(syncing.status("contacts").path("failures").asInt()).as(syncing.status("contacts").toString()).isZero();
    }

    @Test
    void aPartOfTheDaysRequestsIsLeftToOthers() throws Exception {
        begin("contacts");
        syncing.sync("contacts");
        salesforce.budget().allowDaily(1_000);
        salesforce.budget().use(850);
        int used = salesforce.budget().used();
        syncing.sync("contacts");
        assertThat(syncing.status("contacts").path("code").asText()).isEqualTo("limited");
        assertThat(syncing.status("contacts").path("message").asText()).contains("of the organization's 1000 requests");
        assertThat(salesforce.budget().used() - used).isLessThanOrEqualTo(1);
    }

    @Test
    void anObjectThatMayNotBeReadIsShownAndCostsNoOther() throws Exception {
        salesforce.org().deny("Lead");
        begin("leads,contacts");
        syncing.sync("leads", "contacts");
        assertThat(syncing.status("leads").path("code").asText()).isIn("gone", "forbidden", "refused");
        assertThat(syncing.ids("contacts")).isEqualTo(there("Contact"));
    }

    /** 4.3.11: a field appears and another changes its type between pages. */
    @Test
    void aChangedSchemaArrivesAsItIs() throws Exception {
        begin("contacts");
        syncing.sync("contacts");
        syncing.fault("", Kind.SCHEMA_CHANGE, 1);
        later();
        salesforce.org().bulkUpdate("Contact", there("Contact"), fields("Department", "new"));
        syncing.sync("contacts");
        syncing.sync("contacts");
        assertThat(syncing.status("contacts").path("failures").asInt()).as(syncing.status("contacts").toString()).isZero();
        assertThat(syncing.deadLetters()).isEmpty();
        assertThat(syncing.ids("contacts")).isEqualTo(there("Contact"));
    }

    @Test
    void serverErrorsAndCutAnswersAreTriedAgain() throws Exception {
        begin("contacts");
        syncing.fault("/services/data", Kind.SERVER_ERROR, 2);
        syncing.syncFully("contacts");
        syncing.fault("/services/data", Kind.HALF_PAGE, 1);
        syncing.syncFully("contacts");
        syncing.fault("/services/data", Kind.RATE_LIMIT_BARE, 1);
        syncing.syncFully("contacts");
        assertThat(syncing.status("contacts").path("failures").asInt()).as(syncing.status("contacts").toString()).isZero();
        assertThat(syncing.ids("contacts")).isEqualTo(there("Contact"));
    }

    /** After any sequence of changes and faults the topic's latest states are the partner's, in every collection. */
    @Test
    void anyRandomHistoryEndsAtThePartnersState() throws Exception {
        begin("all");
        Random random = new Random(5);
        Kind[] passing = {Kind.SERVER_ERROR, Kind.HALF_PAGE, Kind.RATE_LIMIT_BARE};
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 25; i++) {
                salesforce.mutate(random);
                clock.advance(Duration.ofSeconds(random.nextInt(3)));
            }
            clock.advance(Duration.ofMinutes(2));
            syncing.fault("/services/data", passing[random.nextInt(passing.length)], 1);
            if (round == 2) {
                syncing.startEngine();
                syncing.stopEngine();
            }
            syncing.sync();
        }
        faults.clear();
        clock.advance(Duration.ofHours(25));
        syncing.sync();
        Map<String, String> names = syncing.endpoints();
        for (JsonNode status : syncing.statuses()) {
            String collection = status.path("collection").asText();
            assertThat(status.path("failures").asInt()).as(status.toString()).isZero();
            assertThat(syncing.ids(collection)).as(collection).isEqualTo(there(names.get(collection)));
        }
    }
}
