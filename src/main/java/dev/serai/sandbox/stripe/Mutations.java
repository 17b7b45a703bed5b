package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.Population.Person;
import dev.serai.sandbox.stripe.Billing.Ordered;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Predicate;

/** Things that happen at random: each is one that can happen to what there is, and leaves what hangs together so. */
final class Mutations {

    private final Population population;
    private final Store store;
    private final Business business;
    private final Map<String, Action> actions = new LinkedHashMap<>();
    private int people;

    /** Answers whether it could be done. */
    private interface Action {
        boolean run(Random random);
    }

    /** @param people the number of the first person who is not a customer yet */
    Mutations(Population population, Business business, int people) {
        this.population = population;
        this.store = business.store;
        this.business = business;
        this.people = people;
        actions.put("customer joins", this::join);
        actions.put("customer changes", random -> with(ObjectType.CUSTOMER, random, id -> store.update(ObjectType.CUSTOMER, id,
                node -> node.put("balance", -random.nextInt(5000)).put("description", "Changed " + random.nextInt(1000)))));
        actions.put("customer leaves", random -> random.nextInt(3) == 0 && with(ObjectType.CUSTOMER, random,
                business::deleteCustomer));
        actions.put("card is added", random -> with(ObjectType.CUSTOMER, random,
                id -> business.people.card(id, person(id), random)));
        actions.put("card changes", random -> with(ObjectType.CARD, random, id -> store.update(ObjectType.CARD, id,
                node -> node.put("exp_year", 2031 + random.nextInt(9)).put("name", "New name " + random.nextInt(100)))));
        actions.put("card is removed", random -> with(ObjectType.CARD, random,
                id -> business.people.deleteSource(ObjectType.CARD, id)));
        actions.put("bank account is removed", random -> with(ObjectType.BANK_ACCOUNT, random,
                id -> business.people.deleteSource(ObjectType.BANK_ACCOUNT, id)));
        actions.put("payment method is attached", random -> with(ObjectType.CUSTOMER, random,
                id -> business.people.paymentMethod(id, person(id), random)));
        actions.put("payment method is detached", random -> with(ObjectType.PAYMENT_METHOD, random,
                node -> node.hasNonNull("customer"), business.people::detach));
        actions.put("discount is redeemed", random -> with(ObjectType.COUPON, random, coupon -> with(ObjectType.CUSTOMER,
                random, id -> business.people.discount(id, null, get(ObjectType.COUPON, coupon)))));
        actions.put("discount ends", random -> with(ObjectType.DISCOUNT, random, id -> {
            ObjectNode discount = get(ObjectType.DISCOUNT, id);
            business.people.removeDiscount(discount.get("customer").asText(), discount.get("subscription").textValue());
        }));
        actions.put("subscription begins", this::subscribe);
        actions.put("subscription is cancelled", random -> with(ObjectType.SUBSCRIPTION, random, Mutations::isActive,
                business.billing::cancel));
        actions.put("subscription item is added", random -> with(ObjectType.SUBSCRIPTION, random, Mutations::isActive,
                id -> business.billing.addItem(id, ordered(random))));
        actions.put("subscription item changes", random -> with(ObjectType.SUBSCRIPTION_ITEM, random,
                id -> business.billing.changeItem(id, node -> node.put("quantity", 1 + random.nextInt(50)))));
        actions.put("subscription item is removed", random -> with(ObjectType.SUBSCRIPTION_ITEM, random,
                node -> store.shelf(ObjectType.SUBSCRIPTION_ITEM).rows("subscription", node.get("subscription").asText())
                        .size() > 1, business.billing::removeItem));
        actions.put("invoice is drafted", this::draft);
        actions.put("line is added", random -> with(ObjectType.INVOICE, random, Mutations::isDraft,
                id -> business.billing.addLine(id, line -> line.put("type", "invoiceitem").put("amount",
                        random.nextInt(9000)).put("description", "Line " + random.nextInt(100)))));
        actions.put("line is removed", random -> with(ObjectType.INVOICE_LINE, random,
                line -> isDraft(get(ObjectType.INVOICE, line.get("_invoice").asText())), business.billing::removeLine));
        actions.put("invoice is paid", random -> with(ObjectType.INVOICE, random, Mutations::isDraft, id -> pay(id, random)));
        actions.put("draft is deleted", random -> random.nextBoolean() && with(ObjectType.INVOICE, random, Mutations::isDraft,
                business.billing::deleteDraft));
        actions.put("invoice item waits", random -> with(ObjectType.CUSTOMER, random, id -> business.billing.invoiceItem(id,
                random.nextInt(5000), node -> node.put("description", "Extra " + random.nextInt(100)))));
        actions.put("invoice item is deleted", random -> with(ObjectType.INVOICE_ITEM, random,
                node -> node.get("invoice").isNull(), id -> store.delete(ObjectType.INVOICE_ITEM, id)));
        actions.put("charge is made", random -> with(ObjectType.CUSTOMER, random, id -> business.money.charge(
                100 + random.nextInt(50_000), random.nextInt(5) > 0, true, node -> node.put("customer", id))));
        actions.put("charge changes", random -> with(ObjectType.CHARGE, random, id -> store.update(ObjectType.CHARGE, id,
                node -> node.put("description", "Note " + random.nextInt(10_000)))));
        actions.put("charge is refunded", random -> with(ObjectType.CHARGE, random,
                node -> business.money.refundable(node) > 0 && node.get("captured").asBoolean(),
                id -> business.money.refund(id, random)));
        actions.put("refund changes", random -> with(ObjectType.REFUND, random, id -> store.update(ObjectType.REFUND, id,
                node -> node.withObject("/metadata").put("agent", "a" + random.nextInt(100)), "refund.updated",
                "charge.refund.updated")));
        actions.put("charge is disputed", random -> with(ObjectType.CHARGE, random,
                node -> node.get("paid").asBoolean() && !node.get("disputed").asBoolean(),
                id -> business.money.dispute(id, population.person(0), random)));
        actions.put("dispute ends", random -> with(ObjectType.DISPUTE, random,
                node -> node.get("status").asText().equals("needs_response"), id -> store.update(ObjectType.DISPUTE, id,
                        node -> node.put("status", random.nextBoolean() ? "won" : "lost"), "charge.dispute.closed")));
        actions.put("intent is made", random -> with(ObjectType.CUSTOMER, random,
                id -> business.money.intent(random.nextInt(9000) + 50, node -> node.put("customer", id))));
        actions.put("intent is cancelled", random -> with(ObjectType.PAYMENT_INTENT, random,
                node -> node.get("status").asText().startsWith("requires_payment"),
                id -> business.money.cancelIntent(id, "requested_by_customer")));
        actions.put("product changes", random -> with(ObjectType.PRODUCT, random, id -> store.update(ObjectType.PRODUCT, id,
                node -> node.put("description", "Edition " + random.nextInt(1000)))));
        actions.put("product with price appears", random -> {
            business.catalogue.price(business.catalogue.product(false, random), 1000, "month", random);
            return true;
        });
        actions.put("plan is deleted", random -> random.nextInt(3) == 0 && with(ObjectType.PLAN, random,
                node -> store.shelf(ObjectType.PLAN).size() > 2, id -> store.delete(ObjectType.PLAN, id)));
        actions.put("coupon appears", random -> {
            business.catalogue.coupon(random);
            return true;
        });
        actions.put("coupon is deleted", random -> random.nextInt(3) == 0 && with(ObjectType.COUPON, random,
                id -> store.delete(ObjectType.COUPON, id)));
        actions.put("tax rate changes", random -> with(ObjectType.TAX_RATE, random, id -> store.update(ObjectType.TAX_RATE, id,
                node -> node.put("display_name", "Tax " + random.nextInt(100)))));
        actions.put("account changes", random -> with(ObjectType.ACCOUNT, random, id -> store.update(ObjectType.ACCOUNT, id,
                node -> node.withObject("/business_profile").put("product_description", "Version " + random.nextInt(100)))));
        actions.put("transfer is made", random -> with(ObjectType.ACCOUNT, random, account -> with(ObjectType.CHARGE, random,
                id -> business.money.transfer(account, get(ObjectType.CHARGE, id), 500))));
        actions.put("transfer is reversed", random -> with(ObjectType.TRANSFER, random,
                node -> left(node, "amount_reversed") > 1, id -> business.money.reverse(id,
                        1 + random.nextInt(left(get(ObjectType.TRANSFER, id), "amount_reversed")))));
        actions.put("application fee is refunded", random -> with(ObjectType.APPLICATION_FEE, random,
                node -> left(node, "amount_refunded") > 1, id -> business.money.refundFee(id,
                        1 + random.nextInt(left(get(ObjectType.APPLICATION_FEE, id), "amount_refunded")))));
        actions.put("sku changes", random -> with(ObjectType.SKU, random, id -> store.update(ObjectType.SKU, id,
                node -> node.put("price", 100 + random.nextInt(9000)))));
    }

    /** Does one thing and says which. */
    String run(Random random) {
        List<String> names = List.copyOf(actions.keySet());
        while (true) {
            String name = names.get(random.nextInt(names.size()));
            if (actions.get(name).run(random)) {
                return name;
            }
        }
    }

    private boolean join(Random random) {
        Person person = population.person(people++);
        String id = business.people.customer(person).get("id").textValue();
        business.people.card(id, person, random);
        business.people.paymentMethod(id, person, random);
        return true;
    }

    private boolean subscribe(Random random) {
        return with(ObjectType.CUSTOMER, random, id -> business.billing.subscribe(id, List.of(ordered(random)), node -> { }));
    }

    private Ordered ordered(Random random) {
        List<ObjectNode> prices = store.shelf(ObjectType.PRICE).all();
        return new Ordered(prices.get(random.nextInt(prices.size())), 1 + random.nextInt(9), List.of());
    }

    private boolean draft(Random random) {
        return with(ObjectType.SUBSCRIPTION, random, Mutations::isActive, id -> {
            String customer = get(ObjectType.SUBSCRIPTION, id).get("customer").asText();
            business.billing.fillDraft(business.billing.draft(customer, id, node -> { }).get("id").textValue());
        });
    }

    private void pay(String invoice, Random random) {
        business.billing.finish(invoice, random);
        business.billing.pay(invoice, random.nextInt(4) > 0, random, node -> { });
    }

    private Person person(String customer) {
        String userId = get(ObjectType.CUSTOMER, customer).at("/metadata/user_id").asText("user_0");
        return population.person(userId.matches("user_\\d{1,6}") ? Integer.parseInt(userId.substring("user_".length())) : 0);
    }

    private static boolean isActive(ObjectNode subscription) {
        return !subscription.get("status").asText().equals("canceled");
    }

    private static boolean isDraft(ObjectNode invoice) {
        return invoice.get("status").asText().equals("draft");
    }

    private static int left(ObjectNode node, String taken) {
        return node.get("amount").asInt() - node.get(taken).asInt();
    }

    private ObjectNode get(ObjectType type, String id) {
        return store.shelf(type).find(id).orElseThrow();
    }

    /** What is done to the object of this id. */
    private interface Deed {
        void run(String id);
    }

    private boolean with(ObjectType type, Random random, Deed deed) {
        return with(type, random, node -> true, deed);
    }

    private boolean with(ObjectType type, Random random, Predicate<ObjectNode> which, Deed deed) {
        List<ObjectNode> all = store.shelf(type).all().stream().filter(which).toList();
        Optional<ObjectNode> one = all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
        one.ifPresent(node -> deed.run(node.get("id").textValue()));
        return one.isPresent();
    }
}
