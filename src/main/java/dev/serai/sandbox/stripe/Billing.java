package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Subscriptions with their items, and invoices with their lines from draft to payment. Items and lines have no events of
 * their own: a change of them is an event of the subscription or invoice they belong to.
 */
final class Billing {

    private static final long MONTH = 30 * 86_400L;

    private final Store store;
    private final Money money;

    Billing(Store store, Money money) {
        this.store = store;
        this.money = money;
    }

    /** @param prices each with its quantity */
    record Ordered(ObjectNode price, int quantity, List<ObjectNode> taxRates) { }

    ObjectNode subscribe(String customer, List<Ordered> items, Consumer<ObjectNode> fill) {
        long now = store.now();
        ObjectNode subscription = store.add(ObjectType.SUBSCRIPTION, node -> {
            node.put("customer", customer).put("start_date", now).put("billing_cycle_anchor", now)
                    .put("current_period_start", now).put("current_period_end", now + MONTH);
            fill.accept(node);
        });
        String id = subscription.get("id").textValue();
        items.forEach(item -> item(id, item));
        first(id);
        ObjectNode made = get(ObjectType.SUBSCRIPTION, id);
        store.emit("customer.subscription.created", store.rendering().render(made), null);
        return made;
    }

    private ObjectNode item(String subscription, Ordered ordered) {
        return store.create(ObjectType.SUBSCRIPTION_ITEM, node -> {
            node.put("subscription", subscription).put("quantity", ordered.quantity);
            node.set("price", ordered.price.deepCopy());
            node.set("plan", plan(ordered.price));
            ordered.taxRates.forEach(rate -> node.withArray("/tax_rates").add(rate.deepCopy()));
            node.withObject("/metadata").put("seat", "standard");
        });
    }

    private JsonNode plan(ObjectNode price) {
        return store.shelf(ObjectType.PLAN).find(price.get("id").textValue()).map(plan -> (JsonNode) plan.deepCopy())
                .orElse(null);
    }

    /** Plan and quantity of a subscription are those of its item, if it has but one. */
    private void first(String subscription) {
        List<ObjectNode> items = store.shelf(ObjectType.SUBSCRIPTION_ITEM).of("subscription", subscription);
        ObjectNode changed = get(ObjectType.SUBSCRIPTION, subscription).deepCopy();
        boolean single = items.size() == 1;
        changed.set("plan", single ? items.get(0).get("plan") : null);
        changed.set("quantity", single ? items.get(0).get("quantity") : null);
        store.shelf(ObjectType.SUBSCRIPTION).replace(changed);
    }

    ObjectNode addItem(String subscription, Ordered ordered) {
        ObjectNode[] made = new ObjectNode[1];
        store.within(ObjectType.SUBSCRIPTION, subscription, () -> {
            made[0] = item(subscription, ordered);
            first(subscription);
        });
        return made[0];
    }

    void changeItem(String item, Consumer<ObjectNode> change) {
        String subscription = get(ObjectType.SUBSCRIPTION_ITEM, item).get("subscription").asText();
        store.within(ObjectType.SUBSCRIPTION, subscription, () -> {
            store.update(ObjectType.SUBSCRIPTION_ITEM, item, change);
            first(subscription);
        });
    }

    void removeItem(String item) {
        String subscription = get(ObjectType.SUBSCRIPTION_ITEM, item).get("subscription").asText();
        store.within(ObjectType.SUBSCRIPTION, subscription, () -> {
            store.delete(ObjectType.SUBSCRIPTION_ITEM, item);
            first(subscription);
        });
    }

    /** A cancelled subscription still exists; the event says deleted all the same. */
    void cancel(String subscription) {
        if (get(ObjectType.SUBSCRIPTION, subscription).get("status").asText().equals("canceled")) {
            throw Refusal.noSuch(404, "subscription", subscription, "id");
        }
        store.update(ObjectType.SUBSCRIPTION, subscription, node -> node.put("status", "canceled")
                .put("canceled_at", store.now()).put("ended_at", store.now()), "customer.subscription.deleted");
    }

    ObjectNode draft(String customer, String subscription, Consumer<ObjectNode> fill) {
        return store.create(ObjectType.INVOICE, node -> {
            node.put("customer", customer).put("subscription", subscription).put("auto_advance", true)
                    .put("billing_reason", subscription == null ? "manual" : "subscription_cycle")
                    .put("period_start", store.now()).put("period_end", store.now());
            store.shelf(ObjectType.CUSTOMER).find(customer).ifPresent(who -> {
                node.set("customer_email", who.get("email"));
                node.set("customer_name", who.get("name"));
            });
            JsonNode discount = store.shelf(ObjectType.SUBSCRIPTION).find(String.valueOf(subscription))
                    .map(of -> of.get("discount")).orElse(null);
            if (discount != null && discount.isObject()) {
                node.set("discount", discount.deepCopy());
                node.withArray("/discounts").add(discount.get("id"));
            }
            fill.accept(node);
        });
    }

    ObjectNode addLine(String invoice, Consumer<ObjectNode> fill) {
        ObjectNode[] made = new ObjectNode[1];
        store.within(ObjectType.INVOICE, invoice, () -> {
            made[0] = line(invoice, fill);
            total(invoice);
        });
        return made[0];
    }

    void removeLine(String line) {
        String invoice = get(ObjectType.INVOICE_LINE, line).get("_invoice").asText();
        store.within(ObjectType.INVOICE, invoice, () -> {
            store.delete(ObjectType.INVOICE_LINE, line);
            total(invoice);
        });
    }

    private ObjectNode line(String invoice, Consumer<ObjectNode> fill) {
        return store.add(ObjectType.INVOICE_LINE, node -> {
            node.put("_invoice", invoice);
            ((ObjectNode) node.get("period")).put("start", store.now()).put("end", store.now() + MONTH);
            fill.accept(node);
        });
    }

    /** One line for each item of the subscription, one for each item that waits to be invoiced. */
    void fillDraft(String invoice) {
        ObjectNode node = get(ObjectType.INVOICE, invoice);
        store.within(ObjectType.INVOICE, invoice, () -> {
            String subscription = node.get("subscription").asText();
            for (ObjectNode item : store.shelf(ObjectType.SUBSCRIPTION_ITEM).of("subscription", subscription)) {
                line(invoice, line -> {
                    line.put("subscription", subscription).put("subscription_item", item.get("id").textValue())
                            .put("amount", item.at("/price/unit_amount").asInt() * item.get("quantity").asInt())
                            .put("description", item.get("quantity").asText() + " x " + item.at("/price/nickname").asText());
                    List.of("price", "plan", "quantity", "tax_rates").forEach(name -> line.set(name, item.get(name)));
                });
            }
            for (ObjectNode item : new ArrayList<>(store.shelf(ObjectType.INVOICE_ITEM)
                    .of("customer", node.get("customer").asText()))) {
                if (item.get("invoice").isNull() && isFor(item, subscription)) {
                    lineOfItem(invoice, item);
                }
            }
            total(invoice);
        });
    }

    private static boolean isFor(ObjectNode item, String subscription) {
        return item.get("subscription").isNull() || item.get("subscription").asText().equals(subscription);
    }

    private void lineOfItem(String invoice, ObjectNode item) {
        String itemId = item.get("id").textValue();
        line(invoice, line -> {
            line.put("type", "invoiceitem").put("invoice_item", itemId);
            List.of("amount", "description", "quantity", "price", "plan", "proration", "period", "subscription", "discountable")
                    .forEach(name -> line.set(name, item.get(name)));
        });
        store.update(ObjectType.INVOICE_ITEM, itemId, changed -> changed.put("invoice", invoice));
    }

    private void total(String invoice) {
        int subtotal = 0;
        int tax = 0;
        for (ObjectNode line : store.shelf(ObjectType.INVOICE_LINE).of("_invoice", invoice)) {
            subtotal += line.get("amount").asInt();
            for (JsonNode rate : line.get("tax_rates")) {
                tax += (int) Math.round(line.get("amount").asInt() * rate.get("percentage").asDouble() / 100);
            }
        }
        ObjectNode changed = get(ObjectType.INVOICE, invoice).deepCopy();
        int total = subtotal + tax;
        changed.put("subtotal", subtotal).put("tax", tax == 0 ? null : tax).put("total", total)
                .put("amount_due", Math.max(0, total)).put("amount_remaining", Math.max(0, total));
        store.shelf(ObjectType.INVOICE).replace(changed);
    }

    void finish(String invoice, Random random) {
        refuseUnless(invoice, "draft", "finalized");
        store.update(ObjectType.INVOICE, invoice, node -> {
            node.put("status", "open").put("ending_balance", 0).put("number", node.get("id").asText().substring(3, 11) + "-"
                    + String.format("%04d", 1 + random.nextInt(9999)));
            node.withObject("/status_transitions").put("finalized_at", store.now());
        }, "invoice.finalized");
    }

    /** An intent and a charge for what is due; the invoice is paid if the bank agrees. */
    ObjectNode pay(String invoice, boolean succeeds, Random random, Consumer<ObjectNode> fill) {
        refuseUnless(invoice, "open", "paid");
        ObjectNode node = get(ObjectType.INVOICE, invoice);
        String customer = node.get("customer").asText();
        int due = node.get("amount_due").asInt();
        ObjectNode intent = money.intent(due, made -> made.put("customer", customer).put("invoice", invoice)
                .put("description", "Invoice " + node.get("number").asText()));
        String intentId = intent.get("id").textValue();
        ObjectNode charge = money.charge(due, succeeds, true, made -> {
            made.put("customer", customer).put("invoice", invoice).put("payment_intent", intentId)
                    .put("receipt_number", succeeds ? Money.receipt(random) : null)
                    .put("description", "Invoice " + node.get("number").asText());
            made.set("receipt_email", node.get("customer_email"));
            fill.accept(made);
        });
        money.settle(intentId, charge);
        store.update(ObjectType.INVOICE, invoice, changed -> {
            changed.put("attempted", true).put("attempt_count", changed.get("attempt_count").asInt() + 1)
                    .put("charge", charge.get("id").textValue()).put("payment_intent", intentId);
            changed.set("application_fee_amount", charge.get("application_fee_amount"));
            if (succeeds) {
                changed.put("paid", true).put("status", "paid").put("amount_paid", due).put("amount_remaining", 0);
                changed.set("receipt_number", charge.get("receipt_number"));
                changed.withObject("/status_transitions").put("paid_at", store.now());
            }
        }, succeeds ? new String[] {"invoice.paid", "invoice.payment_succeeded"} : new String[] {"invoice.payment_failed"});
        if (!node.get("subscription").isNull()) {
            store.update(ObjectType.SUBSCRIPTION, node.get("subscription").asText(),
                    changed -> changed.put("latest_invoice", invoice));
        }
        return charge;
    }

    private void refuseUnless(String invoice, String status, String wanted) {
        String is = get(ObjectType.INVOICE, invoice).get("status").asText();
        if (!is.equals(status)) {
            throw Refusal.state("invoice_not_editable", "This invoice cannot be " + wanted + ": its status is " + is + ".");
        }
    }

    void voidInvoice(String invoice) {
        refuseUnless(invoice, "open", "voided");
        store.update(ObjectType.INVOICE, invoice, node -> node.put("status", "void").withObject("/status_transitions")
                .put("voided_at", store.now()), "invoice.voided");
    }

    /** Only a draft can go; its lines go with it, and what was to be invoiced waits again. */
    void deleteDraft(String invoice) {
        refuseUnless(invoice, "draft", "deleted");
        for (ObjectNode item : store.shelf(ObjectType.INVOICE_ITEM).of("invoice", invoice)) {
            store.update(ObjectType.INVOICE_ITEM, item.get("id").textValue(), changed -> changed.putNull("invoice"));
        }
        store.shelf(ObjectType.INVOICE_LINE).of("_invoice", invoice)
                .forEach(line -> store.shelf(ObjectType.INVOICE_LINE).remove(line.get("id").textValue()));
        store.delete(ObjectType.INVOICE, invoice);
    }

    ObjectNode invoiceItem(String customer, int amount, Consumer<ObjectNode> fill) {
        return store.create(ObjectType.INVOICE_ITEM, node -> {
            node.put("customer", customer).put("amount", amount).put("unit_amount", amount);
            node.withObject("/period").put("start", store.now()).put("end", store.now());
            fill.accept(node);
        });
    }

    private ObjectNode get(ObjectType type, String id) {
        return store.shelf(type).find(id).orElseThrow(() -> Refusal.noSuch(404, type.object, id, "id"));
    }
}
