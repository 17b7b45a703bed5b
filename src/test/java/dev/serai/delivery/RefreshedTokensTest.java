package dev.serai.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.serai.delivery.PartnerServer.Reply;
import dev.serai.delivery.PartnerServer.Request;
import dev.serai.kafka.TestKafka;
import dev.serai.kafka.Topics;
import dev.serai.model.Event;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

class RefreshedTokensTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T10:00:00Z"));
    private final AtomicInteger given = new AtomicInteger();
    private final AtomicReference<String> good = new AtomicReference<>();
    private final PartnerServer partner = new PartnerServer();
    private final Vertx vertx = Vertx.vertx();

    @TempDir
    private Path routes;
    private TestKafka kafka;
    private String name;

    @BeforeEach
    void partnerWithOauth(TestInfo test) throws Exception {
        kafka = TestKafka.get();
        name = test.getTestMethod().orElseThrow().getName().toLowerCase(Locale.ROOT);
        kafka.topics(3, Topics.deliveries(name));
        partner.replies(this::answer);
        Path folder = Files.createDirectories(routes.resolve("shop"));
        Files.writeString(folder.resolve("partner.yaml"), """
                title: Shop
                description: A partner of this test.
                destination:
                  oauth: {tokenUrl: tokenUrl}
                  settings:
                    url: {description: Where to, type: url, required: true}
                    tokenUrl: {description: Where tokens are, type: url, required: true}
                    clientId: {description: Who, required: true}
                    clientSecret: {description: Proof, secret: true, required: true}
                    refreshToken: {description: Consent, secret: true, required: true}
                """);
        Files.writeString(folder.resolve("shop-request.jslt"), """
                {"url": $settings.url, "headers": {"authorization": "Bearer " + $accessToken}, "body": .items[0]}
                """);
        Files.writeString(folder.resolve("shop-events.camel.yaml"), """
                - route:
                    id: shop-events
                    from:
                      uri: kamelet:deliveries-source
                      parameters: {partner: shop}
                      steps:
                        - to: {uri: kamelet:request-sink, parameters: {partner: shop, request: shop-request.jslt}}
                """);
    }

    @AfterEach
    void stop() {
        partner.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Reply answer(Request request) {
        if (request.path().equals("/token")) {
            String form = new String(request.body(), StandardCharsets.UTF_8);
            if (!form.equals("client_id=client&client_secret=s%26cret&grant_type=refresh_token&refresh_token=consent")) {
                return Reply.of(400, "{\"error\":\"invalid_grant\"}");
            }
            good.set("token-" + given.incrementAndGet());
            return Reply.of(200, "{\"access_token\":\"" + good.get() + "\",\"expires_in\":3600}");
        }
        return Reply.of(("Bearer " + good.get()).equals(request.headers().get("authorization")) ? 200 : 401);
    }

    private DeliveryContext hub(String refreshToken) throws Exception {
        String base = "http://127.0.0.1:" + partner.port();
        String prefix = "serai.destinations." + name + ".";
        return new DeliveryContext(routes, Map.of(prefix + "partner", "shop", prefix + "url", base + "/events",
                prefix + "tokenUrl", base + "/token", prefix + "clientId", "client", prefix + "clientSecret", "s&cret",
                prefix + "refreshToken", refreshToken, prefix + "allowPrivateAddresses", "true"))
                .bind("publisher", kafka.publisher()).bind("vertx", vertx).bind("kafkaConnection", kafka.connection())
                .bind("clock", (InstantSource) now::get).startPartner("shop");
    }

    private void deliver(int from, int count) {
        List<Event> events = IntStream.range(from, from + count)
                .mapToObj(i -> Events.track("m" + i, "user" + i, "A")).toList();
        kafka.write(Topics.deliveries(name), events);
        await().atMost(PATIENCE).until(() -> kafka.committed("serai-deliveries-" + name) == from + count);
    }

    @Test
    void requestsShareATokenUntilItExpiresOrIsTakenBack() throws Exception {
        try (DeliveryContext hub = hub("consent")) {
            deliver(0, 50);
            assertThat(given).hasValue(1);

            now.updateAndGet(time -> time.plus(Duration.ofMinutes(59).plusSeconds(30)));
            deliver(50, 10);
            assertThat(given).hasValue(2);

            good.set("another");
            deliver(60, 1);
            assertThat(given).hasValue(3);
            assertThat(hub.status(name).stoppedBy()).isEmpty();
        }
        assertThat(kafka.deadLetters("delivery." + name)).isEmpty();
    }

    @Test
    void aRefreshTokenThatIsRefusedStopsTheDestinationAndLosesNothing() throws Exception {
        kafka.write(Topics.deliveries(name), List.of(Events.track("m0", "u", "A")));
        try (DeliveryContext hub = hub("withdrawn")) {
            await().atMost(PATIENCE).until(() -> hub.status(name).stoppedBy().isPresent());
            assertThat(hub.status(name).stoppedBy()).contains("no_access_token");
        }
        assertThat(partner.requests()).allMatch(request -> request.path().equals("/token"));
        assertThat(kafka.committed("serai-deliveries-" + name)).isZero();
    }
}
