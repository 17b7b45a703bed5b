package dev.serai.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that answers with what it was sent, behind a turnstile. */
@Timeout(60)
class TurnstileTest {

    private static final Set<String> PATHS = Set.of("/webhooks/acme/");
    private static final HttpLimits LIMITS = new HttpLimits(1024, 16, 16, Duration.ofSeconds(30), Duration.ofSeconds(30),
            Duration.ofSeconds(30));

    private final Vertx vertx = Vertx.vertx();
    private final ConnectionGuard guard = new ConnectionGuard(vertx, LIMITS);
    private final Turnstile turnstile = new Turnstile(vertx, guard);
    private final CountDownLatch came = new CountDownLatch(1);
    private final CompletableFuture<Context> eventLoop = new CompletableFuture<>();
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        server = vertx.createHttpServer().connectionHandler(guard::opened).requestHandler(request -> {
            eventLoop.complete(vertx.getOrCreateContext());
            turnstile.pass(request, passed -> passed.body().onSuccess(body -> passed.response().end(body)));
            came.countDown();
        });
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private CompletableFuture<HttpResponse<String>> send(String path, String body) {
        return HttpClient.newHttpClient().sendAsync(HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.actualPort() + path)).POST(HttpRequest.BodyPublishers.ofString(body))
                .build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void whatIsHeldTwiceKeepsItsBody() throws Exception {
        turnstile.hold(PATHS, 0);
        CompletableFuture<HttpResponse<String>> answer = send("/webhooks/acme", "the body");
        assertThat(came.await(30, TimeUnit.SECONDS)).isTrue();

        // on the event loop, so that the request meets the second hold before it gets through
        CompletableFuture<Void> heldAgain = new CompletableFuture<>();
        eventLoop.get().runOnContext(on -> {
            turnstile.release();
            turnstile.hold(PATHS, 0);
            eventLoop.join().runOnContext(next -> eventLoop.join().runOnContext(later -> heldAgain.complete(null)));
        });
        heldAgain.get(30, TimeUnit.SECONDS);
        assertThat(answer).isNotDone();
        turnstile.release();

        assertThat(answer.get(30, TimeUnit.SECONDS).body()).isEqualTo("the body");
    }

    @Test
    void othersPassWhileOnePathIsHeld() throws Exception {
        turnstile.hold(PATHS, 0);

        assertThat(send("/webhooks/acme-two/acme", "another's").get(30, TimeUnit.SECONDS).body()).isEqualTo("another's");
    }
}
