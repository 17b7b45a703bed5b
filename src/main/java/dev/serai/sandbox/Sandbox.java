package dev.serai.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Serves fakes of partners on loopback, each below {@code /<partner>}. The faults and the clock are set by tests
 * directly, by people over HTTP: {@code GET} and {@code POST /sandbox/faults}, {@code DELETE /sandbox/faults},
 * {@code POST /sandbox/clock} with {@code {"now": "2026-01-01T00:00:00Z"}} or {@code {"advanceSeconds": 60}}.
 */
public final class Sandbox implements AutoCloseable {

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter
            .ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH).withZone(ZoneOffset.UTC);
    private static final int THREADS = 16;

    static {
        // else each answer waits 40 ms for the client's acknowledgement of its head
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
        Thread thread = new Thread(task, "sandbox");
        thread.setDaemon(true);
        return thread;
    });
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<String, Fake> fakes = new LinkedHashMap<>();
    private final SandboxClock clock;
    private final Faults faults;

    private Sandbox(HttpServer server, SandboxClock clock, Faults faults, List<Fake> fakes) {
        this.server = server;
        this.clock = clock;
        this.faults = faults;
        fakes.forEach(fake -> this.fakes.put(fake.partner(), fake));
    }

    /**
     * @param port 0 for any free one
     * @throws UncheckedIOException if the port is taken
     */
    public static Sandbox start(int port, SandboxClock clock, Faults faults, List<Fake> fakes) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            Sandbox sandbox = new Sandbox(server, clock, faults, fakes);
            server.setExecutor(sandbox.threads);
            server.createContext("/", sandbox::handle);
            server.start();
            return sandbox;
        } catch (IOException e) {
            throw new UncheckedIOException("the sandbox cannot listen on port " + port + " of loopback", e);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /** What to give as the partner's base URL. */
    public String url(String partner) {
        return "http://127.0.0.1:" + port() + "/" + partner;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath();
            byte[] body = exchange.getRequestBody().readAllBytes();
            int end = path.indexOf('/', 1);
            String first = end < 0 ? path.substring(1) : path.substring(1, end);
            SandboxRequest request = new SandboxRequest(exchange.getRequestMethod(),
                    decode(end < 0 ? "/" : path.substring(end)), query(exchange.getRequestURI().getRawQuery()),
                    headers(exchange), body);
            if (first.equals("sandbox")) {
                send(exchange, control(request));
            } else if (fakes.containsKey(first)) {
                answer(exchange, fakes.get(first), request);
            } else {
                send(exchange, SandboxAnswer.json(404, error("no fake of this name; there are " + fakes.keySet())));
            }
        } catch (RuntimeException e) {
            send(exchange, SandboxAnswer.json(500, error("the sandbox itself failed: " + e)));
        }
    }

    private void answer(HttpExchange exchange, Fake fake, SandboxRequest request) throws IOException {
        Optional<Fault> fault = faults.ofRequest(fake.partner(), request.path());
        if (fault.isEmpty()) {
            send(exchange, fake.answer(request));
            return;
        }
        switch (fault.get().kind()) {
            case HANG -> hang(fault.get().delay());
            case HALF_PAGE -> sendHalf(exchange, fake.answer(request));
            default -> send(exchange, fake.fail(fault.get()));
        }
    }

    /** Nothing is sent; the connection is closed when this returns. */
    private void hang(Duration wait) {
        try {
            closed.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(HttpExchange exchange, SandboxAnswer answer) throws IOException {
        begin(exchange, answer);
        exchange.getResponseBody().write(answer.body());
    }

    private void sendHalf(HttpExchange exchange, SandboxAnswer answer) throws IOException {
        begin(exchange, answer);
        exchange.getResponseBody().write(Arrays.copyOf(answer.body(), answer.body().length / 2));
        exchange.getResponseBody().flush();
    }

    private void begin(HttpExchange exchange, SandboxAnswer answer) throws IOException {
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        exchange.getResponseHeaders().set("Date", HTTP_DATE.format(clock.instant()));
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
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

    private static ObjectNode error(String message) {
        return Json.MAPPER.createObjectNode().put("error", message);
    }

    private static Map<String, String> headers(HttpExchange exchange) {
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
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
