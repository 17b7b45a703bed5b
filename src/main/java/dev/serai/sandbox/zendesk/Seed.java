package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Population;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Gives the account two years of history with the people of the population: each is a user, their companies are the
 * organizations, and a staff of its own answers the tickets. The newest change is three hours old, and about a third of
 * all changes share their second with others, as after an import.
 */
final class Seed {

    private static final int STAFF = 6;
    private static final Duration HISTORY = Duration.ofDays(730);
    private static final Duration QUIET = Duration.ofHours(3);
    private static final List<String> SUBJECTS = List.of("Cannot log in", "Invoice is wrong", "Where is my parcel?",
            "Export stops half way", "Please change my plan", "Webhook answers 500", "Two-factor code does not arrive");
    private static final List<String> PLANS = List.of("free", "starter", "growth", "enterprise");

    private final Desk desk;
    private final Population population;
    private final Instant begin;
    private final Instant end;
    private final Random random;
    private final List<Long> groups = new ArrayList<>();
    private final List<Long> staff = new ArrayList<>();
    private final List<Long> organizations = new ArrayList<>();
    private final List<Long> people = new ArrayList<>();
    private final List<Instant> imports = new ArrayList<>();

    Seed(Desk desk, Population population, Instant now) {
        this.desk = desk;
        this.population = population;
        this.end = Instant.ofEpochSecond(now.getEpochSecond()).minus(QUIET);
        this.begin = end.minus(HISTORY);
        this.random = population.random(0, 2600);
        for (int i = 0; i < 5; i++) {
            imports.add(begin.plus(Duration.ofDays(100L * i + 30)));
        }
    }

    void people(int count) {
        desk.at(begin, () -> {
            settings();
            return null;
        });
        for (int i = 0; i < count; i++) {
            person(population.person(i));
        }
        int tickets = Math.max(12, count * 2);
        for (int i = 0; i < tickets; i++) {
            ticket(i);
        }
    }

    private void settings() {
        for (String name : List.of("Support", "Billing", "Escalations", "Former team")) {
            groups.add(id(desk.create("groups", Desk.node().put("name", name).put("description", "Answers: " + name))));
        }
        for (int i = 0; i < STAFF; i++) {
            staff.add(id(desk.create("users", agent(i))));
            ObjectNode membership = desk.create("group_memberships", Desk.node().put("user_id", staff.get(i))
                    .put("group_id", groups.get(i % 3)).put("default", true));
            if (i % 3 == 2) {
                membership.remove("updated_at");
            }
        }
        desk.create("group_memberships", Desk.node().put("user_id", staff.get(1)).put("group_id", groups.get(3)));
        Forms.write(desk);
        for (String name : List.of("Close and thank", "Ask for logs", "Refund")) {
            ObjectNode macro = desk.blank("macros").put("title", name).put("active", true).put("position", 1)
                    .put("description", "What we say");
            macro.putArray("actions").addObject().put("field", "status").put("value", "solved");
            desk.write("macros", macro);
            desk.write("articles", desk.blank("articles").put("title", "How to: " + name).put("body", "<p>" + name + "</p>")
                    .put("locale", "en-us").put("author_id", staff.get(0)).put("draft", false));
        }
        ObjectNode policy = desk.blank("sla_policies").put("title", "Urgent first").put("position", 1)
                .put("description", "One hour for urgent tickets");
        policy.putArray("policy_metrics").addObject().put("priority", "urgent").put("metric", "first_reply_time")
                .put("target", 60).put("business_hours", false);
        desk.write("sla_policies", policy);
        desk.delete("groups", groups.get(3));
    }

    private ObjectNode agent(int number) {
        return Desk.node().put("name", "Agent " + (char) ('A' + number)).put("verified", true)
                .put("role", number == 0 ? "admin" : "agent")
                .put("email", number == 0 ? ZendeskFake.AGENT : "agent" + number + "@sandbox.example")
                .put("alias", "Team " + (char) ('A' + number)).put("signature", "Kind regards\nSupport").put("role_type", 4)
                .put("custom_role_id", 360_000_000_001L + number).put("moderator", number == 0)
                .put("restricted_agent", number > 2)
                .put("default_group_id", groups.get(number % 3)).put("two_factor_auth_enabled", true)
                .put("last_login_at", end.minus(Duration.ofHours(number)).toString()).put("ticket_restriction", "groups");
    }

    private void person(Population.Person person) {
        while (organizations.size() <= person.company().number()) {
            Population.Company company = population.company(organizations.size());
            desk.at(when(begin, end), () -> organizations.add(id(desk.create("organizations", organization(company)))));
        }
        long organization = organizations.get(person.company().number());
        Instant since = when(begin, end);
        long id = id(desk.at(since, () -> desk.create("users", user(person, organization))));
        people.add(id);
        if (person.number() % 7 == 3) {
            desk.at(when(since, end), () -> desk.create("organization_memberships", Desk.node().put("user_id", id)
                    .put("organization_id", organizations.get(0)))).remove(person.number() % 2 == 0 ? "updated_at" : "");
        }
        if (person.number() % 17 == 5) {
            desk.at(when(since, end), () -> {
                desk.delete("users", id);
                return null;
            });
        }
    }

    private ObjectNode organization(Population.Company company) {
        ObjectNode node = Desk.node().put("name", company.name()).put("external_id", "company_" + company.number())
                .put("details", company.place().city() + ", " + company.place().country())
                .put("notes", "Customer since " + company.since()).put("group_id", groups.get(company.number() % 3))
                .put("shared_tickets", company.number() % 2 == 0).put("shared_comments", company.number() % 4 == 0);
        node.putArray("domain_names").add(company.domain());
        node.putArray("tags").add("customer");
        node.putObject("organization_fields").put("industry", company.name().split(" ")[1].toLowerCase(java.util.Locale.ROOT))
                .put("annual_revenue", 100_000L * (1 + company.number() % 9)).put("region", company.place().country());
        return node;
    }

    private ObjectNode user(Population.Person person, long organization) {
        int number = person.number();
        ObjectNode user = Desk.node().put("name", person.name()).put("email", person.email()).put("phone", person.phone())
                .put("external_id", person.userId()).put("organization_id", organization).put("verified", number % 3 != 0)
                .put("details", person.street()).put("notes", number % 2 == 0 ? "Prefers e-mail" : null)
                .put("suspended", number % 23 == 7).put("shared", number % 19 == 4);
        user.putArray("tags").add(PLANS.get(number % 4));
        user.putObject("user_fields").put("plan", PLANS.get(number % 4)).put("seats", 1 + number % 40)
                .put("is_beta", number % 5 == 0).put("renews_on", person.since().plus(Duration.ofDays(365)).toString());
        return user;
    }

    private void ticket(int number) {
        long requester = people.isEmpty() ? staff.get(1) : people.get(random.nextInt(people.size()));
        long agent = staff.get(number % STAFF);
        Instant opened = when(begin, end);
        long id = id(desk.at(opened, () -> desk.tickets().create(opening(number, requester), requester)));
        Instant answered = later(opened);
        update(answered, id, answer(number, agent), agent);
        if (number % 5 == 0) {
            desk.at(answered, () -> desk.write("skips", desk.blank("skips").put("ticket_id", id).put("user_id", agent)
                    .put("reason", "I have no access to the customer's account")));
        }
        if (number % 3 == 0) {
            desk.at(answered, () -> desk.write("activities", activity(id, agent, requester, number)));
        }
        if (number % 4 == 0) {
            desk.at(answered, () -> desk.write("audit_logs", audit(id, agent)));
        }
        String status = List.of("open", "pending", "hold", "solved", "closed", "solved", "deleted", "closed").get(number % 8);
        Instant ended = later(answered);
        switch (status) {
            case "open" -> update(ended, id, Desk.node().put("status", "open").set("comment", Desk.node()
                    .put("body", "Thank you. It still happens.")), requester);
            case "deleted" -> desk.at(ended, () -> {
                desk.tickets().delete(id, agent);
                if (number % 16 == 14) {
                    desk.tickets().scrub(id);
                }
                return null;
            });
            default -> update(ended, id, Desk.node().put("status", status), agent);
        }
        if (status.equals("closed") && ended.isBefore(end.minus(Duration.ofDays(130)))) {
            desk.at(ended.plus(Duration.ofDays(120)), () -> {
                desk.tickets().archive(id);
                return null;
            });
        }
        if (status.equals("solved")) {
            desk.at(later(ended), () -> desk.write("satisfaction_ratings", desk.blank("satisfaction_ratings")
                    .put("assignee_id", agent).put("group_id", groups.get(number % 3)).put("requester_id", requester)
                    .put("ticket_id", id).put("score", number % 4 == 3 ? "good" : "bad").put("comment", "That was quick")
                    .put("reason", "No reason provided").put("reason_id", 1000)));
        }
        if (number % 11 == 2) {
            desk.at(later(ended), () -> {
                desk.tickets().touch(id);
                return null;
            });
        }
    }

    private void update(Instant at, long ticket, ObjectNode fields, long author) {
        desk.at(at, () -> desk.tickets().update(ticket, fields, author));
    }

    private ObjectNode opening(int number, long requester) {
        ObjectNode ticket = Desk.node().put("subject", SUBJECTS.get(number % SUBJECTS.size())).put("requester_id", requester)
                .put("type", List.of("question", "incident", "problem", "task").get(number % 4))
                .put("priority", List.of("low", "normal", "high", "urgent").get(random.nextInt(4)))
                .put("recipient", "support@sandbox.example").put("external_id", "case-" + number)
                .put("ticket_form_id", Forms.id(desk, number)).put("brand_id", 360_000_000_500L).put("status", "new");
        if (number % 4 == 3) {
            ticket.put("due_at", end.plus(Duration.ofDays(number)).toString());
        }
        if (number % 4 == 1 && number > 4) {
            ticket.put("problem_id", 3);
        }
        if (number % 9 == 0) {
            ticket.put("forum_topic_id", 360_000_000_700L + number).put("has_incidents", true);
            ticket.putArray("sharing_agreement_ids").add(360_000_000_900L);
        }
        ticket.putArray("tags").add(PLANS.get(number % 4)).add("web");
        ticket.putArray("collaborator_ids").add(staff.get((number + 1) % STAFF));
        Forms.values(desk, ticket.putArray("custom_fields"), number);
        ObjectNode comment = ticket.putObject("comment").put("body", "Hello, " + SUBJECTS.get(number % SUBJECTS.size())
                + ". It began on day " + number + ". Größe, naïve, 日本.").put("public", true);
        if (number % 3 == 0) {
            ArrayNode files = comment.putArray("attachments");
            files.addObject().put("file_name", "screen-" + number + ".png").put("content_type", "image/png")
                    .put("size", 20_000 + number).put("inline", number % 2 == 0);
            files.addObject().put("file_name", "log-" + number + ".txt").put("size", 900 + number);
        }
        return ticket;
    }

    private ObjectNode answer(int number, long agent) {
        ObjectNode change = Desk.node().put("status", number % 8 == 2 ? "hold" : "pending").put("assignee_id", agent)
                .put("group_id", groups.get(number % 3));
        change.putObject("comment").put("body", "We look into it.").put("public", number % 4 != 1);
        return change;
    }

    private ObjectNode activity(long ticket, long agent, long actor, int number) {
        ObjectNode activity = desk.blank("activities").put("verb", number % 2 == 0 ? "tickets.assignment" : "tickets.comment")
                .put("title", "Ticket #" + ticket + " was assigned to you").put("user_id", agent).put("actor_id", actor);
        activity.putObject("object").putObject("ticket").put("id", ticket);
        activity.putObject("target").putObject("ticket").put("id", ticket);
        return activity;
    }

    private ObjectNode audit(long ticket, long agent) {
        ObjectNode log = desk.blank("audit_logs").put("actor_id", agent).put("actor_name", "Agent").put("source_id", ticket)
                .put("source_type", "ticket").put("source_label", "Ticket: #" + ticket).put("action", "update")
                .put("action_label", "Updated").put("change_description", "Assignee changed").put("ip_address", "192.0.2.7");
        log.remove("updated_at");
        return log;
    }

    /** A third of the times are the next import's after {@code from}, if there is one. */
    private Instant when(Instant from, Instant until) {
        if (random.nextInt(3) == 0) {
            for (Instant one : imports) {
                if (one.isAfter(from)) {
                    return one;
                }
            }
        }
        long seconds = Math.max(1, Duration.between(from, until).toSeconds());
        return from.plusSeconds((long) (random.nextDouble() * seconds));
    }

    private Instant later(Instant time) {
        Instant later = time.plusSeconds(600 + random.nextInt(3 * 86_400));
        return later.isAfter(end) ? end : later;
    }

    private static long id(ObjectNode object) {
        return object.path("id").asLong();
    }
}
