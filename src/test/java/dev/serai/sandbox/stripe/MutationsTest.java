package dev.serai.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever follows the events, and reads again what has none, knows the truth: what a sync rests on. */
class MutationsTest {

    /** Collections whose objects an event always holds whole when they change. */
    private static final Map<String, String> TOLD = Map.of("charge", "charges", "customer", "customers", "subscription",
            "subscriptions", "invoice", "invoices", "refund", "refunds", "dispute", "disputes", "payment_intent",
            "payment_intents", "coupon", "coupons", "product", "products", "card", "cards");

    private final SandboxClock clock = new SandboxClock();

    private StripeFake fake() {
        clock.set(StripeSandbox.NOW);
        return new StripeFake(new Population(7), clock, new Faults(), 50);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void replayingEventsFromAnOldCopyGivesTheTruth(long seed) {
        // Given
        StripeFake stripe = fake();
        Map<String, Map<String, JsonNode>> copies = new HashMap<>();
        TOLD.values().forEach(collection -> copies.put(collection, new HashMap<>(stripe.current(collection))));
        Set<String> known = new HashSet<>(stripe.events().stream().map(event -> event.get("id").asText()).toList());

        // When
        Random random = new Random(seed);
        Set<String> done = new HashSet<>();
        for (int i = 0; i < 400; i++) {
            done.add(stripe.mutate(random));
            if (random.nextInt(3) == 0) {
                clock.advance(Duration.ofSeconds(random.nextInt(100)));
            }
        }
        List<ObjectNode> events = new ArrayList<>(stripe.events());
        for (int i = events.size() - 1; i >= 0; i--) {
            if (!known.contains(events.get(i).get("id").asText())) {
                apply(events.get(i), copies);
            }
        }

        // Then
        assertThat(done).hasSizeGreaterThan(35);
        TOLD.values().forEach(collection -> assertThat(copies.get(collection)).as(collection)
                .isEqualTo(stripe.current(collection)));
    }

    private static void apply(ObjectNode event, Map<String, Map<String, JsonNode>> copies) {
        ObjectNode object = event.at("/data/object").deepCopy();
        String collection = TOLD.get(object.get("object").asText());
        if (collection == null) {
            return;
        }
        String type = event.get("type").asText();
        if (type.endsWith(".deleted") && !type.equals("customer.subscription.deleted")) {
            object.put("deleted", true);
        }
        copies.get(collection).put(object.get("id").asText(), object);
    }

    @Test
    void everyThingThatCanHappenHappensAndKeepsReferencesWhole() {
        // Given
        StripeFake stripe = fake();
        Random random = new Random(9);

        // When
        Set<String> done = new HashSet<>();
        for (int i = 0; i < 1500; i++) {
            done.add(stripe.mutate(random));
        }

        // Then
        assertThat(done).hasSize(42);
        Map<String, ObjectNode> invoices = stripe.current("invoices");
        stripe.current("invoice_lines").values().stream().filter(line -> !line.path("deleted").asBoolean()).forEach(line ->
                assertThat(invoices.get(line.get("invoice").asText()).path("deleted").asBoolean()).isFalse());
        stripe.current("charges").values().forEach(charge -> assertThat(charge.get("amount_refunded").asInt())
                .isBetween(0, charge.get("amount").asInt()));
    }

    @Test
    void sameSeedDoesTheSame() {
        StripeFake once = fake();
        StripeFake again = fake();
        Random first = new Random(5);
        Random second = new Random(5);
        for (int i = 0; i < 100; i++) {
            assertThat(again.mutate(second)).isEqualTo(once.mutate(first));
        }
        assertThat(again.current("customers")).isEqualTo(once.current("customers"));
        assertThat(again.events()).isEqualTo(once.events());
    }
}
