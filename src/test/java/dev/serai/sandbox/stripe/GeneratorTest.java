package dev.serai.sandbox.stripe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxClock;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the fake holds before anything happens. */
class GeneratorTest {

    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final Population population = new Population(7);
    private final SandboxClock clock = new SandboxClock();

    private StripeFake fake(int customers) {
        clock.set(NOW);
        return new StripeFake(population, clock, new Faults(), customers);
    }

    @Test
    void everyColumnOfEveryCollectionHasAValueSomewhere() throws IOException {
        // Given
        StripeFake fake = fake(50);

        // When
        List<String> empty = new ArrayList<>();
        columns().forEach((collection, columns) -> {
            Set<String> filled = new HashSet<>();
            fake.current(collection).values().forEach(row -> flatten("", row, filled));
            columns.stream().filter(column -> !isFilled(column, filled))
                    .forEach(column -> empty.add(collection + "." + column));
        });

        // Then
        assertThat(empty).isEmpty();
        assertThat(columns()).hasSize(27);
    }

    private static boolean isFilled(String column, Set<String> filled) {
        String field = column.substring(column.indexOf('=') + 1);
        if (field.endsWith("_")) {
            return filled.stream().anyMatch(name -> name.startsWith(field));
        }
        return filled.contains(field) || field.endsWith("_id")
                && (filled.contains(field.replaceAll("_id$", "")));
    }

    private static void flatten(String prefix, JsonNode node, Set<String> filled) {
        node.fields().forEachRemaining(field -> {
            String name = prefix + field.getKey();
            JsonNode value = field.getValue();
            if (value.isContainerNode() ? !value.isEmpty() : !value.isNull() && !value.asText().isEmpty()) {
                filled.add(name);
            }
            flatten(name + "_", value, filled);
        });
    }

    private static Map<String, List<String>> columns() throws IOException {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        try (InputStream file = GeneratorTest.class.getResourceAsStream("columns.txt")) {
            String collection = "";
            for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (line.startsWith("#")) {
                    continue;
                }
                String rest = line;
                if (!line.startsWith(" ")) {
                    collection = line.substring(0, line.indexOf(':'));
                    rest = line.substring(line.indexOf(':') + 1);
                }
                columns.computeIfAbsent(collection, name -> new ArrayList<>()).addAll(List.of(rest.strip().split(" ")));
            }
        }
        return columns;
    }

    @Test
    void customersAreThePeopleOfThePopulation() {
        // When
        Map<String, ObjectNode> customers = fake(5).current("customers");

        // Then
        assertThat(customers.values()).extracting(node -> node.get("email").asText())
                .containsExactlyInAnyOrderElementsOf(List.of(0, 1, 2, 3, 4).stream()
                        .map(number -> population.person(number).email()).toList());
        assertThat(customers.values()).extracting(node -> node.at("/metadata/user_id").asText()).contains("user_3");
    }

    @Test
    void whatRefersToAnotherObjectRefersToOneThatIsThere() {
        // Given
        StripeFake fake = fake(60);
        Map<String, String> references = Map.of("charges.customer", "customers", "charges.invoice", "invoices",
                "invoices.subscription", "subscriptions", "invoices.charge", "charges", "refunds.charge", "charges",
                "disputes.charge", "charges", "subscription_items.subscription", "subscriptions",
                "charges.balance_transaction", "balance_transactions", "charges.payment_intent", "payment_intents",
                "transfers.destination", "accounts");

        // Then
        references.forEach((field, target) -> {
            String[] parts = field.split("\\.");
            Set<String> ids = fake.current(target).keySet();
            assertThat(fake.current(parts[0]).values()).as(field).filteredOn(node -> node.hasNonNull(parts[1])).isNotEmpty()
                    .allSatisfy(node -> assertThat(ids).contains(node.get(parts[1]).asText()));
        });
    }

    @Test
    void thePastEndsADayAgoAndSomeSecondsHoldSeveralObjects() {
        // Given
        StripeFake fake = fake(60);

        // When
        List<Long> seconds = fake.current("charges").values().stream().map(node -> node.get("created").asLong()).toList();

        // Then
        long dayAgo = NOW.minus(Duration.ofDays(1)).getEpochSecond();
        assertThat(seconds).allMatch(second -> second <= dayAgo).anyMatch(second -> second > dayAgo - 7 * 86_400);
        assertThat(new HashSet<>(seconds).size()).isLessThan(seconds.size());
        assertThat(fake.events()).hasSizeGreaterThan(50).extracting(event -> event.get("type").asText())
                .contains("customer.created", "invoice.paid", "charge.succeeded");
    }

    @Test
    void sameSeedMakesTheSamePast() {
        // When
        Map<String, ObjectNode> once = fake(20).current("invoices");
        Map<String, ObjectNode> again = fake(20).current("invoices");

        // Then
        assertThat(again).isEqualTo(once);
    }

    @Test
    void someInvoicesHaveMoreLinesThanAreEmbedded() {
        // When
        Map<String, ObjectNode> invoices = fake(20).current("invoices");

        // Then
        assertThat(invoices.values()).anySatisfy(invoice -> {
            assertThat(invoice.at("/lines/data")).hasSize(10);
            assertThat(invoice.at("/lines/has_more").asBoolean()).isTrue();
        });
    }
}
