package dev.serai.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault.Kind;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.stripe.StripeFake;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What can go wrong with Stripe, by facts/partners.md sections 1 and 4.3, and that no object is lost by it. */
class StripeSyncTest {

    private static final int CUSTOMERS = 60;

    private final SandboxClock clock = Syncing.stoppedClock();
    private final Faults faults = new Faults();
    private final StripeFake stripe = new StripeFake(new Population(7), clock, faults, CUSTOMERS);
    private Syncing syncing;

    private void begin(String collections) throws Exception {
        syncing = Syncing.of(stripe, clock, faults, Map.of("collections", collections));
    }

    @AfterEach
    void close() throws Exception {
        if (syncing != null) {
            syncing.close();
        }
    }

    private void later() {
        clock.advance(Duration.ofMinutes(20));
    }

    /** The fake's ids of what is there; a canceled subscription is deleted to a table. */
    private List<String> there(String collection) {
        return List.copyOf(new TreeSet<>(stripe.current(collection).entrySet().stream()
                .filter(object -> !object.getValue().path("deleted").asBoolean()
                        && !(collection.equals("subscriptions") && object.getValue().path("status").asText().equals("canceled")))
                // a shipping method of two orders is two rows
                .map(object -> collection.equals("order_shipping_methods")
                        ? object.getValue().path("order").asText() + "_" + object.getKey() : object.getKey()).toList()));
    }

    private String first(String collection) {
        return there(collection).get(0);
    }

    private static ObjectNode fields(String name, String value) {
        return Json.MAPPER.createObjectNode().put(name, value);
    }

    private String property(String collection, String id, String name) {
        return syncing.objects(collection).get(id).path("properties").path(name).asText();
    }

    /** 4.3.1: a list by creation never shows updates; the feed does. */
    @Test
    void updatesArriveThroughTheFeed() throws Exception {
        begin("customers");
        syncing.sync("customers");
        assertThat(syncing.ids("customers")).isEqualTo(there("customers"));
        syncing.news("customers");
        later();
        String id = first("customers");
        stripe.update("customers", id, fields("description", "changed later"));
        syncing.sync("customers");
        assertThat(syncing.news("customers")).extracting(object -> object.path("id").asText()).containsOnly(id);
        assertThat(property("customers", id, "description")).isEqualTo("changed later");
    }

    /** 4.3.3: an update's version is the time of the event, not the creation of the object. */
    @Test
    void theVersionOfAnUpdateIsTheTimeOfItsEvent() throws Exception {
        begin("customers");
        syncing.sync("customers");
        later();
        String id = first("customers");
        stripe.update("customers", id, fields("description", "now"));
        syncing.sync("customers");
        assertThat(syncing.objects("customers").get(id).path("version").asLong() / 1_000_000)
                .isEqualTo(clock.instant().getEpochSecond());
    }

    @Test
    void ofSeveralEventsInOneSecondTheLastHolds() throws Exception {
        begin("customers");
        syncing.sync("customers");
        later();
        String made = stripe.create("customers", fields("description", "0")).path("id").asText();
        for (int i = 1; i <= 5; i++) {
            stripe.update("customers", made, fields("description", String.valueOf(i)));
        }
        syncing.sync("customers");
        assertThat(property("customers", made, "description")).isEqualTo("5");
        stripe.update("customers", made, fields("description", "6"));
        syncing.sync("customers");
        assertThat(property("customers", made, "description")).isEqualTo("6");
    }

    @Test
    void moreEventsThanAPageAreAppliedInTheirOrder() throws Exception {
        begin("customers");
        syncing.sync("customers");
        later();
        List<String> ids = there("customers");
        for (int i = 0; i < 350; i++) {
            stripe.update("customers", ids.get(i % 7), fields("description", String.valueOf(i)));
            if (i % 3 == 0) {
                clock.advance(Duration.ofSeconds(1));
            }
        }
        syncing.sync("customers");
        for (int i = 0; i < 7; i++) {
            assertThat(property("customers", ids.get(i), "description")).isEqualTo(stripe.current("customers").get(ids.get(i))
                    .path("description").asText());
        }
        assertThat(syncing.written("customers").stream().filter(object -> object.path("id").asText().equals(ids.get(0)))
                .mapToLong(object -> object.path("version").asLong()).boxed().toList()).isSorted();
    }

    @Test
    void aDeletedCustomerIsDeletedAndKeepsItsData() throws Exception {
        begin("customers");
        syncing.sync("customers");
        later();
        String id = first("customers");
        stripe.delete("customers", id);
        syncing.sync("customers");
        assertThat(syncing.ids("customers")).isEqualTo(there("customers")).doesNotContain(id);
        assertThat(syncing.objects("customers").get(id).path("isDeleted").asBoolean()).isTrue();
    }

    /** Deletions, updates and creations while history is being read are in the feed that is read after it. */
    @Test
    void whatChangesWhileHistoryIsReadIsNotMissed() throws Exception {
        for (int i = 0; i < 250; i++) {
            stripe.create("customers", fields("description", "many " + i));
        }
        List<String> ids = there("customers");
        Meddling meddling = new Meddling(stripe, "/v1/customers", page -> {
            // the list cannot go on after an object that is gone
            JsonNode data = page.path("data");
            stripe.delete("customers", data.get(data.size() - 1).path("id").asText());
            stripe.update("customers", ids.get(10), fields("description", "meanwhile"));
        });
        syncing = Syncing.of(meddling, clock, faults, Map.of("collections", "customers"));
        syncing.awaitStatus("customers", status -> status.path("endedAt").isTextual());
        assertThat(syncing.status("customers").path("failures").asInt()).isZero();
        assertThat(syncing.ids("customers")).isEqualTo(there("customers"));
        assertThat(property("customers", ids.get(10), "description")).isEqualTo("meanwhile");
    }

    /** 4.3.4: a state older than the feed reads history again, and finds what was deleted meanwhile. */
    @Test
    void aStateOlderThanThirtyDaysReadsHistoryAgainAndFindsDeletions() throws Exception {
        begin("customers");
        syncing.sync("customers");
        String gone = first("customers");
        String changed = there("customers").get(1);
        stripe.delete("customers", gone);
        stripe.update("customers", changed, fields("description", "long ago"));
        clock.advance(Duration.ofDays(40));
        syncing.news("customers");
        syncing.sync("customers");
        assertThat(syncing.ids("customers")).isEqualTo(there("customers"));
        assertThat(property("customers", changed, "description")).isEqualTo("long ago");
        assertThat(syncing.news("customers")).extracting(object -> object.path("id").asText()).contains(gone, changed)
                .hasSize(2);
    }

    /** 4.3.5: more than ten lines, of which only ten are embedded; and lines that are removed. */
    @Test
    void allLinesOfAnInvoiceArriveAndRemovedOnesAreDeleted() throws Exception {
        begin("invoices,invoice_lines");
        syncing.sync("invoice_lines");
        assertThat(syncing.ids("invoice_lines")).isEqualTo(there("invoice_lines"));
        later();
        String invoice = stripe.current("invoice_lines").values().stream().filter(line -> stripe.current("invoices")
                .get(line.path("invoice").asText()).path("status").asText().equals("draft")).findFirst().orElseThrow()
                .path("invoice").asText();
        String line = stripe.current("invoice_lines").entrySet().stream()
                .filter(one -> one.getValue().path("invoice").asText().equals(invoice)).findFirst().orElseThrow().getKey();
        stripe.delete("invoice_lines", line);
        syncing.sync("invoice_lines");
        assertThat(syncing.ids("invoice_lines")).isEqualTo(there("invoice_lines")).doesNotContain(line);
    }

    /** 4.3.5: an empty page that promises more is not asked for for ever. */
    @Test
    void aListThatDoesNotLeadOnIsGivenUpAndTriedAgain() throws Exception {
        begin("charges");
        syncing.sync("charges");
        syncing.fault("/v1/charges", Kind.EMPTY_PAGE, 100);
        syncing.syncFully("charges");
        assertThat(syncing.status("charges").path("code").asText()).isEqualTo("transient");
        faults.clear();
        syncing.sync("charges");
        assertThat(syncing.ids("charges")).isEqualTo(there("charges"));
    }

    @Test
    void aParentThatIsDeletedWhileItsChildrenAreReadTakesThemWithIt() throws Exception {
        begin("cards");
        String customer = stripe.current("cards").values().stream().filter(card -> !card.path("deleted").asBoolean())
                .findFirst().orElseThrow().path("customer").asText();
        syncing.fault("/v1/customers/" + customer + "/sources", Kind.NOT_FOUND, 1);
        syncing.syncFully("cards");
        assertThat(syncing.status("cards").path("failures").asInt()).isZero();
    }

    /** 4.3.10 by way of events: one becomes visible after later ones were read. */
    @Test
    void anEventThatBecomesVisibleLateIsFoundByTheLookBack() throws Exception {
        begin("customers");
        syncing.sync("customers");
        later();
        syncing.fault("", Kind.LATE_ROWS, 1);
        String id = first("customers");
        stripe.update("customers", id, fields("description", "late"));
        clock.advance(Duration.ofSeconds(1));
        stripe.update("customers", there("customers").get(1), fields("description", "in time"));
        syncing.sync("customers");
        clock.advance(StripeFake.LATENESS.plusSeconds(1));
        syncing.sync("customers");
        assertThat(property("customers", id, "description")).isEqualTo("late");
    }

    @Test
    void immutableCollectionsWithoutEventsComeByCreationWithALookBack() throws Exception {
        begin("balance_transactions");
        syncing.sync("balance_transactions");
        assertThat(syncing.ids("balance_transactions")).isEqualTo(there("balance_transactions"));
        long before = stripe.requests("/v1/balance_transactions");
        later();
        Random random = new Random(3);
        for (int i = 0; i < 30; i++) {
            stripe.mutate(random);
        }
        syncing.sync("balance_transactions");
        assertThat(syncing.ids("balance_transactions")).isEqualTo(there("balance_transactions"));
        assertThat(stripe.requests("/v1/balance_transactions") - before).isLessThanOrEqualTo(2);
    }

    @Test
    void eventsOfANewerApiVersionFillTheSameColumns() throws Exception {
        stripe.newShapeEvery(1);
        begin("subscriptions,invoices");
        syncing.sync("subscriptions", "invoices");
        later();
        String id = first("subscriptions");
        String end = property("subscriptions", id, "current_period_end");
        String plan = property("subscriptions", id, "plan_id");
        assertThat(end).isNotEmpty();
        stripe.update("subscriptions", id, (ObjectNode) Json.MAPPER.createObjectNode().set("metadata",
                Json.MAPPER.createObjectNode().put("note", "new shape")));
        syncing.sync("subscriptions");
        assertThat(property("subscriptions", id, "metadata")).contains("new shape");
        assertThat(property("subscriptions", id, "current_period_end")).isEqualTo(end);
        assertThat(property("subscriptions", id, "plan_id")).isEqualTo(plan);
    }

    @Test
    void aRevokedKeyStopsTheSourceAndNamesTheSetting() throws Exception {
        begin("customers,charges");
        syncing.sync();
        stripe.revokeKey();
        syncing.sync("charges");
        assertThat(syncing.status("customers").path("phase").asText()).isEqualTo("stopped");
        assertThat(syncing.status("charges").path("message").asText()).contains("serai.sources." + syncing.source() + ".apiKey");
        stripe.restoreKey();
        syncing.sync();
        assertThat(syncing.fault()).isEmpty();
    }

    @Test
    void aSyncOfFewChangesCostsFewRequestsHoweverLargeTheCollection() throws Exception {
        StripeFake large = StripeFake.large(20_000, clock, faults);
        syncing = Syncing.of(large, clock, faults, Map.of("collections", "charges"));
        syncing.sync("charges");
        assertThat(syncing.status("charges").path("failures").asInt()).isZero();
        later();
        for (int i = 0; i < 100; i++) {
            large.changeLarge(i * 100L);
        }
        long before = large.requests("/v1/");
        syncing.sync("charges");
        assertThat(syncing.status("charges").path("rows").asInt()).isEqualTo(100);
        assertThat(large.requests("/v1/") - before).isLessThanOrEqualTo(4);
    }

    /** After any sequence of changes and faults the topic's latest states are the partner's, in every collection. */
    @Test
    void anyRandomHistoryEndsAtThePartnersState() throws Exception {
        begin("all");
        Random random = new Random(11);
        Kind[] passing = {Kind.SERVER_ERROR, Kind.HALF_PAGE, Kind.EXPIRED_CURSOR, Kind.RATE_LIMIT_BARE, Kind.EQUAL_STAMPS};
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 20; i++) {
                stripe.mutate(random);
                clock.advance(Duration.ofSeconds(random.nextInt(2)));
            }
            clock.advance(Duration.ofMinutes(1));
            syncing.fault("/v1/", passing[random.nextInt(passing.length)], 1);
            if (round == 2) {
                syncing.startEngine();
                syncing.stopEngine();
            }
            if (round == 4) {
                clock.advance(Duration.ofDays(45));
            }
            syncing.sync();
        }
        faults.clear();
        syncing.sync();
        for (JsonNode status : syncing.statuses()) {
            String collection = status.path("collection").asText();
            assertThat(status.path("failures").asInt()).as(status.toString()).isZero();
            String table = syncing.tables().get(collection);
            assertThat(syncing.ids(table)).as(table).isEqualTo(there(table));
        }
        assertThat(syncing.deadLetters()).isEmpty();
    }
}
