package dev.serai.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.stripe.exception.AuthenticationException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.PermissionException;
import com.stripe.exception.RateLimitException;
import com.stripe.exception.StripeException;
import com.stripe.model.Charge;
import com.stripe.model.Customer;
import com.stripe.model.Event;
import com.stripe.model.HasId;
import com.stripe.model.Invoice;
import com.stripe.model.InvoiceLineItem;
import com.stripe.model.PaymentMethod;
import com.stripe.model.PaymentSource;
import com.stripe.model.PaymentSourceCollection;
import com.stripe.model.Refund;
import com.stripe.model.StripeCollectionInterface;
import com.stripe.model.Subscription;
import com.stripe.model.SubscriptionItem;
import com.stripe.net.ApiMode;
import com.stripe.net.ApiResource;
import com.stripe.net.BaseAddress;
import dev.serai.sandbox.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The official SDK takes the fake for Stripe. */
class StripeSdkTest {

    private final StripeSandbox sandbox = new StripeSandbox(60);
    private final StripeFake stripe = sandbox.stripe;

    @AfterEach
    void close() {
        sandbox.close();
    }

    private static List<String> ids(Iterable<? extends HasId> objects) {
        List<String> ids = new ArrayList<>();
        objects.forEach(object -> ids.add(object.getId()));
        return ids;
    }

    private static List<String> page(StripeCollectionInterface<? extends HasId> page) {
        return ids(page.getData());
    }

    private String anyId(String collection) {
        return stripe.current(collection).keySet().iterator().next();
    }

    @Test
    void autoPagingSeesEveryChargeOnceNewestFirst() throws StripeException {
        // When
        List<Charge> charges = new ArrayList<>();
        Charge.list(Map.of("limit", 7), sandbox.options()).autoPagingIterable().forEach(charges::add);

        // Then
        assertThat(charges).hasSizeGreaterThan(100);
        assertThat(ids(charges)).doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(stripe.current("charges").keySet());
        assertThat(charges).extracting(Charge::getCreated).isSortedAccordingTo(Comparator.reverseOrder());
    }

    /** The SDK's own paging only goes forwards: it sends starting_after whatever the first request had. */
    @Test
    void pagingBackwardsSeesTheSame() throws StripeException {
        // Given
        List<String> forwards = ids(Charge.list(Map.of("limit", 100), sandbox.options()).autoPagingIterable());
        String last = forwards.get(forwards.size() - 1);

        // When
        LinkedList<String> backwards = new LinkedList<>(List.of(last));
        boolean hasMore = true;
        while (hasMore) {
            var page = Charge.list(Map.of("limit", 9, "ending_before", backwards.getFirst()), sandbox.options());
            backwards.addAll(0, page(page));
            hasMore = page.getHasMore();
        }

        // Then
        assertThat(backwards).isEqualTo(forwards);
    }

    @Test
    void pageBeforeAnIdIsTheOneJustNewerAndNewestFirst() throws StripeException {
        // Given
        List<String> all = page(Charge.list(Map.of("limit", 10), sandbox.options()));

        // When
        var page = Charge.list(Map.of("limit", 3, "ending_before", all.get(5)), sandbox.options());

        // Then
        assertThat(page(page)).isEqualTo(all.subList(2, 5));
        assertThat(page.getHasMore()).isTrue();
    }

    @Test
    void createdNarrowsAListAlsoWithACursorOutsideOfIt() throws StripeException {
        // Given
        List<Charge> all = new ArrayList<>();
        Charge.list(Map.of("limit", 100), sandbox.options()).autoPagingIterable().forEach(all::add);
        long from = all.get(40).getCreated();
        long to = all.get(20).getCreated();

        // When
        List<String> between = ids(Charge.list(Map.of("limit", 4, "created", Map.of("gte", from, "lt", to),
                "starting_after", all.get(0).getId()), sandbox.options()).autoPagingIterable());
        List<String> exact = page(Charge.list(Map.of("created", from), sandbox.options()));
        List<String> none = page(Charge.list(Map.of("created", Map.of("gt", to, "lte", from)), sandbox.options()));

        // Then
        assertThat(between).isEqualTo(ids(all.stream().filter(one -> one.getCreated() >= from && one.getCreated() < to)
                .toList())).isNotEmpty();
        assertThat(exact).isEqualTo(ids(all.stream().filter(one -> one.getCreated() == from).toList()));
        assertThat(none).isEmpty();
    }

    @Test
    void limitDefaultsToTenAndIsRefusedOutsideOfOneToAHundred() throws StripeException {
        assertThat(Charge.list(Map.of(), sandbox.options()).getData()).hasSize(10);
        for (int limit : new int[] {0, 101, -1}) {
            assertThatThrownBy(() -> Charge.list(Map.of("limit", limit), sandbox.options()))
                    .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                        assertThat(e.getStatusCode()).isEqualTo(400);
                        assertThat(e.getParam()).isEqualTo("limit");
                    });
        }
    }

    @Test
    void unknownCursorIs400AndUnknownObject404() {
        assertThatThrownBy(() -> Charge.list(Map.of("starting_after", "ch_none"), sandbox.options()))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> {
                    assertThat(e.getStatusCode()).isEqualTo(400);
                    assertThat(e.getCode()).isEqualTo("resource_missing");
                    assertThat(e.getParam()).isEqualTo("starting_after");
                    assertThat(e.getRequestId()).startsWith("req_");
                });
        assertThatThrownBy(() -> Charge.retrieve("ch_none", sandbox.options()))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> assertThat(e.getStatusCode()).isEqualTo(404));
    }

    @Test
    void deletedCustomerIsAnsweredAsDeletedAndItsChildrenWith404() throws StripeException {
        // Given
        String id = stripe.current("cards").values().stream().filter(card -> card.hasNonNull("customer")).findFirst()
                .orElseThrow().get("customer").asText();

        // When
        Customer.retrieve(id, sandbox.options()).delete(sandbox.options());

        // Then
        assertThat(Customer.retrieve(id, sandbox.options()).getDeleted()).isTrue();
        assertThat(ids(Customer.list(Map.of("limit", 100), sandbox.options()).autoPagingIterable())).doesNotContain(id);
        assertThat(catchThrowableOfType(InvalidRequestException.class, () -> Customer.list(Map.of("starting_after", id),
                sandbox.options())).getStatusCode()).isEqualTo(400);
        assertThat(catchThrowableOfType(InvalidRequestException.class, () -> ApiResource.getGlobalResponseGetter().request(
                BaseAddress.API, ApiResource.RequestMethod.GET, "/v1/customers/" + id + "/sources", Map.of(),
                PaymentSourceCollection.class, sandbox.options(), ApiMode.V1))
                .getStatusCode()).isEqualTo(404);
        assertThat(stripe.current("customers").get(id).get("deleted").asBoolean()).isTrue();
        assertThat(stripe.current("cards").values()).filteredOn(card -> card.path("customer").asText().equals(id))
                .isNotEmpty().allMatch(card -> card.path("deleted").asBoolean());
        assertThat(stripe.events()).extracting(event -> event.get("type").asText())
                .contains("customer.deleted", "customer.source.deleted", "customer.subscription.deleted");
    }

    @Test
    void badKeysLimitsAndPermissionsAreTheSdksOwnExceptions() {
        assertThatThrownBy(() -> Charge.list(Map.of(), sandbox.options("sk_test_wrong")))
                .isInstanceOfSatisfying(AuthenticationException.class, e -> assertThat(e.getStatusCode()).isEqualTo(401));
        stripe.revokeKey();
        assertThatThrownBy(() -> Charge.list(Map.of(), sandbox.options()))
                .isInstanceOfSatisfying(AuthenticationException.class,
                        e -> assertThat(e.getCode()).isEqualTo("api_key_expired"));
        stripe.restoreKey();
        sandbox.faults.add(Fault.of("stripe", "/v1/charges", Fault.Kind.FORBIDDEN, 1));
        assertThatThrownBy(() -> Charge.list(Map.of(), sandbox.options())).isInstanceOf(PermissionException.class);
        sandbox.faults.add(Fault.of("stripe", "/v1/charges", Fault.Kind.RATE_LIMIT_BARE, 1));
        assertThatThrownBy(() -> Charge.list(Map.of(), sandbox.options())).isInstanceOf(RateLimitException.class);
    }

    @Test
    void moreRequestsInASecondThanTheLimitAre429UntilTheNextSecond() throws StripeException {
        // Given
        stripe.limit(3);
        for (int i = 0; i < 3; i++) {
            Charge.list(Map.of(), sandbox.options());
        }

        // Then
        assertThatThrownBy(() -> Charge.list(Map.of(), sandbox.options())).isInstanceOf(RateLimitException.class);
        sandbox.clock.advance(Duration.ofSeconds(1));
        assertThat(Charge.list(Map.of(), sandbox.options()).getData()).hasSize(10);
    }

    @Test
    void subscriptionsHideCancelledOnesUnlessAllAreAskedFor() throws StripeException {
        // When
        List<String> open = ids(Subscription.list(Map.of("limit", 100), sandbox.options()).autoPagingIterable());
        List<String> all = ids(Subscription.list(Map.of("limit", 100, "status", "all"), sandbox.options())
                .autoPagingIterable());
        List<String> cancelled = ids(Subscription.list(Map.of("status", "canceled"), sandbox.options()).autoPagingIterable());

        // Then
        assertThat(all).containsExactlyInAnyOrderElementsOf(stripe.current("subscriptions").keySet());
        assertThat(cancelled).isNotEmpty();
        assertThat(open).doesNotContainAnyElementsOf(cancelled).hasSize(all.size() - cancelled.size());
    }

    @Test
    void invoiceEmbedsTenLinesAndTheOthersAreAPageAway() throws StripeException {
        // Given
        String id = stripe.current("invoices").values().stream().filter(one -> one.at("/lines/has_more").asBoolean())
                .findFirst().orElseThrow().get("id").asText();

        // When
        Invoice invoice = Invoice.retrieve(id, sandbox.options());
        List<String> lines = ids(invoice.getLines().autoPagingIterable(Map.of("limit", 5), sandbox.options()));

        // Then
        assertThat(invoice.getLines().getData()).hasSize(10).extracting(InvoiceLineItem::getId).isSubsetOf(lines);
        assertThat(lines).doesNotHaveDuplicates().hasSizeGreaterThan(10)
                .containsExactlyInAnyOrderElementsOf(stripe.current("invoice_lines").values().stream()
                        .filter(line -> line.get("invoice").asText().equals(id)).map(line -> line.get("id").asText()).toList());
    }

    @Test
    void expandPutsObjectsInThePlaceOfIds() throws StripeException {
        // When
        Charge charge = Charge.list(Map.of("limit", 1, "expand", List.of("data.customer.sources", "data.balance_transaction")),
                sandbox.options()).getData().get(0);

        // Then
        assertThat(charge.getCustomerObject().getEmail()).contains("@");
        assertThat(charge.getCustomerObject().getSources().getData()).extracting(PaymentSource::getId).isNotEmpty();
        assertThat(charge.getBalanceTransactionObject().getFee()).isPositive();
        assertThat(catchThrowableOfType(InvalidRequestException.class, () -> Charge.list(Map.of("expand",
                List.of("data.amount_of_nothing")), sandbox.options())).getParam()).isEqualTo("expand");
    }

    @Test
    void requiredAndUnknownParametersAreRefused() {
        assertThatThrownBy(() -> SubscriptionItem.list(Map.of(), sandbox.options()))
                .isInstanceOfSatisfying(InvalidRequestException.class, e -> assertThat(e.getParam()).isEqualTo("subscription"));
        assertThatThrownBy(() -> PaymentMethod.list(Map.of(), sandbox.options()))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> Charge.list(Map.of("updated", 1), sandbox.options()))
                .isInstanceOfSatisfying(InvalidRequestException.class,
                        e -> assertThat(e.getCode()).isEqualTo("parameter_unknown"));
    }

    @Test
    void aRefundChangesItsChargeAndIsTold() throws StripeException {
        // Given
        String charge = stripe.current("charges").values().stream().filter(one -> one.get("captured").asBoolean()
                && one.get("amount_refunded").asInt() == 0).findFirst().orElseThrow().get("id").asText();

        // When
        Refund refund = Refund.create(Map.of("charge", charge, "amount", 1), sandbox.options());

        // Then
        assertThat(Charge.retrieve(charge, sandbox.options()).getAmountRefunded()).isEqualTo(1);
        assertThat(page(Refund.list(Map.of("charge", charge), sandbox.options()))).containsExactly(refund.getId());
        Event event = Event.list(Map.of("type", "charge.refunded", "limit", 1), sandbox.options()).getData().get(0);
        assertThat(event.getData().getPreviousAttributes()).hasEntrySatisfying("amount_refunded",
                value -> assertThat(((Number) value).longValue()).isZero());
        assertThat(event.getCreated()).isEqualTo(StripeSandbox.NOW.getEpochSecond());
    }

    @Test
    void eventsAreFoundByTypesAndWildcardAndForThirtyDays() throws StripeException {
        // Given
        List<Event> all = new ArrayList<>();
        Event.list(Map.of("limit", 100), sandbox.options()).autoPagingIterable().forEach(all::add);

        // When
        List<Event> some = new ArrayList<>();
        Event.list(Map.of("limit", 20, "types", List.of("charge.succeeded", "invoice.paid")), sandbox.options())
                .autoPagingIterable().forEach(some::add);
        List<Event> charges = new ArrayList<>();
        Event.list(Map.of("type", "charge.*"), sandbox.options()).autoPagingIterable().forEach(charges::add);

        // Then
        assertThat(all).extracting(Event::getCreated).isSortedAccordingTo(Comparator.reverseOrder());
        assertThat(ids(some)).isEqualTo(ids(all.stream().filter(event -> Set.of("charge.succeeded", "invoice.paid")
                .contains(event.getType())).toList()));
        assertThat(ids(charges)).isEqualTo(ids(all.stream().filter(event -> event.getType().startsWith("charge.")).toList()));
        assertThatThrownBy(() -> Event.list(Map.of("types", Collections.nCopies(21, "charge.failed")), sandbox.options()))
                .isInstanceOf(InvalidRequestException.class);

        // When
        String old = all.get(0).getId();
        sandbox.clock.advance(Duration.ofDays(31));

        // Then
        assertThat(Event.list(Map.of(), sandbox.options()).getData()).isEmpty();
        assertThatThrownBy(() -> Event.retrieve(old, sandbox.options())).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aRepeatedKeyOfIdempotencyMakesOneObject() throws StripeException {
        // Given
        var once = sandbox.options().toBuilderFullCopy().setIdempotencyKey("once").build();

        // When
        String first = Customer.create(Map.of("email", "a@b.example"), once).getId();
        String second = Customer.create(Map.of("email", "a@b.example"), once).getId();

        // Then
        assertThat(second).isEqualTo(first).isNotEqualTo(anyId("charges"));
        assertThat(page(Customer.list(Map.of("email", "a@b.example"), sandbox.options()))).containsExactly(first);
    }
}
