package dev.serai.delivery;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** A partner: a real HTTP server on loopback that keeps what it gets and answers as it is told. */
final class PartnerServer implements AutoCloseable {

    record Request(String path, Map<String, String> headers, byte[] body) { }

    /** @param delayMillis before it answers; negative for not before {@link #release} */
    record Reply(int status, Map<String, String> headers, String body, long delayMillis) {
        static Reply of(int status) {
            return new Reply(status, Map.of(), "", 0);
        }

        static Reply of(int status, String body) {
            return new Reply(status, Map.of(), body, 0);
        }
    }

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer server;
    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final List<Runnable> held = new CopyOnWriteArrayList<>();
    private volatile Function<Request, Reply> replies = request -> Reply.of(200);

    PartnerServer() {
        server = vertx.createHttpServer().requestHandler(request -> request.body().onSuccess(body -> {
            Map<String, String> headers = new TreeMap<>();
            request.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
            Request received = new Request(request.uri(), headers, body.getBytes());
            requests.add(received);
            Reply reply = replies.apply(received);
            if (reply.delayMillis() > 0) {
                vertx.setTimer(reply.delayMillis(), id -> answer(request.response(), reply));
            } else if (reply.delayMillis() == 0) {
                answer(request.response(), reply);
            } else {
                held.add(() -> answer(request.response(), reply));
            }
        }));
        server.listen(0, "127.0.0.1").toCompletionStage().toCompletableFuture().join();
    }

    private static void answer(HttpServerResponse response, Reply reply) {
        reply.headers().forEach(response::putHeader);
        response.setStatusCode(reply.status()).end(reply.body());
    }

    void replies(Function<Request, Reply> theReplies) {
        replies = theReplies;
    }

    /** Answers at once, also what was held back. */
    void release() {
        replies = request -> Reply.of(200);
        held.forEach(Runnable::run);
    }

    int port() {
        return server.actualPort();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/hook";
    }

    List<Request> requests() {
        return requests;
    }

    /** The webhook ids in the order they came. */
    List<String> ids() {
        return requests.stream().map(request -> request.headers().get("webhook-id")).toList();
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
