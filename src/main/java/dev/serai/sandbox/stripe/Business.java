package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** All that can be done with the store so that what hangs together stays so. */
final class Business {

    final Store store;
    final People people;
    final Catalogue catalogue;
    final Money money;
    final Billing billing;

    Business(Store store) {
        this.store = store;
        this.people = new People(store);
        this.catalogue = new Catalogue(store);
        this.money = new Money(store);
        this.billing = new Billing(store, money);
    }

    /** A payment method of the customer, or null. */
    String anyMethod(String customer) {
        return store.shelf(ObjectType.PAYMENT_METHOD).of("customer", customer).stream().findFirst()
                .map(node -> node.get("id").textValue()).orElse(null);
    }

    /** The customer goes, with subscriptions and all that is paid with. */
    void deleteCustomer(String customer) {
        for (ObjectNode subscription : store.shelf(ObjectType.SUBSCRIPTION).of("customer", customer)) {
            if (!subscription.get("status").asText().equals("canceled")) {
                billing.cancel(subscription.get("id").textValue());
            }
        }
        people.delete(customer);
    }
}
