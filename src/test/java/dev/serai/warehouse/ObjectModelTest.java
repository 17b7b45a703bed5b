package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.IsoTime;
import dev.serai.model.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A partner whose objects are made, changed, deleted and brought back at random, told of late, twice and in the wrong
 * order, in random batches with restarts between: at the end each table is the partner's world, row for row.
 */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ObjectModelTest {

    private static final int STATES = 600;
    private static final List<String> COLLECTIONS = List.of("charges", "users", "group");

    @Parameter
    TestDatabase database;

    @TempDir
    Path directory;

    /** What a row is to be. */
    private record Expected(long version, boolean isDeleted, Map<String, JsonNode> values) {
    }

    private record State(String collection, String id, long version, boolean isDeleted, ObjectNode properties) {

        String envelope() {
            return Loading.object(collection, id, version, isDeleted, properties == null ? null : properties.toString());
        }
    }

    private Random random;
    private final List<State> told = new ArrayList<>();
    private final Map<String, Map<String, Expected>> world = new TreeMap<>();
    private final Set<String> columns = new HashSet<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 5})
    void tablesAreThePartnersWorld(long seed) throws Exception {
        // Given
        random = new Random(seed);
        Path mine = Files.createDirectories(directory.resolve("seed-" + seed));
        Loading loading = new Loading(database, mine);

        // When
        for (int done = 0; done < STATES;) {
            List<String> envelopes = new ArrayList<>();
            List<String> events = new ArrayList<>();
            for (int i = random.nextInt(50); i >= 0; i--, done++) {
                State state = random.nextInt(4) == 0 && !told.isEmpty() ? told.get(random.nextInt(told.size())) : state(done);
                told.add(state);
                apply(state);
                envelopes.add(state.envelope());
            }
            if (random.nextInt(3) == 0) {
                events.add(identify(done));
            }
            loading.loadBoth(events, envelopes);
            if (random.nextInt(4) == 0) {
                loading.close();
                loading = new Loading(database, mine);
            }
        }

        // Then
        try (Loading read = loading) {
            assertThat(read.deadLetters).isEmpty();
            assertThat(world).hasSize(COLLECTIONS.size());
            for (Map.Entry<String, Map<String, Expected>> collection : world.entrySet()) {
                compare(read, collection.getKey().equals("group") ? "_group" : collection.getKey(), collection.getValue());
            }
        }
    }

    private static String identify(int number) {
        return "{\"source\":\"stripe\",\"type\":\"identify\",\"messageId\":\"m" + number + "\",\"userId\":\"o1\","
                + "\"receivedAt\":\"2026-11-24T10:00:00.000Z\",\"traits\":{\"p1\":\"of nobody\"}}";
    }

    /** Clocks of partners have steps, so versions repeat; and a change may be told of long after the next. */
    private State state(int number) {
        long version = Math.max(0, number - (random.nextInt(3) == 0 ? random.nextInt(200) : 0)) / 3;
        String collection = COLLECTIONS.get(random.nextInt(COLLECTIONS.size()));
        String id = "o" + random.nextInt(25);
        return switch (random.nextInt(8)) {
            case 0, 1 -> new State(collection, id, version, true, null);
            case 2 -> new State(collection, id, version, true, properties());
            default -> new State(collection, id, version, false, properties());
        };
    }

    private ObjectNode properties() {
        ObjectNode values = Json.MAPPER.createObjectNode();
        for (int i = random.nextInt(7); i > 0; i--) {
            String name = "p" + random.nextInt(12);
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

    private void apply(State state) {
        Map<String, Expected> collection = world.computeIfAbsent(state.collection(), key -> new HashMap<>());
        Expected before = collection.get(state.id());
        if (before != null && state.version() < before.version()) {
            return;
        }
        Map<String, JsonNode> values = new HashMap<>();
        if (state.properties() != null) {
            values.putAll(ModelTest.flatten("", state.properties()));
            values.values().removeIf(JsonNode::isNull);
        } else if (before != null) {
            values.putAll(before.values());
        }
        columns.addAll(values.keySet());
        collection.put(state.id(), new Expected(state.version(), state.isDeleted(), values));
    }

    private void compare(Loading read, String table, Map<String, Expected> expected) throws Exception {
        List<String> names = new ArrayList<>(read.columns("stripe", table).keySet());
        Map<String, List<Object>> rows = new LinkedHashMap<>();
        for (List<Object> row : read.rows("SELECT * FROM stripe." + table)) {
            assertThat(rows.put((String) row.get(names.indexOf("id")), row)).as("twice in " + table).isNull();
        }
        assertThat(rows.keySet()).as(table).containsExactlyInAnyOrderElementsOf(expected.keySet());
        expected.forEach((id, object) -> {
            List<Object> row = rows.get(id);
            assertThat(row.get(names.indexOf("is_deleted"))).as(table + " " + id).isEqualTo(object.isDeleted());
            assertThat(IsoTime.micros((String) row.get(names.indexOf("_version"))) - IsoTime.micros("2026-01-01")).as(table + " " + id)
                    .isEqualTo(object.version());
            for (String column : names) {
                if (columns.contains(column)) {
                    ModelTest.assertSame(table + "." + column + " of " + id, row.get(names.indexOf(column)), object.values().get(column));
                }
            }
            assertThat(names).as(table).containsAll(object.values().keySet());
        });
    }
}
