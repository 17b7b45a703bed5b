package dev.serai.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What a browser with the debugger open asks of a hub: the live stream, read as it comes, and the polls of the page around
 * it. A stream or a poll that fails is told when it is closed, since nothing would have been measured.
 */
final class OpenDebugger implements AutoCloseable {

    private static final String SKIPPED = "data: {\"count\":";

    private final HttpClient client = HttpClient.newHttpClient();
    private final ScheduledExecutorService polls = Executors.newSingleThreadScheduledExecutor();
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private final String hub;
    private final HttpResponse<InputStream> stream;
    private final Thread reader = new Thread(this::read, "debugger");
    private final long opened = System.nanoTime();
    private volatile boolean closing;
    private volatile long shown;
    private volatile long skipped;

    OpenDebugger(int port) throws IOException, InterruptedException {
        hub = "http://127.0.0.1:" + port;
        stream = client.send(get("/api/events/stream"), BodyHandlers.ofInputStream());
        if (stream.statusCode() != 200) {
            throw new IllegalStateException("the live stream answers " + stream.statusCode());
        }
        reader.start();
        polls.scheduleAtFixedRate(() -> poll("/api/overview"), 0, 2, TimeUnit.SECONDS);
        polls.scheduleAtFixedRate(() -> poll("/api/activity?after=0"), 0, 3, TimeUnit.SECONDS);
    }

    double shownPerSecond() {
        return shown / secondsOpen();
    }

    double skippedPerSecond() {
        return skipped / secondsOpen();
    }

    private double secondsOpen() {
        return (System.nanoTime() - opened) / 1e9;
    }

    private HttpRequest get(String path) {
        return HttpRequest.newBuilder(URI.create(hub + path)).build();
    }

    private void poll(String path) {
        try {
            int status = client.send(get(path), BodyHandlers.ofByteArray()).statusCode();
            if (status != 200) {
                throw new IOException(path + " answers " + status);
            }
        } catch (IOException e) {
            failure.compareAndSet(null, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            long events = 0;
            long left = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("id: ")) {
                    shown = ++events;
                } else if (line.startsWith(SKIPPED)) {
                    left += Long.parseLong(line.substring(SKIPPED.length(), line.length() - 1));
                    skipped = left;
                }
            }
            throw new IOException("the live stream has ended");
        } catch (IOException e) {
            if (!closing) {
                failure.compareAndSet(null, e);
            }
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        polls.shutdown();
        polls.awaitTermination(10, TimeUnit.SECONDS);
        closing = true;
        stream.body().close();
        reader.join();
        if (failure.get() != null) {
            throw new IllegalStateException("the debugger was not served", failure.get());
        }
    }
}
