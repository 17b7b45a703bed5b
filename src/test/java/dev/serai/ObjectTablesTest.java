package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.partner.Collection;
import dev.serai.partner.PartnerFolders;
import dev.serai.sandbox.Fault.Kind;
import dev.serai.warehouse.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stripe, Zendesk and Salesforce from end to end: what is in the warehouse's tables is what the partners have. The tests
 * share one hub, and each leaves it with tables that say the truth.
 */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObjectTablesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(8);

    private final PartnerFolders folders = PartnerFolders.read(Path.of("routes"));
    private final Map<String, Set<String>> seen = new HashMap<>();
    private ObjectTablesHub hub;

    @BeforeAll
    void start(@TempDir Path data) throws Exception {
        hub = new ObjectTablesHub(data);
        hub.sync();
    }

    @AfterAll
    void stop() {
        hub.close();
    }

    private java.util.Collection<Collection> collections(String source) {
        return folders.partners().get(source).source().orElseThrow().sync().orElseThrow().collections().values();
    }

    @Test
    void everyTableAndColumnThatIsDocumentedHasAValueSomewhere() throws Exception {
        awaitTruth();
        List<String> missing = new ArrayList<>();
        for (String source : ObjectTablesHub.SOURCES) {
            DocumentedColumns documented = DocumentedColumns.of(source);
            Map<String, Set<String>> filled = new HashMap<>();
            Map<String, Set<String>> there = hub.columns(source);
            for (String table : documented.tables().keySet()) {
                if (!there.containsKey(table)) {
                    missing.add(source + "." + table);
                    continue;
                }
                for (JsonNode row : hub.table(source, table).rows().values()) {
                    row.properties().stream().filter(field -> !field.getValue().isNull()).forEach(field ->
                            filled.computeIfAbsent(table, name -> new HashSet<>()).add(field.getKey()));
                }
            }
            documented.missing((table, column) -> filled.getOrDefault(table, Set.of()).stream().anyMatch(one ->
                    column.endsWith("_") ? one.startsWith(column) : one.equals(column))).forEach(name -> missing.add(source + "." + name));
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void afterAnyRandomHistoryTheTablesAreThePartnersObjects() throws Exception {
        Random random = new Random(20);
        Kind[] passing = {Kind.SERVER_ERROR, Kind.HALF_PAGE, Kind.EQUAL_STAMPS, Kind.EXPIRED_CURSOR};
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 25; i++) {
                hub.stripe.mutate(random);
                hub.zendesk.mutate(random);
                hub.salesforce.mutate(random);
                hub.clock.advance(Duration.ofSeconds(random.nextInt(3)));
            }
            // what Salesforce has not in its bin any more is found by the daily sweep
            hub.clock.advance(Duration.ofHours(25));
            hub.fault("stripe", "/v1/", passing[random.nextInt(4)], 1);
            hub.fault("zendesk", "/api/v2/", passing[random.nextInt(4)], 1);
            hub.fault("salesforce", "/services/data", passing[random.nextInt(2)], 1);
            hub.syncOrFail();
            hub.faults.clear();
            hub.sync();
            awaitTruth();
        }
        assertThat(hub.deadLetters()).isEmpty();
    }

    @Test
    void newFieldsBecomeColumnsAndNumbersThatBecomeTextsLoseNothing() throws Exception {
        hub.fault("stripe", "/v1/charges", Kind.SCHEMA_CHANGE, 1);
        hub.syncFully("stripe", "charges");
        hub.fault("zendesk", "/api/v2/incremental/tickets", Kind.SCHEMA_CHANGE, 1);
        hub.syncFully("zendesk", "tickets");
        hub.fault("salesforce", "/Contact", Kind.SCHEMA_CHANGE, 1);
        hub.syncFully("salesforce", "contacts");
        hub.syncFully("salesforce", "contacts");
        assertThat(hub.faults.all()).as("faults that did not strike").isEmpty();
        awaitTruth();
        assertThat(hub.columns("stripe").get("charges")).contains("risk_score");
        assertThat(hub.columns("zendesk").get("tickets")).contains("sentiment");
        assertThat(hub.deadLetters()).isEmpty();
    }

    private void awaitTruth() {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(500)).untilAsserted(() -> {
            Map<String, String> differences = new TreeMap<>();
            for (String source : ObjectTablesHub.SOURCES) {
                Set<String> there = hub.columns(source).keySet();
                for (Collection collection : collections(source)) {
                    // others fill the table of one that is there too
                    if (!collection.table().equals(collection.name())) {
                        continue;
                    }
                    differences.putAll(compare(source, collection, there));
                }
            }
            java.nio.file.Files.writeString(Path.of("/tmp/wt/diff"), String.join("\n", differences.toString().split(", (?=(stripe|zendesk|salesforce)[.])")));
            java.nio.file.Files.writeString(Path.of("/tmp/wt/uncompared"), UNCOMPARED.toString());
            assertThat(differences).isEmpty();
        });
    }

    private Map<String, String> compare(String source, Collection collection, Set<String> there) throws Exception {
        String name = Names.collection(collection.name());
        PartnerTruth truth = PartnerTruth.of(hub, source, collection);
        if (!there.contains(name)) {
            return truth.rows().isEmpty() ? Map.of() : Map.of(source + "." + name, "is no table");
        }
        ObjectTablesHub.Table table = hub.table(source, name);
        TableComparison comparison = new TableComparison(source + "." + name, table,
                MappedFields.of(source, collection.mapping()));
        Set<String> before = seen.computeIfAbsent(source + "." + name, key -> new HashSet<>());
        comparison.run(truth, before);
        before.addAll(table.rows().keySet());
        UNCOMPARED.put(source + "." + name, comparison.uncompared + " vs " + comparison.compared.size());
        return comparison.differences;
    }

    static final Map<String, String> UNCOMPARED = new TreeMap<>();
}
