package dev.serai.sandbox.zendesk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the account holds, how it changes, and how its data go wrong. */
class ZendeskDataTest {

    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final String USERS = "/api/v2/incremental/users/cursor.json";

    /** The columns that the tables must have, without {@code received_at}, which is the hub's. */
    private static final Map<String, String> COLUMNS = Map.ofEntries(
            Map.entry("groups", "id url deleted name created_at updated_at"),
            Map.entry("users", "id url name email time_zone phone locale_id locale organization_id role verified external_id "
                    + "alias active shared last_login_at two_factor_auth_enabled signature details notes custom_role_id "
                    + "moderator ticket_restriction only_private_comments restricted_agent suspended chat_only updated_at"),
            Map.entry("tickets", "id url external_id type subject raw_subject description priority status recipient "
                    + "requester_id submitter_id assignee_id organization_id group_id collaborator_ids forum_topic_id "
                    + "problem_id has_incidents due_at tags sharing_agreement_ids ticket_form_id created_at updated_at"),
            Map.entry("ticket_fields", "id url type slug title raw_title description raw_description position active required "
                    + "collapsed_for_agents regexp_for_validation title_in_portal raw_title_in_portal visible_in_portal "
                    + "editable_in_portal required_in_portal tag removable created_at updated_at"),
            Map.entry("ticket_metrics", "id ticket_id group_stations assignee_stations reopens replies "
                    + "reply_time_in_minutes_calendar reply_time_in_minutes_business first_resolution_time_in_minutes_calendar "
                    + "first_resolution_time_in_minutes_business full_resolution_time_in_minutes_calendar "
                    + "full_resolution_time_in_minutes_business agent_wait_time_in_minutes_calendar "
                    + "agent_wait_time_in_minutes_business requester_wait_time_in_minutes_calendar "
                    + "requester_wait_time_in_minutes_business on_hold_time_in_minutes_calendar "
                    + "on_hold_time_in_minutes_business "
                    + "created_at updated_at assignee_updated_at requester_updated_at status_updated_at initially_assigned_at "
                    + "assigned_at latest_comment_added_at"),
            Map.entry("ticket_events", "id ticket_id timestamp updater_id via system_client system_location system_latitude "
                    + "system_longitude child_events"),
            Map.entry("activities", "id url verb title created_at updated_at"),
            Map.entry("attachments", "id file_name content_url content_type inline size"),
            Map.entry("organizations", "id external_id url name details notes group_id shared_tickets shared_comments "
                    + "created_at updated_at"),
            Map.entry("ticket_comments", "id ticket_event_id ticket_id type body public author_id via_channel created_at"),
            Map.entry("ticket_forms", "id active end_user_visible name restricted_brand_ids ticket_field_ids updated_at url "
                    + "created_at display_name in_all_brands position raw_display_name raw_name default"),
            Map.entry("ticket_skips", "id ticket_id user_id reason created_at updated_at"),
            Map.entry("satisfaction_ratings", "id url assignee_id group_id requester_id ticket_id score created_at updated_at"),
            Map.entry("organization_memberships", "id url user_id organization_id created_at updated_at organization_name"),
            Map.entry("group_memberships", "id url created_at group_id updated_at user_id"),
            Map.entry("audit_logs", "id url created_at actor_id source_id source_type source_label action change_description "
                    + "ip_address action_label"));

    private final SandboxClock clock = new SandboxClock();
    private final Faults faults = new Faults();
    private ZendeskFake fake;
    private Sandbox sandbox;
    private Caller caller;

    @BeforeEach
    void start() {
        clock.set(NOW);
        fake = new ZendeskFake(new Population(1), clock, faults, 50);
        fake.withoutLimits();
        sandbox = Sandbox.start(0, clock, faults, List.of(fake));
        caller = new Caller(sandbox);
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void hasSomethingInEveryColumn() {
        Set<String> empty = new TreeSet<>();
        COLUMNS.forEach((table, columns) -> {
            Set<String> filled = new HashSet<>();
            fake.current(table).values().forEach(row -> flatten("", row, filled));
            for (String column : columns.split(" ")) {
                if (!filled.contains(column)) {
                    empty.add(table + "." + column);
                }
            }
        });
        assertThat(empty).isEmpty();
        assertThat(COLUMNS).hasSize(16);
    }

    @Test
    void sameSeedAndClockGiveTheSameAccount() {
        ZendeskFake again = new ZendeskFake(new Population(1), clock, new Faults(), 50);
        ZendeskFake other = new ZendeskFake(new Population(2), clock, new Faults(), 50);
        for (int i = 0; i < 50; i++) {
            fake.mutate(new Random(i));
            again.mutate(new Random(i));
        }
        COLUMNS.keySet().forEach(table -> assertThat(again.current(table)).as(table).isEqualTo(fake.current(table)));
        assertThat(other.current("users")).isNotEqualTo(again.current("users"));
    }

    @Test
    void historyIsTwoYearsLongAndManyRowsShareASecond() {
        List<Instant> times = fake.current("tickets").values().stream()
                .map(row -> Instant.ofEpochSecond(row.path("generated_timestamp").asLong())).sorted().toList();
        assertThat(times.get(times.size() - 1)).isBetween(NOW.minus(Duration.ofDays(40)), NOW.minus(Duration.ofHours(3)));
        assertThat(times.get(0)).isBefore(NOW.minus(Duration.ofDays(600)));
        List<String> created = fake.current("users").values().stream().map(row -> row.path("created_at").asText()).toList();
        assertThat(new HashSet<>(created)).hasSizeLessThan(created.size() * 4 / 5);
    }

    @Test
    void exportsFollowWhateverHappens() {
        Map<String, JsonNode> tickets = new HashMap<>();
        Map<String, JsonNode> users = new HashMap<>();
        Random random = new Random(7);
        String ticketsFrom = "/api/v2/incremental/tickets/cursor.json?start_time=0";
        String usersFrom = USERS + "?start_time=0";
        for (int round = 0; round < 12; round++) {
            ticketsFrom = follow(ticketsFrom, "tickets", tickets);
            usersFrom = follow(usersFrom, "users", users);
            for (int i = 0; i < 15; i++) {
                fake.mutate(random);
                clock.advance(Duration.ofSeconds(random.nextInt(30)));
            }
            clock.advance(Duration.ofMinutes(2));
        }
        follow(ticketsFrom, "tickets", tickets);
        follow(usersFrom, "users", users);
        assertThat(tickets).isEqualTo(unmarked("tickets"));
        assertThat(users).isEqualTo(unmarked("users"));
        for (String full : List.of("group_memberships", "organization_memberships")) {
            assertThat(byId(caller.list("/api/v2/" + full + "?page[size]=20", full))).isEqualTo(present(full));
        }
    }

    @Test
    void lateRowComesAfterRowsWithLaterStamps() {
        faults.add(Fault.of("zendesk", "/api/v2/incremental/users", Fault.Kind.LATE_ROWS, 1));
        Map<String, JsonNode> users = new HashMap<>();
        String next = follow(USERS + "?start_time=0", "users", users);
        assertThat(users).hasSize(fake.current("users").size() - 1);
        clock.advance(Duration.ofMinutes(2));
        follow(next, "users", users);
        assertThat(users).isEqualTo(unmarked("users"));

        String path = "/api/v2/incremental/organizations.json?start_time=0";
        faults.add(Fault.of("zendesk", "/api/v2/incremental/organizations", Fault.Kind.LATE_ROWS, 1));
        assertThat(caller.export(path, "organizations")).hasSize(fake.current("organizations").size() - 1);
        assertThat(caller.export(path, "organizations")).hasSize(fake.current("organizations").size());
    }

    @Test
    void pageMayEndWithinASecond() {
        faults.add(Fault.of("zendesk", "/api/v2/incremental/users", Fault.Kind.EQUAL_STAMPS, 1));
        JsonNode page = caller.get(USERS + "?start_time=0").body();
        assertThat(page.path("end_of_stream").asBoolean()).isFalse();
        JsonNode last = page.path("users").get(page.path("users").size() - 1);
        JsonNode first = caller.get(page.path("after_url").asText()).body().path("users").get(0);
        ZendeskCollection users = fake.desk().collection("users");
        assertThat(users.place(users.get(first.path("id").asLong())).second())
                .isEqualTo(users.place(users.get(last.path("id").asLong())).second());
    }

    @Test
    void rowsMayBeOutOfOrderGetNewFieldsOtherTypesAndNulBytes() {
        String memberships = "/api/v2/organization_memberships?page[size]=100";
        List<JsonNode> before = caller.list(memberships, "organization_memberships");
        faults.add(Fault.of("zendesk", "/api/v2/organization_memberships", Fault.Kind.OUT_OF_ORDER, 1));
        assertThat(caller.list(memberships, "organization_memberships")).isNotEqualTo(before)
                .containsExactlyInAnyOrderElementsOf(before);
        faults.add(Fault.of("zendesk", "/api/v2/incremental", Fault.Kind.SCHEMA_CHANGE, 1));
        assertThat(caller.export(USERS + "?start_time=0", "users")).allMatch(row -> row.has("sentiment"))
                .allMatch(row -> row.path("alias").isNumber());
        faults.add(Fault.of("zendesk", "/api/v2/incremental", Fault.Kind.NUL_BYTES, 1));
        Map<String, JsonNode> users = new HashMap<>();
        follow(USERS + "?start_time=0", "users", users);
        assertThat(users.values()).anyMatch(row -> row.path("name").asText().contains("\0")
                || row.path("details").asText().contains("\0"));
        assertThat(users).isEqualTo(unmarked("users"));
    }

    @Test
    void largeAccountIsPagedLikeAnyOther() {
        ZendeskFake large = ZendeskFake.largeUsers(clock, faults, 2500);
        try (Sandbox other = Sandbox.start(0, clock, faults, List.of(large))) {
            Caller there = new Caller(other);
            Map<String, JsonNode> users = new HashMap<>();
            Caller before = caller;
            caller = there;
            String next = follow(USERS + "?start_time=0", "users", users);
            assertThat(users).hasSize(2500);
            assertThat(users.get("100000002499").path("email").asText()).isEqualTo("person.100000002499@large.example");
            assertThat(users.get("100000002499").path("updated_at").asText()).isEqualTo("2025-01-01T00:00:02Z");
            large.changeLargeUsers(100);
            assertThat(there.get(next).body().path("users")).as("the last minute").isEmpty();
            clock.advance(Duration.ofMinutes(2));
            Map<String, JsonNode> changed = new HashMap<>();
            follow(next, "users", changed);
            assertThat(changed).hasSize(100);
            assertThat(changed.values()).allMatch(row -> row.path("updated_at").asText().equals("2026-01-01T12:00:00Z"));
            assertThat(there.get(USERS + "?start_time=" + NOW.getEpochSecond()).body().path("users")).hasSize(100);
            assertThat(there.get(USERS + "?start_time=0&per_page=7").body().path("users")).hasSize(7);
            caller = before;
        }
    }

    /** @return where to go on */
    private String follow(String from, String key, Map<String, JsonNode> into) {
        JsonNode page = caller.get(from).body();
        for (int pages = 0; pages < 1000; pages++) {
            page.path(key).forEach(row -> into.put(row.path("id").asText(), row));
            if (page.path("end_of_stream").asBoolean()) {
                return page.path("after_url").asText();
            }
            page = caller.get(page.path("after_url").asText()).body();
        }
        throw new AssertionError("no end of " + from);
    }

    private Map<String, JsonNode> unmarked(String table) {
        Map<String, JsonNode> rows = new HashMap<>();
        fake.current(table).forEach((id, row) -> rows.put(id, row.without("is_deleted")));
        return asRead(rows);
    }

    private Map<String, JsonNode> present(String table) {
        Map<String, JsonNode> rows = new HashMap<>();
        fake.current(table).forEach((id, row) -> {
            if (!row.has("is_deleted")) {
                rows.put(id, row);
            }
        });
        return asRead(rows);
    }

    /** A number is of another class before it was written and read. */
    private static Map<String, JsonNode> asRead(Map<String, JsonNode> rows) {
        rows.replaceAll((id, row) -> {
            try {
                return dev.serai.model.Json.MAPPER.readTree(row.toString());
            } catch (com.fasterxml.jackson.core.JacksonException e) {
                throw new AssertionError(e);
            }
        });
        return rows;
    }

    private static Map<String, JsonNode> byId(List<JsonNode> rows) {
        Map<String, JsonNode> byId = new LinkedHashMap<>();
        rows.forEach(row -> byId.put(row.path("id").asText(), row));
        return byId;
    }

    private static void flatten(String prefix, ObjectNode row, Set<String> filled) {
        row.fields().forEachRemaining(field -> {
            JsonNode value = field.getValue();
            if (value instanceof ObjectNode inside) {
                flatten(prefix + field.getKey() + "_", inside, filled);
            } else if (!value.isNull() && !(value.isArray() && value.isEmpty())) {
                filled.add(prefix + field.getKey());
            }
        });
    }
}
