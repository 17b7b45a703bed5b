package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.Population.Person;
import dev.serai.sandbox.stripe.Billing.Ordered;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * The past: what the customers bought in the three years until yesterday, more of it lately than long ago, often several
 * things in one second. The first customers between them have every field of every type set; the rest are as chance has it.
 */
final class Generator {

    static final int NEEDED = 50;
    private static final long DAY = 86_400;

    private final Population population;
    private final Store store;
    private final Business business;
    private final long end;
    private final List<ObjectNode> prices = new ArrayList<>();
    private final List<ObjectNode> coupons = new ArrayList<>();
    private final List<ObjectNode> taxRates = new ArrayList<>();
    private final List<ObjectNode> skus = new ArrayList<>();
    private final List<String> accounts = new ArrayList<>();

    Generator(Population population, Store store, Business business) {
        this.population = population;
        this.store = store;
        this.business = business;
        this.end = store.now() - DAY;
    }

    void run(int customers) {
        if (customers > 0) {
            shop();
        }
        for (int number = 0; number < customers; number++) {
            customer(number);
        }
        store.at(0);
    }

    private void shop() {
        Random random = population.random(0, 31);
        store.at(end - 3 * 365 * DAY - DAY);
        for (int i = 0; i < 6; i++) {
            ObjectNode product = business.catalogue.product(i >= 3, random);
            for (String interval : List.of("month", "year")) {
                if (i < 3) {
                    prices.add(business.catalogue.price(product, 500 * (i + 1) * (interval.equals("year") ? 10 : 1), interval,
                            random));
                }
            }
            if (i >= 3) {
                skus.add(business.catalogue.sku(product, random));
                business.catalogue.price(product, 900 * i, null, random);
            }
        }
        // the generator of chance alone might leave one of two kinds of coupon out
        for (int i = 0; i < 12; i++) {
            coupons.add(business.catalogue.coupon(random));
        }
        taxRates.add(business.catalogue.taxRate("DE", null, new BigDecimal("19.0")));
        taxRates.add(business.catalogue.taxRate("US", "TX", new BigDecimal("8.25")));
        for (int i = 0; i < 4; i++) {
            accounts.add(business.people.account(population.person(i * 5), random).get("id").textValue());
        }
    }

    /** Some second of the past, near ones likelier; the customer with the number 0 came last. */
    private long since(int number, Random random) {
        double chance = number == 0 ? 0 : random.nextDouble();
        return end - (long) (chance * chance * chance * 3 * 365 * DAY);
    }

    private void customer(int number) {
        Random random = population.random(number, 32);
        Person person = population.person(number);
        long since = since(number, random);
        store.at(since);
        String customer = business.people.customer(person).get("id").textValue();
        if (number % 3 == 1) {
            business.people.bankAccount(customer, person, random);
        } else {
            business.people.card(customer, person, random);
        }
        business.people.paymentMethod(customer, person, random);
        if (number % 5 == 0) {
            business.people.discount(customer, null, coupons.get(number / 5 % coupons.size()));
        }
        boolean isTrial = number % 6 == 1;
        List<Ordered> items = new ArrayList<>();
        for (int i = 0; i <= (number % 8 == 7 ? 1 : 0); i++) {
            items.add(new Ordered(prices.get(random.nextInt(prices.size())), 1 + random.nextInt(5),
                    number % 4 == 0 ? taxRates.subList(0, 1) : List.of()));
        }
        String subscription = business.billing.subscribe(customer, items, node -> {
            node.withObject("/metadata").put("user_id", person.userId());
            if (isTrial) {
                node.put("status", "trialing").put("trial_start", store.now()).put("trial_end", store.now() + 14 * DAY);
            }
            if (number % 9 == 2) {
                node.put("application_fee_percent", 10).put("collection_method", "send_invoice").put("days_until_due", 14);
            }
        }).get("id").textValue();
        if (number % 4 == 3) {
            business.people.discount(customer, subscription, coupons.get(number % coupons.size()));
        }
        for (long month = since, count = 0; month <= end && count < 4; month += 30 * DAY, count++) {
            store.at(month);
            invoice(number, (int) count, person, customer, subscription, random);
        }
        store.at(Math.min(end, since + 3 * DAY));
        sale(number, person, customer, random);
        if (number % 7 == 5) {
            business.billing.cancel(subscription);
        } else if (number % 7 == 6) {
            store.update(ObjectType.SUBSCRIPTION, subscription, node -> node.put("cancel_at_period_end", true)
                    .put("canceled_at", store.now()).put("cancel_at", node.get("current_period_end").asLong()));
        }
    }

    private void invoice(int number, int count, Person person, String customer, String subscription, Random random) {
        String item = "Extra seats of " + person.company().name();
        if (number % 3 == 0) {
            business.billing.invoiceItem(customer, 100 + random.nextInt(4000), node -> node.put("description", item)
                    .put("subscription", subscription).put("proration", count == 1).withObject("/metadata")
                    .put("user_id", person.userId()));
        }
        String invoice = business.billing.draft(customer, subscription, node -> {
            node.put("description", "Thank you").put("statement_descriptor", People.descriptor(person.company().name()));
            node.withObject("/metadata").put("user_id", person.userId());
            if (number % 9 == 2) {
                node.put("collection_method", "send_invoice").put("due_date", store.now() + 14 * DAY);
            }
        }).get("id").textValue();
        business.billing.fillDraft(invoice);
        for (int i = 0; number % 10 == 4 && i < 13 + random.nextInt(12); i++) {
            int hour = i;
            business.billing.addLine(invoice, line -> line.put("type", "invoiceitem").put("amount", 1000 + hour)
                    .put("description", "Hour " + hour));
        }
        if (number % 12 == 11 && count == 0) {
            return;
        }
        business.billing.finish(invoice, random);
        boolean succeeds = random.nextInt(12) > 0;
        ObjectNode charge = business.billing.pay(invoice, succeeds, random, node -> describe(number, person, node));
        String chargeId = charge.get("id").textValue();
        if (succeeds && random.nextInt(6) == 0) {
            business.money.refund(chargeId, random);
        } else if (succeeds && random.nextInt(15) == 0) {
            business.money.dispute(chargeId, person, random);
        }
    }

    private void describe(int number, Person person, ObjectNode charge) {
        charge.put("statement_descriptor", People.descriptor(person.company().name()));
        charge.withObject("/metadata").put("user_id", person.userId());
        String method = business.anyMethod(charge.get("customer").asText());
        charge.put("payment_method", method);
        if (number % 4 == 0) {
            ObjectNode shipping = charge.putObject("shipping").put("carrier", "DHL").put("name", person.name())
                    .put("phone", person.phone()).put("tracking_number", "00340" + person.number());
            People.address(shipping.putObject("address"), person);
        }
        if (number % 10 == 6) {
            charge.withObject("/fraud_details").put("user_report", "safe").put("stripe_report", "fraudulent");
        }
        if (number % 6 == 0) {
            charge.put("destination", accounts.get(number / 6 % accounts.size())).put("application", "ca_sandboxplatform")
                    .put("application_fee_amount", charge.get("amount").asInt() / 10)
                    .put("on_behalf_of", accounts.get(number / 6 % accounts.size()));
        }
    }

    /** A sale without subscription: an intent with a charge, for some an order, a transfer and a fee. */
    private void sale(int number, Person person, String customer, Random random) {
        ObjectNode sku = skus.get(random.nextInt(skus.size()));
        int price = sku.get("price").asInt();
        String account = accounts.get(number % accounts.size());
        String method = business.anyMethod(customer);
        ObjectNode intent = business.money.intent(price, node -> {
            node.put("customer", customer).put("payment_method", method).put("receipt_email", person.email())
                    .put("description", "Sale to " + person.name()).put("statement_descriptor", "SERAI SHOP");
            node.withObject("/metadata").put("user_id", person.userId());
            if (number % 6 == 0) {
                node.put("application", "ca_sandboxplatform").put("application_fee_amount", price / 10)
                        .put("on_behalf_of", account).put("transfer_group", "sale_" + number).put("review",
                                "prv_1" + store.ids().letters(23));
                node.putObject("transfer_data").put("destination", account).put("amount", price - price / 10);
            }
        });
        String intentId = intent.get("id").textValue();
        if (number % 11 == 3) {
            business.money.cancelIntent(intentId, "abandoned");
            return;
        }
        ObjectNode charge = business.money.charge(price, true, number % 13 != 5, node -> {
            node.put("customer", customer).put("payment_intent", intentId).put("receipt_email", person.email());
            describe(number, person, node);
        });
        business.money.settle(intentId, charge);
        if (number % 4 == 0) {
            business.catalogue.order(customer, sku, random);
        }
        if (number % 6 == 0) {
            ObjectNode transfer = business.money.transfer(account, charge, price / 2);
            String fee = business.money.applicationFee(account, charge, transfer.get("id").textValue()).get("id").textValue();
            if (number % 12 == 0) {
                business.money.reverse(transfer.get("id").textValue(), price / 4);
                business.money.refundFee(fee, Math.max(1, price / 40));
            }
        }
    }
}
