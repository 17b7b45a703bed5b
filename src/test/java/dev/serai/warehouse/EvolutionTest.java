package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL alone: limits that DuckDB has not, and others who alter tables at the same time. */
class EvolutionTest {

    @TempDir
    Path directory;

    @TempDir
    Path otherDirectory;

    private Loading loading;

    @BeforeEach
    void open() throws Exception {
        loading = new Loading(TestDatabase.POSTGRESQL, directory);
    }

    @AfterEach
    void close() {
        loading.close();
        assertThat(loading.deadLetters).isEmpty();
    }

    @Test
    void aRowTooWideForAPageKeepsWhatDoesNotFitAsJson() throws Exception {
        // Given
        StringBuilder properties = new StringBuilder("{\"first\":1");
        for (int i = 0; i < 900; i++) {
            properties.append(",\"k").append(i).append("\":\"a text longer than a pointer to one, number ").append(i).append('"');
        }

        // When
        loading.load(loading.track("Seen", properties + "}"), loading.track("Seen", "{\"first\":2}"));

        // Then
        Map<String, ColumnType> columns = loading.columns("seen");
        assertThat(columns).containsKey("_more").hasSizeBetween(200, 1_000);
        List<String> names = columns.keySet().stream().filter(name -> name.matches("k\\d+")).toList();
        List<Object> row = loading.rows("SELECT " + String.join(", ", names) + " FROM website.seen WHERE first = 1").get(0);
        Set<String> kept = new TreeSet<>(names);
        kept.removeIf(name -> row.get(names.indexOf(name)) == null);
        String more = (String) loading.value("SELECT _more FROM website.seen WHERE first = 1");
        for (int i = 0; i < 900; i++) {
            assertThat(kept.contains("k" + i) ^ more.contains("\"k" + i + "\":")).as("k" + i).isTrue();
        }
    }

    @Test
    void aColumnThatSomebodyMadeNarrowerBecomesWideEnoughAgain() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{\"n\":1,\"plan\":\"pro\",\"price\":1.5,\"at\":\"2026-11-24T10:00:00Z\"}"));
        loading.execute("ALTER TABLE website.seen ALTER n TYPE integer, ALTER plan TYPE varchar(5), ALTER price TYPE numeric(9,2),"
                + " ALTER at TYPE timestamp");

        // When
        loading.load(loading.track("Seen",
                "{\"n\":9000000000,\"plan\":\"enterprise\",\"price\":2.125,\"at\":\"2026-11-24T11:00:00+01:00\"}"));

        // Then
        assertThat(loading.rows("SELECT n, plan, price, at FROM website.seen ORDER BY n")).hasToString(
                "[[1, pro, 1.50, 2026-11-24T10:00:00.000Z], [9000000000, enterprise, 2.125, 2026-11-24T10:00:00.000Z]]");
    }

    @Test
    void columnsOfOthersAreLeftToThem() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{\"n\":1}"));
        loading.execute("ALTER TABLE website.seen ADD COLUMN twice bigint GENERATED ALWAYS AS (n * 2) STORED,"
                + " ADD COLUMN row_number bigint GENERATED ALWAYS AS IDENTITY");

        // When
        loading.load(loading.track("Seen", "{\"n\":2}"));

        // Then
        assertThat(loading.rows("SELECT n, twice, row_number FROM website.seen ORDER BY n")).hasToString("[[1, 2, 1], [2, 4, 2]]");
    }

    @Test
    void aDroppedColumnAndADroppedTableAreMadeAnew() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{\"n\":1,\"m\":1}"), loading.track("Gone", "{}"));
        loading.execute("ALTER TABLE website.seen DROP COLUMN m; DROP TABLE website.gone");

        // When
        loading.load(loading.track("Seen", "{\"n\":2,\"m\":2}"), loading.track("Gone", "{\"x\":true}"));

        // Then
        assertThat(loading.rows("SELECT n, m FROM website.seen ORDER BY n")).hasToString("[[1, null], [2, 2]]");
        assertThat(loading.rows("SELECT x FROM website.gone")).hasToString("[[true]]");
    }

    @Test
    void aTimeIsTheSameInstantInEveryZoneOfASession() throws Exception {
        // When
        loading.load(loading.track("Seen", "{\"at\":\"2026-07-01T12:00:00+02:00\"}"));

        // Then
        assertThat(loading.value("SELECT at = timestamptz '2026-07-01 10:00:00+00' FROM website.seen")).isEqualTo(true);
        assertThat(loading.value("SELECT to_char(at AT TIME ZONE 'America/New_York', 'HH24:MI') FROM website.seen"))
                .isEqualTo("06:00");
    }

    @Test
    void aTableThatTheUserPartitionedIsLoadedLikeAnyOther() throws Exception {
        // Given
        loading.execute("CREATE SCHEMA website; CREATE TABLE website.seen (id text, received_at timestamptz) PARTITION BY RANGE"
                + " (received_at); CREATE TABLE website.seen_2026_11 PARTITION OF website.seen"
                + " FOR VALUES FROM ('2026-11-01') TO ('2026-12-01')");

        // When
        loading.load(loading.track("Seen", "{\"n\":1}"));
        loading.load(loading.track("Seen", "{\"n\":\"text\"}"));

        // Then
        assertThat(loading.rows("SELECT tableoid::regclass::text, n FROM website.seen ORDER BY n"))
                .hasToString("[[website.seen_2026_11, 1], [website.seen_2026_11, text]]");
    }

    @Test
    void hubsThatAlterTheSameTablesAtTheSameTimeLoseNothing() throws Exception {
        // Given
        int rounds = 25;
        int hubs = 3;
        ExecutorService threads = Executors.newFixedThreadPool(hubs);
        List<Future<Loading>> done = new ArrayList<>();

        // When
        for (int hub = 0; hub < hubs; hub++) {
            int mine = hub;
            done.add(threads.submit((Callable<Loading>) () -> loadOddly(mine, rounds)));
        }
        for (Future<Loading> one : done) {
            assertThat(one.get(60, TimeUnit.SECONDS).deadLetters).isEmpty();
        }
        threads.shutdown();

        // Then
        long expected = (long) rounds * hubs;
        assertThat(loading.rows("SELECT count(*), count(DISTINCT id), count(shared), count(mixed) FROM website.seen"))
                .containsExactly(List.of(expected, expected, expected, expected));
        assertThat(loading.columns("seen")).containsEntry("mixed", ColumnType.VARCHAR).containsEntry("shared", ColumnType.DOUBLE)
                .containsKeys("round_0", "round_24", "hub_0", "hub_1", "hub_2");
        assertThat(loading.value("SELECT count(*) FROM website.tracks")).isEqualTo(expected);
    }

    /** New columns in each batch, some that the others make too, of types that do not go together. */
    private Loading loadOddly(int hub, int rounds) throws Exception {
        Partition partition = new Partition(Loading.TOPIC, "an-id-of-kafkas", hub + 1);
        try (Loading mine = new Loading(TestDatabase.POSTGRESQL, directory, Selection.ALL, partition)) {
            for (int round = 0; round < rounds; round++) {
                Object mixed = switch ((round + hub) % 4) {
                    case 0 -> round;
                    case 1 -> "\"text\"";
                    case 2 -> true;
                    default -> "\"2026-11-24T10:00:00Z\"";
                };
                mine.load(mine.track("Seen", "{\"round_" + round + "\":" + round + ",\"hub_" + hub + "\":" + round
                        + ",\"shared\":" + (round % 2 == hub % 2 ? round : round + 0.5) + ",\"mixed\":" + mixed + "}")
                        .replace("\"messageId\":\"m", "\"messageId\":\"hub-" + hub + "-"));
            }
            return mine;
        }
    }

    @Test
    void aMessageIdIsLoadedOnceWhicheverHubAndPartitionItComesBy() throws Exception {
        // Given
        int hubs = 3;
        ExecutorService threads = Executors.newFixedThreadPool(hubs);
        List<Future<Long>> duplicates = new ArrayList<>();

        // When
        for (int hub = 0; hub < hubs; hub++) {
            Partition partition = new Partition(Loading.TOPIC, "an-id-of-kafkas", hub + 1);
            duplicates.add(threads.submit((Callable<Long>) () -> {
                try (Loading mine = new Loading(TestDatabase.POSTGRESQL, directory, Selection.ALL, partition)) {
                    for (int batch = 0; batch < 20; batch++) {
                        String[] events = new String[50];
                        java.util.Arrays.setAll(events, i -> mine.track("Seen", "{}"));
                        mine.load(events);
                    }
                    return mine.meter.duplicates();
                }
            }));
        }
        long dropped = 0;
        for (Future<Long> one : duplicates) {
            dropped += one.get(60, TimeUnit.SECONDS);
        }
        threads.shutdown();

        // Then
        assertThat(loading.rows("SELECT count(*), count(DISTINCT id) FROM website.seen")).containsExactly(List.of(1_000L, 1_000L));
        assertThat(dropped).isEqualTo(2_000);
    }

    @Test
    void aHubThatLostItsPartitionWithoutKnowingWritesNothing() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{\"n\":1}"));
        try (Loading taker = new Loading(TestDatabase.POSTGRESQL, directory)) {
            taker.load(taker.track("Seen", "{\"n\":2}").replace("\"m1\"", "\"m2\""));

            // When
            WarehouseFault fault = org.assertj.core.api.Assertions.catchThrowableOfType(WarehouseFault.class,
                    () -> loading.load(loading.track("Seen", "{\"n\":3}").replace("\"m2\"", "\"m3\"")));

            // Then
            assertThat(fault.kind()).isEqualTo(WarehouseFault.Kind.STALE);
            assertThat(loading.rows("SELECT n FROM website.seen ORDER BY n")).hasToString("[[1], [2]]");
        }
    }
}
