package dev.serai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The jar as users run it: a process of its own, beside the repository's routes and settings. */
public final class HubProcess implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("Hub ready url=http://127.0.0.1:(\\d+)");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final Process process;
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final CompletableFuture<Integer> port = new CompletableFuture<>();

    private HubProcess(Process process) {
        this.process = process;
        Thread reader = new Thread(this::read, "hub-log");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts and does not wait. */
    public static HubProcess start(Path data, String... settings) throws IOException {
        return java(data, List.of("-jar", System.getProperty("serai.jar"), "run"), settings);
    }

    /** Starts any program with these settings, and does not wait. */
    public static HubProcess java(Path data, List<String> program, String... settings) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx384m");
        // it lives for seconds, beside others: what the second compiler gains comes too late
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:+UseSerialGC");
        command.add("-Dserai.data.dir=" + data);
        command.add("-Dcamel.server.port=0");
        Arrays.stream(settings).map(setting -> "-D" + setting).forEach(command::add);
        command.addAll(program);
        return new HubProcess(new ProcessBuilder(command).redirectErrorStream(true).start());
    }

    /** Starts and waits until it is ready. */
    public static HubProcess ready(Path data, String... settings) throws Exception {
        HubProcess hub = start(data, settings);
        hub.awaitReady();
        return hub;
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                log.add(line);
                Matcher ready = READY.matcher(line);
                if (ready.find()) {
                    port.complete(Integer.parseInt(ready.group(1)));
                }
            }
        } catch (IOException e) {
            log.add("log ended: " + e);
        }
        port.completeExceptionally(new IllegalStateException("the hub ended: " + log));
    }

    public void awaitReady() throws Exception {
        port.get(3, TimeUnit.MINUTES);
    }

    public int port() {
        return port.join();
    }

    public String log() {
        return String.join("\n", log);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for the end and tells the exit code. */
    public int exitCode() throws InterruptedException {
        return exitCode(Duration.ofSeconds(60));
    }

    public int exitCode(Duration patience) throws InterruptedException {
        if (!process.waitFor(patience.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("the hub did not end: " + log());
        }
        return process.exitValue();
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(10, TimeUnit.SECONDS);
    }

    /** SIGTERM; by its handle, because {@link Process#destroy} would also close the log. */
    public void terminate() {
        process.toHandle().destroy();
    }

    public HttpResponse<String> post(String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString("demo-website-key:"
                        .getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public HttpResponse<String> get(String path) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** The rows of a query; empty while the table does not exist yet. */
    public JsonNode query(String sql) {
        HttpResponse<String> answer = post("/api/query", Json.MAPPER.createObjectNode().put("sql", sql).toString());
        try {
            return answer.statusCode() == 200 ? Json.MAPPER.readTree(answer.body()).get("rows")
                    : Json.MAPPER.createArrayNode();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one number that a query answers; -1 while there is none. */
    public long number(String sql) {
        JsonNode rows = query(sql);
        return rows.isEmpty() ? -1 : rows.get(0).get(0).asLong();
    }

    @Override
    public void close() throws Exception {
        terminate();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
