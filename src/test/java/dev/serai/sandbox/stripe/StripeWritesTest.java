package dev.serai.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.StripeException;
import com.stripe.model.ApplicationFee;
import com.stripe.model.Card;
import com.stripe.model.Coupon;
import com.stripe.model.Customer;
import com.stripe.model.Invoice;
import com.stripe.model.InvoiceItem;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentMethod;
import com.stripe.model.Subscription;
import com.stripe.model.SubscriptionItem;
import com.stripe.model.Transfer;
import com.stripe.net.RequestOptions;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the SDK writes leaves the traces that it leaves at Stripe. */
class StripeWritesTest {

    private final StripeSandbox sandbox = new StripeSandbox(50);
    private final StripeFake stripe = sandbox.stripe;
    private final RequestOptions options = sandbox.options();

    @AfterEach
    void close() {
        sandbox.close();
    }

    private String any(String collection, Predicate<ObjectNode> which) {
        return stripe.current(collection).values().stream().filter(which).findFirst().orElseThrow().get("id").asText();
    }

    private List<String> newestEvents(int count) {
        return stripe.events().stream().limit(count).map(event -> event.get("type").asText()).toList();
    }

    @Test
    void invoiceGoesFromDraftToPaidOnceOnly() throws StripeException {
        // Given
        String customer = any("customers", node -> true);
        InvoiceItem.create(Map.of("customer", customer, "amount", 700, "currency", "eur", "description", "Hinge"), options);
        Invoice invoice = Invoice.create(Map.of("customer", customer), options);

        // When
        invoice.finalizeInvoice(options);
        Invoice paid = invoice.pay(options);

        // Then
        assertThat(paid.getStatus()).isEqualTo("paid");
        assertThat(paid.getAmountPaid()).isEqualTo(700);
        assertThat(stripe.current("charges").get(stripe.current("invoices").get(invoice.getId()).get("charge").asText())
                .get("amount").asInt()).isEqualTo(700);
        assertThat(newestEvents(10)).contains("invoice.paid", "invoice.finalized", "charge.succeeded",
                "payment_intent.succeeded");
        assertThatThrownBy(() -> invoice.pay(options)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> invoice.delete(options)).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void deletedDraftLetsItsItemsWaitAgain() throws StripeException {
        String customer = any("customers", node -> true);
        String item = InvoiceItem.create(Map.of("customer", customer, "amount", 300, "currency", "eur"), options).getId();
        Invoice draft = Invoice.create(Map.of("customer", customer), options);
        assertThat(InvoiceItem.retrieve(item, options).getInvoice()).isEqualTo(draft.getId());

        draft.delete(options);

        assertThat(InvoiceItem.retrieve(item, options).getInvoice()).isNull();
        assertThat(stripe.current("invoice_lines").values()).filteredOn(line -> line.get("invoice").asText()
                .equals(draft.getId())).isNotEmpty().allMatch(line -> line.path("deleted").asBoolean());
    }

    @Test
    void subscriptionItemsAreAddedChangedAndRemovedByEitherWay() throws StripeException {
        // Given
        String id = any("subscriptions", node -> node.get("status").asText().equals("active")
                && node.at("/items/data").size() == 1);
        String price = any("plans", node -> true);

        // When
        String added = SubscriptionItem.create(Map.of("subscription", id, "price", price, "quantity", 4), options).getId();
        Subscription subscription = Subscription.retrieve(id, options);
        subscription.update(Map.of("items", List.of(Map.of("id", added, "quantity", 9))), options);

        // Then
        assertThat(SubscriptionItem.retrieve(added, options).getQuantity()).isEqualTo(9);
        assertThat(newestEvents(1)).containsExactly("customer.subscription.updated");
        assertThat(stripe.current("subscriptions").get(id).get("quantity").isNull()).as("of two items").isTrue();

        // When
        SubscriptionItem.retrieve(added, options).delete(options);

        // Then
        assertThat(stripe.current("subscriptions").get(id).get("quantity").asInt()).isPositive();
        assertThat(stripe.current("subscription_items").get(added).get("deleted").asBoolean()).isTrue();
    }

    @Test
    void couponBecomesADiscountAndIsTakenAwayAgain() throws StripeException {
        String coupon = Coupon.create(Map.of("percent_off", 25, "duration", "forever"), options).getId();
        Customer customer = Customer.create(Map.of("email", "c@shop.example", "coupon", coupon, "source", "tok_visa"), options);
        String discount = stripe.current("customers").get(customer.getId()).at("/discount/id").asText();
        assertThat(stripe.current("discounts").get(discount).at("/coupon/percent_off").asInt()).isEqualTo(25);
        assertThat(Coupon.retrieve(coupon, options).getTimesRedeemed()).isEqualTo(1);

        customer.deleteDiscount(Map.of(), options);

        assertThat(stripe.current("customers").get(customer.getId()).get("discount").isNull()).isTrue();
        assertThat(stripe.current("discounts").get(discount).get("deleted").asBoolean()).isTrue();
        assertThat(newestEvents(2)).contains("customer.discount.deleted");
    }

    @Test
    void cardsAreAddedChangedAndDeletedBelowTheirCustomer() throws StripeException {
        // Given
        String id = Customer.create(Map.of("email", "d@shop.example"), options).getId();
        Customer customer = Customer.retrieve(id, Map.of("expand", List.of("sources")), options);

        // When
        Card card = (Card) customer.getSources().create(Map.of("source", "tok_visa"), options);
        card.update(Map.of("name", "D. Dee"), options);

        // Then
        assertThat(Customer.retrieve(id, options).getDefaultSource()).isEqualTo(card.getId());
        assertThat(stripe.current("cards").get(card.getId()).get("name").asText()).isEqualTo("D. Dee");
        assertThat(newestEvents(1)).containsExactly("customer.source.updated");

        // When
        card.delete(options);

        // Then
        assertThat(Customer.retrieve(id, options).getDefaultSource()).isNull();
        assertThat(stripe.current("cards").get(card.getId()).get("deleted").asBoolean()).isTrue();
    }

    @Test
    void reversalsAndFeeRefundsChangeTheirParents() throws StripeException {
        // Given
        Transfer transfer = Transfer.retrieve(any("transfers", node -> node.get("amount_reversed").asInt() == 0), options);
        ApplicationFee fee = ApplicationFee.retrieve(any("application_fees", node -> node.get("amount_refunded").asInt() == 0),
                options);

        // When
        String reversal = transfer.getReversals().create(Map.of("amount", 1), options).getId();
        String refund = fee.getRefunds().create(Map.of("amount", 2), options).getId();

        // Then
        assertThat(Transfer.retrieve(transfer.getId(), options).getAmountReversed()).isEqualTo(1);
        assertThat(ApplicationFee.retrieve(fee.getId(), options).getAmountRefunded()).isEqualTo(2);
        assertThat(stripe.current("transfer_reversals").get(reversal).get("transfer").asText()).isEqualTo(transfer.getId());
        assertThat(stripe.current("application_fee_refunds").get(refund).get("fee").asText()).isEqualTo(fee.getId());
        assertThat(newestEvents(2)).containsExactly("application_fee.refunded", "transfer.reversed");
    }

    @Test
    void paymentMethodIsListedOnlyWhileItBelongsToSomebody() throws StripeException {
        String customer = Customer.create(Map.of("email", "e@shop.example"), options).getId();
        PaymentMethod method = PaymentMethod.create(Map.of("type", "card"), options);
        Map<String, Object> list = Map.of("customer", customer);
        assertThat(PaymentMethod.list(list, options).getData()).isEmpty();
        method.attach(Map.of("customer", customer), options);
        assertThat(PaymentMethod.list(list, options).getData()).extracting(PaymentMethod::getId)
                .containsExactly(method.getId());
        method.detach(options);
        assertThat(PaymentMethod.list(list, options).getData()).isEmpty();
        assertThat(newestEvents(2)).containsExactly("payment_method.detached", "payment_method.attached");
    }

    @Test
    void intentIsConfirmedHeldAndCaptured() throws StripeException {
        PaymentIntent intent = PaymentIntent.create(Map.of("amount", 900, "currency", "eur", "capture_method", "manual"),
                options);
        assertThat(intent.confirm(options).getStatus()).isEqualTo("requires_capture");
        assertThat(intent.capture(options).getAmountReceived()).isEqualTo(900);
        assertThatThrownBy(() -> intent.cancel(options)).isInstanceOfSatisfying(InvalidRequestException.class,
                e -> assertThat(e.getCode()).isEqualTo("payment_intent_unexpected_state"));
    }

    @Test
    void metadataIsMergedAndAnEmptyValueRemovesAKey() throws StripeException {
        Customer customer = Customer.create(Map.of("metadata", Map.of("a", "1", "b", "2")), options);
        customer = customer.update(Map.of("metadata", Map.of("a", "", "c", "3")), options);
        assertThat(customer.getMetadata()).isEqualTo(Map.of("b", "2", "c", "3"));
    }

    @Test
    void unknownFieldsAndImpossibleThingsAreRefused() {
        assertThatThrownBy(() -> Customer.create(Map.of("emial", "x"), options))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.getCode()).isEqualTo("parameter_unknown");
                    assertThat(e.getParam()).isEqualTo("emial");
                });
        assertThatThrownBy(() -> Invoice.create(Map.of(), options))
                .isInstanceOfSatisfying(InvalidRequestException.class,
                        e -> assertThat(e.getCode()).isEqualTo("parameter_missing"));
        assertThatThrownBy(() -> Subscription.create(Map.of("customer", "cus_none", "items", List.of()), options))
                .isInstanceOfSatisfying(InvalidRequestException.class,
                        e -> assertThat(e.getCode()).isEqualTo("resource_missing"));
        assertThatThrownBy(() -> Coupon.create(Map.of("duration", "once", "percent_on", 3), options))
                .isInstanceOf(InvalidRequestException.class);
    }
}
