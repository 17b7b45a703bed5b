package dev.serai;

import static org.awaitility.Awaitility.await;

import dev.serai.ingest.HubHttpServer;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SampleHubTest {

    @Test
    void nothingOfAClosedOneIsKept() {
        List<WeakReference<HubHttpServer>> closed = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            try (SampleHub hub = new SampleHub(Map.of())) {
                closed.add(new WeakReference<>(hub.http()));
            }
        }

        // Camel keeps one of all that there are in a static of its own
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            System.gc();
            return closed.stream().filter(one -> one.get() != null).count() <= 1;
        });
    }
}
