package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.WebhookSeeds.Batch;
import dev.serai.WebhookSeeds.Outcome;
import dev.serai.WebhookSeeds.Seed;
import dev.serai.model.DeadLetter;
import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import dev.serai.sample.HttpFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every partner's own samples, mutated, through the real port and the unmodified routes. Whatever comes: the hub answers and the
 * fault is never its own; a bad item costs no neighbour; nothing vanishes; no secret is told, in an answer or in the log.
 *
 * <p>{@code -Plong} has 10,000 of each. A failure names its mutation: {@code -Dmutations=1
 * -Dmutations.first=<number>} makes it again.
 */
class WebhookMutationTest {

    private static final int MUTATIONS = Integer.getInteger("mutations", 300);
    private static final int FIRST = Integer.getInteger("mutations.first", 0);
    private static final int IN_FLIGHT = 32;
    private static final int SHOWN = 6_000;

    private static final PartnerFolders FOLDERS = PartnerFolders.read(Path.of("routes"));
    private static Door door;
    private static Secrets secrets;
    private static CapturedLog log;

    /**
     * A request to be sent, and what must come of it.
     *
     * @param sent       how many events its payload holds; -1 where that is not known
     * @param neighbours the message ids of what is well in it
     */
    private record Trial(int number, HttpFile request, int sent, List<String> neighbours) { }

    /** A hub and whoever sends to it. */
    private record Door(SampleHub hub, WebhookSender sender) implements AutoCloseable {

        static Door open(Map<String, String> settings) {
            SampleHub hub = new SampleHub(settings);
            assertThat(hub.problems()).isEmpty();
            return new Door(hub, new WebhookSender(hub.port()));
        }

        @Override
        public void close() {
            sender.close();
            hub.close();
        }
    }

    @BeforeAll
    static void start() {
        log = CapturedLog.capture();
        Map<String, String> settings;
        try (SampleRunner runner = new SampleRunner(Path.of("routes"))) {
            settings = runner.settings();
        }
        secrets = Secrets.addTo(settings, FOLDERS.partners());
        door = Door.open(settings);
    }

    @AfterAll
    static void stop() {
        door.close();
        log.close();
    }

    @TestFactory
    List<DynamicNode> everyPartner() {
        List<DynamicNode> nodes = new ArrayList<>();
        for (Partner partner : FOLDERS.partners().values()) {
            if (partner.source().isPresent() && !WebhookSeeds.requests(partner).isEmpty()) {
                WebhookSeeds seeds = new WebhookSeeds(partner, door.hub(), door.sender());
                List<DynamicNode> tests = new ArrayList<>(List.of(
                        dynamicTest("answers whatever comes", () -> answersWhateverComes(seeds))));
                if (seeds.hasBatches()) {
                    tests.add(dynamicTest("a bad item costs no other, and is kept", () -> losesNoNeighbour(seeds)));
                }
                nodes.add(dynamicContainer(partner.slug(), tests));
            }
        }
        return nodes;
    }

    private static void answersWhateverComes(WebhookSeeds seeds) {
        run(door, seeds.partner().slug(), number -> {
            Mutations mutations = new Mutations(number);
            Seed seed = mutations.one(seeds.all());
            HttpFile request = seed.mutated(mutations);
            if (mutations.oneIn(4)) {
                request = secrets.shownIn(request, seeds.partner(), mutations);
            }
            return new Trial(number, request, seeds.sent(request), List.of());
        });
    }

    private static void losesNoNeighbour(WebhookSeeds seeds) {
        List<Batch> batches = seeds.batches();
        assertThat(batches).as("samples that can stand in a batch").isNotEmpty();
        run(door, seeds.partner().slug(), number -> {
            Mutations mutations = new Mutations(number);
            Batch batch = mutations.one(batches);
            String bad = batch.bad(mutations);
            return new Trial(number, batch.request(bad, mutations), batch.sentWith(bad, seeds), batch.neighbours());
        });
    }

    @Test
    void aBadLineCostsNoOtherAndIsKept() {
        WebhookSeeds seeds = new WebhookSeeds(FOLDERS.partners().get("airship"), door.hub(), door.sender());
        Batch batch = seeds.lines();
        assertThat(batch.neighbours()).hasSize(2);

        run(door, "airship", number -> {
            Mutations mutations = new Mutations(number);
            String bad = mutations.oneIn(3) ? mutations.cut(batch.first().toString()) : batch.bad(mutations);
            HttpFile request = batch.seed().withBody(batch.first() + "\n" + bad + "\n" + batch.last());
            return new Trial(number, request, 3, batch.neighbours());
        });
    }

    private static void run(Door door, String partner, IntFunction<Trial> trials) {
        for (int from = FIRST; from < FIRST + MUTATIONS; from += IN_FLIGHT) {
            List<Trial> together = IntStream.range(from, Math.min(from + IN_FLIGHT, FIRST + MUTATIONS)).mapToObj(trials).toList();
            try {
                check(door, partner, together);
            } catch (AssertionError failure) {
                // which of them it was
                together.forEach(trial -> check(door, partner, List.of(trial)));
                throw failure;
            }
        }
    }

    private static void check(Door door, String partner, List<Trial> trials) {
        door.hub().clear();
        log.clear();

        List<CompletableFuture<Outcome>> asked = trials.stream().map(trial -> door.sender().send(trial.request())).toList();
        List<Outcome> answers = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            answers.add(asked.get(i).exceptionally(failure -> new Outcome(0, failure.toString())).join());
        }

        Function<Object, String> told = wrong -> wrong + "; " + (trials.size() == 1 ? describe(partner, trials.get(0))
                : trials.size() + " requests, " + partner);
        int expected = 0;
        List<String> lost = new ArrayList<>();
        for (int i = 0; i < trials.size(); i++) {
            Trial trial = trials.get(i);
            Outcome answer = answers.get(i);
            assertThat(answer.status()).as("%s; %s", answer.body(), describe(partner, trial)).isBetween(200, 499);
            assertThat(secrets.in(answer.body())).as("secrets in the answer; %s", describe(partner, trial)).isEmpty();
            if (!trial.neighbours().isEmpty()) {
                assertThat(answer.status()).as("%s; %s", answer.body(), describe(partner, trial)).isEqualTo(200);
            }
            lost.addAll(trial.neighbours());
            expected += answer.status() == 200 ? Math.max(0, trial.sent()) : 0;
        }
        assertThat(secrets.in(log.text())).as(told.apply("secrets in the log")).isEmpty();
        List<JsonNode> events = door.hub().events();
        events.forEach(event -> lost.remove(event.path("messageId").asText()));
        assertThat(lost).as(told.apply("lost neighbours")).isEmpty();
        assertThat(events.size() + keptOf(door, trials, answers)).as(told.apply("events and dead letters"))
                .isGreaterThanOrEqualTo(expected);
    }

    /** Dead letters, without those of requests that were refused as a whole and not said to be taken. */
    private static int keptOf(Door door, List<Trial> trials, List<Outcome> answers) {
        List<DeadLetter> letters = new ArrayList<>(door.hub().deadLetters());
        for (int i = 0; i < trials.size(); i++) {
            byte[] body = trials.get(i).request().body();
            Outcome answer = answers.get(i);
            if (answer.status() != 200) {
                letters.stream().filter(letter -> Arrays.equals(letter.raw(), body)
                        && answer.body().contains(letter.message())).findFirst().ifPresent(letters::remove);
            }
        }
        return letters.size();
    }

    private static String describe(String partner, Trial trial) {
        StringBuilder text = new StringBuilder(partner + ", mutation " + trial.number() + ":\n");
        HttpFile request = trial.request();
        text.append(request.method()).append(' ').append(request.path()).append('\n');
        request.headers().forEach(header -> text.append(header.name()).append(": ").append(header.value()).append('\n'));
        text.append('\n').append(new String(request.body(), StandardCharsets.UTF_8));
        return text.length() <= SHOWN ? text.toString() : text.substring(0, SHOWN) + "... " + (text.length() - SHOWN) + " more";
    }
}
