package dev.serai.sandbox.stripe;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What kinds of objects there are, where they are listed and which events tell of them. An empty path: no list of its
 * own, only below a parent or within it. An empty family: no events at all.
 */
enum ObjectType {
    ACCOUNT("accounts", "account", "acct_", "account", "accounts"),
    APPLICATION_FEE("application_fees", "application_fee", "fee_", "application_fee", "application_fees", "charge"),
    FEE_REFUND("", "fee_refund", "fr_", "application_fee.refund", "application_fee_refunds", "fee"),
    BALANCE_TRANSACTION("balance_transactions", "balance_transaction", "txn_", "", "balance_transactions", "source", "type",
            "currency"),
    BANK_ACCOUNT("", "bank_account", "ba_", "customer.source", "bank_accounts", "customer", "account"),
    CARD("", "card", "card_", "customer.source", "cards", "customer", "account"),
    CHARGE("charges", "charge", "ch_", "charge", "charges", "customer", "payment_intent", "transfer_group", "invoice"),
    COUPON("coupons", "coupon", "co_", "coupon", "coupons"),
    CUSTOMER("customers", "customer", "cus_", "customer", "customers", "email"),
    DISCOUNT("", "discount", "di_", "customer.discount", "discounts", "customer"),
    DISPUTE("disputes", "dispute", "dp_", "charge.dispute", "disputes", "charge", "payment_intent"),
    INVOICE_ITEM("invoiceitems", "invoiceitem", "ii_", "invoiceitem", "invoice_items", "customer", "invoice"),
    INVOICE_LINE("", "line_item", "il_", "", "invoice_lines", "_invoice"),
    INVOICE("invoices", "invoice", "in_", "invoice", "invoices", "customer", "subscription", "status", "collection_method"),
    ORDER("orders", "order", "or_", "", "orders", "customer", "status"),
    PAYMENT_INTENT("payment_intents", "payment_intent", "pi_", "payment_intent", "payment_intents", "customer"),
    PAYMENT_METHOD("payment_methods", "payment_method", "pm_", "payment_method", "payment_methods", "customer", "type"),
    PLAN("plans", "plan", "plan_", "plan", "plans", "product", "active"),
    PRICE("prices", "price", "price_", "price", "prices", "product", "active", "currency", "type"),
    PRODUCT("products", "product", "prod_", "product", "products", "active", "shippable", "type"),
    REFUND("refunds", "refund", "re_", "refund", "refunds", "charge", "payment_intent"),
    SKU("skus", "sku", "sku_", "", "skus", "product", "active"),
    SUBSCRIPTION_ITEM("subscription_items", "subscription_item", "si_", "", "subscription_items", "subscription"),
    SUBSCRIPTION("subscriptions", "subscription", "sub_", "customer.subscription", "subscriptions", "customer", "status",
            "collection_method"),
    TAX_RATE("tax_rates", "tax_rate", "txr_", "tax_rate", "tax_rates", "active", "inclusive"),
    TRANSFER("transfers", "transfer", "tr_", "transfer", "transfers", "destination", "transfer_group"),
    TRANSFER_REVERSAL("", "transfer_reversal", "trr_", "", "transfer_reversals", "transfer"),
    EVENT("events", "event", "evt_", "", "events");

    private static final Map<String, ObjectType> BY_PATH = byName(type -> type.path);
    private static final Map<String, ObjectType> BY_OBJECT = byName(type -> type.object);
    private static final Map<String, ObjectType> BY_COLLECTION = byName(type -> type.collection);
    private static final Map<String, ObjectType> BY_PREFIX = byName(type -> type.prefix);

    final String path;
    final String object;
    final String prefix;
    final String family;
    final String collection;
    /** By which of its fields a list can be narrowed; also by which the store finds it quickly. */
    final List<String> filters;

    ObjectType(String path, String object, String prefix, String family, String collection, String... filters) {
        this.path = path;
        this.object = object;
        this.prefix = prefix;
        this.family = family;
        this.collection = collection;
        this.filters = List.of(filters);
    }

    /** The parameter without which Stripe refuses to list these. */
    Optional<String> required() {
        return switch (this) {
            case SUBSCRIPTION_ITEM -> Optional.of("subscription");
            case PAYMENT_METHOD -> Optional.of("customer");
            default -> Optional.empty();
        };
    }

    boolean hasCreatedFilter() {
        return this != SUBSCRIPTION_ITEM && this != PAYMENT_METHOD && !path.isEmpty();
    }

    static Optional<ObjectType> ofPath(String path) {
        return Optional.ofNullable(BY_PATH.get(path));
    }

    static Optional<ObjectType> ofObject(String object) {
        return Optional.ofNullable(BY_OBJECT.get(object));
    }

    static Optional<ObjectType> ofCollection(String collection) {
        return Optional.ofNullable(BY_COLLECTION.get(collection));
    }

    static Optional<ObjectType> ofId(String id) {
        int end = id.indexOf('_');
        return end < 0 ? Optional.empty() : Optional.ofNullable(BY_PREFIX.get(id.substring(0, end + 1)));
    }

    private static Map<String, ObjectType> byName(Function<ObjectType, String> name) {
        return Stream.of(values()).filter(type -> !name.apply(type).isEmpty())
                .collect(Collectors.toMap(name, Function.identity()));
    }
}
