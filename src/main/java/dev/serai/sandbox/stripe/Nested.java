package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Lists that are part of an object: always there with their newest ten, or only when they are asked for by expand[]. */
enum Nested {
    SOURCES(ObjectType.CUSTOMER, "sources", "customer", false, ObjectType.CARD, ObjectType.BANK_ACCOUNT),
    CUSTOMER_SUBSCRIPTIONS(ObjectType.CUSTOMER, "subscriptions", "customer", false, ObjectType.SUBSCRIPTION),
    EXTERNAL_ACCOUNTS(ObjectType.ACCOUNT, "external_accounts", "account", true, ObjectType.BANK_ACCOUNT, ObjectType.CARD),
    CHARGE_REFUNDS(ObjectType.CHARGE, "refunds", "charge", false, ObjectType.REFUND),
    LINES(ObjectType.INVOICE, "lines", "_invoice", true, ObjectType.INVOICE_LINE),
    REVERSALS(ObjectType.TRANSFER, "reversals", "transfer", true, ObjectType.TRANSFER_REVERSAL),
    FEE_REFUNDS(ObjectType.APPLICATION_FEE, "refunds", "fee", true, ObjectType.FEE_REFUND),
    ITEMS(ObjectType.SUBSCRIPTION, "items", "subscription", true, ObjectType.SUBSCRIPTION_ITEM);

    static final int EMBEDDED = 10;

    final ObjectType parent;
    final String name;
    /** The field of a child that names its parent. */
    final String field;
    final boolean always;
    final List<ObjectType> children;

    Nested(ObjectType parent, String name, String field, boolean always, ObjectType... children) {
        this.parent = parent;
        this.name = name;
        this.field = field;
        this.always = always;
        this.children = List.of(children);
    }

    static Stream<Nested> of(ObjectType parent) {
        return Stream.of(values()).filter(nested -> nested.parent == parent);
    }

    static Optional<Nested> of(ObjectType parent, String name) {
        return of(parent).filter(nested -> nested.name.equals(name)).findFirst();
    }

    NavigableMap<Shelf.Place, Shelf.Row> rows(Function<ObjectType, Shelf> shelves, String parentId) {
        if (children.size() == 1) {
            return shelves.apply(children.get(0)).rows(field, parentId);
        }
        NavigableMap<Shelf.Place, Shelf.Row> rows = new TreeMap<>();
        children.forEach(child -> rows.putAll(shelves.apply(child).rows(field, parentId)));
        return rows;
    }

    String url(ObjectNode parentNode) {
        String id = parentNode.get("id").textValue();
        return this == ITEMS ? "/v1/subscription_items?subscription=" + id : "/v1/" + parent.path + "/" + id + "/" + name;
    }
}
