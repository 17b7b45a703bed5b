package dev.serai;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Users with an open Zendesk ticket are in no campaign, and are again when it is solved. Who they are is asked of Zendesk's
 * own API, page by page, and of what Facebook and Braze took.
 */
final class DemoTickets {

    private static final Set<String> OPEN = Set.of("new", "open", "pending", "hold");
    private static final String BEARER = "Bearer sandbox-oauth-token";
    private static final int SOLVED = 3;

    private final Demo demo;

    DemoTickets(Demo demo) {
        this.demo = demo;
    }

    boolean run() {
        demo.say("1. Who has an open Zendesk ticket is left out of the campaign at Facebook and Braze");
        List<JsonNode> users = all("users");
        List<JsonNode> tickets = all("tickets");
        demo.awaitRows("SELECT count(*) FROM zendesk.users WHERE NOT is_deleted", users.size());
        demo.awaitRows("SELECT count(*) FROM zendesk.tickets WHERE NOT is_deleted", tickets.size());
        demo.say("  Zendesk has %d users and %d tickets, %d of them open; all are in the warehouse", users.size(), tickets.size(),
                tickets.stream().filter(DemoTickets::isOpen).count());
        demo.run("campaign");
        boolean holds = compare(users, tickets, "in the campaign");

        List<String> customers = users.stream().filter(DemoTickets::isCustomer).map(user -> user.get("id").asText())
                .filter(id -> tickets.stream().anyMatch(ticket -> isOpen(ticket) && ticket.get("requester_id").asText().equals(id)))
                .limit(SOLVED).toList();
        List<JsonNode> solved = tickets.stream().filter(ticket -> isOpen(ticket) && customers.contains(ticket.get("requester_id").asText()))
                .toList();
        solved.forEach(ticket -> demo.send(HttpRequest.newBuilder(URI.create(demo.sandboxUrl() + "/zendesk/api/v2/tickets/"
                + ticket.get("id").asText() + ".json")).header("Authorization", BEARER).header("Content-Type", "application/json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"ticket\":{\"status\":\"solved\"}}"))));
        // Zendesk exports nothing of the newest minute
        demo.pass(Duration.ofMinutes(2));
        demo.post(demo.url() + "/api/syncs", demo.object().put("source", "zendesk").put("collection", "tickets"));
        List<JsonNode> after = all("tickets");
        String ids = String.join(", ", solved.stream().map(ticket -> "'" + ticket.get("id").asText() + "'").toList());
        demo.awaitRows("SELECT count(*) FROM zendesk.tickets WHERE status = 'solved' AND id IN (" + ids + ")", solved.size());
        JsonNode changes = demo.run("campaign");
        demo.say("  the %d open tickets of %d of them are solved; %d come back, %d leave", solved.size(), customers.size(),
                changes.path("added").asInt(), changes.path("removed").asInt());
        return holds & compare(users, after, "after they are solved");
    }

    private boolean compare(List<JsonNode> users, List<JsonNode> tickets, String when) {
        Set<String> busy = new TreeSet<>();
        tickets.stream().filter(DemoTickets::isOpen).forEach(ticket -> busy.add(ticket.get("requester_id").asText()));
        Map<String, String> emails = new LinkedHashMap<>();
        users.stream().filter(user -> isCustomer(user) && !busy.contains(user.get("id").asText()))
                .forEach(user -> emails.put(user.get("external_id").asText(), user.get("email").asText()));
        List<String> hashes = emails.values().stream().map(email -> Demo.sha256(email.strip().toLowerCase(java.util.Locale.ROOT))).toList();
        boolean facebook = demo.check("Facebook's list " + when, new TreeSet<>(hashes), demo.await(new TreeSet<>(hashes), this::atFacebook));
        return facebook & demo.check("Braze's users " + when, emails.keySet(), demo.await(emails.keySet(), this::atBraze));
    }

    private Set<String> atFacebook() {
        Set<String> list = new LinkedHashSet<>();
        for (JsonNode one : demo.received("facebook")) {
            String email = one.at("/item/EMAIL").asText();
            if (one.get("kind").asText().equals("add")) {
                list.add(email);
            } else {
                list.remove(email);
            }
        }
        return list;
    }

    private Set<String> atBraze() {
        Set<String> in = new LinkedHashSet<>();
        for (JsonNode one : demo.received("braze")) {
            JsonNode campaign = one.at("/item/campaign");
            if (one.get("kind").asText().equals("attributes") && campaign.isBoolean()) {
                if (campaign.booleanValue()) {
                    in.add(one.at("/item/external_id").asText());
                } else {
                    in.remove(one.at("/item/external_id").asText());
                }
            }
        }
        return in;
    }

    private static boolean isCustomer(JsonNode user) {
        return user.path("role").asText().equals("end-user") && user.path("external_id").isTextual() && user.path("email").isTextual();
    }

    private static boolean isOpen(JsonNode ticket) {
        return OPEN.contains(ticket.path("status").asText());
    }

    private List<JsonNode> all(String collection) {
        List<JsonNode> all = new ArrayList<>();
        String next = demo.sandboxUrl() + "/zendesk/api/v2/" + collection + ".json?page[size]=100";
        while (!next.isEmpty()) {
            JsonNode page = demo.send(HttpRequest.newBuilder(URI.create(next.replace("[", "%5B").replace("]", "%5D")))
                    .header("Authorization", BEARER));
            page.path(collection).forEach(all::add);
            next = page.at("/meta/has_more").asBoolean() ? page.at("/links/next").asText() : "";
        }
        return all;
    }
}
