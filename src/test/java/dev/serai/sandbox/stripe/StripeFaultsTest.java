package dev.serai.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Fault.Kind;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What the data look like when something is wrong with them, and that the fake tells the truth about it. */
class StripeFaultsTest {

    private final SandboxClock clock = new SandboxClock();
    private final Faults faults = new Faults();
    private final StripeFake stripe;

    StripeFaultsTest() {
        clock.set(StripeSandbox.NOW);
        stripe = new StripeFake(new Population(7), clock, faults, 30);
    }

    private SandboxAnswer answer(String method, String url, String authorization) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        int mark = url.indexOf('?');
        if (mark >= 0) {
            for (String pair : url.substring(mark + 1).split("&")) {
                String[] parts = pair.split("=", 2);
                query.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(URLDecoder.decode(parts[1],
                        StandardCharsets.UTF_8));
            }
        }
        return stripe.answer(new SandboxRequest(method, mark < 0 ? url : url.substring(0, mark), query,
                Map.of("authorization", authorization), new byte[0]));
    }

    private JsonNode get(String url) {
        try {
            return Json.MAPPER.readTree(answer("GET", url, "Bearer " + StripeFake.KEY).body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<String> ids(JsonNode page) {
        return StreamSupport.stream(page.get("data").spliterator(), false).map(row -> row.get("id").asText()).toList();
    }

    private void strike(String path, Kind kind) {
        faults.add(Fault.of("stripe", path, kind, 1));
    }

    @Test
    void keyMayComeAsBasicAuthenticationToo() {
        String basic = "Basic " + Base64.getEncoder().encodeToString((StripeFake.KEY + ":").getBytes(StandardCharsets.UTF_8));
        assertThat(answer("GET", "/v1/charges", basic).status()).isEqualTo(200);
        assertThat(answer("GET", "/v1/charges", "").status()).isEqualTo(401);
        assertThat(answer("GET", "/v1/charges", "Bearer sk_test_sandbox2").status()).isEqualTo(401);
        assertThat(answer("GET", "/v1/unheard_of", "Bearer " + StripeFake.KEY).status()).isEqualTo(404);
        assertThat(answer("GET", "/v1/charges", basic).headers()).containsEntry("Stripe-Version", "2022-11-15")
                .containsKey("Request-Id");
    }

    @Test
    void emptyPageSaysThatThereIsMoreAndTheSameRequestThenGetsIt() {
        // Given
        List<String> page = ids(get("/v1/charges?limit=5"));
        strike("/v1/charges", Kind.EMPTY_PAGE);

        // When
        JsonNode empty = get("/v1/charges?limit=5");

        // Then
        assertThat(empty.get("data")).isEmpty();
        assertThat(empty.get("has_more").asBoolean()).isTrue();
        assertThat(ids(get("/v1/charges?limit=5"))).isEqualTo(page);
    }

    @Test
    void outOfOrderPageHasTheSameRowsAndTheSameLastOne() {
        // Given
        List<String> page = ids(get("/v1/events?limit=10"));
        strike("/v1/events", Kind.OUT_OF_ORDER);

        // When
        List<String> mixed = ids(get("/v1/events?limit=10"));

        // Then
        assertThat(mixed).isNotEqualTo(page).containsExactlyInAnyOrderElementsOf(page).endsWith(page.get(9));
    }

    @Test
    void pageEndsWithinASecondAndNothingIsLost() {
        // Given
        List<String> all = new ArrayList<>();
        for (JsonNode page = get("/v1/events?limit=100"); ; page = get("/v1/events?limit=100&starting_after="
                + all.get(all.size() - 1))) {
            all.addAll(ids(page));
            if (!page.get("has_more").asBoolean()) {
                break;
            }
        }
        strike("/v1/events", Kind.EQUAL_STAMPS);

        // When
        JsonNode page = get("/v1/events?limit=20");
        String last = ids(page).get(page.get("data").size() - 1);
        JsonNode next = get("/v1/events?limit=20&starting_after=" + last);

        // Then
        assertThat(page.get("data").get(page.get("data").size() - 1).get("created")).isEqualTo(next.at("/data/0/created"));
        assertThat(page.get("has_more").asBoolean()).isTrue();
        assertThat(ids(page)).isEqualTo(all.subList(0, page.get("data").size()));
        assertThat(ids(next).get(0)).isEqualTo(all.get(page.get("data").size()));
    }

    @Test
    void lateEventIsSeenOnlyWhenLaterOnesWere() {
        // Given
        strike("/v1/events", Kind.LATE_ROWS);
        String charge = ids(get("/v1/charges?limit=1")).get(0);

        // When
        stripe.update("charges", charge, note("first"));
        clock.advance(Duration.ofSeconds(5));
        stripe.update("charges", charge, note("second"));

        // Then
        JsonNode before = get("/v1/events?limit=2&type=charge.updated");
        assertThat(before.at("/data/0/data/object/description").asText()).isEqualTo("second");
        clock.advance(StripeFake.LATENESS);
        JsonNode after = get("/v1/events?limit=2&type=charge.updated");
        assertThat(after.at("/data/1/data/object/description").asText()).isEqualTo("first");
        assertThat(after.at("/data/1/id").asText()).isNotEqualTo(before.at("/data/1/id").asText());
    }

    @Test
    void lateObjectCanBeReadBeforeAListShowsIt() {
        // Given
        strike("/v1/balance_transactions", Kind.LATE_ROWS);
        ObjectNode fields = Json.MAPPER.createObjectNode().put("amount", 700).put("currency", "eur");

        // When
        String late = stripe.create("charges", fields).get("balance_transaction").asText();
        clock.advance(Duration.ofSeconds(5));
        String later = stripe.create("charges", fields).get("balance_transaction").asText();

        // Then
        assertThat(ids(get("/v1/balance_transactions"))).startsWith(later).doesNotContain(late);
        assertThat(get("/v1/balance_transactions/" + late).get("amount").asInt()).isEqualTo(700);
        clock.advance(StripeFake.LATENESS);
        assertThat(ids(get("/v1/balance_transactions"))).startsWith(later, late);
    }

    private static ObjectNode note(String text) {
        return Json.MAPPER.createObjectNode().put("description", text);
    }

    @Test
    void schemaChangesInTheMiddleOfAPageForGood() {
        // Given
        strike("/v1/customers", Kind.SCHEMA_CHANGE);

        // When
        JsonNode page = get("/v1/customers?limit=6");

        // Then
        assertThat(page.at("/data/0/risk_score").isNumber()).isTrue();
        assertThat(page.at("/data/5/risk_score").isTextual()).isTrue();
        assertThat(get("/v1/customers?limit=6")).isEqualTo(page);
        assertThat(stripe.current("customers").get(page.at("/data/5/id").asText()).get("risk_score").asText())
                .isEqualTo("elevated");
    }

    @Test
    void nulByteComesInMetadata() {
        strike("/v1/customers", Kind.NUL_BYTES);
        assertThat(get("/v1/customers?limit=2").at("/data/0/metadata/note").asText()).contains("\0");
    }

    @Test
    void someEventsComeInTheShapeOfALaterVersion() {
        // Given
        stripe.newShapeEvery(1);
        JsonNode subscription = get("/v1/subscriptions?limit=1").at("/data/0");
        JsonNode invoice = get("/v1/invoices?limit=1").at("/data/0");

        // When
        stripe.update("subscriptions", subscription.get("id").asText(), note("x"));
        JsonNode first = get("/v1/events?limit=1").at("/data/0");
        stripe.update("invoices", invoice.get("id").asText(), note("y"));
        JsonNode second = get("/v1/events?limit=1").at("/data/0/data/object");

        // Then
        assertThat(first.get("api_version").asText()).isEqualTo("2026-10-28.endive");
        assertThat(subscription.has("current_period_end")).isTrue();
        assertThat(first.at("/data/object").has("current_period_end")).isFalse();
        assertThat(first.at("/data/object/items/data/0/current_period_end")).isEqualTo(subscription.get("current_period_end"));
        assertThat(first.at("/data/object").has("plan")).isFalse();
        assertThat(second.has("charge")).isFalse();
        assertThat(second.at("/parent/subscription_details/subscription")).isEqualTo(invoice.get("subscription"));
        assertThat(second.at("/lines/data/0/pricing/price_details/price"))
                .isEqualTo(invoice.at("/lines/data/0/price/id"));
    }

    @Test
    void aChangeOfAChildIsAnEventOfItsParent() {
        // Given
        String item = stripe.current("subscription_items").values().stream().filter(node -> stripe.current("subscriptions")
                .get(node.get("subscription").asText()).get("status").asText().equals("active")).findFirst().orElseThrow()
                .get("id").asText();

        // When
        stripe.update("subscription_items", item, Json.MAPPER.createObjectNode().put("quantity", 77));

        // Then
        JsonNode event = get("/v1/events?limit=1").at("/data/0");
        assertThat(event.get("type").asText()).isEqualTo("customer.subscription.updated");
        assertThat(event.at("/data/object/items/data").findValuesAsText("quantity")).contains("77");
        assertThat(event.at("/data/previous_attributes").has("items")).isTrue();
        assertThat(stripe.events()).extracting(one -> one.get("type").asText()).noneMatch(type -> type.contains("_item")
                || type.startsWith("balance"));
    }

    @Test
    void deletedThingsStayInTheTruthAsDeleted() {
        String card = stripe.current("cards").values().stream().filter(node -> node.hasNonNull("customer")).findFirst()
                .orElseThrow().get("id").asText();
        stripe.delete("cards", card);
        assertThat(stripe.current("cards").get(card).get("deleted").asBoolean()).isTrue();
        assertThat(stripe.events().stream().map(event -> event.get("type").asText()).limit(2))
                .contains("customer.source.deleted");
        assertThatThrownBy(() -> stripe.current("unicorns")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void requestsAreCountedByPath() {
        get("/v1/charges?limit=1");
        get("/v1/charges?limit=1");
        get("/v1/customers");
        assertThat(stripe.requests("/v1/charges")).isEqualTo(2);
        assertThat(stripe.requests("/v1/")).isEqualTo(3);
    }
}
