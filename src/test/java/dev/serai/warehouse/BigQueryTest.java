package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.model.SettingsException;
import dev.serai.warehouse.bigquery.FakeBigQuery;
import dev.serai.warehouse.bigquery.FakeBigQuery.Request;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is BigQuery's own: several hubs without locks, lost answers, changes of type in steps, settings and faults. */
class BigQueryTest {

    private static final Predicate<Request> TRANSACTION = request -> request.body().contains("BEGIN TRANSACTION");

    @TempDir
    Path directory;

    private Loading loading;
    private FakeBigQuery service;
    private long otherOffset;

    @BeforeEach
    void open() throws Exception {
        loading = new Loading(TestDatabase.BIGQUERY, directory);
        service = TestDatabase.bigQuery(directory);
    }

    @AfterEach
    void close() {
        loading.close();
        assertThat(loading.deadLetters).isEmpty();
    }

    @Test
    void aHubThatIsOvertakenReadsTheOthersIdsAndCommitsTheRest() throws Exception {
        // Given
        String twice = loading.track("Seen", "{}");
        service.before(TRANSACTION, () -> otherHub(twice));

        // When
        loading.load(twice, loading.track("Seen", "{}"));

        // Then
        assertThat(loading.rows("SELECT id FROM website.seen ORDER BY id")).hasToString("[[m1], [m2]]");
        assertThat(loading.rows("SELECT sequence FROM _serai.loaded_ids ORDER BY 1")).hasToString("[[1], [2]]");
        assertThat(loading.meter.duplicates()).isEqualTo(1);
        assertThat(loading.loadedUpTo()).isEqualTo(2);
    }

    @Test
    void twoHubsThatLoadAtOnceLoseAndDoubleNothing() throws Exception {
        // Given
        int batches = 5;
        List<String> others = new ArrayList<>();
        for (int i = 0; i < batches; i++) {
            others.add(identify("{\"other\":" + i + "}"));
        }

        // When
        CompletableFuture<Void> other = CompletableFuture.runAsync(() -> others.forEach(this::otherHub));
        for (int i = 0; i < batches; i++) {
            loading.load(identify("{\"mine\":" + i + "}"));
        }
        other.get(60, TimeUnit.SECONDS);

        // Then
        assertThat(loading.value("SELECT count(*) FROM website.identifies")).isEqualTo(2L * batches);
        assertThat(loading.rows("SELECT mine, other FROM website.users")).hasToString("[[4, 4]]");
        assertThat(loading.value("SELECT count(DISTINCT sequence) FROM _serai.loaded_ids")).isEqualTo(2L * batches);
    }

    @Test
    void aTransactionThatIsCancelledForAnothersSakeIsMadeAnew() throws Exception {
        // Given
        service.fail(TRANSACTION, 2, 400, "invalidQuery",
                "Transaction is aborted due to concurrent update against table serai-test:_serai.ledger. Transaction ID: 7");

        // When
        loading.load(loading.track("Seen", "{}"));

        // Then
        assertThat(loading.value("SELECT count(*) FROM website.seen")).isEqualTo(1L);
    }

    @Test
    void aUserThatTwoHubsChangeKeepsBothsTraits() throws Exception {
        // Given
        loading.load(identify("{\"email\":\"a@example.com\"}"));
        service.before(TRANSACTION, () -> otherHub(identify("{\"plan\":\"pro\"}")));

        // When
        loading.load(identify("{\"email\":\"b@example.com\"}"));

        // Then
        assertThat(loading.rows("SELECT email, plan FROM website.users")).hasToString("[[b@example.com, pro]]");
    }

    @Test
    void aHubWhosePartitionWasLoadedByAnotherStops() throws Exception {
        // Given
        try (Loading late = new Loading(TestDatabase.BIGQUERY, directory)) {
            loading.load(loading.track("Seen", "{}"));

            // When
            assertThatThrownBy(() -> late.load(late.track("Seen", "{}").replace("\"m1\"", "\"m2\"")))
                    .isInstanceOfSatisfying(WarehouseFault.class, e -> assertThat(e.kind()).isEqualTo(WarehouseFault.Kind.STALE));
        }

        // Then
        assertThat(loading.rows("SELECT id FROM website.seen")).hasToString("[[m1]]");
    }

    @Test
    void twoHubsThatMakeOneColumnOfTwoTypesAgree() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{}"));
        service.before(request -> request.body().contains("ADD COLUMN"), () -> otherHub(
                loading.track("Seen", "{\"n\":\"x\"}")));

        // When
        loading.load(loading.track("Seen", "{\"n\":7}"));

        // Then
        assertThat(loading.rows("SELECT n FROM website.seen WHERE n IS NOT NULL ORDER BY n")).hasToString("[[7], [x]]");
        assertThat(loading.columns("seen")).containsEntry("n", ColumnType.VARCHAR);
    }

    @Test
    void aColumnThatAnotherHubWidensJustBeforeTheCommitLosesNothing() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{\"n\":1}"));
        service.before(TRANSACTION, () -> otherHub(loading.track("Seen", "{\"n\":\"x\"}")));

        // When
        loading.load(loading.track("Seen", "{\"n\":2}"));

        // Then
        assertThat(loading.rows("SELECT n FROM website.seen ORDER BY n")).hasToString("[[1], [2], [x]]");
    }

    @Test
    void aChangeOfTypeThatWasCutOffIsFinishedByWhoeverComesNext() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{\"n\":1,\"day\":\"2026-01-02T03:04:05.006Z\"}"));
        loading.execute("ALTER TABLE website.seen RENAME COLUMN n TO n__serai_old");
        loading.execute("ALTER TABLE website.seen RENAME COLUMN day TO day__serai_old");
        loading.execute("ALTER TABLE website.seen ADD COLUMN day VARCHAR");

        // When
        loading.load(loading.track("Seen", "{\"n\":2,\"day\":\"2026-01-02\"}"));

        // Then
        assertThat(loading.rows("SELECT n, day FROM website.seen ORDER BY n")).containsExactly(
                List.of("1", "2026-01-02T03:04:05.006Z"), List.of("2", "2026-01-02"));
        assertThat(loading.columns("seen").keySet()).noneMatch(name -> name.contains("old"));
    }

    @Test
    void anAnswerThatIsLostDoesNotDoubleTheBatch() throws Exception {
        // Given
        service.loseAnswers(TRANSACTION, 1);

        // When
        loading.load(loading.track("Seen", "{}"));

        // Then
        assertThat(loading.value("SELECT count(*) FROM website.seen")).isEqualTo(1L);
        assertThat(loading.loadedUpTo()).isEqualTo(1);
    }

    @Test
    void aTransactionOfWhichNothingIsHeardAnyMoreIsNotRepeatedIfItCommitted() throws Exception {
        // Given
        String event = loading.track("Seen", "{}");
        loading.load(event);
        service.before(TRANSACTION, () -> service.loseAnswers(request -> request.line().contains("/queries/"), 100));

        // When
        assertThatThrownBy(() -> loading.load(event.replace("\"m1\"", "\"m2\"")))
                .isInstanceOfSatisfying(WarehouseFault.class, e -> assertThat(e.kind()).isEqualTo(WarehouseFault.Kind.UNAVAILABLE));
        service.heal();
        loading.close();
        loading = new Loading(TestDatabase.BIGQUERY, directory);
        loading.load(event.replace("\"m1\"", "\"m2\""));

        // Then
        assertThat(loading.rows("SELECT id FROM website.seen ORDER BY id")).hasToString("[[m1], [m2]]");
        assertThat(loading.meter.duplicates()).isEqualTo(1);
    }

    @Test
    void moreThanAPageOfIdsAndUsersIsRead() throws Exception {
        // Given
        List<String> events = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            events.add(loading.event("identify", "\"userId\":\"u" + i + "\",\"traits\":{\"n\":" + i + "}"));
            loading.load(events.get(i));
        }

        // When
        loading.close();
        loading = new Loading(TestDatabase.BIGQUERY, directory);
        loading.load(events.toArray(String[]::new));
        loading.load(events.stream().map(event -> event.replaceAll("\"m([0-9]+)\"", "\"again-$1\"").replace("\"n\"", "\"k\"")).toArray(String[]::new));

        // Then
        assertThat(loading.meter.duplicates()).isEqualTo(20);
        assertThat(loading.value("SELECT count(*) FROM website.users WHERE n = k")).isEqualTo(20L);
        assertThat(service.requests()).anyMatch(line -> line.contains("pageToken"));
    }

    @Test
    void namesThatBigQueryKeepsForItselfGetAnUnderscoreMore() throws Exception {
        // Given
        String names = "{\"partition\":\"a\",\"Partition\":\"b\",\"table\":\"c\",\"Table\":\"d\"}";
        loading.load(loading.track("Seen", names));

        // When
        loading.close();
        loading = new Loading(TestDatabase.BIGQUERY, directory);
        loading.load(loading.track("Seen", names).replace("\"m1\"", "\"m2\""));

        // Then
        List<String> columns = loading.columns("seen").keySet().stream().filter(name -> name.matches("_+(partition|table).*")).toList();
        assertThat(columns).hasSize(4).contains("__partition", "_table")
                .anyMatch(name -> name.matches("__partition_[0-9a-f]{8}")).anyMatch(name -> name.matches("__table_[0-9a-f]{8}"));
        assertThat(loading.rows("SELECT " + String.join(", ", columns) + " FROM website.seen"))
                .containsExactly(List.of("a", "b", "c", "d"), List.of("a", "b", "c", "d"));
    }

    @Test
    void tablesArePartitionedByDayAndClustered() throws Exception {
        // When
        loading.load(loading.track("Seen", "{}"), identify("{}"));

        // Then
        assertThat(service.properties("website", "tracks")).isEqualTo("{\"timePartitioning\":{\"type\":\"DAY\",\"field\":\"received_at\"},"
                + "\"clustering\":{\"fields\":[\"event\",\"user_id\"]}}");
        assertThat(service.properties("website", "users")).isEqualTo("{\"clustering\":{\"fields\":[\"id\"]}}");
        assertThat(service.location("website")).isEqualTo("EU");
        assertThat(service.location("_serai")).isEqualTo("EU");
    }

    @Test
    void stagesAreRemovedAndWhatIsLeftExpires() throws Exception {
        // Given
        service.fail(request -> request.line().startsWith("DELETE"), 1, 403, "accessDenied", "may not delete");

        // When
        loading.load(loading.track("Seen", "{}"));
        loading.load(loading.track("Seen", "{}"));

        // Then
        List<List<Object>> stages = loading.rows("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'stage%'");
        assertThat(stages).hasSize(1);
        assertThat(service.properties("_serai", (String) stages.get(0).get(0))).contains("expirationTime", "rangePartitioning");
    }

    @Test
    void aLoadJobThatRefusesARowIsTriedInHalves() throws Exception {
        // Given
        service.fail(request -> request.line().startsWith("PUT"), 1, 400, "invalid", "Error while reading data, error message: Rows: 2");

        // When
        loading.load(loading.track("Seen", "{}"), loading.track("Seen", "{}"));

        // Then
        assertThat(loading.rows("SELECT id FROM website.seen ORDER BY id")).hasToString("[[m1], [m2]]");
        assertThat(loading.rows("SELECT max(sequence) FROM _serai.ledger")).hasToString("[[2]]");
    }

    @Test
    void aForeignColumnsValuesBecomeText() throws Exception {
        // Given
        loading.execute("CREATE SCHEMA website; CREATE TABLE website.seen (id VARCHAR, received_at TIMESTAMP, \"Price\" DECIMAL(10, 2))");
        loading.execute("INSERT INTO website.seen VALUES ('m0', NULL, 9.90)");

        // When
        loading.close();
        loading = new Loading(TestDatabase.BIGQUERY, directory);
        loading.load(loading.track("Seen", "{\"price\":12}"));

        // Then
        assertThat(loading.rows("SELECT price FROM website.seen ORDER BY id")).hasToString("[[9.90], [12]]");
    }

    @ParameterizedTest
    @CsvSource({"403, accessDenied, SETTINGS", "401, authError, SETTINGS", "403, quotaExceeded, UNAVAILABLE",
            "403, rateLimitExceeded, UNAVAILABLE", "503, backendError, UNAVAILABLE", "400, resourcesExceeded, TOO_LARGE",
            "400, invalidQuery, REFUSED", "404, notFound, STALE"})
    void aFaultIsTheUsersTheServicesOrTheRows(int status, String reason, WarehouseFault.Kind kind) throws Exception {
        // Given
        service.fail(request -> request.line().contains("/jobs") && request.line().startsWith("POST"), 100, status, reason, "so it is");

        // When
        WarehouseFault fault = connectFault();

        // Then
        assertThat(fault.kind()).isEqualTo(kind);
        // of a 401 the client tells no more than that it is one
        assertThat(fault.getMessage()).contains(status == 401 ? "401 Unauthorized" : "so it is");
        if (kind == WarehouseFault.Kind.SETTINGS) {
            assertThat(fault.getMessage()).contains("BigQuery Data Editor");
        }
    }

    @Test
    void aProjectThatIsNotThereIsTheUsersFault() throws Exception {
        try (Warehouse warehouse = warehouse("bigquery://another-project", Map.of("endpoint", service.url()))) {
            assertThatThrownBy(() -> warehouse.connect(null)).isInstanceOfSatisfying(WarehouseFault.class, e -> {
                assertThat(e.kind()).isEqualTo(WarehouseFault.Kind.SETTINGS);
                assertThat(e.getMessage()).contains("Not found: Project another-project");
            });
        }
    }

    @Test
    void allWrongSettingsAreToldAtOnce() throws Exception {
        // Given
        Path key = Files.writeString(directory.resolve("key.json"), "{\"type\":\"nonsense\"}");

        // Then
        assertThatThrownBy(() -> warehouse("bigquery://No Project", Map.of("location", "the moon", "loadSeconds", "soon",
                "credentialsFile", key.toString()))).isInstanceOf(SettingsException.class)
                .hasMessageContaining("warehouse.url").hasMessageContaining("warehouse.location")
                .hasMessageContaining("warehouse.loadSeconds").hasMessageContaining("warehouse.credentialsFile");
    }

    @Test
    void batchesAreAsRareAsTheSettingSays() throws Exception {
        try (Warehouse usual = warehouse("bigquery://p-1", Map.of("endpoint", service.url()));
                Warehouse rare = warehouse("bigquery://p-1", Map.of("endpoint", service.url(), "loadSeconds", "900"))) {
            assertThat(usual.batchLimits().age()).isEqualTo(Duration.ofSeconds(60));
            assertThat(rare.batchLimits().age()).isEqualTo(Duration.ofMinutes(15));
        }
    }

    @Test
    void withoutItsDriverTheUserIsToldWhatToFetch() throws Exception {
        // Given
        ClassLoader withoutDriver = new WithoutGoogle();
        Class<?> settings = withoutDriver.loadClass(WarehouseSettings.class.getName());
        Object all = withoutDriver.loadClass(Selection.class.getName()).getField("ALL").get(null);
        Object wanted = settings.getConstructors()[0].newInstance("warehouse", "bigquery://p-1", "", "", all, 0, Map.of());

        // Then
        assertThatThrownBy(() -> withoutDriver.loadClass(Warehouse.class.getName()).getMethod("open", settings).invoke(null, wanted))
                .isInstanceOf(InvocationTargetException.class).cause().hasMessageContaining("./serai drivers bigquery")
                .extracting(e -> e.getClass().getSimpleName()).isEqualTo("SettingsException");
    }

    private WarehouseFault connectFault() throws Exception {
        loading.execute("DROP TABLE _serai.ledger");
        try (Warehouse warehouse = TestDatabase.BIGQUERY.open(directory)) {
            warehouse.connect(null);
            throw new AssertionError("it connects");
        } catch (WarehouseFault e) {
            return e;
        }
    }

    private static Warehouse warehouse(String url, Map<String, String> options) {
        return Warehouse.open(new WarehouseSettings("warehouse", url, "", "", Selection.ALL, 0, options));
    }

    private String identify(String traits) {
        return loading.event("identify", "\"userId\":\"u1\",\"traits\":" + traits);
    }

    /** Another hub loads these events of a partition of its own. */
    private void otherHub(String... events) {
        BatchLoader other = new BatchLoader(TestDatabase.BIGQUERY.open(directory), new LoaderContext(Map.of(), Loading.TOPIC,
                Loading.OBJECTS, loading.deadLetters::add, user -> false, directory), new LoaderMeter());
        try (other) {
            other.positions();
            Reading reading = new Reading(new FieldPaths(), Loading.OBJECTS);
            for (String event : events) {
                reading.take(new Partition(Loading.TOPIC, "an-id-of-kafkas", 1), new ConsumerRecord<>(Loading.TOPIC, 1,
                        otherOffset++, null, event.getBytes(StandardCharsets.UTF_8)));
            }
            other.load(reading);
        } catch (WarehouseFault e) {
            throw new IllegalStateException(e);
        }
    }

    /** Serai's own classes made again, without Google's. */
    private static final class WithoutGoogle extends ClassLoader {

        WithoutGoogle() {
            super(BigQueryTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.google.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("dev.serai.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known != null ? known : define(name);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] bytes = in.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
