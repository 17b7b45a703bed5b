package dev.serai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.partner.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a table should hold by the partner's own word.
 *
 * @param rows    what is there, by id, with the partner's fields
 * @param deleted ids that must be marked as deleted if a row shows them
 * @param unsure  ids of which the partner's API does not tell whether they are there
 */
record PartnerTruth(Map<String, ObjectNode> rows, Set<String> deleted, Set<String> unsure) {

    private static final Set<String> OF_TICKETS = Set.of("ticket_comments", "attachments", "ticket_events");

    static PartnerTruth of(ObjectTablesHub hub, String source, Collection collection) {
        PartnerTruth truth = new PartnerTruth(new LinkedHashMap<>(), new HashSet<>(), new HashSet<>());
        switch (source) {
            case "stripe" -> hub.stripe.current(collection.name()).forEach((id, row) ->
                    truth.ofStripe(collection.name(), id, row));
            case "zendesk" -> hub.zendesk.current(collection.name()).forEach((id, row) ->
                    truth.ofZendesk(collection.name(), id, row));
            default -> {
                hub.salesforce.current(collection.endpoint()).forEach((id, row) ->
                        truth.add(id, row, row.path("IsDeleted").asBoolean(), "IsDeleted"));
                truth.deleted.addAll(hub.salesforce.purged(collection.endpoint()));
            }
        }
        return truth;
    }

    /** A canceled subscription is deleted to a table. */
    private void ofStripe(String table, String id, ObjectNode row) {
        boolean isCanceled = table.equals("subscriptions") && row.path("status").asText().equals("canceled");
        switch (table) {
            // parts, which the fake names by what they are part of
            case "balance_transaction_fee_details" -> row.set("balance_transaction_id", row.remove("balance_transaction"));
            case "order_shipping_methods" -> row.set("order_id", row.remove("order"));
            default -> { }
        }
        String own = table.equals("order_shipping_methods") ? row.path("order_id").asText() + "_" + id : id;
        add(own, row, row.path("deleted").asBoolean() || isCanceled, "deleted");
    }

    /** What belongs to a deleted ticket stays, except that its metrics may never have been told. */
    private void ofZendesk(String table, String id, ObjectNode row) {
        boolean isDeleted = row.path("is_deleted").asBoolean() && !OF_TICKETS.contains(table);
        switch (table) {
            case "tickets" -> row.path("custom_fields").forEach(field ->
                    row.set("custom_field_" + field.path("id").asText(), field.path("value")));
            case "users" -> prefixed(row, "user_fields");
            case "organizations" -> prefixed(row, "organization_fields");
            case "attachments" -> {
                row.set("comment_id", row.remove("ticket_comment_id"));
                row.remove("ticket_event_id");
            }
            case "ticket_events" -> {
                row.path("child_events").forEach(child -> add(child.path("id").asText(), event(child), false, "is_deleted"));
                return;
            }
            default -> { }
        }
        if (table.equals("ticket_metrics") && isDeleted) {
            unsure.add(id);
        } else {
            add(id, row, isDeleted, "is_deleted");
        }
    }

    /** Of a comment the export of events says only that there is one; comments are a table of their own. */
    private static ObjectNode event(JsonNode child) {
        ObjectNode event = child.deepCopy();
        return !event.path("event_type").asText().equals("Comment") ? event : event.retain("id", "event_type")
                .put("comment_present", true).put("comment_public", child.path("public").asBoolean());
    }

    private static void prefixed(ObjectNode row, String custom) {
        row.path(custom).fields().forEachRemaining(field -> row.set(custom + "_" + field.getKey(), field.getValue()));
    }

    private void add(String id, ObjectNode row, boolean isDeleted, String mark) {
        row.remove(mark);
        if (isDeleted) {
            deleted.add(id);
        } else {
            rows.put(id, row);
        }
    }
}
