package dev.serai.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.zendesk.ZendeskFake;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Wishes that come while a run is under way: whoever made one learns of its end, and none gets less than it asked for. */
@Timeout(120)
class WishesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SandboxClock clock = Syncing.stoppedClock();
    private final Faults faults = new Faults();
    private final ZendeskFake zendesk = new ZendeskFake(new Population(7), clock, faults, 20);

    @Test
    void aWishForEverythingIsNotForgottenOverASmallerOneAndBothEnd() throws Exception {
        // Given
        zendesk.withoutLimits();
        try (Syncing syncing = Syncing.of(zendesk, clock, faults, Map.of("collections", "users"))) {
            syncing.sync("users");
            int everyone = syncing.objects("users").size();
            clock.advance(Duration.ofHours(1));
            syncing.sync("users");
            assertThat(syncing.status("users").path("full").asBoolean()).isFalse();
            syncing.news("users");
            faults.add(new Fault("zendesk", "/api/v2/incremental/users", Fault.Kind.HANG, 1, Duration.ofSeconds(3)));

            // When
            String first = syncing.wish(false, "users");
            await().atMost(PATIENCE).until(() -> faults.all().isEmpty());
            String full = syncing.wish(true, "users");
            String small = syncing.wish(false, "users");
            await().atMost(PATIENCE).until(() -> syncing.status("users").path("endedWish").asText().compareTo(small) >= 0);

            // Then
            assertThat(List.of(first, full, small)).isSorted();
            assertThat(syncing.status("users").path("full").asBoolean()).isTrue();
            assertThat(syncing.status("users").path("rows").asInt()).isEqualTo(everyone);
        }
    }
}
