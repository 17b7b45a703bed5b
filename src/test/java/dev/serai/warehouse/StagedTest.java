package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Several hubs, deaths in between, and limits of bytes, where rows go through stage tables. */
@ParameterizedClass
@EnumSource(value = TestDatabase.class, names = {"REDSHIFT", "REDSHIFT_BUCKET", "SNOWFLAKE"})
@Timeout(120)
class StagedTest {

    @Parameter
    TestDatabase database;

    @TempDir
    Path directory;

    private Loading loading;

    @BeforeEach
    void open() throws Exception {
        loading = new Loading(database, directory);
    }

    @AfterEach
    void close() {
        loading.close();
    }

    @Test
    void aWideningThatDiedBeforeTheOldColumnWasGoneBeginsAnew() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{\"n\":1}"));
        loading.execute("ALTER TABLE website.seen ADD COLUMN " + wider("n") + " DOUBLE PRECISION");
        loading.execute("UPDATE website.seen SET " + wider("n") + " = 999");
        reopen();

        // When
        loading.load(loading.track("Seen", "{\"n\":2.5}").replace("\"m1\"", "\"m2\""));

        // Then
        assertThat(loading.rows("SELECT n FROM website.seen ORDER BY n")).containsExactly(List.of(1.0), List.of(2.5));
        assertThat(loading.columns("seen").keySet()).noneMatch(column -> column.startsWith("_serai"));
    }

    @Test
    void aWideningThatDiedBeforeTheNewColumnHadItsNameIsFinished() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{\"n\":1.5}"));
        loading.execute("ALTER TABLE website.seen RENAME COLUMN n TO " + wider("n"));
        reopen();

        // When
        loading.load(loading.track("Seen", "{\"n\":2.5}").replace("\"m1\"", "\"m2\""));

        // Then
        assertThat(loading.rows("SELECT n FROM website.seen ORDER BY n")).containsExactly(List.of(1.5), List.of(2.5));
        assertThat(loading.columns("seen").keySet()).noneMatch(column -> column.startsWith("_serai"));
    }

    @Test
    void aColumnThatAPersonDroppedIsMadeAgain() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{\"n\":1}"));
        loading.execute("ALTER TABLE website.seen DROP COLUMN n");

        // When
        loading.load(loading.track("Seen", "{\"n\":2}"));

        // Then
        assertThat(loading.rows("SELECT n FROM website.seen WHERE id = 'm2'")).containsExactly(List.of(2L));
        assertThat(loading.deadLetters).isEmpty();
    }

    @Test
    void doublesBecomeTextWithoutLoss() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{\"n\":0.1}"), loading.track("Seen", "{\"n\":0.30000000000000004}"));

        // When
        loading.load(loading.track("Seen", "{\"n\":\"x\"}"));

        // Then
        assertThat(loading.rows("SELECT n FROM website.seen ORDER BY n")).containsExactly(
                List.of("0.1"), List.of("0.30000000000000004"), List.of("x"));
    }

    @Test
    void theSameEventInTwoHubsIsLoadedOnce() throws Exception {
        // Given
        try (Hub one = new Hub(0); Hub two = new Hub(1)) {
            one.load("{\"a\":1}", 0, 3);

            // When
            two.load("{\"a\":1}", 2, 3);
            one.load("{\"a\":1}", 4, 2);

            // Then
            assertThat(loading.rows("SELECT id FROM website.seen ORDER BY id")).hasToString("[[e0], [e1], [e2], [e3], [e4], [e5]]");
        }
    }

    @Test
    void twoHubsWithTheSamePartitionDoNotBothLoadIt() throws Exception {
        // Given
        try (Hub one = new Hub(0); Hub two = new Hub(0)) {
            one.load("{}", 0, 1);

            // When
            WarehouseFault fault = catchThrowableOfType(WarehouseFault.class, () -> two.load("{}", 100, 1));

            // Then
            assertThat(fault.kind()).isEqualTo(WarehouseFault.Kind.STALE);
            assertThat(loading.value("SELECT count(*) FROM website.seen")).isEqualTo(1L);
        }
    }

    @Test
    void twoHubsThatAlterTheSameTableAtOnceLoseNothing() throws Exception {
        // Given
        int batches = 12;
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Future<Void>> hubs = new ArrayList<>();

        // When
        for (int partition = 0; partition < 2; partition++) {
            int number = partition;
            hubs.add(threads.submit((Callable<Void>) () -> {
                try (Hub hub = new Hub(number)) {
                    for (int batch = 0; batch < batches; batch++) {
                        // both make column c<batch>, one of them wider than the other
                        String value = number == batch % 2 ? String.valueOf(batch) : "\"text\"";
                        hub.load("{\"c" + batch + "\":" + value + ",\"n\":" + (batch == 8 ? "0.5" : batch) + "}",
                                number * 10_000 + batch * 10, 5);
                    }
                    return null;
                }
            }));
        }
        threads.shutdown();
        for (Future<Void> hub : hubs) {
            hub.get(100, TimeUnit.SECONDS);
        }

        // Then
        assertThat(loading.value("SELECT count(*) FROM website.seen")).isEqualTo(10L * batches);
        assertThat(loading.value("SELECT count(DISTINCT id) FROM website.tracks")).isEqualTo(10L * batches);
        assertThat(loading.value("SELECT count(n) FROM website.seen")).isEqualTo(10L * batches);
        for (int batch = 0; batch < batches; batch++) {
            assertThat(loading.rows("SELECT c" + batch + ", count(*) FROM website.seen WHERE c" + batch
                    + " IS NOT NULL GROUP BY 1 ORDER BY 1")).hasToString("[[" + batch + ", 5], [text, 5]]");
        }
    }

    private static String wider(String column) {
        return "_serai_wider_" + column;
    }

    private void reopen() throws Exception {
        loading.close();
        loading = new Loading(database, directory);
    }

    /** Another process, as far as the warehouse can tell. */
    private final class Hub implements AutoCloseable {

        private final Warehouse warehouse = database.open(directory);
        private final BatchLoader loader;
        private final Partition partition;
        private long offset;

        Hub(int number) throws Exception {
            partition = new Partition(Loading.TOPIC, "an-id-of-kafkas", number);
            loader = new BatchLoader(warehouse, new LoaderContext(Map.of(), Loading.TOPIC, Loading.OBJECTS, letter -> {
                throw new AssertionError(letter.message());
            }, user -> false, Files.createTempDirectory(directory, "hub")), new LoaderMeter());
            loader.positions();
        }

        /** A batch; if another hub was in the way too often, again, as the loader does. */
        void load(String properties, int firstId, int count) throws WarehouseFault {
            Reading reading = new Reading(new FieldPaths(), Loading.OBJECTS);
            for (int i = 0; i < count; i++) {
                byte[] event = ("{\"source\":\"website\",\"type\":\"track\",\"event\":\"Seen\",\"messageId\":\"e" + (firstId + i)
                        + "\",\"receivedAt\":\"2026-11-24T10:00:00.000Z\",\"properties\":" + properties + "}")
                        .getBytes(StandardCharsets.UTF_8);
                reading.take(partition, new ConsumerRecord<>(Loading.TOPIC, partition.number(), offset++, null, event));
            }
            for (int attempt = 1;; attempt++) {
                try {
                    loader.load(reading);
                    return;
                } catch (WarehouseFault e) {
                    Position stands = loader.positions().get(partition);
                    if (e.kind() != WarehouseFault.Kind.STALE || attempt == 20 || stands != null && stands.next() > offset - count) {
                        throw e;
                    }
                }
            }
        }

        @Override
        public void close() {
            loader.close();
            warehouse.close();
        }
    }
}
