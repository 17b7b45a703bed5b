package dev.serai.warehouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.serai.model.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Every record has its effect once: as rows, as a dropped duplicate, or as a dead letter. */
@ParameterizedClass
@EnumSource(TestDatabase.class)
class ExactlyOnceTest {

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
    void aMessageIdSentAgainIsDropped() throws Exception {
        // Given
        String event = loading.track("Seen", "{}");
        loading.load(event, event);

        // When
        loading.load(event.replace("T10:00:00", "T23:59:59"), loading.track("Seen", "{}"));

        // Then
        assertThat(loading.rows("SELECT id FROM website.seen ORDER BY id")).containsExactly(List.of("m1"), List.of("m2"));
        assertThat(loading.value("SELECT count(*) FROM website.tracks")).isEqualTo(2L);
        assertThat(loading.meter.duplicates()).isEqualTo(2);
    }

    @Test
    void aMessageIdSentAgainIsDroppedAfterARestart() throws Exception {
        // Given
        String event = loading.track("Seen", "{}");
        loading.load(event);
        loading.close();

        // When
        loading = new Loading(database, directory);
        loading.load(event);

        // Then
        assertThat(loading.value("SELECT count(*) FROM website.seen")).isEqualTo(1L);
        assertThat(loading.loadedUpTo()).isEqualTo(2);
    }

    @Test
    void theSameMessageIdOfAnotherSourceIsAnotherEvent() throws Exception {
        // When
        String event = loading.track("Seen", "{}");
        loading.load(event, event.replace("website", "app"));

        // Then
        assertThat(loading.value("SELECT count(*) FROM app.seen")).isEqualTo(1L);
    }

    @Test
    void aDayLaterAMessageIdIsForgotten() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{}").replace("\"receivedAt\":\"2026-11-24", "\"receivedAt\":\"2020-01-01"));

        // When
        loading.load(loading.track("Seen", "{}").replace("\"receivedAt\":\"2026-11-24", "\"receivedAt\":\"2020-01-03"));

        // Then
        assertThat(loading.value("SELECT count(*) FROM _serai.loaded_ids")).isEqualTo(1L);
        assertThat(loading.value("SELECT count(*) FROM website.seen")).isEqualTo(2L);
    }

    @Test
    void whatIsNoEventBecomesADeadLetterAndItsNeighboursAreLoaded() throws Exception {
        // When
        loading.loadBytes(bytes(loading.track("Seen", "{}")), bytes("{\"source\":"), new byte[] {(byte) 0xff, 0}, null,
                bytes("[]"), bytes("[".repeat(10_000)), bytes("{\"source\":\"website\"}"),
                bytes(loading.event("track", "")), bytes(loading.event("dance", "")),
                bytes(loading.event("track", "\"event\":\"Seen\",\"properties\":" + "{\"a\":".repeat(300) + "1" + "}".repeat(300))),
                bytes(loading.event("track", "\"event\":\"Seen\",\"properties\":[1]")),
                bytes(loading.event("track", "\"event\":\"Seen\"") + "x"),
                bytes(loading.track("Seen", "{}")));

        // Then
        assertThat(loading.value("SELECT count(*) FROM website.seen")).isEqualTo(2L);
        assertThat(loading.deadLetters).hasSize(11).extracting(DeadLetter::stage).containsOnly("warehouse");
        assertThat(loading.deadLetters).extracting(DeadLetter::code).containsOnly("unreadable");
        assertThat(loading.deadLetters).extracting(DeadLetter::id).doesNotHaveDuplicates();
        assertThat(loading.deadLetters.get(0).raw()).isEqualTo(bytes("{\"source\":"));
        assertThat(loading.loadedUpTo()).isEqualTo(13);
    }

    @Test
    void aRowThatTheDatabaseRefusesIsFoundAmongItsNeighbours() throws Exception {
        // Given
        loading.execute("CREATE SCHEMA website; CREATE TABLE website.seen (id VARCHAR, received_at TIMESTAMP, n BIGINT CHECK (n < 100))");

        // When
        loading.load(loading.track("Seen", "{\"n\":1}"), loading.track("Seen", "{\"n\":2}"),
                loading.track("Seen", "{\"n\":700}"), loading.track("Seen", "{\"n\":4}"), loading.track("Seen", "{\"n\":5}"));

        // Then
        assertThat(loading.rows("SELECT n FROM website.seen ORDER BY n")).hasToString("[[1], [2], [4], [5]]");
        assertThat(loading.value("SELECT count(*) FROM website.tracks")).isEqualTo(4L);
        assertThat(loading.deadLetters).hasSize(1).first().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("refused");
            assertThat(letter.source()).isEqualTo("website");
            assertThat(new String(letter.raw(), StandardCharsets.UTF_8)).contains("700");
            assertThat(letter.message()).containsIgnoringCase("check constraint");
        });
        assertThat(loading.loadedUpTo()).isEqualTo(5);
    }

    @Test
    void anEventOfAForgottenUserIsPassedBy() throws Exception {
        // Given
        loading.suppressed.add("u1");

        // When
        loading.load(loading.track("Seen", "{}"), loading.track("Seen", "{}").replace("\"u1\"", "\"u2\""),
                loading.event("alias", "\"userId\":\"u2\",\"previousId\":\"u1\""));

        // Then
        assertThat(loading.rows("SELECT user_id FROM website.tracks")).hasToString("[[u2]]");
        assertThat(loading.columns("aliases")).isEmpty();
        assertThat(loading.loadedUpTo()).isEqualTo(3);
        assertThat(loading.deadLetters).isEmpty();
    }

    @Test
    void aCopyInARewrittenTopicIsLoadedOnceLongAfterItsIdIsForgotten() throws Exception {
        // Given: a first read that finds offsets 10 to 12, of which the last is a copy of one that went before
        Loading late = loading;
        byte[] own = bytes(late.track("Own", "{}"));
        byte[] copied = bytes(late.track("Copied", "{}"));
        late.begin(10, 12);
        late.loadAt(10, own, -1);
        late.loadAt(11, copied, 3);
        late.execute("DELETE FROM _serai.loaded_ids");
        late.close();
        loading = new Loading(database, directory);

        // When: the topic is rewritten again and again
        loading.loadAt(12, own, 10);
        loading.loadAt(13, copied, 3);
        loading.loadAt(14, copied, 3);

        // Then
        assertThat(loading.value("SELECT count(*) FROM website.own")).isEqualTo(1L);
        assertThat(loading.value("SELECT count(*) FROM website.copied")).isEqualTo(1L);
        assertThat(loading.loadedUpTo()).isEqualTo(15);
    }

    @Test
    void aRefusedEventMayComeAgain() throws Exception {
        // Given
        loading.execute("CREATE SCHEMA website; CREATE TABLE website.seen (id VARCHAR, received_at TIMESTAMP, n BIGINT CHECK (n < 100))");
        String event = loading.track("Seen", "{\"n\":700}");
        loading.load(event);

        // When
        loading.load(event.replace("700", "70"));

        // Then
        assertThat(loading.rows("SELECT n FROM website.seen")).hasToString("[[70]]");
    }

    @Test
    void nothingOfABatchIsThereWhenItsTransactionFails() throws Exception {
        // Given
        loading.load(loading.track("Seen", "{}"));
        loading.execute("ALTER TABLE _serai.positions RENAME COLUMN next_offset TO somewhere_else");

        // When
        assertThatThrownBy(() -> loading.load(loading.track("Seen", "{}"))).isInstanceOf(WarehouseFault.class);

        // Then
        assertThat(loading.value("SELECT count(*) FROM website.seen")).isEqualTo(1L);
        assertThat(loading.value("SELECT count(*) FROM _serai.loaded_ids")).isEqualTo(1L);
        assertThat(loading.deadLetters).isEmpty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
