package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.console.Activities.Action;
import dev.serai.console.Activities.Activity;
import dev.serai.console.Activities.End;
import dev.serai.console.Activities.State;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ActivitiesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Activities activities = new Activities(Clock.systemUTC());

    @AfterEach
    void stop() {
        activities.close();
    }

    private List<String> texts(long after) {
        return activities.after(after).stream().map(Activity::text).toList();
    }

    @Test
    void whoeverAsksGetsWhatCameAfterANumberTheOldestFirst() {
        activities.note(Action.SAMPLE, "braze/a", State.ENDED, "one");
        activities.note(Action.SAMPLE, "braze/b", State.ENDED, "two");
        long seen = activities.after(0).get(0).number();

        assertThat(texts(0)).containsExactly("one", "two");
        assertThat(texts(seen)).containsExactly("two");
        assertThat(texts(seen + 1)).isEmpty();
    }

    @Test
    void onlyTheLastHundredAreKept() {
        for (int i = 1; i <= 250; i++) {
            activities.note(Action.SAMPLE, "braze/" + i, State.ENDED, "sample " + i);
        }

        assertThat(texts(0)).hasSize(100).startsWith("sample 151").endsWith("sample 250");
    }

    @Test
    void theEndOfWhatGoesOnByItselfIsNoted() {
        // Given
        AtomicReference<End> end = new AtomicReference<>();
        activities.begin(Action.REPLAY, "braze", "Replays.", () -> Optional.ofNullable(end.get()));
        activities.begin(Action.REPLAY, "vero", "Replays too.", () -> {
            throw new IllegalStateException("it is not known any more");
        });

        // When
        end.set(new End(State.FAILED, "It failed."));

        // Then
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(activities.after(0)).extracting(Activity::state)
                .containsExactly(State.STARTED, State.STARTED, State.FAILED));
        assertThat(activities.after(0).get(2)).returns("braze", Activity::subject).returns("It failed.", Activity::text);
    }

    @Test
    void whatHasEndedIsNotedOnce() {
        AtomicInteger asked = new AtomicInteger();
        activities.begin(Action.SYNC, "stripe", "Syncs.", () -> {
            asked.incrementAndGet();
            return Optional.of(new End(State.ENDED, "Synced."));
        });
        AtomicInteger rounds = new AtomicInteger();
        activities.begin(Action.SYNC, "other", "Syncs.", () -> {
            rounds.incrementAndGet();
            return Optional.empty();
        });

        await().atMost(PATIENCE).until(() -> rounds.get() >= 3);

        assertThat(asked).hasValue(1);
        assertThat(texts(0)).containsExactly("Syncs.", "Syncs.", "Synced.");
    }

    @Test
    void numbersGoOnGrowingWhenTheHubIsStartedAnew() {
        // Given
        Instant start = Instant.parse("2026-11-24T10:00:00Z");
        try (Activities before = new Activities(Clock.fixed(start, ZoneOffset.UTC));
                Activities after = new Activities(Clock.fixed(start.plusSeconds(2), ZoneOffset.UTC))) {
            for (int i = 0; i < 500; i++) {
                before.note(Action.SAMPLE, "braze/x", State.ENDED, "before");
            }
            long seen = before.after(0).get(99).number();

            // When
            after.note(Action.SAMPLE, "braze/x", State.ENDED, "after");

            // Then
            assertThat(after.after(seen)).extracting(Activity::text).containsExactly("after");
        }
    }
}
