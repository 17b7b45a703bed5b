package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.stripe.Billing.Ordered;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * What a POST or DELETE does. Fields that an object has are set as they are sent; what has consequences (a charge, a
 * refund, a subscription, a deletion) goes through {@link Business}, so that an SDK's call leaves the same traces as at Stripe.
 */
final class Writes {

    private static final Set<ObjectType> DELETABLE = Set.of(ObjectType.CUSTOMER, ObjectType.COUPON, ObjectType.PLAN,
            ObjectType.PRODUCT, ObjectType.INVOICE_ITEM, ObjectType.INVOICE, ObjectType.SUBSCRIPTION,
            ObjectType.SUBSCRIPTION_ITEM, ObjectType.SKU, ObjectType.ACCOUNT);
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
            case SUBSCRIPTION_ITEM -> business.billing.addItem(text(form, "subscription", ObjectType.SUBSCRIPTION), ordered(form));
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
        return business.billing.subscribe(customer, items, node -> merge(node, rest));
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
        if (type == ObjectType.SUBSCRIPTION_ITEM) {
            business.billing.changeItem(id, node -> merge(node, form));
            return get(type, id);
        }
        return store.update(type, id, node -> merge(node, form));
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
        store.update(ObjectType.PAYMENT_METHOD, method, node -> node.put("customer", customer), "payment_method.attached");
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
            case SOURCES -> store.create(ObjectType.CARD, node -> node.put("customer", parent));
            default -> throw Refusal.noRoute("POST", "/v1/" + nested.parent.path + "/" + parent + "/" + nested.name);
        };
    }

    ObjectNode delete(ObjectType type, String id, String path) {
        get(type, id);
        if (!DELETABLE.contains(type)) {
            throw Refusal.noRoute("DELETE", path);
        }
        switch (type) {
            case CUSTOMER -> business.deleteCustomer(id);
            case SUBSCRIPTION -> {
                business.billing.cancel(id);
                return get(type, id);
            }
            case SUBSCRIPTION_ITEM -> business.billing.removeItem(id);
            case INVOICE -> business.billing.deleteDraft(id);
            case PRODUCT -> {
                if (!store.shelf(ObjectType.PRICE).rows("product", id).isEmpty()) {
                    throw Refusal.badRequest("This product cannot be deleted because it has one or more user-created prices.",
                            "id");
                }
                store.delete(type, id);
            }
            default -> store.delete(type, id);
        }
        return gone(type, id);
    }

    ObjectNode deleteSource(ObjectType type, String id) {
        business.people.deleteSource(type, id);
        return gone(type, id);
    }

    /** DELETE of {@code /v1/customers/<id>/discount} or of a subscription's. */
    ObjectNode deleteDiscount(ObjectNode parent, String name, String path) {
        if (!name.equals("discount") || !parent.has(name)) {
            throw Refusal.noRoute("DELETE", path);
        }
        if (!parent.hasNonNull("discount")) {
            throw Refusal.badRequest("No active discount for " + parent.get("object").asText() + ": " + id(parent), null);
        }
        boolean isCustomer = parent.get("object").asText().equals("customer");
        business.people.removeDiscount(isCustomer ? id(parent) : parent.get("customer").asText(),
                isCustomer ? null : id(parent));
        return gone(ObjectType.DISCOUNT, parent.at("/discount/id").asText());
    }

    static ObjectNode gone(ObjectType type, String id) {
        return Json.MAPPER.createObjectNode().put("id", id).put("object", type.object).put("deleted", true);
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
