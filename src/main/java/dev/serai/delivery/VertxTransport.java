package dev.serai.delivery;

import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.Partner;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;

/**
 * Requests over Vert.x' client, each destination with connections of its own. A request ends within ten seconds,
 * however slowly the partner drips; redirects are not followed, since they would lead past the check of the address.
 */
final class VertxTransport implements Transport, AutoCloseable {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int MAX_ANSWER_BYTES = 1024 * 1024;

    private final Vertx vertx;
    private final HostResolver resolver;
    private final Map<String, HttpClient> clients = new ConcurrentHashMap<>();

    VertxTransport(Vertx vertx, HostResolver resolver) {
        this.vertx = vertx;
        this.resolver = resolver;
    }

    @Override
    public CompletableFuture<HttpAnswer> send(ConfiguredDestination destination, HttpCall call) {
        boolean allowPrivate = Boolean.parseBoolean(destination.setting(Partner.ALLOW_PRIVATE_ADDRESSES).orElse("false"));
        HttpClient client = clients.computeIfAbsent(destination.name(), name -> client(destination));
        CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        resolver.resolve(call.host(), allowPrivate).whenComplete((address, failure) -> {
            if (failure != null) {
                answer.completeExceptionally(failure.getCause() == null ? failure : failure.getCause());
            } else {
                new Attempt(call, answer).start(client, address);
            }
        });
        return answer;
    }

    private HttpClient client(ConfiguredDestination destination) {
        return vertx.createHttpClient(new HttpClientOptions()
                .setMaxPoolSize(destination.limits().maxRequests())
                .setConnectTimeout((int) CONNECT.toMillis())
                .setKeepAliveTimeout(30));
    }

    @Override
    public void close() {
        clients.values().forEach(HttpClient::close);
        resolver.close();
    }

    private final class Attempt {

        private final HttpCall call;
        private final CompletableFuture<HttpAnswer> answer;
        private final Buffer body = Buffer.buffer();
        private volatile HttpClientRequest request;

        Attempt(HttpCall call, CompletableFuture<HttpAnswer> answer) {
            this.call = call;
            this.answer = answer;
        }

        void start(HttpClient client, InetAddress address) {
            long timer = vertx.setTimer(DEADLINE.toMillis(), id -> fail(new TimeoutException(
                    "no answer within " + DEADLINE.toSeconds() + " seconds")));
            answer.whenComplete((done, failure) -> vertx.cancelTimer(timer));
            RequestOptions options = new RequestOptions()
                    .setMethod(HttpMethod.valueOf(call.method()))
                    .setServer(SocketAddress.inetSocketAddress(call.port(), address.getHostAddress()))
                    .setHost(call.host()).setPort(call.port()).setSsl(call.isSecure()).setURI(call.target())
                    .setFollowRedirects(false);
            call.headers().forEach(options::addHeader);
            client.request(options).onSuccess(this::write).onFailure(failure -> {
                resolver.failed(call.host());
                fail(failure);
            });
        }

        private void write(HttpClientRequest opened) {
            request = opened;
            if (answer.isDone()) {
                opened.reset();
                return;
            }
            opened.response().onSuccess(this::read).onFailure(this::fail);
            opened.end(Buffer.buffer(call.body()));
        }

        private void read(HttpClientResponse response) {
            response.exceptionHandler(this::fail);
            response.handler(part -> {
                int room = MAX_ANSWER_BYTES - body.length();
                body.appendBuffer(part, 0, Math.min(room, part.length()));
                if (part.length() >= room) {
                    succeed(response);
                    request.reset();
                }
            });
            response.endHandler(end -> succeed(response));
        }

        private void succeed(HttpClientResponse response) {
            Map<String, String> headers = new TreeMap<>();
            response.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
            answer.complete(new HttpAnswer(response.statusCode(), headers, body.getBytes()));
        }

        private void fail(Throwable failure) {
            if (answer.completeExceptionally(failure) && request != null) {
                request.reset();
            }
        }
    }
}
