package dev.serai.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.delivery.Fates.Fate;
import dev.serai.kafka.Routable;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoredFatesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Instant START = Instant.now();

    @TempDir
    private Path folder;
    private final AtomicReference<Instant> now = new AtomicReference<>(START);

    private StoredFates open() {
        return new StoredFates(folder.resolve("fates"), now::get);
    }

    private static Routable routed(String id) {
        return new Routable(id, "website", null, Map.of());
    }

    @Test
    void rememberWhatWasDeliveredOverARestartAndForADay() {
        try (StoredFates fates = open()) {
            fates.save("braze", Fate.DELIVERED, "", List.of("m1", "m2"), now.get());
            fates.save("braze", Fate.DEAD_LETTERED, "http_400", List.of("m3"), now.get());
        }
        try (StoredFates fates = open()) {
            assertThat(fates.isDelivered("braze", "m1")).isTrue();
            assertThat(fates.isDelivered("braze", "m3")).isFalse();
            assertThat(fates.isDelivered("amplitude", "m1")).isFalse();
            now.set(START.plus(Duration.ofHours(23)));
            assertThat(fates.isDelivered("braze", "m2")).isTrue();
            now.set(START.plus(Duration.ofHours(24)));
            assertThat(fates.isDelivered("braze", "m2")).isFalse();
        }
    }

    @Test
    void namesOfDestinationsAndIdsDoNotRunIntoEachOther() {
        try (StoredFates fates = open()) {
            fates.save("a", Fate.DELIVERED, "", List.of("bc"), now.get());

            assertThat(fates.isDelivered("ab", "c")).isFalse();
            assertThat(fates.isDelivered("a", "bc")).isTrue();
        }
    }

    @Test
    void tellHowAnEventStandsWithEachDestination() {
        try (StoredFates fates = open()) {
            fates.made(routed("m1"), Map.of("braze", "", "amplitude", "", "slack", "consent"));
            fates.save("braze", Fate.RETRYING, "http_503", List.of("m1"), now.get());

            await().atMost(PATIENCE).until(() -> fates.of("m1", List.of("webhook")).isPresent());
            Map<String, StoredFates.Entry> entries = fates.of("m1", List.of("braze", "amplitude", "slack", "webhook")).orElseThrow();

            assertThat(entries.get("braze")).isEqualTo(new StoredFates.Entry("retrying", "http_503",
                    Instant.ofEpochMilli(START.toEpochMilli())));
            assertThat(entries.get("amplitude")).isEqualTo(new StoredFates.Entry("queued", "", null));
            assertThat(entries.get("slack")).isEqualTo(new StoredFates.Entry("filtered", "consent", null));
            assertThat(entries.get("webhook")).isEqualTo(new StoredFates.Entry("filtered", "routing", null));
            assertThat(fates.of("unheard-of", List.of("braze"))).isEqualTo(Optional.empty());
            fates.failed(routed("m2"), "");
            await().atMost(PATIENCE).until(() -> fates.of("m2", List.of("braze")).isPresent());
            assertThat(fates.of("m2", List.of("braze")).orElseThrow().get("braze").code()).isEqualTo("routing_failed");
        }
    }

    @Test
    void whatIsAskedAfterTheEndCountsForNothing() {
        StoredFates fates = open();
        fates.close();
        fates.close();

        fates.save("braze", Fate.DELIVERED, "", List.of("m1"), now.get());
        assertThat(fates.isDelivered("braze", "m1")).isFalse();
    }
}
