package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random streams of events whose shapes change all the time, loaded in random batches with restarts in between, against
 * a model that keeps every value as it came: each cell must still say what was sent.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ModelTest {

    private static final int EVENTS = 500;

    @Parameter
    TestDatabase database;

    @TempDir
    Path directory;

    private Random random;
    private final Map<String, Map<String, Map<String, JsonNode>>> tables = new TreeMap<>();
    private final Map<String, String> newestState = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final List<String> sent = new ArrayList<>();

    /** Profile long has more of them. */
    static LongStream seeds() {
        return LongStream.rangeClosed(1, Integer.getInteger("streams", 2));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void tablesHoldWhatWasSent(long seed) throws Exception {
        // Given
        random = new Random(seed);
        Path mine = directory.resolve("seed-" + seed);
        java.nio.file.Files.createDirectories(mine);
        Loading loading = new Loading(database, mine);

        // When
        for (int done = 0; done < EVENTS;) {
            List<String> batch = new ArrayList<>();
            for (int i = random.nextInt(60); i >= 0 && done < EVENTS; i--, done++) {
                batch.add(random.nextInt(12) == 0 && !sent.isEmpty() ? sent.get(random.nextInt(sent.size())) : event(done));
            }
            loading.load(batch.toArray(String[]::new));
            if (random.nextInt(5) == 0) {
                loading.close();
                loading = new Loading(database, mine);
            }
        }

        // Then
        try (Loading read = loading) {
            assertThat(read.deadLetters).isEmpty();
            assertThat(tables).hasSizeGreaterThan(9);
            for (Map.Entry<String, Map<String, Map<String, JsonNode>>> table : tables.entrySet()) {
                compare(read, table.getKey(), table.getValue());
            }
        }
    }

    private void compare(Loading read, String table, Map<String, Map<String, JsonNode>> expected) throws Exception {
        List<String> columns = new ArrayList<>(read.columns(table).keySet());
        Map<String, List<Object>> rows = new LinkedHashMap<>();
        for (List<Object> row : read.rows("SELECT * FROM website." + table)) {
            assertThat(rows.put((String) row.get(columns.indexOf("id")), row)).as("twice in " + table).isNull();
        }
        assertThat(rows.keySet()).as(table).containsExactlyInAnyOrderElementsOf(expected.keySet());
        expected.forEach((id, values) -> {
            List<Object> row = rows.get(id);
            for (String column : columns) {
                if (!column.equals("loaded_at") && Standard.of(column, Standard.ALIASES).isEmpty() && Standard.of(column, Catalog.standards(table)).isEmpty()) {
                    assertSame(table + "." + column + " of " + id, row.get(columns.indexOf(column)), values.get(column));
                }
            }
            assertThat(columns).as(table).containsAll(values.keySet());
        });
    }

    /** As number, truth or text: a column may have been widened after the value came. */
    static void assertSame(String where, Object stored, JsonNode sent) {
        if (sent == null || sent.isNull()) {
            assertThat(stored).as(where).isNull();
        } else if (sent.isNumber()) {
            assertThat(stored).as(where).isNotNull();
            assertThat(new java.math.BigDecimal(stored.toString())).as(where).isEqualByComparingTo(sent.decimalValue());
        } else {
            assertThat(stored).as(where).isNotNull();
            assertThat(stored.toString()).as(where).isEqualTo(sent.isContainerNode() ? sent.toString() : sent.asText());
        }
    }

    private String event(int number) {
        ObjectNode event = Json.MAPPER.createObjectNode().put("source", "website").put("messageId", "m" + number)
                .put("receivedAt", "2026-11-24T10:00:00.000Z").put("userId", "u" + random.nextInt(8))
                .put("timestamp", String.format("2026-11-24T%02d:%02d:00.000Z", random.nextInt(10), random.nextInt(60)));
        ObjectNode values = values();
        switch (random.nextInt(5)) {
            case 0, 1 -> {
                String name = "Event " + random.nextInt(4);
                event.put("type", "track").put("event", name).set("properties", values);
                note("event_" + name.charAt(name.length() - 1), event, values);
                note("tracks", event, Json.MAPPER.createObjectNode());
            }
            case 2 -> {
                event.put("type", "identify").set("traits", values);
                note("identifies", event, values);
                noteState("users", event.path("userId").asText(), event, values);
            }
            case 3 -> {
                event.put("type", "group").put("groupId", "g" + random.nextInt(3)).set("traits", values);
                note("groups", event, values);
                noteState("accounts", event.path("groupId").asText(), event, values);
            }
            default -> {
                event.put("type", "page").set("properties", values);
                note("pages", event, values);
            }
        }
        seen.add("m" + number);
        sent.add(event.toString());
        return event.toString();
    }

    private ObjectNode values() {
        ObjectNode values = Json.MAPPER.createObjectNode();
        for (int i = random.nextInt(6); i > 0; i--) {
            String name = "p" + random.nextInt(20);
            switch (random.nextInt(9)) {
                case 0, 1 -> values.put(name, random.nextInt(1_000));
                case 2 -> values.put(name, random.nextInt(1_000) + 0.25);
                case 3 -> values.put(name, random.nextBoolean());
                case 4 -> values.put(name, "text " + random.nextInt(1_000));
                case 5 -> values.put(name, String.format("2026-0%d-01T00:00:00.%03dZ", 1 + random.nextInt(9), random.nextInt(1_000)));
                case 6 -> values.putNull(name);
                case 7 -> values.put(name, 9_007_199_254_740_993L + random.nextInt(1_000));
                default -> values.putObject(name).put("deep", random.nextInt(9)).putArray("list").add(1).add("x");
            }
        }
        return values;
    }

    private void note(String table, ObjectNode event, ObjectNode values) {
        Map<String, JsonNode> row = new HashMap<>();
        flatten("", values).forEach((name, value) -> {
            if (!value.isNull()) {
                row.put(name, value);
            }
        });
        tables.computeIfAbsent(table, key -> new LinkedHashMap<>()).put(event.path("messageId").asText(), row);
    }

    private void noteState(String table, String id, ObjectNode event, ObjectNode values) {
        Map<String, JsonNode> row = tables.computeIfAbsent(table, key -> new LinkedHashMap<>())
                .computeIfAbsent(id, key -> new HashMap<>());
        String time = event.path("timestamp").asText();
        boolean isOlder = time.compareTo(newestState.getOrDefault(table + id, "")) < 0;
        flatten("", values).forEach((name, value) -> {
            if (!isOlder) {
                row.put(name, value);
            } else if (!value.isNull() && (!row.containsKey(name) || row.get(name).isNull())) {
                row.put(name, value);
            }
        });
        row.values().removeIf(JsonNode::isNull);
        if (!isOlder) {
            newestState.put(table + id, time);
        }
    }

    static Map<String, JsonNode> flatten(String prefix, JsonNode object) {
        Map<String, JsonNode> flat = new LinkedHashMap<>();
        for (Iterator<String> names = object.fieldNames(); names.hasNext();) {
            String name = names.next();
            JsonNode value = object.get(name);
            if (value.isObject()) {
                flat.putAll(flatten(prefix + name + "_", value));
            } else {
                flat.put(prefix + name, value);
            }
        }
        return flat;
    }
}
