package dev.serai.delivery;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.schibsted.spt.data.jslt.JsltException;
import dev.serai.model.Json;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.Partner;
import dev.serai.partner.Program;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Makes the partner's items of an event, with the partner's mapping: an object is one item, an array several, null
 * none. Where the partner takes several kinds of requests, each item is an object of one field, which is named like
 * its kind in {@code partner.yaml} and holds the item.
 */
final class ItemMapping {

    private final Partner partner;
    private final Program program;
    private final Map<String, JsonNode> variables;
    private final Map<String, Kind> kinds = new LinkedHashMap<>();

    /** @param program null if the event itself is the item */
    ItemMapping(ConfiguredDestination destination, Program program) {
        this.partner = destination.partner();
        this.program = program;
        this.variables = Program.variables(destination);
        destination.limits().requests().forEach((name, limits) -> kinds.put(name, new Kind(name, limits)));
    }

    Collection<Kind> kinds() {
        return kinds.values();
    }

    /** @throws MappingFailed if the mapping fails, or answers what is no item */
    List<Item> items(Delivery delivery) throws MappingFailed {
        JsonNode made;
        try {
            made = program == null ? delivery.envelope().json() : program.run(variables, delivery.envelope().json());
        } catch (JsltException e) {
            throw new MappingFailed("mapping_failed", String.valueOf(e.getMessage()));
        }
        if (made.isNull()) {
            return List.of();
        }
        List<Item> items = new ArrayList<>(made.isArray() ? made.size() : 1);
        if (made.isArray()) {
            for (JsonNode one : made) {
                items.add(item(delivery, one, Math.max(1, delivery.bytes() / made.size())));
            }
        } else {
            items.add(item(delivery, made, delivery.bytes()));
        }
        return items;
    }

    private Item item(Delivery delivery, JsonNode made, int about) throws MappingFailed {
        Kind kind;
        JsonNode body = made;
        if (kinds.size() == 1 && kinds.containsKey(Partner.ONLY_REQUEST)) {
            kind = kinds.get(Partner.ONLY_REQUEST);
        } else {
            String name = made instanceof ObjectNode object && object.size() == 1 ? object.fieldNames().next() : "";
            kind = kinds.get(name);
            if (kind == null) {
                throw new MappingFailed("mapping_failed", partner.slug() + ": a mapping for several requests answers "
                        + "objects of one field, one of " + kinds.keySet());
            }
            body = made.get(name);
        }
        int most = kind.limits().maxItemBytes();
        // what is small in the hub's form is not large in the partner's
        if (most > 0 && delivery.bytes() > most / 2) {
            int exact = length(body);
            if (exact > most) {
                throw new MappingFailed("too_large", "the item is " + exact + " bytes, " + partner.title() + " takes "
                        + most);
            }
        }
        return new Item(delivery, kind, body, about);
    }

    private static int length(JsonNode body) {
        try {
            return Json.MAPPER.writeValueAsBytes(body).length;
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }
}
