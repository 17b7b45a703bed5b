package dev.serai.sandbox.stripe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Population.Person;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/** What moves money: charges and payment intents with their balance transactions, refunds, disputes, transfers, fees. */
final class Money {

    private static final List<String> REASONS = List.of("duplicate", "fraudulent", "requested_by_customer");
    private static final List<String> DISPUTES = List.of("general", "fraudulent", "product_not_received");

    private final Store store;

    Money(Store store) {
        this.store = store;
    }

    /** A charge that succeeds, or is refused by the bank; {@code fill} sets what the caller knows. */
    ObjectNode charge(int amount, boolean succeeds, boolean captured, Consumer<ObjectNode> fill) {
        ObjectNode charge = store.add(ObjectType.CHARGE, node -> {
            node.put("amount", amount).put("captured", captured && succeeds).put("paid", succeeds)
                    .put("amount_captured", captured && succeeds ? amount : 0);
            if (!succeeds) {
                node.put("status", "failed").put("failure_code", "card_declined")
                        .put("failure_message", "Your card was declined.");
            }
            fill.accept(node);
        });
        String id = charge.get("id").textValue();
        if (succeeds && captured) {
            balance(id, "charge", amount, charge);
        }
        ObjectNode shown = store.rendering().render(store.shelf(ObjectType.CHARGE).find(id).orElseThrow());
        store.emit(succeeds ? "charge.succeeded" : "charge.failed", shown, null);
        return store.shelf(ObjectType.CHARGE).find(id).orElseThrow();
    }

    /** The balance transaction of a thing, set in it silently: it is made in the same moment. */
    private void balance(String source, String type, int amount, ObjectNode of) {
        ObjectType objectType = ObjectType.ofObject(of.get("object").textValue()).orElseThrow();
        ObjectNode transaction = transaction(source, type, amount, of);
        ObjectNode changed = store.shelf(objectType).find(source).orElseThrow().deepCopy();
        changed.put("balance_transaction", transaction.get("id").textValue());
        store.shelf(objectType).replace(changed);
    }

    private ObjectNode transaction(String source, String type, int amount, ObjectNode of) {
        boolean costs = type.equals("charge");
        int fee = costs ? 25 + amount * 14 / 1000 : 0;
        return store.create(ObjectType.BALANCE_TRANSACTION, node -> {
            node.put("amount", amount).put("fee", fee).put("net", amount - fee).put("source", source).put("type", type)
                    .put("reporting_category", type).put("available_on", store.now() + 2 * 86_400)
                    .put("description", of.path("description").isNull() ? "Moved by " + type : of.path("description").asText());
            ((ObjectNode) node.get("metadata")).put("type", type);
            if (costs) {
                node.withArray("/fee_details").addObject().put("amount", fee).putNull("application").put("currency", "eur")
                        .put("description", "Stripe processing fees").put("type", "stripe_fee");
                if (of.hasNonNull("application_fee_amount")) {
                    node.withArray("/fee_details").addObject().put("amount", of.get("application_fee_amount").asInt())
                            .put("application", of.path("application").asText()).put("currency", "eur")
                            .put("description", "Application fee").put("type", "application_fee");
                }
            }
        });
    }

    void capture(String charge) {
        ObjectNode node = store.shelf(ObjectType.CHARGE).find(charge).orElseThrow();
        if (node.get("captured").asBoolean() || !node.get("paid").asBoolean()) {
            throw Refusal.state("charge_already_captured", "Charge " + charge + " has already been captured.");
        }
        ObjectNode transaction = transaction(charge, "charge", node.get("amount").asInt(), node);
        store.update(ObjectType.CHARGE, charge, changed -> changed.put("captured", true)
                .put("amount_captured", changed.get("amount").asInt())
                .put("balance_transaction", transaction.get("id").textValue()), "charge.captured");
    }

    int refundable(ObjectNode charge) {
        return charge.get("paid").asBoolean() ? charge.get("amount").asInt() - charge.get("amount_refunded").asInt() : 0;
    }

    ObjectNode refund(String chargeId, int amount, Consumer<ObjectNode> fill) {
        ObjectNode charge = store.shelf(ObjectType.CHARGE).find(chargeId).orElseThrow();
        if (amount > refundable(charge) || amount <= 0) {
            throw Refusal.state("charge_already_refunded", "Charge " + chargeId + " has already been refunded.");
        }
        ObjectNode refund = store.add(ObjectType.REFUND, node -> {
            node.put("amount", amount).put("charge", chargeId).put("currency", charge.get("currency").asText());
            node.set("payment_intent", charge.get("payment_intent"));
            fill.accept(node);
        });
        String id = refund.get("id").textValue();
        balance(id, "refund", -amount, refund);
        ObjectNode made = store.shelf(ObjectType.REFUND).find(id).orElseThrow();
        store.emit("refund.created", store.rendering().render(made), null);
        store.update(ObjectType.CHARGE, chargeId, node -> {
            int refunded = node.get("amount_refunded").asInt() + amount;
            node.put("amount_refunded", refunded).put("refunded", refunded == node.get("amount").asInt());
        }, "charge.refunded");
        return made;
    }

    ObjectNode refund(String chargeId, Random random) {
        int left = refundable(store.shelf(ObjectType.CHARGE).find(chargeId).orElseThrow());
        return refund(chargeId, random.nextBoolean() ? left : 1 + random.nextInt(left), node -> {
            node.put("reason", REASONS.get(random.nextInt(REASONS.size())))
                    .put("receipt_number", receipt(random)).withObject("/metadata").put("agent", "support");
        });
    }

    static String receipt(Random random) {
        return String.format("%04d-%04d", 1000 + random.nextInt(9000), random.nextInt(10_000));
    }

    ObjectNode dispute(String chargeId, Person person, Random random) {
        ObjectNode charge = store.shelf(ObjectType.CHARGE).find(chargeId).orElseThrow();
        ObjectNode dispute = store.create(ObjectType.DISPUTE, node -> {
            node.put("charge", chargeId).put("amount", charge.get("amount").asInt())
                    .put("reason", DISPUTES.get(random.nextInt(DISPUTES.size())));
            node.set("payment_intent", charge.get("payment_intent"));
            node.withObject("/evidence").put("customer_name", person.name()).put("customer_email_address", person.email())
                    .put("product_description", "As ordered");
            node.withObject("/evidence_details").put("due_by", store.now() + 9 * 86_400).put("has_evidence", true);
            node.withObject("/metadata").put("user_id", person.userId());
        });
        store.update(ObjectType.CHARGE, chargeId, node -> node.put("disputed", true));
        return dispute;
    }

    ObjectNode intent(int amount, Consumer<ObjectNode> fill) {
        return store.create(ObjectType.PAYMENT_INTENT, node -> {
            node.put("amount", amount);
            node.put("client_secret", node.get("id").textValue() + "_secret_" + store.ids().letters(25));
            fill.accept(node);
        });
    }

    /** The intent is paid by this charge, or its payment failed. */
    void settle(String intent, ObjectNode charge) {
        boolean paid = charge.get("paid").asBoolean();
        boolean captured = charge.get("captured").asBoolean();
        store.update(ObjectType.PAYMENT_INTENT, intent, node -> {
            node.put("latest_charge", charge.get("id").textValue());
            if (!paid) {
                node.put("status", "requires_payment_method").putObject("last_payment_error").put("code", "card_declined");
            } else if (captured) {
                node.put("status", "succeeded").put("amount_received", charge.get("amount").asInt());
            } else {
                node.put("status", "requires_capture").put("amount_capturable", charge.get("amount").asInt());
            }
        }, !paid ? "payment_intent.payment_failed" : captured ? "payment_intent.succeeded"
                : "payment_intent.amount_capturable_updated");
    }

    void cancelIntent(String intent, String reason) {
        ObjectNode node = store.shelf(ObjectType.PAYMENT_INTENT).find(intent).orElseThrow();
        if (List.of("succeeded", "canceled").contains(node.get("status").asText())) {
            throw Refusal.state("payment_intent_unexpected_state", "You cannot cancel this PaymentIntent because it has a "
                    + "status of " + node.get("status").asText() + ".");
        }
        store.update(ObjectType.PAYMENT_INTENT, intent, changed -> changed.put("status", "canceled")
                .put("canceled_at", store.now()).put("cancellation_reason", reason).put("amount_capturable", 0),
                "payment_intent.canceled");
    }

    void captureIntent(String intent) {
        ObjectNode node = store.shelf(ObjectType.PAYMENT_INTENT).find(intent).orElseThrow();
        if (!node.get("status").asText().equals("requires_capture")) {
            throw Refusal.state("payment_intent_unexpected_state", "This PaymentIntent could not be captured because it has "
                    + "a status of " + node.get("status").asText() + ".");
        }
        capture(node.get("latest_charge").asText());
        store.update(ObjectType.PAYMENT_INTENT, intent, changed -> changed.put("status", "succeeded")
                .put("amount_received", changed.get("amount").asInt()).put("amount_capturable", 0),
                "payment_intent.succeeded");
    }

    ObjectNode transfer(String account, ObjectNode charge, int amount) {
        ObjectNode transfer = store.create(ObjectType.TRANSFER, node -> {
            node.put("amount", amount).put("destination", account).put("source_transaction", charge.get("id").textValue())
                    .put("destination_payment", "py_1" + store.ids().letters(23)).put("description", "Share of a sale")
                    .put("transfer_group", "group_" + charge.get("id").textValue());
            store.shelf(ObjectType.BANK_ACCOUNT).of("account", account).stream().findFirst()
                    .ifPresent(bank -> node.put("bank_account", bank.get("id").textValue()));
            node.withObject("/metadata").put("share", "standard");
            ObjectNode transaction = transaction(node.get("id").textValue(), "transfer", -amount, node);
            node.put("balance_transaction", transaction.get("id").textValue());
        });
        return transfer;
    }

    ObjectNode reverse(String transfer, int amount) {
        ObjectNode[] made = new ObjectNode[1];
        store.within(ObjectType.TRANSFER, transfer, () -> {
            made[0] = store.create(ObjectType.TRANSFER_REVERSAL, node -> {
                node.put("transfer", transfer).put("amount", amount).withObject("/metadata").put("reason", "returned");
                ObjectNode transaction = transaction(node.get("id").textValue(), "transfer_refund", amount, Json.MAPPER
                        .createObjectNode().put("description", "Reversal"));
                node.put("balance_transaction", transaction.get("id").textValue());
            });
            ObjectNode changed = store.shelf(ObjectType.TRANSFER).find(transfer).orElseThrow().deepCopy();
            int reversed = changed.get("amount_reversed").asInt() + amount;
            store.shelf(ObjectType.TRANSFER).replace(changed.put("amount_reversed", reversed)
                    .put("reversed", reversed == changed.get("amount").asInt()));
        }, "transfer.reversed");
        return made[0];
    }

    ObjectNode applicationFee(String account, ObjectNode charge, String transfer) {
        int amount = charge.get("application_fee_amount").asInt();
        ObjectNode fee = store.create(ObjectType.APPLICATION_FEE, node -> {
            node.put("account", account).put("amount", amount).put("charge", charge.get("id").textValue())
                    .put("transfer", transfer).put("application", charge.path("application").asText())
                    .put("originating_transaction", charge.get("id").textValue())
                    .put("available", store.now() + 2 * 86_400).withObject("/metadata").put("share", "platform");
            ObjectNode transaction = transaction(node.get("id").textValue(), "application_fee", amount, Json.MAPPER
                    .createObjectNode().put("description", "Application fee"));
            node.put("balance_transaction", transaction.get("id").textValue());
        });
        store.update(ObjectType.CHARGE, charge.get("id").textValue(),
                node -> node.put("application_fee", fee.get("id").textValue()));
        return fee;
    }

    ObjectNode refundFee(String fee, int amount) {
        ObjectNode[] made = new ObjectNode[1];
        store.within(ObjectType.APPLICATION_FEE, fee, () -> {
            made[0] = store.create(ObjectType.FEE_REFUND, node -> node.put("fee", fee).put("amount", amount)
                    .withObject("/metadata").put("reason", "goodwill"));
            ObjectNode changed = store.shelf(ObjectType.APPLICATION_FEE).find(fee).orElseThrow().deepCopy();
            int refunded = changed.get("amount_refunded").asInt() + amount;
            store.shelf(ObjectType.APPLICATION_FEE).replace(changed.put("amount_refunded", refunded)
                    .put("refunded", refunded == changed.get("amount").asInt()));
        }, "application_fee.refunded");
        return made[0];
    }
}
