package dev.serai.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.stripe.Stripe;
import com.stripe.exception.ApiConnectionException;
import com.stripe.exception.ApiException;
import com.stripe.exception.AuthenticationException;
import com.stripe.exception.CardException;
import com.stripe.exception.InvalidRequestException;
import com.stripe.exception.PermissionException;
import com.stripe.exception.RateLimitException;
import com.stripe.model.BalanceTransaction;
import com.stripe.model.BalanceTransactionCollection;
import com.stripe.model.Charge;
import com.stripe.model.ChargeCollection;
import com.stripe.model.Customer;
import com.stripe.model.CustomerCollection;
import com.stripe.model.Invoice;
import com.stripe.model.InvoiceCollection;
import com.stripe.model.PaymentIntent;
import com.stripe.model.PaymentIntentCollection;
import com.stripe.model.PaymentMethod;
import com.stripe.model.PaymentMethodCollection;
import com.stripe.model.Price;
import com.stripe.model.PriceCollection;
import com.stripe.model.Product;
import com.stripe.model.ProductCollection;
import com.stripe.model.Refund;
import com.stripe.model.RefundCollection;
import com.stripe.model.Subscription;
import com.stripe.model.SubscriptionCollection;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.stripe.StripeFake;
import dev.serai.sandbox.stripe.StripeSandbox;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The component against the fake: each operation, each method, each kind of error. */
class StripeComponentTest {

    private final StripeSandbox sandbox = new StripeSandbox(20);
    private final StripeFake stripe = sandbox.stripe;
    private final CamelContext context = new DefaultCamelContext();

    @BeforeEach
    void start() {
        StripeComponent component = context.getComponent("stripe", StripeComponent.class);
        component.setApiKey(StripeFake.KEY);
        component.setApiBase(sandbox.url());
        context.start();
    }

    @AfterEach
    void stop() throws Exception {
        context.close();
        sandbox.close();
    }

    private Exchange send(String uri, Object body, Map<String, Object> headers) {
        try (var template = context.createProducerTemplate()) {
            return template.send(uri, exchange -> {
                exchange.getMessage().setBody(body);
                exchange.getMessage().setHeaders(new HashMap<>(headers));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private <T> T call(Class<T> type, String operation, String method, String id, Object body) throws Exception {
        Map<String, Object> headers = new HashMap<>();
        headers.put("CamelStripeMethod", method);
        if (id != null) {
            headers.put("CamelStripeObjectId", id);
        }
        Exchange exchange = send("stripe:" + operation, body, headers);
        if (exchange.getException() != null) {
            throw exchange.getException();
        }
        assertThat(exchange.getMessage().getBody()).isInstanceOf(type);
        return type.cast(exchange.getMessage().getBody());
    }

    private String anyId(String collection) {
        return stripe.current(collection).values().stream().filter(node -> !node.path("deleted").asBoolean()).findFirst()
                .orElseThrow().get("id").asText();
    }

    @Test
    void customersAreCreatedReadChangedListedAndDeletedInOneRequestEach() throws Exception {
        long before = stripe.requests("/v1/customers");
        Customer made = call(Customer.class, "customers", "create", null, Map.of("email", "ada@shop.example", "metadata",
                Map.of("user_id", "user_900")));
        assertThat(call(Customer.class, "customers", "retrieve", made.getId(), null).getEmail()).isEqualTo("ada@shop.example");
        assertThat(call(Customer.class, "customers", "update", made.getId(), "{\"name\":\"Ada\"}").getName()).isEqualTo("Ada");
        CustomerCollection page = call(CustomerCollection.class, "customers", "list", null, Map.of("limit", 2));
        assertThat(page.getData()).hasSize(2).first().extracting(Customer::getId).isEqualTo(made.getId());
        assertThat(page.getHasMore()).isTrue();
        assertThat(call(Customer.class, "customers", "delete", made.getId(), null).getDeleted()).isTrue();
        assertThat(stripe.requests("/v1/customers") - before).isEqualTo(5);
        JsonNode last = stripe.current("customers").get(made.getId());
        assertThat(last.at("/metadata/user_id").asText()).isEqualTo("user_900");
        assertThat(last.path("deleted").asBoolean()).isTrue();
    }

    @Test
    void chargesAreMadeAndCapturedAndRefunded() throws Exception {
        Charge made = call(Charge.class, "charges", "create", null, Map.of("amount", 1200, "currency", "eur", "capture", false,
                "customer", anyId("customers")));
        assertThat(made.getCaptured()).isFalse();
        assertThat(call(Charge.class, "charges", "capture", made.getId(), null).getCaptured()).isTrue();
        assertThat(call(Charge.class, "charges", "update", made.getId(), Map.of("description", "Tea")).getDescription())
                .isEqualTo("Tea");
        Refund refund = call(Refund.class, "refunds", "create", null, Map.of("charge", made.getId(), "amount", 200));
        assertThat(call(Refund.class, "refunds", "retrieve", refund.getId(), null).getAmount()).isEqualTo(200);
        assertThat(call(Refund.class, "refunds", "update", refund.getId(), Map.of("metadata", Map.of("why", "cold")))
                .getMetadata()).containsEntry("why", "cold");
        assertThat(call(RefundCollection.class, "refunds", "list", null, Map.of("charge", made.getId())).getData()).hasSize(1);
        assertThat(call(Charge.class, "charges", "retrieve", made.getId(), null).getAmountRefunded()).isEqualTo(200);
        String transaction = stripe.current("charges").get(made.getId()).get("balance_transaction").asText();
        assertThat(call(BalanceTransaction.class, "balanceTransactions", "retrieve", transaction, null).getAmount())
                .isEqualTo(1200);
        assertThat(call(BalanceTransactionCollection.class, "balanceTransactions", "list", null, Map.of("limit", 3)).getData())
                .hasSize(3);
    }

    @Test
    void paymentIntentsAndMethodsAreServed() throws Exception {
        PaymentIntent made = call(PaymentIntent.class, "paymentIntents", "create", null, Map.of("amount", 500, "currency",
                "eur", "metadata", Map.of("order", "7")));
        assertThat(call(PaymentIntent.class, "paymentIntents", "update", made.getId(), Map.of("amount", 600)).getAmount())
                .isEqualTo(600);
        assertThat(call(PaymentIntent.class, "paymentIntents", "retrieve", made.getId(), null).getMetadata())
                .containsEntry("order", "7");
        assertThat(call(PaymentIntent.class, "paymentIntents", "cancel", made.getId(), Map.of("cancellation_reason",
                "duplicate")).getStatus()).isEqualTo("canceled");
        assertThat(call(PaymentIntentCollection.class, "paymentIntents", "list", null, null).getData()).hasSize(10);

        PaymentMethod method = call(PaymentMethod.class, "paymentMethods", "create", null, Map.of("type", "card"));
        assertThat(call(PaymentMethod.class, "paymentMethods", "retrieve", method.getId(), "").getType()).isEqualTo("card");
        assertThat(call(PaymentMethod.class, "paymentMethods", "update", method.getId(), Map.of("metadata", Map.of("a", "b")))
                .getMetadata()).containsEntry("a", "b");
        String customer = stripe.current("payment_methods").values().stream().filter(one -> one.hasNonNull("customer"))
                .findFirst().orElseThrow().get("customer").asText();
        assertThat(call(PaymentMethodCollection.class, "paymentMethods", "list", null, Map.of("customer", customer)).getData())
                .isNotEmpty().allMatch(one -> one.getCustomer().equals(customer));
    }

    @Test
    void productsPricesSubscriptionsAndInvoicesAreServed() throws Exception {
        Product product = call(Product.class, "products", "create", null, Map.of("name", "Lamp"));
        assertThat(call(Product.class, "products", "update", product.getId(), Map.of("active", false)).getActive()).isFalse();
        assertThat(call(ProductCollection.class, "products", "list", null, Map.of("active", false)).getData()).hasSize(1);
        assertThat(call(Product.class, "products", "delete", product.getId(), null).getDeleted()).isTrue();

        Product other = call(Product.class, "products", "create", null, Map.of("name", "Rug"));
        Price price = call(Price.class, "prices", "create", null, Map.of("product", other.getId(), "unit_amount", 900,
                "currency", "eur", "recurring", Map.of("interval", "month")));
        assertThat(call(Price.class, "prices", "update", price.getId(), Map.of("nickname", "dear")).getNickname())
                .isEqualTo("dear");
        assertThat(call(PriceCollection.class, "prices", "list", null, Map.of("product", other.getId())).getData()).hasSize(1);

        Subscription made = call(Subscription.class, "subscriptions", "create", null, Map.of("customer", anyId("customers"),
                "items", List.of(Map.of("price", price.getId(), "quantity", 3))));
        assertThat(made.getItems().getData()).singleElement().satisfies(item -> assertThat(item.getQuantity()).isEqualTo(3));
        assertThat(call(Subscription.class, "subscriptions", "update", made.getId(), Map.of("cancel_at_period_end", true))
                .getCancelAtPeriodEnd()).isTrue();
        assertThat(call(Subscription.class, "subscriptions", "cancel", made.getId(), null).getStatus()).isEqualTo("canceled");
        assertThat(call(SubscriptionCollection.class, "subscriptions", "list", null, Map.of("status", "canceled")).getData())
                .extracting(Subscription::getId).contains(made.getId());

        Invoice invoice = call(Invoice.class, "invoices", "create", null, Map.of("customer", anyId("customers")));
        assertThat(call(Invoice.class, "invoices", "update", invoice.getId(), Map.of("description", "March"))
                .getDescription()).isEqualTo("March");
        assertThat(call(Invoice.class, "invoices", "retrieve", invoice.getId(), null).getStatus()).isEqualTo("draft");
        assertThat(call(InvoiceCollection.class, "invoices", "list", null, Map.of("status", "draft")).getData())
                .extracting(Invoice::getId).contains(invoice.getId());
    }

    @Test
    void bodyMayBeTextBytesOrStream() throws Exception {
        String json = "{\"limit\": 1, \"created\": {\"gte\": 1}}";
        for (Object body : List.of(json, json.getBytes(StandardCharsets.UTF_8),
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)))) {
            assertThat(call(ChargeCollection.class, "charges", "list", null, body).getData()).hasSize(1);
        }
        assertThatThrownBy(() -> call(ChargeCollection.class, "charges", "list", null, "[1]"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> call(ChargeCollection.class, "charges", "list", null, "{sk_secret"))
                .isInstanceOf(IllegalArgumentException.class).hasMessageNotContaining("sk_secret");
    }

    @Test
    void listIsOnePageWhichTheSdkCanPageOnFrom() throws Exception {
        ChargeCollection page = call(ChargeCollection.class, "charges", "list", null, Map.of("limit", 5));
        assertThat(page.getData()).hasSize(5);
        List<String> all = new ArrayList<>();
        page.autoPagingIterable().forEach(charge -> all.add(charge.getId()));
        assertThat(all).containsExactlyInAnyOrderElementsOf(stripe.current("charges").keySet());
    }

    @Test
    void createIsTheMethodOfNoHeaderAndTheOperationCanBeAHeader() {
        Exchange created = send("stripe:customers", Map.of("email", "x@y.example"), Map.of());
        assertThat(created.getMessage().getBody(Customer.class).getEmail()).isEqualTo("x@y.example");
        Exchange other = send("stripe:customers", null,
                Map.of("CamelStripeOperation", "products", "CamelStripeMethod", "list"));
        assertThat(other.getMessage().getBody()).isInstanceOf(ProductCollection.class);
        Exchange raw = send("stripe:customers", null, Map.of("CamelStripeOperation", "raw"));
        assertThat(raw.getException()).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"balanceTransactions,create", "balanceTransactions,update", "invoices,delete", "charges,delete",
        "charges,cancel", "customers,capture", "refunds,cancel", "prices,delete", "charges,explode", "charges,retrieve"})
    void methodsThatAreNotThereAndMissingIdsAreRefusedWithoutARequest(String operation, String method) {
        long before = stripe.requests("/");
        assertThat(send("stripe:" + operation, null, Map.of("CamelStripeMethod", method)).getException())
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(stripe.requests("/")).isEqualTo(before);
    }

    @Test
    void twoAccountsOfOneContextKeepTheirKeys() throws Exception {
        try (StripeSandbox other = new StripeSandbox(3)) {
            String second = "stripe:customers?apiKey=" + StripeFake.KEY + "&apiBase=" + other.url();
            String wrong = "stripe:customers?apiKey=sk_test_other";
            Map<String, Object> list = Map.of("CamelStripeMethod", "list");
            for (int i = 0; i < 2; i++) {
                assertThat(send("stripe:customers", Map.of("limit", 100), list).getMessage().getBody(CustomerCollection.class)
                        .getData()).hasSize(20);
                assertThat(send(second, null, list).getMessage().getBody(CustomerCollection.class).getData()).hasSize(3);
                assertThat(send(wrong, null, list).getException()).isInstanceOf(AuthenticationException.class);
            }
        }
        assertThat(Stripe.apiKey).isNull();
        assertThat(Stripe.getApiBase()).isEqualTo(Stripe.LIVE_API_BASE);
    }

    @Test
    void errorsAreTheSdksOwn() {
        assertThat(failure("charges", Fault.Kind.RATE_LIMIT)).isInstanceOf(RateLimitException.class);
        assertThat(failure("charges", Fault.Kind.FORBIDDEN)).isInstanceOf(PermissionException.class);
        assertThat(failure("charges", Fault.Kind.SERVER_ERROR)).isInstanceOf(ApiException.class);
        assertThat(failure("charges", Fault.Kind.NOT_FOUND)).isInstanceOf(InvalidRequestException.class);
        assertThat(send("stripe:charges", Map.of("amount", 1, "currency", "eur", "source", "tok_chargeDeclined"), Map.of())
                .getException()).isInstanceOf(CardException.class);
    }

    private Exception failure(String operation, Fault.Kind kind) {
        sandbox.faults.add(Fault.of("stripe", "/v1/" + operation, kind, 1));
        return send("stripe:" + operation + "?maxNetworkRetries=0", null, Map.of("CamelStripeMethod", "list")).getException();
    }

    @Test
    void rawGivesTheAnswerAsItCameWithTheQueryAsItWas() throws Exception {
        // When
        Exchange exchange = send("stripe:raw", null, Map.of("CamelStripePath", "/v1/charges", "CamelStripeQuery",
                "limit=2&created%5Bgte%5D=1&expand%5B%5D=data.customer"));

        // Then
        assertThat(exchange.getException()).isNull();
        JsonNode answer = Json.MAPPER.readTree(exchange.getMessage().getBody(byte[].class));
        assertThat(answer.get("data")).hasSize(2);
        assertThat(answer.at("/data/0/customer/email").asText()).contains("@");
        assertThat(answer.at("/data/0").has("invoice")).as("API version").isTrue();
        assertThat(exchange.getMessage().getHeader("CamelStripeStatus")).isEqualTo(200);
        assertThat(exchange.getMessage().getHeader("Request-Id", String.class)).startsWith("req_");
        assertThat(exchange.getMessage().getHeader("Date", String.class)).endsWith(" GMT");
    }

    @Test
    void rawAsksForAnotherVersionIfToldTo() throws Exception {
        for (Exchange exchange : List.of(
                send("stripe:raw?stripeVersion=2026-10-28.endive", null, Map.of("CamelStripePath", "/v1/subscriptions")),
                send("stripe:raw", null, Map.of("CamelStripePath", "/v1/subscriptions", "CamelStripeVersion",
                        "2026-10-28.endive")))) {
            ObjectNode first = (ObjectNode) Json.MAPPER.readTree(exchange.getMessage().getBody(String.class)).at("/data/0");
            assertThat(first.has("current_period_end")).isFalse();
            assertThat(first.at("/items/data/0/current_period_end").asLong()).isPositive();
        }
    }

    @Test
    void rawFailsAtOnceAndDoesNotRepeat() {
        Map<Fault.Kind, Class<? extends Exception>> expected = Map.of(Fault.Kind.RATE_LIMIT, RateLimitException.class,
                Fault.Kind.SERVER_ERROR, ApiException.class, Fault.Kind.UNAUTHORIZED, AuthenticationException.class,
                Fault.Kind.EXPIRED_CURSOR, InvalidRequestException.class, Fault.Kind.HALF_PAGE, ApiConnectionException.class);
        expected.forEach((kind, type) -> {
            sandbox.faults.add(Fault.of("stripe", "/v1/charges", kind, 1));
            Exchange exchange = send("stripe:raw", null, Map.of("CamelStripePath", "/v1/charges"));
            assertThat(exchange.getException()).as("%s", kind).isInstanceOf(type);
            assertThat(sandbox.faults.all()).isEmpty();
        });
    }

    @Test
    void rawGivesUpAnAnswerThatDoesNotCome() {
        sandbox.faults.add(new Fault("stripe", "/v1/charges", Fault.Kind.HANG, 1, Duration.ofSeconds(20)));
        Exchange exchange = send("stripe:raw?readTimeout=200&connectTimeout=1000", null,
                Map.of("CamelStripePath", "/v1/charges"));
        assertThat(exchange.getException()).isInstanceOf(ApiConnectionException.class);
    }

    @ParameterizedTest
    @CsvSource({"''", "charges", "/v1/charges?limit=3", "/v1/../v2/core", "//evil.example/v1", "/v1/charges/", "/v1/a b",
        "@evil.example/v1/charges"})
    void rawRefusesWhatIsNoPath(String path) {
        assertThat(send("stripe:raw", null, Map.of("CamelStripePath", path)).getException())
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keyStaysOutOfLogsAndUnknownOperationsOutOfRoutes() {
        assertThat(context.getEndpoint("stripe:raw?apiKey=sk_live_1234").toString()).doesNotContain("sk_live_1234");
        assertThatThrownBy(() -> context.getEndpoint("stripe:pollings")).hasRootCauseMessage("'pollings' is no operation of "
                + "stripe:; there are charges, customers, paymentIntents, paymentMethods, refunds, subscriptions, invoices, "
                + "products, prices, balanceTransactions, raw");
    }
}
