package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxRequest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/** What is read by GET and is no incremental export: lists, single objects, what belongs to a ticket, search. */
final class Reads {

    /** By path; the key of the list in the answer is the path's last part but for those in {@link #key}. */
    private static final List<String> LISTS = List.of("users", "tickets", "groups", "organizations", "group_memberships",
            "organization_memberships", "ticket_fields", "ticket_forms", "ticket_metrics", "satisfaction_ratings", "skips",
            "audit_logs", "activities", "macros", "sla_policies");

    private final Desk desk;
    private final Lists lists;

    Reads(Desk desk, Lists lists) {
        this.desk = desk;
        this.lists = lists;
    }

    /** @throws NoSuchElementException if it is of an object that does not exist */
    SandboxAnswer answer(String path, SandboxRequest request, String base) {
        String[] parts = path.substring(1).replace("slas/policies", "sla_policies").split("/");
        String url = base + path + ".json";
        String collection = parts[0];
        if (parts.length == 1) {
            return list(collection, request, url);
        }
        if (parts.length == 2 && parts[1].equals("show_many")) {
            return showMany(collection, request);
        }
        if (parts.length == 2 && collection.equals("users") && parts[1].equals("me")) {
            return one("user", desk.collection("users").listed().stream()
                    .filter(user -> user.path("email").asText().equals(ZendeskFake.AGENT)).findFirst().orElseThrow());
        }
        if (!parts[1].matches("[0-9]{1,18}")) {
            return ZendeskErrors.noSuchEndpoint();
        }
        long id = Long.parseLong(parts[1]);
        if (parts.length == 2 && LISTS.contains(collection)) {
            return single(collection, id);
        }
        return parts.length == 3 ? belonging(collection, id, parts[2], request, url) : ZendeskErrors.noSuchEndpoint();
    }

    private SandboxAnswer list(String collection, SandboxRequest request, String url) {
        switch (collection) {
            case "tags" -> {
                return lists.answer("tags", tags(), false, request, url);
            }
            case "deleted_tickets" -> {
                return lists.answer("deleted_tickets", desk.tickets().deleted(), false, request, url);
            }
            case "search" -> {
                return lists.answer("results", search(request.parameter("query").orElse("")), false, request, url);
            }
            case "ticket_audits" -> {
                return backwards(request, url);
            }
            default -> {
                if (!LISTS.contains(collection)) {
                    return ZendeskErrors.noSuchEndpoint();
                }
            }
        }
        List<ObjectNode> rows = new ArrayList<>(desk.collection(collection).listed());
        filter(collection, rows, request);
        boolean isDown = collection.equals("audit_logs");
        if (isDown) {
            Collections.reverse(rows);
        }
        if (collection.equals("tickets") && Exports.includes(request, "metric_sets")) {
            rows.replaceAll(ticket -> {
                ObjectNode row = ticket.deepCopy();
                row.set("metric_set", desk.tickets().metric(ticket.path("id").asLong()));
                return row;
            });
        }
        return lists.answer(collection, rows, isDown, request, url);
    }

    private static void filter(String collection, List<ObjectNode> rows, SandboxRequest request) {
        if (collection.equals("satisfaction_ratings")) {
            request.parameter("start_time").map(Long::parseLong).ifPresent(from -> rows.removeIf(row ->
                    Instant.parse(row.path("updated_at").asText()).getEpochSecond() < from));
            request.parameter("end_time").map(Long::parseLong).ifPresent(to -> rows.removeIf(row ->
                    Instant.parse(row.path("updated_at").asText()).getEpochSecond() > to));
        } else if (collection.equals("audit_logs")) {
            List<String> range = request.query().getOrDefault("filter[created_at][]", List.of());
            if (range.size() == 2) {
                Instant from = Instant.parse(range.get(0));
                Instant to = Instant.parse(range.get(1));
                rows.removeIf(row -> Instant.parse(row.path("created_at").asText()).isBefore(from)
                        || Instant.parse(row.path("created_at").asText()).isAfter(to));
            }
        } else if (collection.equals("tickets")) {
            request.parameter("external_id").ifPresent(id ->
                    rows.removeIf(row -> !row.path("external_id").asText().equals(id)));
        } else if (collection.equals("users")) {
            List<String> roles = request.query().getOrDefault("role[]", request.query().getOrDefault("role", List.of()));
            rows.removeIf(row -> !roles.isEmpty() && !roles.contains(row.path("role").asText()));
        } else if (collection.equals("groups") && request.parameter("exclude_deleted").orElse("").equals("true")) {
            rows.removeIf(row -> row.path("deleted").asBoolean());
        }
    }

    private SandboxAnswer single(String collection, long id) {
        if (collection.equals("tickets")) {
            return one("ticket", desk.tickets().get(id));
        }
        ObjectNode object = desk.get(collection, id);
        if (object.hasNonNull("deleted_at")) {
            throw new NoSuchElementException(collection + " " + id);
        }
        return one(singular(collection), object);
    }

    private SandboxAnswer belonging(String collection, long id, String what, SandboxRequest request, String url) {
        switch (collection + " " + what) {
            case "tickets comments" -> {
                desk.tickets().get(id);
                return lists.answer("comments", comments(id), false, request, url);
            }
            case "tickets audits" -> {
                desk.tickets().get(id);
                List<ObjectNode> audits = new ArrayList<>(events(id).stream().map(Reads::audit).toList());
                Collections.reverse(audits);
                return lists.answer("audits", audits, true, request, url);
            }
            case "tickets metrics" -> {
                desk.tickets().get(id);
                return one("ticket_metric", desk.tickets().metric(id));
            }
            case "users organization_memberships" -> {
                return where("organization_memberships", "organization_memberships", "user_id", id, request, url);
            }
            case "users group_memberships" -> {
                return where("group_memberships", "group_memberships", "user_id", id, request, url);
            }
            case "groups memberships" -> {
                return where("group_memberships", "group_memberships", "group_id", id, request, url);
            }
            case "organizations organization_memberships" -> {
                return where("organization_memberships", "organization_memberships", "organization_id", id, request, url);
            }
            case "organizations users" -> {
                return where("users", "users", "organization_id", id, request, url);
            }
            case "organizations tickets" -> {
                return where("tickets", "tickets", "organization_id", id, request, url);
            }
            default -> {
                return ZendeskErrors.noSuchEndpoint();
            }
        }
    }

    private SandboxAnswer where(String collection, String key, String field, long value, SandboxRequest request, String url) {
        return lists.answer(key, desk.collection(collection).listed().stream()
                .filter(row -> row.path(field).asLong() == value).toList(), false, request, url);
    }

    private SandboxAnswer showMany(String collection, SandboxRequest request) {
        List<String> ids = Arrays.asList(request.parameter("ids").orElse("").split(","));
        ObjectNode body = Desk.node();
        ArrayNode rows = body.putArray(collection);
        desk.collection(collection).all().stream().filter(row -> ids.contains(row.path("id").asText()))
                .filter(row -> !row.path("status").asText().equals("deleted")).forEach(rows::add);
        return SandboxAnswer.json(200, body.putNull("next_page").put("count", rows.size()));
    }

    /** All audits, newest first; the way on is {@code before_url}, and what is called next leads to newer ones. */
    private SandboxAnswer backwards(SandboxRequest request, String url) {
        int limit = Math.min(200, Integer.parseInt(request.parameter("limit").orElse("200")));
        long before = Long.parseLong(request.parameter("cursor").orElse(Long.toString(Long.MAX_VALUE)));
        List<ObjectNode> events = new ArrayList<>(desk.collection("ticket_events").all().stream()
                .filter(event -> event.path("id").asLong() < before)
                .filter(event -> desk.collection("tickets").isListed(event.path("ticket_id").asLong())).toList());
        Collections.reverse(events);
        List<ObjectNode> page = events.subList(0, Math.min(limit, events.size()));
        ObjectNode body = Desk.node();
        ArrayNode audits = body.putArray("audits");
        page.forEach(event -> audits.add(audit(event)));
        boolean hasMore = page.size() < events.size();
        String cursor = hasMore ? page.get(page.size() - 1).path("id").asText() : null;
        return SandboxAnswer.json(200, body.put("before_cursor", cursor).putNull("after_cursor").putNull("after_url")
                .put("before_url", hasMore ? url + "?cursor=" + cursor + "&limit=" + limit : null));
    }

    private List<ObjectNode> events(long ticket) {
        return desk.collection("ticket_events").all().stream().filter(one -> one.path("ticket_id").asLong() == ticket).toList();
    }

    private List<ObjectNode> comments(long ticket) {
        List<ObjectNode> comments = new ArrayList<>();
        for (ObjectNode event : events(ticket)) {
            for (JsonNode part : event.path("child_events")) {
                if (part.path("event_type").asText().equals("Comment")) {
                    ObjectNode comment = part.deepCopy();
                    comment.remove("event_type");
                    comments.add(comment);
                }
            }
        }
        return comments;
    }

    /** An event as an audit tells it: times in text, and of each change which field it was and what it became. */
    static ObjectNode audit(ObjectNode event) {
        ObjectNode audit = Desk.node().put("id", event.path("id").asLong()).put("ticket_id", event.path("ticket_id").asLong())
                .put("created_at", event.path("created_at").asText()).put("author_id", event.path("updater_id").asLong());
        audit.putObject("metadata").set("system", event.path("system"));
        Blanks.via(audit.putObject("via"));
        ArrayNode parts = audit.putArray("events");
        for (JsonNode part : event.path("child_events")) {
            String type = part.path("event_type").asText();
            if (type.equals("Comment")) {
                ObjectNode comment = part.deepCopy();
                comment.remove("event_type");
                parts.add(comment);
                continue;
            }
            part.fieldNames().forEachRemaining(field -> {
                if (!List.of("id", "via", "via_reference_id", "event_type", "previous_value").contains(field)) {
                    ObjectNode told = parts.addObject().put("id", part.path("id").asLong()).put("type", type)
                            .put("field_name", field);
                    told.set("value", text(part.get(field)));
                    if (type.equals("Change")) {
                        told.set("previous_value", text(part.get("previous_value")));
                    }
                }
            });
        }
        return audit;
    }

    private static JsonNode text(JsonNode value) {
        return value == null || value.isContainerNode() || value.isNull() ? value
                : com.fasterxml.jackson.databind.node.TextNode.valueOf(value.asText());
    }

    private List<ObjectNode> tags() {
        Map<String, Integer> counts = new TreeMap<>();
        desk.collection("tickets").all().forEach(ticket -> ticket.path("tags")
                .forEach(tag -> counts.merge(tag.asText(), 1, Integer::sum)));
        return counts.entrySet().stream()
                .map(tag -> Desk.node().put("name", tag.getKey()).put("count", tag.getValue())).toList();
    }

    /** Words that all must occur; {@code type:} and {@code email:} are understood, other filters by their value only. */
    private List<ObjectNode> search(String query) {
        List<ObjectNode> found = new ArrayList<>();
        for (String collection : List.of("tickets", "users", "groups", "organizations")) {
            String type = singular(collection);
            for (ObjectNode row : desk.collection(collection).listed()) {
                String text = row.toString().toLowerCase(Locale.ROOT);
                boolean isMatch = Arrays.stream(query.toLowerCase(Locale.ROOT).trim().split("\\s+")).allMatch(word ->
                        word.startsWith("type:") ? word.equals("type:" + type)
                                : word.startsWith("email:") ? row.path("email").asText().equals(word.substring(6))
                                : text.contains(word.substring(word.indexOf(':') + 1).replace("\"", "")));
                if (isMatch) {
                    found.add(row.deepCopy().put("result_type", type));
                }
            }
        }
        return found;
    }

    static String singular(String collection) {
        return collection.equals("sla_policies") ? "sla_policy" : collection.substring(0, collection.length() - 1);
    }

    static SandboxAnswer one(String key, ObjectNode object) {
        ObjectNode body = Desk.node();
        body.set(key, object);
        return SandboxAnswer.json(200, body);
    }
}
