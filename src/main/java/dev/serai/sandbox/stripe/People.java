package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Population.Person;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;

/** Customers, what they pay with, connected accounts, and the coupons that customers have redeemed. */
final class People {

    private static final List<String> BRANDS = List.of("Visa", "MasterCard", "American Express");
    private static final List<String> BANKS = List.of("STRIPE TEST BANK", "Sparkasse Nord", "Banque du Port");

    private final Store store;

    People(Store store) {
        this.store = store;
    }

    ObjectNode customer(Person person) {
        return store.create(ObjectType.CUSTOMER, node -> {
            node.put("email", person.email()).put("name", person.name()).put("phone", person.phone())
                    .put("currency", "eur").put("description", person.name() + " of " + person.company().name())
                    .put("invoice_prefix", store.ids().letters(8).toUpperCase(Locale.ROOT));
            node.putObject("metadata").put("user_id", person.userId()).put("company", person.company().name());
            address(node.putObject("address"), person);
            node.putArray("preferred_locales").add(person.company().place().country().toLowerCase(Locale.ROOT));
        });
    }

    static void address(ObjectNode address, Person person) {
        var place = person.company().place();
        address.put("city", place.city()).put("country", place.country()).put("line1", person.street())
                .put("line2", "Floor " + (1 + person.number() % 9)).put("postal_code", place.postalCode())
                .put("state", place.state());
    }

    /** A card as a source, the old way; the first becomes the default. */
    ObjectNode card(String customer, Person person, Random random) {
        ObjectNode card = store.create(ObjectType.CARD, node -> card(node, person, random).put("customer", customer));
        makeDefault(customer, card);
        return card;
    }

    /** A card of which a token says nothing more. */
    ObjectNode card(String customer, Random random) {
        ObjectNode card = store.create(ObjectType.CARD, node -> node.put("customer", customer)
                .put("exp_month", 1 + random.nextInt(12)).put("fingerprint", store.ids().letters(16)));
        makeDefault(customer, card);
        return card;
    }

    private ObjectNode card(ObjectNode node, Person person, Random random) {
        var place = person.company().place();
        node.put("address_city", place.city()).put("address_country", place.country())
                .put("address_line1", person.street()).put("address_line1_check", "pass")
                .put("address_line2", "Floor " + (1 + person.number() % 9)).put("address_state", place.state())
                .put("address_zip", place.postalCode()).put("address_zip_check", "pass")
                .put("brand", BRANDS.get(random.nextInt(BRANDS.size()))).put("country", place.country())
                .put("exp_month", 1 + random.nextInt(12)).put("exp_year", 2027 + random.nextInt(6))
                .put("fingerprint", store.ids().letters(16)).put("funding", random.nextInt(4) == 0 ? "debit" : "credit")
                .put("last4", String.format("%04d", random.nextInt(10_000))).put("name", person.name());
        if (random.nextInt(3) == 0) {
            node.put("tokenization_method", "apple_pay").put("dynamic_last4", String.format("%04d", random.nextInt(10_000)));
        }
        ((ObjectNode) node.get("metadata")).put("user_id", person.userId());
        return node;
    }

    ObjectNode bankAccount(String customer, Person person, Random random) {
        ObjectNode account = store.create(ObjectType.BANK_ACCOUNT,
                node -> bank(node, person, random).put("customer", customer));
        makeDefault(customer, account);
        return account;
    }

    private ObjectNode bank(ObjectNode node, Person person, Random random) {
        node.put("account_holder_name", person.name()).put("bank_name", BANKS.get(random.nextInt(BANKS.size())))
                .put("country", person.company().place().country()).put("fingerprint", store.ids().letters(16))
                .put("last4", String.format("%04d", random.nextInt(10_000))).put("routing_number", "110000000")
                .put("status", random.nextBoolean() ? "verified" : "new");
        ((ObjectNode) node.get("metadata")).put("user_id", person.userId());
        return node;
    }

    private void makeDefault(String customer, ObjectNode source) {
        if (!store.shelf(ObjectType.CUSTOMER).find(customer).orElseThrow().hasNonNull("default_source")) {
            store.update(ObjectType.CUSTOMER, customer, node -> node.put("default_source", source.get("id").textValue()));
        }
    }

    void deleteSource(ObjectType type, String id) {
        String customer = store.shelf(type).find(id).orElseThrow().path("customer").asText();
        store.delete(type, id);
        store.shelf(ObjectType.CUSTOMER).find(customer).filter(node -> node.path("default_source").asText().equals(id))
                .ifPresent(node -> store.update(ObjectType.CUSTOMER, customer, changed -> changed.putNull("default_source")));
    }

    /** @param customer null for a method that belongs to nobody yet */
    ObjectNode paymentMethod(String customer, Person person, Random random) {
        return store.create(ObjectType.PAYMENT_METHOD, node -> {
            ObjectNode details = (ObjectNode) node.get("billing_details");
            details.put("email", person.email()).put("name", person.name()).put("phone", person.phone());
            address((ObjectNode) details.get("address"), person);
            ObjectNode card = (ObjectNode) node.get("card");
            card.put("country", person.company().place().country()).put("exp_month", 1 + random.nextInt(12))
                    .put("exp_year", 2027 + random.nextInt(6)).put("fingerprint", store.ids().letters(16))
                    .put("last4", String.format("%04d", random.nextInt(10_000)));
            if (random.nextInt(4) == 0) {
                ((ObjectNode) card.get("networks")).putArray("available").add("visa").add("cartes_bancaires");
            }
            node.put("customer", customer);
            ((ObjectNode) node.get("metadata")).put("user_id", person.userId());
        });
    }

    ObjectNode account(Person person, Random random) {
        var company = person.company();
        ObjectNode account = store.create(ObjectType.ACCOUNT, node -> {
            node.put("country", company.place().country()).put("email", "billing@" + company.domain());
            ObjectNode profile = (ObjectNode) node.get("business_profile");
            profile.put("name", company.name()).put("url", "https://" + company.domain()).put("mcc", "5734")
                    .put("product_description", "What " + company.name() + " makes")
                    .put("support_email", "support@" + company.domain()).put("support_phone", person.phone())
                    .put("support_url", "https://" + company.domain() + "/support");
            address(profile.putObject("support_address"), person);
            ObjectNode settings = (ObjectNode) node.get("settings");
            settings.withObject("/branding").put("logo", "file_" + store.ids().letters(24)).put("primary_color", "#2f6f4f");
            settings.withObject("/dashboard").put("display_name", company.name()).put("timezone", "Europe/Berlin");
            settings.withObject("/payments").put("statement_descriptor", descriptor(company.name()));
            ((ObjectNode) node.get("metadata")).put("company", String.valueOf(company.number()));
        });
        String id = account.get("id").textValue();
        store.create(ObjectType.BANK_ACCOUNT, node -> bank(node, person, random).put("account", id)
                .put("account_holder_type", "company").put("default_for_currency", true));
        if (random.nextBoolean()) {
            store.create(ObjectType.CARD, node -> card(node, person, random).put("account", id).put("funding", "debit"));
        }
        return account;
    }

    static String descriptor(String name) {
        String letters = name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9 ]", "");
        return letters.substring(0, Math.min(22, letters.length()));
    }

    /** @param subscription null for a discount on all that the customer buys */
    ObjectNode discount(String customer, String subscription, ObjectNode coupon) {
        long now = store.now();
        Consumer<ObjectNode> fill = node -> {
            node.set("coupon", coupon.deepCopy());
            node.put("customer", customer).put("subscription", subscription).put("start", now);
            if (coupon.hasNonNull("duration_in_months")) {
                node.put("end", now + coupon.get("duration_in_months").asLong() * 30 * 86_400);
            }
        };
        removeDiscount(customer, subscription);
        ObjectNode discount = store.create(ObjectType.DISCOUNT, fill);
        setDiscount(customer, subscription, discount);
        store.update(ObjectType.COUPON, coupon.get("id").textValue(),
                node -> node.put("times_redeemed", node.get("times_redeemed").asInt() + 1));
        return discount;
    }

    void removeDiscount(String customer, String subscription) {
        store.shelf(ObjectType.DISCOUNT).of("customer", customer).stream()
                .filter(node -> subscription == null ? node.path("subscription").isNull()
                        : node.path("subscription").asText().equals(subscription))
                .map(node -> node.get("id").textValue()).toList().forEach(id -> {
                    store.delete(ObjectType.DISCOUNT, id);
                    setDiscount(customer, subscription, null);
                });
    }

    private void setDiscount(String customer, String subscription, ObjectNode discount) {
        ObjectType type = subscription == null ? ObjectType.CUSTOMER : ObjectType.SUBSCRIPTION;
        String id = subscription == null ? customer : subscription;
        if (store.shelf(type).find(id).isPresent()) {
            store.update(type, id, node -> node.set("discount", discount == null ? null : discount.deepCopy()));
        }
    }

    /** The customer goes, with all cards, methods and discounts; the subscriptions are to be cancelled before. */
    void delete(String customer) {
        for (ObjectType type : List.of(ObjectType.CARD, ObjectType.BANK_ACCOUNT)) {
            store.shelf(type).of("customer", customer).forEach(node -> store.delete(type, node.get("id").textValue()));
        }
        store.shelf(ObjectType.PAYMENT_METHOD).of("customer", customer).forEach(node -> detach(node.get("id").textValue()));
        store.shelf(ObjectType.DISCOUNT).of("customer", customer)
                .forEach(node -> removeDiscount(customer, node.get("subscription").textValue()));
        store.delete(ObjectType.CUSTOMER, customer);
    }

    /** It belongs to nobody any more; it can be read by id and is in no list. */
    void detach(String method) {
        store.update(ObjectType.PAYMENT_METHOD, method, node -> node.putNull("customer").put("_detached", true),
                "payment_method.detached");
    }
}
