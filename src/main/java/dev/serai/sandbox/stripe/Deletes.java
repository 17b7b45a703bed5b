package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.util.Set;

/** What a DELETE does: most of what is deleted is gone, a subscription is only cancelled, some things cannot go. */
final class Deletes {

    private static final Set<ObjectType> DELETABLE = Set.of(ObjectType.CUSTOMER, ObjectType.COUPON, ObjectType.PLAN,
            ObjectType.PRODUCT, ObjectType.INVOICE_ITEM, ObjectType.INVOICE, ObjectType.SUBSCRIPTION,
            ObjectType.SUBSCRIPTION_ITEM, ObjectType.SKU, ObjectType.ACCOUNT);

    private final Store store;
    private final Business business;

    Deletes(Business business) {
        this.store = business.store;
        this.business = business;
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

    private ObjectNode get(ObjectType type, String id) {
        return store.shelf(type).find(id).orElseThrow(() -> Refusal.noSuch(404, type.object, id, "id"));
    }

    private static String id(ObjectNode node) {
        return node.get("id").textValue();
    }
}
