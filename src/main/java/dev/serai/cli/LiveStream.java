package dev.serai.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One connection to the hub's live stream. Reads server-sent events on a thread of its own, because a read cannot be
 * waited for with a limit; a hub that says nothing at all for three heartbeats is gone, whatever the network thinks.
 */
final class LiveStream implements AutoCloseable {

    /** What the stream said; {@code beat} is a sign of life, {@code end} the last. */
    record Said(String name, String data) {
        static final Said BEAT = new Said("beat", "");
        static final Said END = new Said("end", "");
    }

    private static final Duration HEAD_PATIENCE = Duration.ofSeconds(10);
    private static final int LONGEST_ERROR = 16 * 1024;

    private final HttpResponse<InputStream> response;
    private final BlockingQueue<Said> said = new ArrayBlockingQueue<>(256);
    private final Thread reader = new Thread(this::read, "live-stream");

    private LiveStream(HttpResponse<InputStream> response) {
        this.response = response;
        reader.setDaemon(true);
    }

    /** @throws IOException if the hub cannot be reached; ask {@link #status} whether it agreed */
    static LiveStream open(HttpClient client, HttpRequest.Builder request) throws IOException, InterruptedException {
        LiveStream stream = new LiveStream(client.send(request.timeout(HEAD_PATIENCE)
                .header("Accept", "text/event-stream").build(), BodyHandlers.ofInputStream()));
        if (stream.isOpen()) {
            stream.reader.start();
        }
        return stream;
    }

    int status() {
        return response.statusCode();
    }

    boolean isOpen() {
        return status() == 200
                && response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream");
    }

    /** What the hub answered instead of a stream. */
    String refusal() throws IOException {
        return new String(response.body().readNBytes(LONGEST_ERROR), StandardCharsets.UTF_8);
    }

    /** The next thing said; null if there was none in that time. */
    Said next(long nanos) throws InterruptedException {
        return said.poll(nanos, TimeUnit.NANOSECONDS);
    }

    private void read() {
        try {
            try (BufferedReader lines = new BufferedReader(
                    new InputStreamReader(response.body(), StandardCharsets.UTF_8))) {
                read(lines);
            } catch (IOException e) {
                // the connection broke; that is an end too
            }
            said.put(Said.END);
        } catch (InterruptedException e) {
            // closed by who reads it
        }
    }

    private void read(BufferedReader lines) throws IOException, InterruptedException {
        String name = "message";
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                said.put(data.isEmpty() ? Said.BEAT : new Said(name, data.toString()));
                name = "message";
                data.setLength(0);
            } else if (line.startsWith("event:")) {
                name = line.substring(6).strip();
            } else if (line.startsWith("data:")) {
                data.append(data.isEmpty() ? "" : "\n").append(line.substring(5).strip());
            }
        }
    }

    @Override
    public void close() {
        try {
            reader.interrupt();
            response.body().close();
        } catch (IOException e) {
            // it is gone either way
        }
    }
}
