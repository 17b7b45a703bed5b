package dev.serai.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * Serves fakes of partners on loopback, each below {@code /<partner>}. The faults and the clock are set by tests
 * directly, by people over HTTP: {@code GET} and {@code POST /sandbox/faults}, {@code DELETE /sandbox/faults},
 * {@code POST /sandbox/clock} with {@code {"now": "2026-01-01T00:00:00Z"}} or {@code {"advanceSeconds": 60}}.
 * What a destination took is told by {@code GET /_received/<partner>} and forgotten by {@code DELETE}.
 */
public final class Sandbox implements AutoCloseable {

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter
            .ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final int THREADS = 16;
    /** More than any partner takes: what is too long is theirs to say. */
    private static final int MAX_HEAD_BYTES = 256 * 1024;

    /** Items that {@code GET /_received/<partner>} shows. */
    private static final int LAST = 100;

    private final Vertx vertx;
    private final HttpServer server;
    private final Map<String, Fake> fakes = new LinkedHashMap<>();
    private final SandboxClock clock;
    private final Faults faults;

    private Sandbox(Vertx vertx, SandboxClock clock, Faults faults, List<Fake> fakes) {
        this.vertx = vertx;
        // not the JDK's server: it overwrites the header Date, by which clients tell the partner's time
        this.server = vertx.createHttpServer(new HttpServerOptions().setMaxInitialLineLength(MAX_HEAD_BYTES)
                .setMaxHeaderSize(MAX_HEAD_BYTES).setHttp2ClearTextEnabled(false));
        this.clock = clock;
        this.faults = faults;
        fakes.forEach(fake -> this.fakes.put(fake.partner(), fake));
    }

    /**
     * @param port 0 for any free one
     * @throws UncheckedIOException if the port is taken
     */
    public static Sandbox start(int port, SandboxClock clock, Faults faults, List<Fake> fakes) {
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setWorkerPoolSize(THREADS));
        Sandbox sandbox = new Sandbox(vertx, clock, faults, fakes);
        try {
            sandbox.server.requestHandler(sandbox::handle).listen(port, "127.0.0.1").toCompletionStage()
                    .toCompletableFuture().join();
            return sandbox;
        } catch (CompletionException e) {
            sandbox.close();
            throw new UncheckedIOException("the sandbox cannot listen on port " + port + " of loopback",
                    new IOException(e.getCause()));
        }
    }

    public int port() {
        return server.actualPort();
    }

    /** What to give as the partner's base URL. */
    public String url(String partner) {
        return "http://127.0.0.1:" + port() + "/" + partner;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private void handle(HttpServerRequest request) {
        request.body().onSuccess(body -> vertx.executeBlocking(() -> {
            answer(request, body.getBytes());
            return null;
        }, false));
    }

    private void answer(HttpServerRequest http, byte[] body) {
        try {
            URI uri = URI.create(http.uri());
            String path = uri.getRawPath();
            int end = path.indexOf('/', 1);
            String first = end < 0 ? path.substring(1) : path.substring(1, end);
            SandboxRequest request = new SandboxRequest(http.method().name(), decode(end < 0 ? "/" : path.substring(end)),
                    query(uri.getRawQuery()), headers(http), body);
            if (first.equals("sandbox")) {
                send(http, control(request));
            } else if (first.equals("_received")) {
                send(http, received(request));
            } else if (fakes.containsKey(first)) {
                answer(http, fakes.get(first), request);
            } else {
                send(http, SandboxAnswer.json(404, error("no fake of this name; there are " + fakes.keySet())));
            }
        } catch (IOException | RuntimeException e) {
            send(http, SandboxAnswer.json(500, error("the sandbox itself failed: " + e)));
        }
    }

    private void answer(HttpServerRequest http, Fake fake, SandboxRequest request) {
        Optional<Fault> fault = faults.ofRequest(fake.partner(), request.path());
        if (fault.isEmpty()) {
            send(http, fake.answer(request));
            return;
        }
        switch (fault.get().kind()) {
            // nothing is sent, and in the end the connection is closed
            case HANG -> vertx.setTimer(Math.max(1, fault.get().delay().toMillis()), timer -> http.connection().close());
            case HALF_PAGE -> {
                SandboxAnswer whole = fake.answer(request);
                byte[] half = Arrays.copyOf(whole.body(), whole.body().length / 2);
                begin(http, whole).write(Buffer.buffer(half)).onComplete(sent -> http.connection().close());
            }
            default -> send(http, fake.fail(fault.get()));
        }
    }

    private void send(HttpServerRequest http, SandboxAnswer answer) {
        begin(http, answer).end(Buffer.buffer(answer.body()));
    }

    private HttpServerResponse begin(HttpServerRequest http, SandboxAnswer answer) {
        HttpServerResponse response = http.response().setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        return response.putHeader("Date", HTTP_DATE.format(clock.instant()))
                .putHeader("Content-Length", String.valueOf(answer.body().length));
    }

    private SandboxAnswer control(SandboxRequest request) throws IOException {
        JsonNode body = request.body().length == 0 ? Json.MAPPER.createObjectNode() : Json.MAPPER.readTree(request.body());
        switch (request.method() + " " + request.path()) {
            case "GET /faults" -> { }
            case "DELETE /faults" -> faults.clear();
            case "POST /faults" -> faults.add(new Fault(body.path("partner").asText(), body.path("path").asText(""),
                    Fault.Kind.of(body.path("fault").asText()), body.path("times").asInt(1),
                    Duration.ofSeconds(body.path("seconds").asInt(1))));
            case "POST /clock" -> {
                if (body.has("now")) {
                    clock.set(Instant.parse(body.path("now").asText()));
                } else {
                    clock.advance(Duration.ofSeconds(body.path("advanceSeconds").asLong()));
                }
            }
            default -> {
                return SandboxAnswer.json(404, error("there are /sandbox/faults and /sandbox/clock"));
            }
        }
        ObjectNode state = Json.MAPPER.createObjectNode().put("now", clock.instant().toString());
        state.putArray("faults");
        faults.all().forEach(fault -> state.withArray("/faults").addObject().put("partner", fault.partner())
                .put("path", fault.pathPrefix()).put("fault", fault.kind().name().toLowerCase(Locale.ROOT)));
        return SandboxAnswer.json(200, state);
    }

    private SandboxAnswer received(SandboxRequest request) {
        Fake fake = fakes.get(request.path().substring(1));
        Optional<Received> received = fake == null ? Optional.empty() : fake.recorded();
        if (received.isEmpty()) {
            return SandboxAnswer.json(404, error("no destination of this name; there are " + fakes.values().stream()
                    .filter(one -> one.recorded().isPresent()).map(Fake::partner).toList()));
        }
        switch (request.method()) {
            case "GET" -> { }
            case "DELETE" -> received.get().clear();
            default -> {
                return SandboxAnswer.json(405, error("there are GET and DELETE"));
            }
        }
        return SandboxAnswer.json(200, received.get().summary(LAST));
    }

    private static ObjectNode error(String message) {
        return Json.MAPPER.createObjectNode().put("error", message);
    }

    private static Map<String, String> headers(HttpServerRequest http) {
        Map<String, String> headers = new HashMap<>();
        http.headers().forEach(header -> headers.putIfAbsent(header.getKey().toLowerCase(Locale.ROOT), header.getValue()));
        return headers;
    }

    private static Map<String, List<String>> query(String raw) {
        Map<String, List<String>> query = new LinkedHashMap<>();
        if (raw != null && !raw.isEmpty()) {
            for (String pair : raw.split("&")) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                query.computeIfAbsent(name, key -> new ArrayList<>()).add(equals < 0 ? "" : decode(pair.substring(equals + 1)));
            }
        }
        return query;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
