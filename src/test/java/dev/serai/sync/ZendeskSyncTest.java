package dev.serai.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Fault.Kind;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.zendesk.ZendeskFake;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What can go wrong with Zendesk, by facts/partners.md sections 2 and 4.3, and that no object is lost by it. */
class ZendeskSyncTest {

    private static final int USERS = 60;
    private static final Set<String> OF_TICKETS = Set.of("ticket_metrics", "ticket_comments", "attachments");
    private static final Duration HOUR = Duration.ofHours(1);

    private final SandboxClock clock = Syncing.stoppedClock();
    private final Faults faults = new Faults();
    private final ZendeskFake zendesk = new ZendeskFake(new Population(7), clock, faults, USERS);
    private Syncing syncing;

    private void begin(String collections) throws Exception {
        zendesk.withoutLimits();
        syncing = Syncing.of(zendesk, clock, faults, Map.of("collections", collections, "startDate", "2000-01-01"));
    }

    @AfterEach
    void close() throws Exception {
        if (syncing != null) {
            syncing.close();
        }
    }

    private void later() {
        clock.advance(HOUR);
    }

    /** Without what belongs to deleted tickets. */
    private List<String> present(String collection) {
        return List.copyOf(new TreeSet<>(zendesk.current(collection).entrySet().stream()
                .filter(object -> !object.getValue().path("is_deleted").asBoolean()).map(Map.Entry::getKey).toList()));
    }

    /** The fake's ids of what is there. What belongs to a deleted ticket stays in its tables. */
    private List<String> there(String collection) {
        return List.copyOf(new TreeSet<>(zendesk.current(collection).entrySet().stream()
                .filter(object -> OF_TICKETS.contains(collection) || !object.getValue().path("is_deleted").asBoolean())
                .map(Map.Entry::getKey).toList()));
    }

    @Test
    void firstSyncBringsEveryTicketAndTheNextOnlyWhatChanged() throws Exception {
        begin("tickets");
        syncing.sync("tickets");
        assertThat(syncing.ids("tickets")).isEqualTo(there("tickets"));

        syncing.news("tickets");
        later();
        String id = there("tickets").get(0);
        zendesk.desk().update("tickets", Long.parseLong(id), Json.MAPPER.createObjectNode()
                .put("priority", "urgent"));
        later();
        syncing.sync("tickets");
        assertThat(syncing.news("tickets"))
                .extracting(object -> object.path("id").asText()).containsExactly(id);
        assertThat(syncing.objects("tickets").get(id).at("/properties/priority").asText()).isEqualTo("urgent");
    }

    /** 4.3.6: a restart that begins at the present instead of the stored cursor loses rows. */
    @Test
    void goesOnFromTheStoredCursorAfterARestart() throws Exception {
        begin("tickets");
        syncing.sync("tickets");
        later();
        String id = there("tickets").get(1);
        zendesk.desk().update("tickets", Long.parseLong(id), Json.MAPPER.createObjectNode()
                .put("subject", "changed while the hub was away"));
        later();
        syncing.startEngine();
        syncing.stopEngine();
        later();
        syncing.sync("tickets");
        assertThat(syncing.objects("tickets").get(id).at("/properties/subject").asText())
                .isEqualTo("changed while the hub was away");
    }

    /** An expired cursor falls back to what was seen last, never to the present. */
    @Test
    void anExpiredCursorFallsBackToTheLastSeenStamp() throws Exception {
        begin("tickets");
        syncing.sync("tickets");
        later();
        String id = there("tickets").get(2);
        zendesk.desk().update("tickets", Long.parseLong(id), Json.MAPPER.createObjectNode()
                .put("subject", "after the cursor had expired"));
        later();
        syncing.fault("/api/v2/incremental/tickets", Kind.EXPIRED_CURSOR, 1);
        syncing.sync("tickets");
        assertThat(syncing.objects("tickets").get(id).at("/properties/subject").asText())
                .isEqualTo("after the cursor had expired");
        assertThat(syncing.status("tickets").path("failures").asInt()).isZero();
    }

    /** 4.3.7: time-based exports return the rows of the boundary second again. */
    @Test
    void rowsOfTheBoundarySecondAreWrittenOnce() throws Exception {
        zendesk.exportPageSize(7);
        begin("organizations");
        syncing.sync("organizations");
        assertThat(syncing.ids("organizations")).isEqualTo(there("organizations"));
        syncing.news("organizations");
        later();
        syncing.sync("organizations");
        assertThat(syncing.news("organizations")).isEmpty();
        assertThat(syncing.written("organizations")).extracting(object -> object.path("id").asText()).doesNotHaveDuplicates();
    }

    /** 4.3.8: archived tickets vanish from lists, and their metrics; the export has them, also after a full reset. */
    @Test
    void archivedTicketsAndTheirMetricsAreThereAlsoAfterAFullSync() throws Exception {
        begin("tickets,ticket_metrics");
        syncing.syncFully("tickets", "ticket_metrics");
        assertThat(syncing.ids("tickets")).isEqualTo(there("tickets"));
        assertThat(syncing.ids("ticket_metrics")).isEqualTo(present("ticket_metrics"));
    }

    /** 4.3.9: the export limit is waited for, by what the partner says, and nothing is lost. */
    @Test
    void theExportLimitIsWaitedForAndNothingIsLost() throws Exception {
        begin("users");
        faults.add(new Fault("zendesk", "/api/v2/incremental/users", Kind.RATE_LIMIT, 2, Duration.ZERO));
        syncing.fault("/api/v2/incremental/users", Kind.RATE_LIMIT_BARE, 1);
        syncing.sync("users");
        assertThat(syncing.status("users").path("failures").asInt()).isZero();
        assertThat(syncing.ids("users")).isEqualTo(there("users"));
    }

    /** 4.3.9: comments come with the ticket's events, so a deleted ticket is no 404 that ends the sync. */
    @Test
    void commentsOfDeletedTicketsDoNotEndTheSync() throws Exception {
        begin("ticket_comments,tickets");
        String id = there("tickets").get(0);
        zendesk.desk().tickets().delete(Long.parseLong(id),
                zendesk.current("tickets").get(id).path("requester_id").asLong());
        later();
        syncing.sync("tickets", "ticket_comments");
        assertThat(syncing.status("ticket_comments").path("failures").asInt()).isZero();
        assertThat(syncing.ids("ticket_comments")).containsAll(zendesk.current("ticket_comments").keySet());
        assertThat(syncing.objects("tickets").get(id).path("isDeleted").asBoolean()).isTrue();
    }

    @Test
    void anEmptyPageWithMoreToComeIsNotTheEnd() throws Exception {
        begin("tickets");
        syncing.fault("/api/v2/incremental/tickets", Kind.EMPTY_PAGE, 2);
        syncing.syncFully("tickets");
        assertThat(syncing.ids("tickets")).isEqualTo(there("tickets"));
    }

    @Test
    void whatIsListedNoMoreIsDeletedAndWhatIsAsItWasIsNotSent() throws Exception {
        begin("group_memberships");
        syncing.sync("group_memberships");
        List<String> all = there("group_memberships");
        assertThat(syncing.ids("group_memberships")).isEqualTo(all);
        syncing.news("group_memberships");
        later();
        zendesk.desk().delete("group_memberships", Long.parseLong(all.get(0)));
        syncing.sync("group_memberships");
        List<JsonNode> after = syncing.news("group_memberships");
        assertThat(after).hasSize(1);
        assertThat(after.get(0).path("id").asText()).isEqualTo(all.get(0));
        assertThat(after.get(0).path("isDeleted").asBoolean()).isTrue();
        assertThat(syncing.ids("group_memberships")).isEqualTo(all.subList(1, all.size()));
    }

    @Test
    void aRefusedKeyStopsTheSourceAndSaysWhatToDo() throws Exception {
        begin("tickets,groups");
        syncing.sync("tickets", "groups");
        syncing.fault("", Kind.UNAUTHORIZED, 1);
        syncing.sync("tickets");
        assertThat(syncing.status("tickets").path("phase").asText()).isEqualTo("stopped");
        assertThat(syncing.status("groups").path("phase").asText()).isEqualTo("stopped");
        assertThat(syncing.status("tickets").path("message").asText())
                .contains("serai.sources." + syncing.source() + ".apiToken");
        assertThat(syncing.fault()).hasValueSatisfying(fault -> assertThat(fault).contains(syncing.source()));

        // mended, and wished for
        syncing.sync("tickets", "groups");
        assertThat(syncing.status("tickets").path("phase").asText()).isEqualTo("waiting");
        assertThat(syncing.fault()).isEmpty();
    }

    @Test
    void aCollectionThatMayNotBeReadIsShownAndCostsNoOther() throws Exception {
        begin("ticket_forms,groups");
        syncing.fault("/api/v2/ticket_forms", Kind.FORBIDDEN, 9);
        syncing.sync("ticket_forms", "groups");
        assertThat(syncing.status("ticket_forms").path("code").asText()).isEqualTo("forbidden");
        assertThat(syncing.status("ticket_forms").path("message").asText()).contains("403");
        assertThat(syncing.ids("ticket_forms")).isEmpty();
        assertThat(syncing.ids("groups")).isEqualTo(there("groups"));
    }

    @Test
    void serverErrorsAndHalfReadPagesAreTriedAgain() throws Exception {
        begin("users");
        syncing.fault("/api/v2/incremental/users", Kind.SERVER_ERROR, 2);
        syncing.syncFully("users");
        syncing.fault("/api/v2/incremental/users", Kind.HALF_PAGE, 1);
        syncing.syncFully("users");
        assertThat(syncing.status("users").path("failures").asInt()).isZero();
        assertThat(syncing.ids("users")).isEqualTo(there("users"));
    }

    @Test
    void aNewFieldAndAChangedTypeArriveAsTheyAre() throws Exception {
        begin("tickets");
        syncing.sync("tickets");
        syncing.fault("/api/v2/incremental/tickets", Kind.SCHEMA_CHANGE, 1);
        later();
        syncing.syncFully("tickets");
        assertThat(syncing.deadLetters()).isEmpty();
        assertThat(syncing.ids("tickets")).isEqualTo(there("tickets"));
    }

    /** After any sequence of changes and faults the topic's latest states are the partner's, in every collection. */
    @Test
    void anyRandomHistoryEndsAtThePartnersState() throws Exception {
        zendesk.withoutLimits();
        zendesk.exportPageSize(200);
        syncing = Syncing.of(zendesk, clock, faults, Map.of("collections", "all", "startDate", "2000-01-01"));
        Random random = new Random(42);
        for (int round = 0; round < 6; round++) {
            for (int i = 0; i < 15; i++) {
                zendesk.mutate(random);
                clock.advance(Duration.ofSeconds(random.nextInt(3)));
            }
            clock.advance(Duration.ofMinutes(2));
            Kind[] passing = {Kind.SERVER_ERROR, Kind.HALF_PAGE, Kind.EXPIRED_CURSOR, Kind.RATE_LIMIT_BARE, Kind.EMPTY_PAGE};
            syncing.fault("/api/v2/", passing[random.nextInt(passing.length)], 1);
            if (round == 3) {
                syncing.startEngine();
                syncing.stopEngine();
            }
            syncing.sync();
        }
        faults.clear();
        syncing.sync();
        for (String collection : List.of("users", "groups", "tickets", "ticket_fields", "ticket_forms",
                "organizations", "ticket_skips", "organization_memberships", "group_memberships", "satisfaction_ratings",
                "ticket_comments", "attachments", "activities", "audit_logs")) {
            assertThat(syncing.status(collection).path("failures").asInt()).as(collection).isZero();
            assertThat(syncing.ids(collection)).as(collection).isEqualTo(there(collection));
        }
        // the export of a deleted ticket has no metrics; those that came before it was deleted stay
        assertThat(syncing.ids("ticket_metrics")).containsAll(present("ticket_metrics"));
        assertThat(there("ticket_metrics")).containsAll(syncing.ids("ticket_metrics"));
    }
}
