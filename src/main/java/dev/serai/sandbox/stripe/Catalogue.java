package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;

/** What is for sale: products with prices and, the old way, SKUs and plans; coupons and tax rates. */
final class Catalogue {

    private static final List<String> THINGS = List.of("Lantern", "Saddle", "Compass", "Kettle", "Blanket", "Ledger", "Well");

    private final Store store;

    Catalogue(Store store) {
        this.store = store;
    }

    /** @param isGood something that is sent and not a service */
    ObjectNode product(boolean isGood, Random random) {
        String thing = THINGS.get(random.nextInt(THINGS.size())) + " " + (10 + random.nextInt(90));
        return store.create(ObjectType.PRODUCT, node -> {
            node.put("name", thing).put("description", thing + (isGood ? ", made by hand" : " by subscription"))
                    .put("url", "https://shop.example/" + thing.replace(' ', '-'));
            node.putArray("images").add("https://shop.example/" + thing.replace(' ', '-') + ".jpg");
            ((ObjectNode) node.get("metadata")).put("line", isGood ? "goods" : "services");
            if (isGood) {
                node.put("type", "good").put("caption", "The " + thing).put("shippable", true);
                node.putArray("attributes").add("size").add("colour");
                node.putArray("deactivate_on").add("checkout.example");
                dimensions(node.putObject("package_dimensions"), random);
            }
        });
    }

    private static void dimensions(ObjectNode node, Random random) {
        node.put("height", 1 + random.nextInt(20)).put("length", 1 + random.nextInt(40))
                .put("weight", 1 + random.nextInt(90)).put("width", 1 + random.nextInt(30));
    }

    /** A price, and if it is of a subscription the plan of the same id. */
    ObjectNode price(ObjectNode product, int amount, String interval, Random random) {
        String productId = product.get("id").textValue();
        ObjectNode price = store.create(ObjectType.PRICE, node -> {
            node.put("product", productId).put("unit_amount", amount).put("unit_amount_decimal", String.valueOf(amount));
            if (interval != null) {
                node.put("type", "recurring").put("nickname", "every " + interval);
                node.putObject("recurring").put("interval", interval).put("interval_count", 1)
                        .put("usage_type", "licensed").putNull("trial_period_days");
            }
        });
        if (interval != null) {
            store.create(ObjectType.PLAN, node -> {
                node.put("id", price.get("id").textValue()).put("amount", amount)
                        .put("amount_decimal", String.valueOf(amount)).put("interval", interval).put("product", productId)
                        .put("nickname", "every " + interval).withObject("/metadata").put("billed", "every " + interval);
                if (random.nextBoolean()) {
                    node.put("trial_period_days", 14);
                }
            });
        }
        return price;
    }

    ObjectNode coupon(Random random) {
        int part = 5 * (1 + random.nextInt(10));
        return store.create(ObjectType.COUPON, node -> {
            node.put("name", part + " off").put("max_redemptions", 100 + random.nextInt(900));
            if (random.nextBoolean()) {
                node.put("percent_off", new BigDecimal(part).setScale(1)).put("percent_off_precise", new BigDecimal(part));
            } else {
                node.put("amount_off", part * 100).put("currency", "eur");
            }
            if (random.nextBoolean()) {
                node.put("duration", "repeating").put("duration_in_months", 3 + random.nextInt(9));
            }
            ((ObjectNode) node.get("metadata")).put("campaign", "spring");
        });
    }

    ObjectNode taxRate(String country, String state, BigDecimal percentage) {
        return store.create(ObjectType.TAX_RATE, node -> node.put("country", country).put("jurisdiction", country)
                .put("state", state).put("description", "Tax of " + country).put("display_name", state == null ? "VAT"
                        : "Sales tax").put("tax_type", state == null ? "vat" : "sales_tax").put("percentage", percentage));
    }

    ObjectNode sku(ObjectNode product, Random random) {
        return store.create(ObjectType.SKU, node -> {
            node.put("product", product.get("id").textValue()).put("price", 500 + random.nextInt(20_000))
                    .put("image", product.path("images").path(0).asText());
            node.putObject("attributes").put("size", random.nextBoolean() ? "M" : "L").put("colour", "indigo");
            node.putObject("inventory").put("quantity", random.nextInt(500)).put("type", "finite").put("value", "in_stock");
            dimensions(node.putObject("package_dimensions"), random);
            ((ObjectNode) node.get("metadata")).put("shelf", String.valueOf(random.nextInt(40)));
        });
    }

    /** An order with the ways in which it can be sent. */
    ObjectNode order(String customer, ObjectNode sku, Random random) {
        long arrival = store.now() + 86_400L * (2 + random.nextInt(6));
        return store.create(ObjectType.ORDER, node -> {
            node.put("customer", customer).put("amount", sku.get("price").asInt()).put("status", "paid");
            ObjectNode item = node.putArray("items").addObject().put("object", "order_item").put("type", "sku");
            item.put("parent", sku.get("id").textValue()).put("amount", sku.get("price").asInt()).put("quantity", 1);
            String chosen = null;
            for (String way : List.of("Parcel", "Courier")) {
                chosen = "ship_" + store.ids().letters(16);
                ObjectNode method = node.withArray("/shipping_methods").addObject().put("id", chosen)
                        .put("amount", way.equals("Parcel") ? 500 : 1500).put("currency", "eur").put("description", way);
                method.putObject("delivery_estimate").put("type", "exact")
                        .put("date", LocalDate.ofEpochDay(arrival / 86_400).toString());
            }
            node.put("selected_shipping_method", chosen);
        });
    }
}
