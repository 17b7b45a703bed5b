package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a copy of a collection should hold now, by id: each object as the API would show it, what is gone as it last was
 * with {@code deleted: true}. Things without an id of their own have that of their parent and a number.
 */
final class Truth {

    private final Store store;

    Truth(Store store) {
        this.store = store;
    }

    Map<String, ObjectNode> of(String collection) {
        return switch (collection) {
            case "balance_transaction_fee_details" -> parts(ObjectType.BALANCE_TRANSACTION, "fee_details",
                    "balance_transaction");
            case "order_shipping_methods" -> parts(ObjectType.ORDER, "shipping_methods", "order");
            default -> of(ObjectType.ofCollection(collection).orElseThrow(() -> new IllegalArgumentException(
                    "Stripe has no collection " + collection)));
        };
    }

    private Map<String, ObjectNode> of(ObjectType type) {
        Map<String, ObjectNode> rows = new LinkedHashMap<>();
        for (ObjectNode node : store.shelf(type).all()) {
            ObjectNode shown = show(node);
            if (node.path("_detached").asBoolean()) {
                shown.put("deleted", true);
            }
            rows.put(node.get("id").textValue(), shown);
        }
        store.shelf(type).deleted().forEach((id, node) -> rows.put(id, show(node).put("deleted", true)));
        return rows;
    }

    private ObjectNode show(ObjectNode node) {
        ObjectNode shown = store.rendering().render(node);
        if (node.has("_invoice")) {
            shown.set("invoice", node.get("_invoice"));
        }
        return shown;
    }

    private Map<String, ObjectNode> parts(ObjectType type, String list, String parent) {
        Map<String, ObjectNode> rows = new LinkedHashMap<>();
        for (ObjectNode node : store.shelf(type).all()) {
            String id = node.get("id").textValue();
            int number = 0;
            for (JsonNode part : node.get(list)) {
                ObjectNode row = ((ObjectNode) part).deepCopy().put(parent, id);
                rows.put(part.path("id").asText(id + "_" + number), row);
                number++;
            }
        }
        return rows;
    }
}
