package dev.serai;

import dev.serai.WebhookSeeds.Outcome;
import dev.serai.sample.HttpFile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.concurrent.CompletableFuture;

/** Sends requests as they are over a few connections that are kept, as a partner's sender does. */
final class WebhookSender implements AutoCloseable {

    private static final int CONNECTIONS = 8;
    private static final int PATIENCE_MILLIS = 30_000;

    private final int port;
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(true)
            .setMaxPoolSize(CONNECTIONS));

    WebhookSender(int port) {
        this.port = port;
    }

    CompletableFuture<Outcome> send(HttpFile request) {
        RequestOptions to = new RequestOptions().setMethod(HttpMethod.valueOf(request.method())).setHost("127.0.0.1").setPort(port)
                .setURI(request.path()).setTimeout(PATIENCE_MILLIS);
        return client.request(to).compose(open -> {
            request.headers().forEach(header -> open.headers().add(header.name(), header.value()));
            return open.send(Buffer.buffer(request.body()));
        }).compose(answer -> answer.body().map(body -> new Outcome(answer.statusCode(), body.toString())))
                .toCompletionStage().toCompletableFuture();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
