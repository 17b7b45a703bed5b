package dev.serai.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;

/**
 * HTTP to a row that a query finds. A steady stream of requests of twenty events, sent by the clock and not by the
 * answers; beside it one probe at a time, an event that is asked for by SQL until it is there.
 */
final class FreshnessBench {

    private static final int EVENTS_PER_REQUEST = 20;
    private static final int STREAM_RATE = 5_000;
    private static final Pattern LAG = Pattern.compile("serai_warehouse_lag\\{[^}]*} ([0-9.E+]+)");
    private static final String AUTHORIZATION = "Basic "
            + Base64.getEncoder().encodeToString("demo-website-key:".getBytes(StandardCharsets.UTF_8));

    private final Path jar;
    private final Path work;
    private final int seconds;
    private final java.net.http.HttpClient client = java.net.http.HttpClient.newHttpClient();

    /**
     * @param failures requests that were not answered 200
     * @param lags     events behind, each second
     * @param probes   milliseconds from the post to the row
     */
    private record Outcome(long failures, List<Long> lags, Histogram probes) {

        /** Behind by no more than a second's worth of events further in the second half than in the first. */
        boolean keepsUp(int rate) {
            int half = lags.size() / 2;
            return failures == 0
                    && mean(lags.subList(half, lags.size())) <= mean(lags.subList(0, half)) + rate;
        }

        private static double mean(List<Long> values) {
            return values.stream().mapToLong(Long::longValue).average().orElse(0);
        }
    }

    FreshnessBench(Path jar, Path work, int seconds) {
        this.jar = jar;
        this.work = work;
        this.seconds = seconds;
    }

    void run(PrintStream out) throws Exception {
        try (ServerProcess hub = ServerProcess.hub(jar, work.resolve("freshness"), 18_083)) {
            stream(hub, STREAM_RATE, 10, false);
            Outcome steady = stream(hub, STREAM_RATE, seconds, true);
            out.printf(Locale.ROOT, "HTTP to queryable row at %,d events/s for %d s: p50 %.2f s, p95 %.2f s, %d probes%n",
                    STREAM_RATE, seconds, steady.probes().getValueAtPercentile(50) / 1e3,
                    steady.probes().getValueAtPercentile(95) / 1e3, steady.probes().getTotalCount());
            int sustained = highest(hub);
            out.printf(Locale.ROOT, "highest rate sustained for %d s with lag not growing: %,d events/s%n", seconds,
                    sustained);
        }
    }

    /** Climbs in short trials, then lets the highest prove itself for the whole time. */
    private int highest(ServerProcess hub) throws Exception {
        int rate = STREAM_RATE;
        while (stream(hub, rate * 5 / 4, Math.max(10, seconds / 4), false).keepsUp(rate * 5 / 4)) {
            rate = rate * 5 / 4;
        }
        while (!stream(hub, rate, seconds, false).keepsUp(rate)) {
            rate = rate * 9 / 10;
        }
        return rate;
    }

    private Outcome stream(ServerProcess hub, int rate, int duration, boolean probing) throws Exception {
        awaitNoLag(hub);
        Vertx vertx = Vertx.vertx();
        HttpClient http = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(64)
                .setMaxWaitQueueSize(100_000));
        Events source = new Events(System.nanoTime());
        RequestOptions options = new RequestOptions().setMethod(HttpMethod.POST).setHost("127.0.0.1")
                .setPort(hub.port()).setURI("/v1/batch").putHeader("Authorization", AUTHORIZATION);
        AtomicLong failures = new AtomicLong();
        AtomicLong answered = new AtomicLong();
        List<Long> lags = new ArrayList<>();
        Histogram probes = new Histogram(120_000L, 3);
        Thread prober = new Thread(() -> probe(hub, duration, probes), "prober");
        if (probing) {
            prober.start();
        }
        long begin = System.nanoTime();
        long sent = 0;
        int sampled = 0;
        while (true) {
            double elapsed = (System.nanoTime() - begin) / 1e9;
            if (elapsed >= duration) {
                break;
            }
            for (; sent < elapsed * rate / EVENTS_PER_REQUEST; sent++) {
                Buffer body = Buffer.buffer(source.request(EVENTS_PER_REQUEST, true));
                http.request(options).compose(request -> request.send(body)).onComplete(answer -> {
                    if (answer.failed() || answer.result().statusCode() != 200) {
                        failures.incrementAndGet();
                    }
                    answered.incrementAndGet();
                });
            }
            if (elapsed > sampled) {
                lags.add(lag(hub));
                sampled++;
            }
            TimeUnit.MILLISECONDS.sleep(2);
        }
        prober.join();
        for (int i = 0; answered.get() < sent && i < 1000; i++) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        failures.addAndGet(sent - answered.get());
        vertx.close().toCompletionStage().toCompletableFuture().join();
        return new Outcome(failures.get(), lags, probes);
    }

    private void probe(ServerProcess hub, int duration, Histogram probes) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(duration);
        for (int i = 0; System.nanoTime() < end; i++) {
            try {
                String id = "probe-" + hub.port() + "-" + System.nanoTime() + "-" + i;
                long begin = System.nanoTime();
                post(hub, "/v1/track", "{\"event\":\"Probe Sent\",\"userId\":\"prober\",\"messageId\":\"" + id + "\"}");
                while (!post(hub, "/api/query", "{\"sql\":\"SELECT id FROM website.probe_sent WHERE id = '" + id
                        + "'\"}").contains("[[\"" + id)) {
                    TimeUnit.MILLISECONDS.sleep(20);
                }
                probes.recordValue((System.nanoTime() - begin) / 1_000_000);
            } catch (Exception e) {
                throw new IllegalStateException("the probe failed", e);
            }
        }
    }

    private String post(ServerProcess hub, String path, String body) throws Exception {
        return client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + path))
                .header("Authorization", AUTHORIZATION).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString()).body();
    }

    private long lag(ServerProcess hub) throws Exception {
        String metrics = client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port()
                + "/observe/metrics")).build(), HttpResponse.BodyHandlers.ofString()).body();
        Matcher found = LAG.matcher(metrics);
        return found.find() ? (long) Double.parseDouble(found.group(1)) : 0;
    }

    private void awaitNoLag(ServerProcess hub) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (lag(hub) > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }
}
