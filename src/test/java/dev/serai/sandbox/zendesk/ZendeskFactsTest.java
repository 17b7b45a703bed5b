package dev.serai.sandbox.zendesk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is known of Zendesk's API, asked of the fake over plain HTTP. */
class ZendeskFactsTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final String TICKETS = "/api/v2/incremental/tickets/cursor.json";
    private static final String ORGANIZATIONS = "/api/v2/incremental/organizations.json";

    private final SandboxClock clock = new SandboxClock();
    private final Faults faults = new Faults();
    private ZendeskFake fake;
    private Sandbox sandbox;
    private Caller caller;

    @BeforeEach
    void start() {
        clock.set(NOW);
        fake = new ZendeskFake(new Population(1), clock, faults, 60);
        fake.withoutLimits();
        sandbox = Sandbox.start(0, clock, faults, List.of(fake));
        caller = new Caller(sandbox);
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void cursorExportGivesEachRowOnceAndGoesOnFromItsLastCursor() {
        List<JsonNode> rows = caller.export(TICKETS + "?start_time=0&per_page=7", "tickets");
        assertThat(ids(rows)).hasSize(rows.size()).isEqualTo(fake.current("tickets").keySet());
        assertThat(rows).extracting(row -> row.path("generated_timestamp").asLong()).isSorted();
        String cursor = lastCursor();
        long changed = anyListed();
        fake.desk().tickets().touch(changed);

        assertThat(caller.get(TICKETS + "?cursor=" + cursor).body().path("tickets")).as("the last minute").isEmpty();
        clock.advance(Duration.ofSeconds(61));
        Caller.Answer next = caller.get(TICKETS + "?cursor=" + cursor);

        assertThat(next.body().path("tickets")).hasSize(1);
        JsonNode row = next.body().path("tickets").get(0);
        assertThat(row.path("id").asLong()).isEqualTo(changed);
        assertThat(row.path("generated_timestamp").asLong()).isEqualTo(NOW.getEpochSecond());
        assertThat(Instant.parse(row.path("updated_at").asText())).as("a system update").isBefore(NOW.minusSeconds(3600));
        assertThat(next.body().path("end_of_stream").asBoolean()).isTrue();
        assertThat(next.body().path("after_cursor").asText()).isNotEqualTo(cursor);
        assertThat(next.body().has("before_cursor") && next.body().has("before_url")).isTrue();
    }

    @Test
    void emptyPageAtTheEndKeepsItsCursor() {
        String cursor = lastCursor();
        JsonNode body = caller.get(TICKETS + "?cursor=" + cursor).body();
        assertThat(body.path("tickets")).isEmpty();
        assertThat(body.path("after_cursor").asText()).isEqualTo(cursor);
        assertThat(body.path("after_url").asText()).contains(cursor);
    }

    @Test
    void pageMayBeEmptyWithMoreToCome() {
        faults.add(Fault.of("zendesk", "/api/v2/incremental", Fault.Kind.EMPTY_PAGE, 2));
        JsonNode body = caller.get(TICKETS + "?start_time=0&per_page=50").body();
        assertThat(body.path("tickets")).isEmpty();
        assertThat(body.path("end_of_stream").asBoolean()).isFalse();
        assertThat(ids(caller.export(body.path("after_url").asText(), "tickets"))).isEqualTo(fake.current("tickets").keySet());
        faults.add(Fault.of("zendesk", "/api/v2/incremental", Fault.Kind.EMPTY_PAGE, 1));
        assertThat(ids(caller.export(ORGANIZATIONS + "?start_time=0", "organizations")))
                .isEqualTo(fake.current("organizations").keySet());
    }

    @Test
    void startTimeMustBeAMinuteOld() {
        long now = NOW.getEpochSecond();
        for (String path : List.of(TICKETS, ORGANIZATIONS)) {
            Caller.Answer tooRecent = caller.get(path + "?start_time=" + (now - 59));
            assertThat(tooRecent.status()).isEqualTo(400);
            assertThat(tooRecent.body().path("error").asText()).isEqualTo("StartTimeTooRecent");
            assertThat(caller.get(path + "?start_time=" + (now - 60)).status()).isEqualTo(200);
            assertThat(caller.get(path).status()).isEqualTo(400);
        }
    }

    @Test
    void pagesOfExportsHaveAThousandRowsAtMost() {
        Faults none = new Faults();
        ZendeskFake big = new ZendeskFake(new Population(1), clock, none, 600);
        big.withoutLimits();
        try (Sandbox other = Sandbox.start(0, clock, none, List.of(big))) {
            Caller there = new Caller(other);
            assertThat(there.get(TICKETS + "?start_time=0").body().path("tickets")).hasSize(1000);
            assertThat(there.get(TICKETS + "?start_time=0&per_page=5000").body().path("tickets")).hasSize(1000);
            assertThat(there.get(TICKETS + "?start_time=0&per_page=3").body().path("tickets")).hasSize(3);
            assertThat(there.export(TICKETS + "?start_time=0", "tickets")).hasSize(1200);
        }
    }

    @Test
    void deletedTicketsAreInTheExportUnlessTheyAreExcluded() {
        Set<String> deleted = deleted("tickets");
        List<JsonNode> rows = caller.export(TICKETS + "?start_time=0&per_page=20", "tickets");
        List<JsonNode> rest = caller.export(TICKETS + "?start_time=0&per_page=20&exclude_deleted=true", "tickets");

        assertThat(deleted).isNotEmpty();
        assertThat(rows).filteredOn(row -> row.path("status").asText().equals("deleted")).hasSameSizeAs(deleted)
                .anyMatch(row -> row.path("subject").asText().equals("SCRUBBED"));
        assertThat(ids(rest)).doesNotContainAnyElementsOf(deleted).hasSize(rows.size() - deleted.size());
        String one = caller.list("/api/v2/deleted_tickets?page[size]=100", "deleted_tickets").get(0).path("id").asText();
        assertThat(caller.get("/api/v2/tickets/" + one + "/comments").status()).isEqualTo(404);
        assertThat(caller.get("/api/v2/tickets/" + one).body().path("error").asText()).isEqualTo("RecordNotFound");

        assertThat(caller.send("PUT", "/api/v2/deleted_tickets/" + one + "/restore.json", "").status()).isEqualTo(200);
        assertThat(caller.get("/api/v2/tickets/" + one + ".json").status()).isEqualTo(200);
        assertThat(deleted("tickets")).doesNotContain(one);
    }

    @Test
    void metricsComeWithTheTicketsAndOfArchivedOnesOnlySo() {
        Set<String> withMetrics = new HashSet<>();
        caller.export(TICKETS + "?start_time=0&per_page=40&include=metric_sets", "tickets").forEach(row -> {
            if (row.path("metric_set").path("ticket_id").asText().equals(row.path("id").asText())) {
                withMetrics.add(row.path("metric_set").path("id").asText());
            }
        });
        Set<String> truth = new HashSet<>(fake.current("ticket_metrics").keySet());
        truth.removeAll(deleted("ticket_metrics"));
        assertThat(withMetrics).isEqualTo(truth);

        Set<String> listed = ids(caller.list("/api/v2/ticket_metrics?page[size]=100", "ticket_metrics"));
        Set<String> tickets = ids(caller.list("/api/v2/tickets?page[size]=100", "tickets"));
        assertThat(listed).hasSizeLessThan(truth.size()).hasSameSizeAs(tickets);
        JsonNode archived = caller.export(TICKETS + "?start_time=0", "tickets").stream()
                .filter(row -> row.path("status").asText().equals("closed"))
                .filter(row -> !tickets.contains(row.path("id").asText())).findFirst().orElseThrow();
        assertThat(caller.get("/api/v2/tickets/" + archived.path("id").asText()).status()).isEqualTo(200);
    }

    @Test
    void timeExportGivesTheRowsOfTheBoundarySecondAgain() {
        String path = "/api/v2/incremental/ticket_events.json?start_time=0&per_page=80&include=comment_events";
        List<JsonNode> rows = caller.export(path, "ticket_events");
        assertThat(ids(rows)).isEqualTo(fake.current("ticket_events").keySet()).hasSizeLessThan(rows.size());
        JsonNode page = caller.get(path).body();
        long end = page.path("end_time").asLong();
        assertThat(page.path("count").asInt()).isEqualTo(80);
        assertThat(page.path("next_page").asText()).contains("start_time=" + end).contains("include=comment_events");
        assertThat(caller.get(page.path("next_page").asText()).body().path("ticket_events").get(0).path("timestamp").asLong())
                .isEqualTo(end);
    }

    @Test
    void timeExportDoesNotGetBeyondASecondThatFillsAPage() {
        for (int i = 0; i < 5; i++) {
            fake.desk().create("organizations", Desk.node().put("name", "Import " + i));
        }
        clock.advance(Duration.ofMinutes(5));
        fake.exportPageSize(5);
        String next = ORGANIZATIONS + "?start_time=" + NOW.getEpochSecond();
        for (int i = 0; i < 3; i++) {
            JsonNode page = caller.get(next).body();
            assertThat(page.path("end_time").asLong()).isEqualTo(NOW.getEpochSecond());
            next = page.path("next_page").asText();
        }
        fake.desk().create("organizations", Desk.node().put("name", "Later"));
        clock.advance(Duration.ofMinutes(5));
        assertThat(caller.get(next).body().path("end_of_stream").asBoolean()).isFalse();
        assertThat(caller.get(next).body().path("end_time").asLong()).isEqualTo(NOW.getEpochSecond());
    }

    @Test
    void commentsAreInTheEventsOnlyWhenAskedFor() {
        String path = "/api/v2/incremental/ticket_events.json?start_time=0";
        Map<String, ObjectNode> truth = fake.current("ticket_comments");
        Set<String> found = new HashSet<>();
        caller.export(path + "&include=comment_events", "ticket_events").forEach(event -> event.path("child_events")
                .forEach(part -> {
                    if (part.has("body")) {
                        assertThat(part.path("attachments").isArray()).isTrue();
                        found.add(part.path("id").asText());
                    }
                }));
        assertThat(found).isEqualTo(truth.keySet());
        caller.export(path, "ticket_events").forEach(event -> event.path("child_events").forEach(part ->
                assertThat(part.has("comment_present")).isEqualTo(truth.containsKey(part.path("id").asText()))));
    }

    @Test
    void exportsTakeTenRequestsAMinuteAndDoNotCountOnTheAccount() {
        fake.limits(700, 10);
        for (int i = 0; i < 10; i++) {
            assertThat(caller.get(TICKETS + "?start_time=0").header("X-Rate-Limit-Remaining")).isEqualTo("" + (9 - i));
        }
        clock.advance(Duration.ofSeconds(20));
        Caller.Answer refusal = caller.get(ORGANIZATIONS + "?start_time=0");
        assertThat(refusal.status()).isEqualTo(429);
        assertThat(refusal.header("Retry-After")).isEqualTo("40");
        assertThat(refusal.body().toString()).isEqualTo("{\"error\":\"APIRateLimitExceeded\",\"description\":"
                + "\"Number of allowed incremental export API requests per minute exceeded\"}");
        Caller.Answer list = caller.get("/api/v2/tickets?page[size]=1");
        assertThat(list.header("X-Rate-Limit")).isEqualTo("700");
        assertThat(list.header("X-Rate-Limit-Remaining")).isEqualTo("699");
        assertThat(list.header("ratelimit-reset")).isEqualTo("60");
        clock.advance(Duration.ofSeconds(40));
        assertThat(caller.get(ORGANIZATIONS + "?start_time=0").status()).isEqualTo(200);
    }

    @Test
    void listsPageByCursorOrAsFarAsPageAHundredByNumber() {
        for (String name : List.of("users", "tickets", "groups", "organizations", "group_memberships",
                "organization_memberships", "ticket_fields", "ticket_forms", "ticket_metrics", "satisfaction_ratings", "skips",
                "audit_logs", "activities", "macros", "tags", "deleted_tickets")) {
            List<JsonNode> byCursor = caller.list("/api/v2/" + name + ".json?page[size]=3", name);
            assertThat(byCursor).as(name).isNotEmpty();
            assertThat(caller.list("/api/v2/" + name + "?per_page=3", name)).as(name).isEqualTo(byCursor);
        }
        assertThat(caller.list("/api/v2/slas/policies.json?page[size]=3", "sla_policies")).hasSize(1);
        JsonNode page = caller.get("/api/v2/users?page[size]=10").body();
        assertThat(page.path("meta").path("has_more").asBoolean()).isTrue();
        assertThat(page.path("links").path("next").asText()).contains(page.path("meta").path("after_cursor").asText());
        assertThat(caller.get("/api/v2/users?page[size]=101").status()).isEqualTo(400);
        assertThat(caller.get("/api/v2/users?page[size]=10&page[after]=xx").status()).isEqualTo(400);
        Caller.Answer beyond = caller.get("/api/v2/users?page=101");
        assertThat(beyond.status()).isEqualTo(400);
        assertThat(beyond.body().toString()).contains("Pagination limit reached for offset model");
    }

    @Test
    void cursorOfAListStaysRightWhenRowsGo() {
        JsonNode page = caller.get("/api/v2/users?page[size]=10").body();
        JsonNode last = page.path("users").get(9);
        fake.desk().delete("users", page.path("users").get(7).path("id").asLong());
        fake.desk().delete("users", last.path("id").asLong());
        Set<String> rest = ids(caller.list(page.path("links").path("next").asText(), "users"));
        Set<String> all = ids(caller.list("/api/v2/users?page[size]=100", "users"));
        assertThat(rest).hasSize(all.size() - 8).doesNotContain(last.path("id").asText());
    }

    @Test
    void auditsPageBackwards() {
        List<String> created = caller.list("/api/v2/audit_logs?page[size]=4", "audit_logs").stream()
                .map(row -> row.path("id").asText()).toList();
        assertThat(created).isSortedAccordingTo((one, other) -> Long.compare(Long.parseLong(other), Long.parseLong(one)));
        JsonNode page = caller.get("/api/v2/ticket_audits.json?limit=20").body();
        JsonNode before = caller.get(page.path("before_url").asText()).body();
        assertThat(page.path("audits")).hasSize(20);
        assertThat(before.path("audits").get(0).path("id").asLong())
                .isLessThan(page.path("audits").get(19).path("id").asLong());
    }

    @Test
    void filtersAuditLogsAndRatingsByTime() {
        List<JsonNode> logs = caller.list("/api/v2/audit_logs?page[size]=100", "audit_logs");
        String middle = logs.stream().map(row -> row.path("created_at").asText()).sorted().toList().get(logs.size() / 2);
        List<JsonNode> later = caller.list("/api/v2/audit_logs?page[size]=3&filter[created_at][]=" + middle
                + "&filter[created_at][]=2026-01-01T00:00:00Z", "audit_logs");
        assertThat(later).hasSizeBetween(1, logs.size() - 1)
                .allMatch(row -> row.path("created_at").asText().compareTo(middle) >= 0);
        List<JsonNode> ratings = caller.list("/api/v2/satisfaction_ratings", "satisfaction_ratings");
        long from = Instant.parse(ratings.get(ratings.size() / 2).path("updated_at").asText()).getEpochSecond();
        assertThat(caller.list("/api/v2/satisfaction_ratings?start_time=" + from, "satisfaction_ratings"))
                .hasSizeBetween(1, ratings.size() - 1);
    }

    @Test
    void knowsItsCallersAndWhatTheyMaySee() {
        String path = "/api/v2/audit_logs";
        assertThat(new Caller(sandbox, "Basic " + Base64.getEncoder().encodeToString("agent@sandbox.example/token:sandbox-token"
                .getBytes(StandardCharsets.UTF_8))).get(path).status()).isEqualTo(200);
        Caller.Answer stranger = new Caller(sandbox, "Basic eDp5").get(path);
        assertThat(stranger.status()).isEqualTo(401);
        assertThat(stranger.body().path("error").asText()).isEqualTo("Couldn't authenticate you");
        fake.expireToken(true);
        assertThat(caller.get(path).body().path("error").asText()).isEqualTo("invalid_token");
        fake.expireToken(false);
        fake.withoutScope(path);
        assertThat(caller.get(path).status()).isEqualTo(403);
        assertThat(caller.get(path).body().path("description").asText())
                .endsWith("Missing the following required scopes: read");
        assertThat(caller.get("/api/v2/users").status()).isEqualTo(200);
        fake.withAllScopes();
        assertThat(caller.get(path).status()).isEqualTo(200);
        faults.add(Fault.of("zendesk", "/api/v2/ticket_forms", Fault.Kind.FORBIDDEN, 1));
        assertThat(caller.get("/api/v2/ticket_forms").status()).isEqualTo(403);
        String cursor = lastCursor();
        faults.add(Fault.of("zendesk", "/api/v2/incremental", Fault.Kind.EXPIRED_CURSOR, 1));
        assertThat(caller.get(TICKETS + "?cursor=" + cursor).status()).isEqualTo(400);
        assertThat(caller.get(TICKETS + "?cursor=" + cursor).status()).isEqualTo(200);
        assertThat(caller.get(TICKETS + "?cursor=nonsense").status()).isEqualTo(400);
        assertThat(caller.get("/api/v2/nothing").body().path("error").asText()).isEqualTo("InvalidEndpoint");
    }

    @Test
    void someMembershipsSayNothingOfTheirLastChange() {
        for (String name : List.of("group_memberships", "organization_memberships")) {
            assertThat(caller.list("/api/v2/" + name, name)).anyMatch(row -> !row.has("updated_at"))
                    .anyMatch(row -> row.has("updated_at"));
        }
    }

    private String lastCursor() {
        JsonNode page = caller.get(TICKETS + "?start_time=0").body();
        assertThat(page.path("end_of_stream").asBoolean()).isTrue();
        return page.path("after_cursor").asText();
    }

    private long anyListed() {
        return caller.get("/api/v2/tickets?page[size]=1").body().path("tickets").get(0).path("id").asLong();
    }

    private Set<String> deleted(String table) {
        Set<String> ids = new HashSet<>();
        fake.current(table).forEach((id, row) -> {
            if (row.has("is_deleted")) {
                ids.add(id);
            }
        });
        return ids;
    }

    private static Set<String> ids(List<JsonNode> rows) {
        Set<String> ids = new HashSet<>();
        rows.forEach(row -> ids.add(row.path("id").asText()));
        return ids;
    }
}
