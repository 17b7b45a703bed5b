package dev.serai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fakes;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** A hub and a sandbox for the stories of {@code serai demo}, in a directory that is removed in the end. */
final class Demo implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration LOOK = Duration.ofMillis(200);
    static final String WRITE_KEY = "demo";

    private final HttpClient client = HttpClient.newHttpClient();
    private final PrintWriter out;
    private final Path directory;
    private final List<Fake> fakes;
    private final Sandbox sandbox;
    private final SandboxClock clock;
    private final Hub hub;

    private Demo(PrintWriter out, Path directory, List<Fake> fakes, Sandbox sandbox, SandboxClock clock, Hub hub) {
        this.clock = clock;
        this.out = out;
        this.directory = directory;
        this.fakes = fakes;
        this.sandbox = sandbox;
        this.hub = hub;
    }

    static Demo start(Path routes, PrintWriter out) throws IOException {
        Path directory = Files.createTempDirectory("serai-demo");
        Path audiences = Files.createDirectory(directory.resolve("audiences"));
        for (String file : List.of("campaign.audience.yaml", "win-back.audience.yaml")) {
            try (InputStream in = Demo.class.getResourceAsStream("/demo/" + file)) {
                Files.copy(in, audiences.resolve(file));
            }
        }
        Path shipped = Path.of("audiences/email-funnel.report.yaml");
        if (Files.exists(shipped)) {
            Files.copy(shipped, audiences.resolve(shipped.getFileName()));
        }
        SandboxClock clock = new SandboxClock();
        Faults faults = new Faults();
        List<Fake> fakes = Fakes.all(Fakes.SEED, Fakes.PEOPLE, clock, faults);
        Sandbox sandbox = Sandbox.start(0, clock, faults, fakes);
        Properties settings = new Properties();
        settings.putAll(Map.of("serai.data.dir", directory.resolve("data").toString(), "camel.server.port", "0", "serai.kafka.port", "0",
                "serai.routes.dir", routes.toString(), "serai.audiences.dir", audiences.toString(), "serai.sandbox.enabled", "true",
                "serai.sandbox.port", String.valueOf(sandbox.port()), "serai.sources.shop.writeKey", WRITE_KEY));
        // else tickets of the last months only
        settings.setProperty("serai.sources.zendesk.startDate", "2020-01-01");
        settings.putAll(Map.of("serai.destinations.facebook-campaign.partner", "facebook-audiences",
                "serai.destinations.facebook-campaign.audienceKey", "campaign",
                "serai.destinations.facebook-win-back.partner", "facebook-audiences",
                "serai.destinations.facebook-win-back.audienceKey", "win_back", "serai.destinations.google-ads.audienceKey", "win_back"));
        long begin = System.nanoTime();
        Hub hub = Hub.start(directory.resolve("application.properties"), Map.of(), settings, false);
        Demo demo = new Demo(out, directory, fakes, sandbox, clock, hub);
        demo.say("Hub with sandbox ready at %s after %.1f s", demo.url(), (System.nanoTime() - begin) / 1e9);
        return demo;
    }

    String url() {
        return "http://127.0.0.1:" + hub.port();
    }

    String sandboxUrl() {
        return "http://127.0.0.1:" + sandbox.port();
    }

    void say(String line, Object... values) {
        out.println(String.format(java.util.Locale.ROOT, line, values));
    }

    /** A check, with a line of its own. */
    boolean check(String what, Collection<?> expected, Collection<?> found) {
        boolean holds = new TreeSet<>(expected).equals(new TreeSet<>(found));
        say("  %s %s: %d, computed without the hub: %d%s", holds ? "ok   " : "WRONG", what, found.size(), expected.size(),
                holds ? "" : "; " + difference(expected, found));
        return holds;
    }

    private static String difference(Collection<?> expected, Collection<?> found) {
        return expected.stream().filter(one -> !found.contains(one)).count() + " are missing, "
                + found.stream().filter(one -> !expected.contains(one)).count() + " should not be there";
    }

    /** Waits until what is looked at is as it should be, or for two minutes; the last look counts. */
    <T> Set<T> await(Collection<T> expected, Supplier<Set<T>> look) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Set<T> found = look.get();
        while (!(found.size() == expected.size() && found.containsAll(expected)) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK.toNanos());
            found = look.get();
        }
        return found;
    }

    JsonNode get(String url) {
        return send(HttpRequest.newBuilder(URI.create(url)));
    }

    JsonNode send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() / 100 != 2) {
                throw new IllegalStateException(request.build().uri() + " answered " + answer.statusCode() + ": " + answer.body());
            }
            return Json.MAPPER.readTree(answer.body().isEmpty() ? "{}" : answer.body());
        } catch (IOException e) {
            throw new IllegalStateException(request.build().uri() + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    JsonNode post(String url, JsonNode body) {
        return send(HttpRequest.newBuilder(URI.create(url)).header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    long number(String sql) {
        try {
            return post(url() + "/api/query", Json.MAPPER.createObjectNode().put("sql", sql)).at("/rows/0/0").asLong();
        } catch (IllegalStateException e) {
            // a table is made with its first row
            return 0;
        }
    }

    /** Waits until a query counts so many rows, or more. */
    void awaitRows(String sql, long rows) {
        await(List.of(rows), () -> Set.of(Math.min(rows, number(sql))));
    }

    /** At the partners it is later. */
    void pass(Duration time) {
        clock.advance(time);
    }

    JsonNode run(String audience) {
        return post(url() + "/api/audiences/" + audience + "/runs", Json.MAPPER.createObjectNode());
    }

    /** What a destination took, each {@code {"kind": ..., "item": ...}}. */
    List<JsonNode> received(String partner) {
        return fakes.stream().filter(fake -> fake.partner().equals(partner)).findFirst().orElseThrow().recorded().orElseThrow().items();
    }

    ObjectNode object() {
        return Json.MAPPER.createObjectNode();
    }

    static String sha256(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public void close() {
        hub.close();
        sandbox.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            out.println("The directory " + directory + " could not be removed");
        }
    }
}
