package dev.serai.sandbox.zendesk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.zendesk.client.v2.Zendesk;
import org.zendesk.client.v2.ZendeskResponseException;
import org.zendesk.client.v2.ZendeskResponseRateLimitException;
import org.zendesk.client.v2.model.Attachment;
import org.zendesk.client.v2.model.Audit;
import org.zendesk.client.v2.model.Comment;
import org.zendesk.client.v2.model.Group;
import org.zendesk.client.v2.model.Metric;
import org.zendesk.client.v2.model.Organization;
import org.zendesk.client.v2.model.Status;
import org.zendesk.client.v2.model.Ticket;
import org.zendesk.client.v2.model.User;

/** The fake as a client sees it that was made for the real one. */
class ZendeskClientTest {

    private static final Date EVER = new Date(0);

    private final SandboxClock clock = new SandboxClock();
    private final Faults faults = new Faults();
    private ZendeskFake fake;
    private Sandbox sandbox;
    private Zendesk client;

    @BeforeEach
    void start() {
        clock.set(Instant.parse("2026-01-01T12:00:00Z"));
        fake = new ZendeskFake(new Population(1), clock, faults, 60);
        fake.withoutLimits();
        sandbox = Sandbox.start(0, clock, faults, List.of(fake));
        client = new Zendesk.Builder(sandbox.url("zendesk")).setUsername(ZendeskFake.AGENT).setToken(ZendeskFake.TOKEN).build();
    }

    @AfterEach
    void stop() {
        client.close();
        sandbox.close();
    }

    @Test
    void exportsAllTicketsWithThoseDeletedAndArchived() {
        Map<Long, Ticket> byId = new HashMap<>();
        client.getTicketsIncrementally(EVER).forEach(ticket -> byId.put(ticket.getId(), ticket));

        Map<String, ObjectNode> truth = fake.current("tickets");
        assertThat(byId).hasSameSizeAs(truth).hasSizeGreaterThan(100);
        assertThat(byId.values()).allSatisfy(ticket -> {
            ObjectNode row = truth.get(ticket.getId().toString());
            assertThat(ticket.getSubject()).isEqualTo(row.path("subject").asText());
            assertThat(ticket.getUpdatedAt().toInstant()).isEqualTo(row.path("updated_at").asText());
            assertThat(ticket.getStatus().toString()).isEqualTo(row.path("status").asText());
        });
        assertThat(byId.values()).anyMatch(ticket -> ticket.getStatus() == Status.DELETED);
    }

    @Test
    void exportsAndListsUsersAndOrganizations() {
        List<User> exported = all(client.getUsersIncrementally(EVER));
        List<User> listed = all(client.getUsers());

        assertThat(exported).hasSize(fake.current("users").size());
        assertThat(listed).isNotEmpty().allMatch(User::getActive);
        assertThat(exported).filteredOn(user -> !user.getActive()).hasSize(exported.size() - listed.size()).isNotEmpty();
        assertThat(listed).filteredOn(user -> "user_7".equals(user.getExternalId())).singleElement().satisfies(user -> {
            assertThat(user.getEmail()).isEqualTo(new Population(1).person(7).email());
            assertThat(user.getUserFields()).containsKeys("plan", "seats");
        });
        assertThat(all(client.getOrganizationsIncrementally(EVER))).extracting(Organization::getName)
                .containsExactlyInAnyOrderElementsOf(all(client.getOrganizations()).stream().map(Organization::getName)
                        .toList());
    }

    @Test
    void pagesThroughAListLongerThanAPage() {
        assertThat(all(client.getTickets())).extracting(Ticket::getId).doesNotHaveDuplicates().hasSizeLessThan(120)
                .hasSize(fake.desk().collection("tickets").listed().size());
        assertThat(all(client.getOrganizationMemberships()))
                .hasSize(fake.desk().collection("organization_memberships").listed().size());
        assertThat(all(client.getGroupMemberships())).hasSize(6);
        assertThat(all(client.getGroups())).extracting(Group::getName).contains("Support", "Former team");
        assertThat(all(client.getTicketFields())).hasSize(10);
        assertThat(all(client.getSatisfactionRatings())).isNotEmpty();
        assertThat(client.getTicketForms()).hasSize(2);
    }

    @Test
    void readsCommentsWithAttachmentsAuditsAndMetricsOfATicket() {
        long id = firstOpenWithAttachment();

        List<Comment> comments = all(client.getTicketComments(id));
        List<Audit> audits = all(client.getTicketAudits(id));
        Metric metric = client.getTicketMetricByTicket(id);

        assertThat(comments).hasSizeGreaterThanOrEqualTo(2).allMatch(comment -> comment.getAuthorId() != null);
        assertThat(comments.get(0).getAttachments()).extracting(Attachment::getFileName).isNotEmpty();
        assertThat(audits).extracting(Audit::getTicketId).containsOnly(id);
        assertThat(audits.get(0).getCreatedAt()).isAfterOrEqualTo(audits.get(audits.size() - 1).getCreatedAt());
        assertThat(audits.get(audits.size() - 1).getEvents()).isNotEmpty();
        assertThat(metric.getTicketId()).isEqualTo(id);
        assertThat(metric.getReplies()).isPositive();
        assertThat(all(client.getTicketMetrics())).extracting(Metric::getTicketId).contains(id);
    }

    @Test
    void createsUpdatesSolvesAndDeletesATicket() {
        Ticket fresh = new Ticket(new Ticket.Requester("Nadia New", "nadia@new.example"), "It broke",
                new Comment("Please help"));
        Ticket created = client.createTicket(fresh);
        assertThat(created.getId()).isNotNull();
        assertThat(client.getUser(created.getRequesterId()).getEmail()).isEqualTo("nadia@new.example");

        clock.advance(Duration.ofHours(2));
        created.setStatus(Status.SOLVED);
        created.setComment(new Comment("Solved for you"));
        Ticket solved = client.updateTicket(created);
        assertThat(solved.getStatus()).isEqualTo(Status.SOLVED);
        assertThat(solved.getUpdatedAt().toInstant()).isEqualTo("2026-01-01T14:00:00Z");
        assertThat(all(client.getTicketComments(created.getId()))).extracting(Comment::getBody)
                .containsExactly("Please help", "Solved for you");
        assertThat(client.getTicketMetricByTicket(created.getId()).getFullResolutionTimeMinutes().getCalendarMinutes())
                .isEqualTo(120);

        client.deleteTicket(created.getId());
        assertThat(client.getTicket(created.getId())).isNull();
        assertThat(all(client.getDeletedTickets())).anyMatch(ticket -> ticket.getId().equals(created.getId()));
        assertThat(fake.current("tickets").get(created.getId().toString()).path("is_deleted").asBoolean()).isTrue();
    }

    @Test
    void createsUpdatesAndDeletesUsersOrganizationsAndGroups() {
        Organization organization = new Organization();
        organization.setName("Neue Firma");
        organization = client.createOrganization(organization);
        User user = new User();
        user.setName("Nadia New");
        user.setEmail("nadia@new.example");
        user.setOrganizationId(organization.getId());
        user = client.createUser(user);
        user.setPhone("+49301");
        assertThat(client.updateUser(user).getPhone()).isEqualTo("+49301");
        assertThat(client.getUser(user.getId()).getPhone()).isEqualTo("+49301");
        assertThat(all(client.getOrganizationMembershipsForUser(user.getId()))).hasSize(1);

        client.deleteUser(user.getId());
        assertThat(client.getUser(user.getId()).getActive()).isFalse();
        assertThat(all(client.getOrganizationMembershipsForUser(user.getId()))).isEmpty();
        client.deleteOrganization(organization.getId());
        assertThat(client.getOrganization(organization.getId())).isNull();
        Group group = new Group();
        group.setName("Night shift");
        group = client.createGroup(group);
        client.deleteGroup(group.getId());
        assertThat(client.getGroup(group.getId()).getDeleted()).isTrue();
    }

    @Test
    void refusesWhatZendeskRefuses() {
        User nameless = new User();
        nameless.setEmail("x@new.example");
        assertThatThrownBy(() -> client.createUser(nameless)).isInstanceOfSatisfying(ZendeskResponseException.class,
                refusal -> assertThat(refusal.getStatusCode()).isEqualTo(422));
        assertThat(client.getTicket(987_654L)).isNull();
        long deleted = fake.current("tickets").values().stream().filter(row -> row.has("is_deleted")).findFirst().orElseThrow()
                .path("id").asLong();
        assertThatThrownBy(() -> all(client.getTicketComments(deleted))).isInstanceOfSatisfying(ZendeskResponseException.class,
                refusal -> assertThat(refusal.getBody()).contains("RecordNotFound"));
        try (Zendesk stranger = new Zendesk.Builder(sandbox.url("zendesk")).setUsername(ZendeskFake.AGENT).setToken("wrong")
                .build()) {
            assertThatThrownBy(stranger::getCurrentUser).isInstanceOfSatisfying(ZendeskResponseException.class,
                    refusal -> assertThat(refusal.getStatusCode()).isEqualTo(401));
        }
        try (Zendesk bearer = new Zendesk.Builder(sandbox.url("zendesk")).setOauthToken(ZendeskFake.OAUTH_TOKEN).build()) {
            assertThat(bearer.getCurrentUser().getEmail()).isEqualTo(ZendeskFake.AGENT);
        }
    }

    @Test
    void tellsTheClientHowLongToWait() {
        fake.limits(3, 1);
        for (int i = 0; i < 3; i++) {
            assertThat(client.getCurrentUser()).isNotNull();
        }
        assertThatThrownBy(client::getCurrentUser).isInstanceOfSatisfying(ZendeskResponseRateLimitException.class,
                refusal -> assertThat(refusal.getRetryAfter()).isEqualTo(60));
        clock.advance(Duration.ofSeconds(60));
        assertThat(client.getCurrentUser()).isNotNull();

        faults.add(new Fault("zendesk", "/api/v2/users", Fault.Kind.RATE_LIMIT, 1, Duration.ofSeconds(17)));
        assertThatThrownBy(() -> all(client.getUsers())).isInstanceOfSatisfying(ZendeskResponseRateLimitException.class,
                refusal -> assertThat(refusal.getRetryAfter()).isEqualTo(17));
    }

    private long firstOpenWithAttachment() {
        return fake.current("attachments").values().stream().map(row -> row.path("ticket_id").asLong())
                .filter(id -> fake.desk().collection("tickets").isListed(id)).findFirst().orElseThrow();
    }

    private static <T> List<T> all(Iterable<T> rows) {
        return new ArrayList<>(StreamSupport.stream(rows.spliterator(), false).toList());
    }
}
