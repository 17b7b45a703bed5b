package dev.serai.sandbox.destination;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;

/** A sandbox with one destination, called over HTTP. Its clock stands still. JSON may be written with single quotes. */
final class Destination<F extends DestinationFake> implements AutoCloseable {

    static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");
    static final String HASH = "07e2f1394b0ea80e2adca010ea8318df697001a005ba7452720edda4b0ce57b3";

    record Answer(int status, HttpHeaders headers, String text) {
        JsonNode body() {
            try {
                return Json.MAPPER.readTree(text);
            } catch (IOException e) {
                throw new UncheckedIOException(text, e);
            }
        }

        String header(String name) {
            return headers.firstValue(name).orElse(null);
        }

        /** The value at a JSON pointer. */
        JsonNode at(String pointer) {
            return body().at(pointer);
        }
    }

    final SandboxClock clock = new SandboxClock();
    final Faults faults = new Faults();
    final F fake;
    private final Sandbox sandbox;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> headers = new ArrayList<>();

    Destination(BiFunction<SandboxClock, Faults, F> fake) {
        clock.set(NOW);
        this.fake = fake.apply(clock, faults);
        this.sandbox = Sandbox.start(0, clock, faults, List.of(this.fake));
    }

    /** Instead of all headers so far. */
    Destination<F> with(String... namesAndValues) {
        headers.clear();
        headers.addAll(List.of(namesAndValues));
        return this;
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    Answer post(String path, String body) {
        return send("POST", sandbox.url(fake.partner()) + path, json(body).getBytes(StandardCharsets.UTF_8));
    }

    Answer send(String method, String path, String body) {
        return send(method, sandbox.url(fake.partner()) + path, json(body).getBytes(StandardCharsets.UTF_8));
    }

    Answer postZipped(String path, String body) {
        ByteArrayOutputStream zipped = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
            out.write(json(body).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        headers.addAll(List.of("Content-Encoding", "gzip"));
        return send("POST", sandbox.url(fake.partner()) + path, zipped.toByteArray());
    }

    Answer received(String method) {
        return send(method, sandbox.url("_received") + "/" + fake.partner(), new byte[0]);
    }

    void strike(Fault.Kind kind) {
        faults.add(new Fault(fake.partner(), "", kind, 1, Duration.ofSeconds(7)));
    }

    void pass(long seconds) {
        clock.advance(Duration.ofSeconds(seconds));
    }

    /** The items taken, without their kinds. */
    List<JsonNode> items() {
        return fake.received().stream().map(one -> one.path("item")).toList();
    }

    List<String> kinds() {
        return fake.received().stream().map(one -> one.path("kind").asText()).toList();
    }

    static String json(String text) {
        return text.replace('\'', '"');
    }

    /** An array with the item as often, in which {@code #} is its place. */
    static String times(int count, String item) {
        return "[" + String.join(",", IntStream.range(0, count).mapToObj(i -> item.replace("#", "" + i)).toList()) + "]";
    }

    private Answer send(String method, String url, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30))
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        if (!headers.isEmpty()) {
            request.headers(headers.toArray(String[]::new));
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        sandbox.close();
    }
}
