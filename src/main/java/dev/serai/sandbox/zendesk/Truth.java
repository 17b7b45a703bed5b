package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;

/**
 * What the tables of a perfect copy of the account hold, row by row, in Zendesk's own form. Comments and attachments have
 * no collection at Zendesk: they are parts of ticket events, and are here with the ids of what they are part of. What was
 * deleted stays, with {@code is_deleted} true; so do metrics, comments and attachments of a deleted ticket.
 */
final class Truth {

    private final Desk desk;

    Truth(Desk desk) {
        this.desk = desk;
    }

    Map<String, ObjectNode> of(String table) {
        Map<String, ObjectNode> rows = new TreeMap<>();
        switch (table) {
            case "users" -> all(rows, table, one -> !one.path("active").asBoolean(true));
            case "groups" -> all(rows, table, one -> one.path("deleted").asBoolean());
            case "organizations" -> all(rows, table, one -> one.hasNonNull("deleted_at"));
            case "tickets" -> all(rows, table, one -> isDeleted(one.path("id").asLong()));
            case "ticket_metrics" -> all(rows, table, one -> isDeleted(one.path("ticket_id").asLong()));
            case "ticket_skips" -> all(rows, "skips", one -> false);
            case "ticket_comments", "attachments" -> parts(rows, table);
            case "ticket_fields", "ticket_forms", "ticket_events", "activities", "audit_logs", "satisfaction_ratings",
                    "group_memberships", "organization_memberships" -> all(rows, table, one -> false);
            default -> throw new NoSuchElementException("Zendesk has no table " + table);
        }
        return rows;
    }

    private void all(Map<String, ObjectNode> rows, String collection, java.util.function.Predicate<JsonNode> isDeleted) {
        ZendeskCollection from = desk.collection(collection);
        from.all().forEach(one -> add(rows, one, isDeleted.test(one)));
        from.removed().values().forEach(one -> add(rows, one, true));
    }

    private void parts(Map<String, ObjectNode> rows, String table) {
        for (ObjectNode event : desk.collection("ticket_events").all()) {
            boolean isDeleted = isDeleted(event.path("ticket_id").asLong());
            for (JsonNode part : event.path("child_events")) {
                if (!part.path("event_type").asText().equals("Comment")) {
                    continue;
                }
                if (table.equals("ticket_comments")) {
                    add(rows, ids(part, event), isDeleted);
                } else {
                    part.path("attachments").forEach(file -> add(rows, ids(file, event)
                            .put("ticket_comment_id", part.path("id").asLong()), isDeleted));
                }
            }
        }
    }

    private static ObjectNode ids(JsonNode part, ObjectNode event) {
        ObjectNode row = part.deepCopy();
        return row.put("ticket_id", event.path("ticket_id").asLong()).put("ticket_event_id", event.path("id").asLong());
    }

    private boolean isDeleted(long ticket) {
        return desk.get("tickets", ticket).path("status").asText().equals("deleted");
    }

    private static void add(Map<String, ObjectNode> rows, ObjectNode one, boolean isDeleted) {
        ObjectNode row = one.deepCopy();
        rows.put(one.path("id").asText(), isDeleted ? row.put("is_deleted", true) : row);
    }
}
