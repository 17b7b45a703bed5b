package dev.serai.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.sandbox.Fault.Kind;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the engine does whoever the partner is. */
class SyncsTest {

    private final GroupsFake fake = new GroupsFake();
    private final SandboxClock clock = Syncing.stoppedClock();
    private final Faults faults = new Faults();
    private Syncing syncing;

    @BeforeEach
    void start() throws Exception {
        for (int id = 1; id <= 5; id++) {
            fake.put(id, "group " + id);
        }
        syncing = Syncing.of(fake, clock, faults, Map.of("collections", "groups"));
    }

    @AfterEach
    void stop() throws Exception {
        syncing.close();
    }

    @Test
    void syncsByItselfOnceTheHubHasTheSource() {
        syncing.awaitStatus("groups", status -> status.path("endedAt").isTextual());
        assertThat(syncing.ids("groups")).containsExactly("1", "2", "3", "4", "5");
        ObjectNode status = syncing.status("groups");
        assertThat(status.path("pages").asInt()).isEqualTo(3);
        assertThat(status.path("rows").asInt()).isEqualTo(5);
        assertThat(status.path("nextRunAt").asText()).isGreaterThan(status.path("startedAt").asText());
    }

    @Test
    void sendsOnlyWhatIsNewOrGoneOfAListThatIsReadWhole() throws Exception {
        syncing.sync("groups");
        syncing.news("groups");
        fake.put(3, "renamed");
        fake.groups.remove(5L);
        fake.put(6, "new");
        syncing.sync("groups");
        assertThat(syncing.news("groups"))
                .extracting(object -> object.path("id").asText() + " " + object.path("isDeleted").asBoolean())
                .containsExactlyInAnyOrder("3 false", "6 false", "5 true");
        assertThat(syncing.status("groups").path("rows").asInt()).isEqualTo(3);
    }

    @Test
    void anotherHubTakesOverAndGoesOnWithWhatIsKnown() throws Exception {
        syncing.sync("groups");
        syncing.news("groups");
        syncing.startEngine();
        syncing.stopEngine();
        fake.groups.remove(2L);
        syncing.sync("groups");
        assertThat(syncing.news("groups"))
                .extracting(object -> object.path("id").asText()).containsExactly("2");
    }

    @Test
    void everyHubAnswersForAllAndOnlyOneAsksThePartner() throws Exception {
        syncing.sync("groups");
        syncing.startEngine();
        syncing.startEngine();
        // two hubs join, one after the other: it may move, and move again
        await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(30))
                .until(() -> syncing.hubsThatHaveIt("groups") == 1);
        int before = fake.requests.get();
        syncing.sync("groups");
        assertThat(fake.requests.get() - before).as(syncing.statuses("groups").toString()).isEqualTo(3);
        // the others read it from Kafka, a moment later
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> assertThat(syncing.statuses("groups")).hasSize(3)
                .allSatisfy(status -> assertThat(status.path("endedAt").isTextual()).isTrue()));
    }

    @Test
    void aRunThatWasCutOffGoesOnAtItsCheckpoint() throws Exception {
        syncing.sync("groups");
        syncing.fault("", Kind.SERVER_ERROR, 99);
        syncing.sync("groups");
        assertThat(syncing.status("groups").path("phase").asText()).isEqualTo("failed");
        assertThat(syncing.status("groups").path("code").asText()).isEqualTo("transient");
        faults.clear();
        fake.groups.remove(1L);
        syncing.sync("groups");
        assertThat(syncing.ids("groups")).containsExactly("2", "3", "4", "5");
        assertThat(syncing.status("groups").path("failures").asInt()).isZero();
    }

    @Test
    void aRecordWithoutAnIdIsADeadLetterAndCostsNoOther() throws Exception {
        syncing.sync("groups");
        fake.groups.get(2L).remove("id");
        fake.groups.get(2L).put("name", "nobody");
        fake.put(7, "still comes");
        syncing.sync("groups");
        assertThat(syncing.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("no_id");
            assertThat(letter.message()).contains("groups");
            assertThat(new String(letter.raw(), StandardCharsets.UTF_8)).contains("nobody");
        });
        assertThat(syncing.ids("groups")).contains("7");
    }

    @Test
    void saysWhichCollectionsThereAreWhenOneIsWishedForThatIsNot() {
        assertThatThrownBy(() -> syncing.sync("grops")).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("it syncs groups");
    }

    @Test
    void anAnswerThatIsNoJsonIsTriedAgainAndOneOfAnotherFormIsSaid() throws Exception {
        syncing.sync("groups");
        syncing.fault("", Kind.HALF_PAGE, 1);
        syncing.sync("groups");
        assertThat(syncing.status("groups").path("failures").asInt()).isZero();
        assertThat(syncing.ids("groups")).isEqualTo(List.of("1", "2", "3", "4", "5"));
    }
}
