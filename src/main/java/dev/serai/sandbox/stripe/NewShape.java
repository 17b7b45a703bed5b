package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * Objects as API versions of 2025 and later show them: periods of a subscription are those of its items, an invoice
 * names its subscription as its parent, discounts point to their coupon as a source. Payloads of events come so when the
 * account's default version is a newer one, whatever version a request asks for.
 */
final class NewShape {

    static final String VERSION = "2026-10-28.endive";
    /** Requests that ask for this version or a later one get the new shape. */
    private static final String FIRST_VERSION = "2025-03-31";

    private NewShape() {
    }

    static boolean isAskedForBy(String version) {
        return version.compareTo(FIRST_VERSION) >= 0;
    }

    /** Changes it, and all that is in it. */
    static void apply(JsonNode node) {
        if (node instanceof ObjectNode object) {
            switch (object.path("object").asText()) {
                case "subscription" -> subscription(object);
                case "invoice" -> invoice(object);
                case "line_item" -> line(object);
                case "charge" -> object.remove("invoice");
                case "invoiceitem" -> invoiceItem(object);
                case "discount" -> discount(object);
                default -> { }
            }
        }
        node.forEach(NewShape::apply);
    }

    private static void subscription(ObjectNode object) {
        JsonNode start = object.remove("current_period_start");
        JsonNode end = object.remove("current_period_end");
        for (JsonNode item : object.path("items").path("data")) {
            ((ObjectNode) item).set("current_period_start", start);
            ((ObjectNode) item).set("current_period_end", end);
        }
        discounts(object);
        object.remove(List.of("plan", "quantity"));
    }

    private static void discounts(ObjectNode object) {
        JsonNode discount = object.remove("discount");
        if (!object.has("discounts")) {
            ArrayNode discounts = object.putArray("discounts");
            if (discount != null && discount.isObject()) {
                discounts.add(discount.get("id"));
            }
        }
    }

    private static void invoice(ObjectNode object) {
        JsonNode subscription = object.remove("subscription");
        discounts(object);
        object.remove(List.of("charge", "paid", "tax", "payment_intent", "total_tax_amounts"));
        if (subscription == null || subscription.isNull()) {
            object.putNull("parent");
        } else {
            object.putObject("parent").put("type", "subscription_details").putObject("subscription_details")
                    .set("subscription", subscription);
        }
        object.putArray("total_taxes");
    }

    private static void line(ObjectNode object) {
        String type = object.path("type").asText();
        ObjectNode parent = object.putObject("parent");
        parent.put("type", type.equals("subscription") ? "subscription_item_details" : "invoice_item_details");
        ObjectNode details = parent.putObject(parent.get("type").textValue());
        for (String name : List.of("invoice_item", "subscription", "subscription_item", "proration")) {
            if (object.has(name)) {
                details.set(name, object.get(name));
            }
        }
        pricing(object);
        object.putArray("taxes").addAll(taxes(object));
        object.remove(List.of("plan", "proration", "type", "tax_rates", "tax_amounts", "invoice_item", "subscription_item"));
    }

    private static List<ObjectNode> taxes(ObjectNode line) {
        return StreamSupport.stream(line.path("tax_rates").spliterator(), false).map(rate -> {
            ObjectNode tax = line.objectNode().put("amount", 0).put("type", "tax_rate_details");
            tax.putObject("tax_rate_details").set("tax_rate", rate.get("id"));
            return tax;
        }).toList();
    }

    private static void pricing(ObjectNode object) {
        JsonNode price = object.remove("price");
        if (price != null && price.isObject()) {
            ObjectNode pricing = object.putObject("pricing").put("type", "price_details");
            pricing.putObject("price_details").put("price", price.path("id").asText())
                    .put("product", price.path("product").asText());
            pricing.set("unit_amount_decimal", price.get("unit_amount_decimal"));
        }
    }

    private static void invoiceItem(ObjectNode object) {
        JsonNode subscription = object.remove("subscription");
        if (subscription == null || subscription.isNull()) {
            object.putNull("parent");
        } else {
            object.putObject("parent").put("type", "subscription_details").putObject("subscription_details")
                    .set("subscription", subscription);
        }
        pricing(object);
        object.remove("plan");
    }

    private static void discount(ObjectNode object) {
        JsonNode coupon = object.remove("coupon");
        object.putObject("source").put("type", "coupon").set("coupon", coupon == null ? null : coupon.get("id"));
    }
}
