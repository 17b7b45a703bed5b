package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The tickets of the account: every change of one writes an event with its parts, and the ticket's metrics. A ticket that
 * is deleted stays in the export as {@code deleted} for ever; one that is archived is in the export and by its id, and in
 * no list.
 */
public final class Tickets {

    private static final List<String> FIELDS = List.of("subject", "type", "priority", "status", "recipient", "requester_id",
            "assignee_id", "group_id", "organization_id", "external_id", "problem_id", "due_at", "tags", "collaborator_ids",
            "ticket_form_id", "custom_fields", "forum_topic_id", "sharing_agreement_ids", "brand_id", "has_incidents");

    private final Desk desk;
    private final Map<Long, ObjectNode> deleted = new HashMap<>();

    Tickets(Desk desk) {
        this.desk = desk;
    }

    /** @param fields as in the body of the call, {@code comment} too */
    public ObjectNode create(ObjectNode fields, long author) {
        synchronized (desk) {
            ObjectNode ticket = desk.blank("tickets");
            Blanks.ticket(ticket);
            long id = ticket.path("id").asLong();
            ticket.put("requester_id", fields.path("requester_id").asLong(author)).put("submitter_id", author);
            ObjectNode requester = desk.collection("users").get(ticket.path("requester_id").asLong());
            if (requester != null && requester.hasNonNull("organization_id")) {
                ticket.put("organization_id", requester.path("organization_id").asLong());
            }
            ObjectNode metric = desk.blank("ticket_metrics").put("ticket_id", id);
            Blanks.metric(metric);
            metric.put("requester_updated_at", desk.now().toString()).put("status_updated_at", desk.now().toString());
            ObjectNode event = event(id, author);
            ArrayNode parts = event.withArray("/child_events");
            change(ticket, fields, metric, parts, "Create");
            if (!ticket.hasNonNull("subject")) {
                ticket.put("subject", "Untitled ticket");
            }
            comment(fields, event, author);
            ticket.put("raw_subject", ticket.path("subject").asText()).put("description", description(fields));
            write(ticket);
            desk.write("ticket_metrics", metric);
            desk.write("ticket_events", event);
            metricEvent(id, "agent_work_time", "activate");
            return ticket;
        }
    }

    /** @throws NoSuchElementException if there is none, or it is deleted */
    public ObjectNode update(long id, ObjectNode fields, long author) {
        synchronized (desk) {
            ObjectNode ticket = get(id);
            ObjectNode metric = metric(id);
            ObjectNode event = event(id, author);
            String before = ticket.path("status").asText();
            change(ticket, fields, metric, event.withArray("/child_events"), "Change");
            if (comment(fields, event, author)) {
                metric.put("latest_comment_added_at", desk.now().toString());
                if (author != ticket.path("requester_id").asLong()) {
                    replied(ticket, metric);
                } else {
                    metric.put("requester_updated_at", desk.now().toString());
                }
            }
            solved(before, ticket, metric);
            ticket.put("raw_subject", ticket.path("subject").asText()).put("updated_at", desk.now().toString());
            write(ticket);
            desk.write("ticket_metrics", metric.put("updated_at", desk.now().toString()));
            desk.write("ticket_events", event);
            return ticket;
        }
    }

    public void solve(long id, long author) {
        update(id, Desk.node().put("status", "solved"), author);
    }

    /** What Zendesk does by itself: it is written anew, and {@code updated_at} says nothing of it. */
    public void touch(long id) {
        synchronized (desk) {
            write(desk.get("tickets", id));
        }
    }

    public void delete(long id, long author) {
        synchronized (desk) {
            ObjectNode ticket = get(id);
            deleted.put(id, Desk.node().put("id", id).put("subject", ticket.path("subject").asText())
                    .put("previous_state", ticket.path("status").asText()).put("deleted_at", desk.now().toString()));
            deleted.get(id).putObject("actor").put("id", author).put("name", desk.get("users", author).path("name").asText());
            write(ticket.put("status", "deleted").put("updated_at", desk.now().toString()));
            desk.collection("tickets").unlist(id);
            desk.collection("ticket_metrics").unlist(metric(id).path("id").asLong());
        }
    }

    public void restore(long id) {
        synchronized (desk) {
            ObjectNode was = deletedOne(id);
            deleted.remove(id);
            write(desk.get("tickets", id).put("status", was.path("previous_state").asText())
                    .put("updated_at", desk.now().toString()));
            desk.collection("tickets").list(id);
            desk.collection("ticket_metrics").list(metric(id).path("id").asLong());
        }
    }

    /** For ever: its content is gone, from the export too. */
    public void scrub(long id) {
        synchronized (desk) {
            deletedOne(id);
            deleted.remove(id);
            ObjectNode ticket = desk.get("tickets", id);
            ticket.put("subject", "SCRUBBED").put("raw_subject", "SCRUBBED").put("description", "SCRUBBED")
                    .putNull("external_id").putNull("recipient");
            ticket.putArray("tags");
            ticket.putArray("custom_fields");
            write(ticket);
        }
    }

    /** About 120 days after closing. */
    public void archive(long id) {
        synchronized (desk) {
            write(get(id).put("status", "closed"));
            desk.collection("tickets").unlist(id);
            desk.collection("ticket_metrics").unlist(metric(id).path("id").asLong());
        }
    }

    List<ObjectNode> deleted() {
        return deleted.keySet().stream().sorted().map(deleted::get).toList();
    }

    /** One that is not deleted. */
    ObjectNode get(long id) {
        ObjectNode ticket = desk.get("tickets", id);
        if (ticket.path("status").asText().equals("deleted")) {
            throw new NoSuchElementException("tickets " + id);
        }
        return ticket;
    }

    ObjectNode metric(long ticket) {
        return desk.collection("ticket_metrics").all().stream().filter(one -> one.path("ticket_id").asLong() == ticket)
                .findFirst().orElseThrow();
    }

    private ObjectNode deletedOne(long id) {
        ObjectNode was = deleted.get(id);
        if (was == null) {
            throw new NoSuchElementException("deleted_tickets " + id);
        }
        return was;
    }

    private void write(ObjectNode ticket) {
        ticket.put("generated_timestamp", desk.now().getEpochSecond());
        desk.write("tickets", ticket);
    }

    private ObjectNode event(long ticket, long author) {
        ObjectNode event = Desk.node().put("id", desk.collection("ticket_events").nextId()).put("ticket_id", ticket)
                .put("timestamp", desk.now().getEpochSecond()).put("created_at", desk.now().toString())
                .put("updater_id", author).put("via", "Web form").put("event_type", "Audit");
        event.putObject("system").put("client", "Mozilla/5.0 (X11; Linux x86_64)").put("ip_address", "192.0.2." + ticket % 250)
                .put("location", "Berlin, BE, Germany").put("latitude", 52.52).put("longitude", 13.405);
        event.putObject("metadata");
        event.putArray("child_events");
        return event;
    }

    private void change(ObjectNode ticket, ObjectNode fields, ObjectNode metric, ArrayNode parts, String type) {
        for (String field : FIELDS) {
            JsonNode value = fields.get(field);
            if (value == null || value.equals(ticket.get(field))) {
                continue;
            }
            ObjectNode part = parts.addObject().put("id", desk.collection("child_events").nextId()).put("via", "Web form")
                    .putNull("via_reference_id").put("event_type", type);
            part.set(field, value);
            part.set("previous_value", ticket.get(field));
            if (field.equals("custom_fields")) {
                customFields(ticket, value);
            } else {
                ticket.set(field, value);
            }
            String now = desk.now().toString();
            switch (field) {
                case "assignee_id" -> {
                    metric.put("assignee_stations", metric.path("assignee_stations").asInt() + 1)
                            .put("assignee_updated_at", now).put("assigned_at", now);
                    if (metric.path("initially_assigned_at").isNull()) {
                        metric.put("initially_assigned_at", now);
                    }
                }
                case "group_id" -> metric.put("group_stations", metric.path("group_stations").asInt() + 1);
                case "status" -> metric.put("status_updated_at", now);
                default -> { }
            }
        }
    }

    /** Only those named change. */
    private static void customFields(ObjectNode ticket, JsonNode values) {
        ArrayNode all = ticket.withArray("/custom_fields");
        for (JsonNode value : values) {
            ObjectNode known = null;
            for (JsonNode one : all) {
                if (one.path("id").asLong() == value.path("id").asLong()) {
                    known = (ObjectNode) one;
                }
            }
            (known == null ? all.addObject().put("id", value.path("id").asLong()) : known).set("value", value.get("value"));
        }
    }

    private boolean comment(ObjectNode fields, ObjectNode event, long author) {
        JsonNode said = fields.path("comment");
        if (!said.isObject() && !fields.has("description")) {
            return false;
        }
        ObjectNode comment = event.withArray("/child_events").addObject().put("id", desk.collection("child_events").nextId())
                .put("type", "Comment").put("event_type", "Comment").put("author_id", said.path("author_id").asLong(author));
        String body = description(fields);
        comment.put("body", body).put("plain_body", body)
                .put("html_body", "<div class=\"zd-comment\"><p>" + body + "</p></div>")
                .put("public", said.path("public").asBoolean(true)).put("audit_id", event.path("id").asLong())
                .put("created_at", desk.now().toString());
        ArrayNode attachments = comment.putArray("attachments");
        said.path("attachments").forEach(file -> attachments.add(attachment(file)));
        Blanks.via(comment.putObject("via"));
        comment.putObject("metadata");
        return true;
    }

    private static String description(ObjectNode fields) {
        JsonNode comment = fields.path("comment");
        return comment.hasNonNull("body") ? comment.path("body").asText()
                : comment.path("html_body").asText(fields.path("description").asText(""));
    }

    private ObjectNode attachment(JsonNode file) {
        long id = desk.collection("attachments").nextId();
        String name = file.path("file_name").asText("file.txt");
        ObjectNode attachment = Desk.node().put("id", id).put("url", Desk.HOST + "/api/v2/attachments/" + id + ".json")
                .put("file_name", name).put("content_url", Desk.HOST + "/attachments/token/" + id + "/?name=" + name)
                .put("content_type", file.path("content_type").asText("text/plain")).put("size", file.path("size").asInt(1024))
                .put("inline", file.path("inline").asBoolean(false)).put("deleted", false);
        attachment.putArray("thumbnails");
        return attachment;
    }

    private void replied(ObjectNode ticket, ObjectNode metric) {
        metric.put("replies", metric.path("replies").asInt() + 1);
        if (metric.path("reply_time_in_minutes").path("calendar").isNull()) {
            long minutes = minutesSince(ticket.path("created_at").asText());
            minutes(metric, "reply_time", minutes);
            metric.withObject("/reply_time_in_seconds").put("calendar", minutes * 60);
            metricEvent(ticket.path("id").asLong(), "reply_time", "fulfill");
        }
    }

    private void solved(String before, ObjectNode ticket, ObjectNode metric) {
        String after = ticket.path("status").asText();
        boolean wasDone = before.equals("solved") || before.equals("closed");
        boolean isDone = after.equals("solved") || after.equals("closed");
        if (isDone && !wasDone) {
            long minutes = minutesSince(ticket.path("created_at").asText());
            metric.put("solved_at", desk.now().toString());
            if (metric.path("first_resolution_time_in_minutes").path("calendar").isNull()) {
                minutes(metric, "first_resolution_time", minutes);
            }
            minutes(metric, "full_resolution_time", minutes);
            minutes(metric, "requester_wait_time", minutes * 2 / 3);
            minutes(metric, "agent_wait_time", minutes - minutes * 2 / 3);
            metricEvent(ticket.path("id").asLong(), "agent_work_time", "fulfill");
        } else if (wasDone && !isDone) {
            metric.put("reopens", metric.path("reopens").asInt() + 1).putNull("solved_at");
        } else if (before.equals("hold") && !after.equals("hold")) {
            minutes(metric, "on_hold_time", minutesSince(ticket.path("updated_at").asText()));
        }
    }

    private static void minutes(ObjectNode metric, String time, long minutes) {
        metric.withObject("/" + time + "_in_minutes").put("calendar", minutes).put("business", minutes / 3);
    }

    private long minutesSince(String time) {
        return Math.max(0, Duration.between(Instant.parse(time), desk.now()).toMinutes());
    }

    private void metricEvent(long ticket, String metric, String type) {
        desk.write("ticket_metric_events", Desk.node().put("id", desk.collection("ticket_metric_events").nextId())
                .put("ticket_id", ticket).put("metric", metric).put("instance_id", 1).put("type", type)
                .put("time", desk.now().toString()));
    }
}
