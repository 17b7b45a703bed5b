package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A trait of many users, and a hub that is killed while it tells of them. */
class AudiencesIT {

    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final int USERS = 60_000;

    @TempDir
    private Path folder;

    @Test
    void everyChangeIsToldOnceByItsIdAlthoughTheHubIsKilledWhileItTells() throws Exception {
        // Given
        Path audiences = Files.createDirectory(folder.resolve("audiences"));
        Files.writeString(audiences.resolve("number.trait.yaml"),
                "sql: SELECT 'user-' || i AS user_id, i AS number FROM range(" + USERS + ") AS t(i)\n");
        Path data = folder.resolve("data");

        // When
        HubProcess first = HubProcess.ready(data, "serai.audiences.dir=" + audiences);
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(20)).until(() -> told(first) > 0);
        first.kill();

        // Then
        try (HubProcess second = HubProcess.ready(data, "serai.audiences.dir=" + audiences)) {
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(told(second)).isEqualTo(USERS));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(status(second).path("size").asInt()).isEqualTo(USERS));
            assertThat(second.number("SELECT count(DISTINCT user_id) FROM audiences.identifies")).isEqualTo(USERS);
            assertThat(second.number("SELECT count(*) FROM audiences.identifies WHERE user_id <> 'user-' || number")).isZero();
        }
    }

    private static long told(HubProcess hub) {
        try {
            return hub.number("SELECT count(*) FROM audiences.identifies");
        } catch (Exception | AssertionError e) {
            // there is no table before the first row
            return 0;
        }
    }

    private static JsonNode status(HubProcess hub) throws IOException, InterruptedException {
        return Json.MAPPER.readTree(HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port()
                + "/api/audiences")).build(), HttpResponse.BodyHandlers.ofString()).body()).at("/audiences/0");
    }
}
