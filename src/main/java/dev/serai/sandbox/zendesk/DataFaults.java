package dev.serai.sandbox.zendesk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What goes wrong with the rows of a page. A field that changes and a NUL byte are from then on in the account itself, so
 * that a copy can be compared with it; rows that a client may have read before and need not read again are left alone.
 */
final class DataFaults {

    private static final List<String> TEXTS = List.of("details", "description", "change_description", "reason", "name",
            "title", "organization_name");
    private static final List<String> CHANGING = List.of("alias", "recipient", "details", "regexp_for_validation", "reason",
            "ip_address", "organization_name", "via", "default", "name", "title");

    private final Desk desk;
    private final Faults faults;

    DataFaults(Desk desk, Faults faults) {
        this.desk = desk;
        this.faults = faults;
    }

    boolean strikes(Fault.Kind kind, String path) {
        return faults.strikes(kind, ZendeskFake.PARTNER, path);
    }

    /** @param fresh rows of the page that were not on the one before */
    void spoil(String path, List<ObjectNode> fresh) {
        if (fresh.isEmpty()) {
            return;
        }
        if (strikes(Fault.Kind.SCHEMA_CHANGE, path)) {
            fresh.forEach(DataFaults::changeSchema);
        }
        if (strikes(Fault.Kind.NUL_BYTES, path)) {
            fresh.forEach(DataFaults::addNul);
        }
    }

    /** How many rows of the page to give so that the next row has the same second as the last; all if no place is such. */
    int cut(String path, ZendeskCollection collection, List<ObjectNode> page, long notIn) {
        for (int i = page.size() - 1; i > 0; i--) {
            long second = collection.place(page.get(i)).second();
            if (second == collection.place(page.get(i - 1)).second() && second != notIn) {
                return strikes(Fault.Kind.EQUAL_STAMPS, path) ? i : page.size();
            }
        }
        return page.size();
    }

    /**
     * Without a row that others with later stamps overtake. In a time based export it is there, under its own stamp, when
     * that is asked for again; in a cursor export it gets its place when it is written, which is now.
     */
    List<ObjectNode> late(String path, ZendeskCollection collection, List<ObjectNode> page, boolean byCursor) {
        if (page.size() < 2 || collection.place(page.get(0)).second() == collection.place(page.get(page.size() - 1)).second()
                || !strikes(Fault.Kind.LATE_ROWS, path)) {
            return page;
        }
        List<ObjectNode> rest = new ArrayList<>(page);
        ObjectNode late = rest.remove(0);
        if (byCursor && collection.name().equals("tickets")) {
            desk.tickets().touch(late.path("id").asLong());
        } else if (byCursor) {
            desk.write(collection.name(), late);
        }
        return rest;
    }

    List<ObjectNode> order(String path, List<ObjectNode> page) {
        if (page.size() > 1 && strikes(Fault.Kind.OUT_OF_ORDER, path)) {
            List<ObjectNode> other = new ArrayList<>(page);
            Collections.reverse(other);
            return other;
        }
        return page;
    }

    private static void changeSchema(ObjectNode row) {
        row.put("sentiment", 0.75);
        for (String field : CHANGING) {
            if (row.has(field) && !row.get(field).isObject()) {
                row.set(field, row.get(field).isBoolean() ? row.textNode("yes") : row.numberNode(4711));
                return;
            }
        }
    }

    private static void addNul(ObjectNode row) {
        for (JsonNode part : row.path("child_events")) {
            if (part.has("body")) {
                ((ObjectNode) part).put("body", "a\0b " + part.path("body").asText());
            }
        }
        for (String field : TEXTS) {
            if (row.path(field).isTextual()) {
                row.put(field, "a\0b " + row.path(field).asText());
                return;
            }
        }
    }
}
