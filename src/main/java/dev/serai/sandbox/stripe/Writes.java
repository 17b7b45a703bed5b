package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.stripe.Billing.Ordered;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * What a POST does. Fields that an object has are set as they are sent; what has consequences (a charge, a refund, a
 * subscription) goes through {@link Business}, so that an SDK's call leaves the same traces as at Stripe.
 */
final class Writes {

    private static final Set<ObjectType> NOT_MADE_DIRECTLY = Set.of(ObjectType.BALANCE_TRANSACTION, ObjectType.EVENT,
            ObjectType.DISPUTE, ObjectType.APPLICATION_FEE, ObjectType.ORDER);

    private final Store store;
    private final Business business;
    private final Random random;

    Writes(Business business, Random random) {
        this.store = business.store;
        this.business = business;
        this.random = random;
    }

    ObjectNode create(ObjectType type, ObjectNode form, String path) {
        if (NOT_MADE_DIRECTLY.contains(type)) {
            throw Refusal.noRoute("POST", path);
        }
        return switch (type) {
            case CHARGE -> charge(form);
            case REFUND -> refund(form);
            case PAYMENT_INTENT -> intent(form);
            case SUBSCRIPTION -> subscription(form);
            case SUBSCRIPTION_ITEM -> business.billing.addItem(text(form, "subscription", ObjectType.SUBSCRIPTION),
                    ordered(form));
            case CUSTOMER -> customer(form);
            case INVOICE -> {
                String customer = text(form, "customer", ObjectType.CUSTOMER);
                String invoice = id(business.billing.draft(customer, form.path("subscription").textValue(),
                        node -> merge(node, form)));
                business.billing.fillDraft(invoice);
                yield get(ObjectType.INVOICE, invoice);
            }
            case INVOICE_ITEM -> business.billing.invoiceItem(text(form, "customer", ObjectType.CUSTOMER), amount(form),
                    node -> merge(node, form));
            case PRICE -> price(form);
            default -> store.create(type, node -> merge(node, form));
        };
    }

    private ObjectNode customer(ObjectNode form) {
        ObjectNode rest = form.deepCopy();
        rest.remove(List.of("coupon", "source"));
        ObjectNode customer = store.create(ObjectType.CUSTOMER, node -> merge(node, rest));
        if (form.hasNonNull("source")) {
            createNested(Nested.SOURCES, id(customer), form);
        }
        redeem(form, id(customer), null);
        return get(ObjectType.CUSTOMER, id(customer));
    }

    /** A coupon that is sent becomes a discount. */
    private void redeem(ObjectNode form, String customer, String subscription) {
        if (form.hasNonNull("coupon")) {
            String coupon = form.get("coupon").asText();
            business.people.discount(customer, subscription, store.shelf(ObjectType.COUPON).find(coupon)
                    .orElseThrow(() -> Refusal.noSuch(400, "coupon", coupon, "coupon")));
        }
    }

    private ObjectNode charge(ObjectNode form) {
        if (form.hasNonNull("customer")) {
            text(form, "customer", ObjectType.CUSTOMER);
        }
        boolean captured = form.path("capture").asBoolean(true);
        ObjectNode rest = form.deepCopy();
        rest.remove(List.of("capture", "source", "amount"));
        boolean declined = form.path("source").asText().equals("tok_chargeDeclined");
        ObjectNode charge = business.money.charge(amount(form), !declined, captured, node -> merge(node, rest));
        if (declined) {
            throw new Refusal(402, "card_error", "card_declined", "Your card was declined.", null);
        }
        return charge;
    }

    private ObjectNode refund(ObjectNode form) {
        String charge = form.path("charge").textValue();
        if (charge == null && form.hasNonNull("payment_intent")) {
            charge = get(ObjectType.PAYMENT_INTENT, form.get("payment_intent").asText()).path("latest_charge").textValue();
        }
        if (charge == null) {
            throw Refusal.missingParameter("charge");
        }
        String id = charge;
        ObjectNode of = store.shelf(ObjectType.CHARGE).find(id).orElseThrow(() -> Refusal.noSuch(404, "charge", id, "charge"));
        ObjectNode rest = form.deepCopy();
        rest.remove(List.of("amount", "charge"));
        int amount = form.path("amount").asInt(business.money.refundable(of));
        return business.money.refund(id, amount, node -> merge(node, rest));
    }

    private ObjectNode intent(ObjectNode form) {
        boolean confirm = form.path("confirm").asBoolean();
        ObjectNode rest = form.deepCopy();
        rest.remove(List.of("confirm", "amount"));
        ObjectNode intent = business.money.intent(amount(form), node -> {
            merge(node, rest);
            node.put("status", node.hasNonNull("payment_method") ? "requires_confirmation" : "requires_payment_method");
        });
        return confirm ? confirm(intent) : intent;
    }

    private ObjectNode confirm(ObjectNode intent) {
        boolean captured = !intent.get("capture_method").asText().equals("manual");
        ObjectNode charge = business.money.charge(intent.get("amount").asInt(), true, captured, node -> {
            node.put("payment_intent", id(intent));
            List.of("customer", "description", "currency", "payment_method").forEach(name -> node.set(name, intent.get(name)));
        });
        business.money.settle(id(intent), charge);
        return get(ObjectType.PAYMENT_INTENT, id(intent));
    }

    private ObjectNode subscription(ObjectNode form) {
        String customer = text(form, "customer", ObjectType.CUSTOMER);
        List<Ordered> items = new ArrayList<>();
        form.path("items").forEach(item -> items.add(ordered(item)));
        if (items.isEmpty()) {
            throw Refusal.missingParameter("items");
        }
        ObjectNode rest = form.deepCopy();
        rest.remove(List.of("items", "coupon", "customer"));
        String id = id(business.billing.subscribe(customer, items, node -> merge(node, rest)));
        redeem(form, customer, id);
        return get(ObjectType.SUBSCRIPTION, id);
    }

    /** Items with an id are changed or deleted, others added. */
    private void items(String subscription, JsonNode items) {
        for (JsonNode item : items) {
            String id = item.path("id").textValue();
            if (id == null) {
                business.billing.addItem(subscription, ordered(item));
            } else if (item.path("deleted").asBoolean()) {
                get(ObjectType.SUBSCRIPTION_ITEM, id);
                business.billing.removeItem(id);
            } else {
                ObjectNode change = item.deepCopy();
                change.remove("id");
                update(ObjectType.SUBSCRIPTION_ITEM, id, change);
            }
        }
    }

    private Ordered ordered(JsonNode item) {
        String price = item.path("price").asText(item.path("plan").asText());
        return new Ordered(store.shelf(ObjectType.PRICE).find(price).orElseThrow(() -> Refusal.noSuch(400, "price", price,
                "items[0][price]")), item.path("quantity").asInt(1), List.of());
    }

    private ObjectNode price(ObjectNode form) {
        ObjectNode product = store.shelf(ObjectType.PRODUCT).find(form.path("product").asText()).orElseThrow(() ->
                Refusal.noSuch(400, "product", form.path("product").asText(), "product"));
        String interval = form.path("recurring").path("interval").textValue();
        ObjectNode price = business.catalogue.price(product, form.path("unit_amount").asInt(), interval, random);
        ObjectNode rest = form.deepCopy();
        rest.remove(List.of("product", "unit_amount", "recurring"));
        return store.update(ObjectType.PRICE, id(price), node -> merge(node, rest));
    }

    ObjectNode update(ObjectType type, String id, ObjectNode form) {
        get(type, id);
        ObjectNode rest = form.deepCopy();
        rest.remove(List.of("items", "coupon", "source"));
        switch (type) {
            case SUBSCRIPTION_ITEM -> {
                if (rest.path("price").isTextual()) {
                    ObjectNode price = ordered(rest).price();
                    rest.set("price", price.deepCopy());
                    rest.set("plan", store.shelf(ObjectType.PLAN).find(id(price)).map(ObjectNode::deepCopy).orElse(null));
                }
                business.billing.changeItem(id, node -> merge(node, rest));
            }
            case SUBSCRIPTION -> {
                store.update(type, id, node -> merge(node, rest));
                items(id, form.path("items"));
                redeem(form, get(type, id).get("customer").asText(), id);
            }
            case CUSTOMER -> {
                if (form.hasNonNull("source")) {
                    createNested(Nested.SOURCES, id, form);
                }
                store.update(type, id, node -> merge(node, rest));
                redeem(form, id, null);
            }
            default -> store.update(type, id, node -> merge(node, rest));
        }
        return get(type, id);
    }

    /** POST to {@code /v1/<path>/<id>/<verb>}; empty if there is no such verb. */
    Optional<ObjectNode> act(ObjectType type, String id, String verb, ObjectNode form) {
        get(type, id);
        switch (type.object + " " + verb) {
            case "charge capture" -> business.money.capture(id);
            case "payment_intent cancel" -> business.money.cancelIntent(id, form.path("cancellation_reason").textValue());
            case "payment_intent capture" -> business.money.captureIntent(id);
            case "payment_intent confirm" -> confirm(get(type, id));
            case "invoice finalize" -> business.billing.finish(id, random);
            case "invoice pay" -> business.billing.pay(id, true, random, node -> { });
            case "invoice void" -> business.billing.voidInvoice(id);
            case "payment_method attach" -> attach(id, text(form, "customer", ObjectType.CUSTOMER));
            case "payment_method detach" -> business.people.detach(id);
            case "dispute close" -> store.update(type, id, node -> node.put("status", "lost"), "charge.dispute.closed");
            default -> {
                return Optional.empty();
            }
        }
        return Optional.of(get(type, id));
    }

    private void attach(String method, String customer) {
        store.update(ObjectType.PAYMENT_METHOD, method, node -> node.put("customer", customer).remove("_detached"),
                "payment_method.attached");
    }

    /** POST to a list within an object. */
    ObjectNode createNested(Nested nested, String parent, ObjectNode form) {
        get(nested.parent, parent);
        return switch (nested) {
            case REVERSALS -> business.money.reverse(parent, form.path("amount").asInt(
                    get(ObjectType.TRANSFER, parent).get("amount").asInt()));
            case FEE_REFUNDS -> business.money.refundFee(parent, form.path("amount").asInt(
                    get(ObjectType.APPLICATION_FEE, parent).get("amount").asInt()));
            case CHARGE_REFUNDS -> refund(form.deepCopy().put("charge", parent));
            case SOURCES -> business.people.card(parent, random);
            default -> throw Refusal.noRoute("POST", "/v1/" + nested.parent.path + "/" + parent + "/" + nested.name);
        };
    }

    /** An object is merged field by field, an empty metadata value removes its key, anything else is put in its place. */
    private static void merge(ObjectNode node, ObjectNode form) {
        form.fields().forEachRemaining(field -> {
            JsonNode old = node.get(field.getKey());
            if (field.getKey().equals("expand")) {
                return;
            }
            if (old instanceof ObjectNode inner && field.getValue() instanceof ObjectNode sent) {
                merge(inner, sent);
                inner.retain(inner.properties().stream().filter(one -> !one.getValue().asText("x").isEmpty())
                        .map(Map.Entry::getKey).toList());
            } else if (!(old instanceof ArrayNode) || field.getValue().isArray()) {
                node.set(field.getKey(), field.getValue());
            }
        });
    }

    private ObjectNode get(ObjectType type, String id) {
        return store.shelf(type).find(id).orElseThrow(() -> Refusal.noSuch(404, type.object, id, "id"));
    }

    private String text(ObjectNode form, String name, ObjectType type) {
        String id = form.path(name).asText();
        if (id.isEmpty()) {
            throw Refusal.missingParameter(name);
        }
        store.shelf(type).find(id).orElseThrow(() -> Refusal.noSuch(400, type.object, id, name));
        return id;
    }

    private static int amount(ObjectNode form) {
        if (!form.path("amount").isNumber()) {
            throw Refusal.missingParameter("amount");
        }
        return form.get("amount").asInt();
    }

    private static String id(ObjectNode node) {
        return node.get("id").textValue();
    }
}
