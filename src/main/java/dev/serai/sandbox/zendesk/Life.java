package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Random;

/** One thing that happens in an account, by chance; the same account and the same chance give the same thing. */
final class Life {

    private final Desk desk;
    private final Random random;

    Life(Desk desk, Random random) {
        this.desk = desk;
        this.random = random;
    }

    void happens() {
        int number = random.nextInt(100_000);
        switch (random.nextInt(14)) {
            case 0 -> desk.create("users", Desk.node().put("name", "Newcomer " + number).put("external_id", "new_" + number)
                    .put("email", "newcomer." + number + "." + random.nextInt(100_000) + "@new.example"));
            case 1 -> desk.update("users", any("users"), Desk.node().put("phone", "+49301" + number)
                    .set("user_fields", Desk.node().put("seats", number)));
            case 2 -> deleteUser();
            case 3 -> desk.create("organizations", Desk.node().put("name", "Company " + number + "-"
                    + random.nextInt(100_000)));
            case 4 -> desk.update("organizations", any("organizations"), Desk.node().put("notes", "Note " + number));
            case 5 -> {
                if (desk.collection("organizations").listed().size() > 3) {
                    desk.delete("organizations", any("organizations"));
                }
            }
            case 6, 7 -> desk.tickets().create(Desk.node().put("subject", "Question " + number)
                    .set("comment", Desk.node().put("body", "What about " + number + "?")), any("users"));
            case 8 -> reply(number);
            case 9 -> onTicket(id -> desk.tickets().solve(id, agent()));
            case 10 -> onTicket(id -> desk.tickets().delete(id, agent()));
            case 11 -> onTicket(desk.tickets()::touch);
            case 12 -> membership("organization_memberships", "organizations", "organization_id");
            default -> membership("group_memberships", "groups", "group_id");
        }
    }

    private void reply(int number) {
        onTicket(id -> {
            ObjectNode change = Desk.node().put("status", "open").put("assignee_id", agent());
            change.putObject("comment").put("body", "Answer " + number).putArray("attachments").addObject()
                    .put("file_name", "answer-" + number + ".txt");
            desk.tickets().update(id, change, agent());
        });
    }

    private void onTicket(java.util.function.LongConsumer action) {
        List<ObjectNode> open = desk.collection("tickets").listed().stream()
                .filter(ticket -> !ticket.path("status").asText().equals("closed")).toList();
        if (!open.isEmpty()) {
            action.accept(open.get(random.nextInt(open.size())).path("id").asLong());
        }
    }

    /** Never one of the staff, without whom nobody could go on. */
    private void deleteUser() {
        List<ObjectNode> people = desk.collection("users").listed().stream()
                .filter(user -> user.path("role").asText().equals("end-user")).toList();
        if (people.size() > 3) {
            desk.delete("users", people.get(random.nextInt(people.size())).path("id").asLong());
        }
    }

    private void membership(String memberships, String of, String field) {
        List<ObjectNode> all = desk.collection(memberships).listed();
        if (!all.isEmpty() && random.nextBoolean()) {
            desk.delete(memberships, all.get(random.nextInt(all.size())).path("id").asLong());
        } else {
            desk.create(memberships, Desk.node().put("user_id", any("users")).put(field, any(of)));
        }
    }

    private long agent() {
        List<ObjectNode> staff = desk.collection("users").listed().stream()
                .filter(user -> !user.path("role").asText().equals("end-user")).toList();
        return staff.get(random.nextInt(staff.size())).path("id").asLong();
    }

    private long any(String collection) {
        List<ObjectNode> all = desk.collection(collection).listed();
        return all.get(random.nextInt(all.size())).path("id").asLong();
    }
}
