package dev.serai.console;

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
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A client of the live stream that keeps what it is told. */
final class Stream implements AutoCloseable {

    record Said(String name, String id, String data) { }

    private final HttpResponse<InputStream> response;
    private final List<Said> said = new CopyOnWriteArrayList<>();
    private final List<String> comments = new CopyOnWriteArrayList<>();
    private volatile boolean ended;

    private Stream(HttpResponse<InputStream> response) {
        this.response = response;
        Thread thread = new Thread(this::read, "stream-client");
        thread.setDaemon(true);
        thread.start();
    }

    static Stream open(int port, String query, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/events/stream" + query));
        return new Stream(HttpClient.newHttpClient().send((headers.length == 0 ? request : request.headers(headers)).build(),
                BodyHandlers.ofInputStream()));
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(response.body(),
                StandardCharsets.UTF_8))) {
            String name = null;
            String id = null;
            String data = null;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.isEmpty() && name != null) {
                    said.add(new Said(name, id, data));
                    name = null;
                    id = null;
                } else if (line.startsWith(":")) {
                    comments.add(line);
                } else if (line.startsWith("event: ")) {
                    name = line.substring(7);
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    data = line.substring(6);
                }
            }
        } catch (IOException e) {
            // closed by the test, or by the server's end
        } finally {
            ended = true;
        }
    }

    HttpResponse<InputStream> response() {
        return response;
    }

    List<Said> said() {
        return said;
    }

    List<Said> said(String name) {
        return said.stream().filter(one -> one.name().equals(name)).toList();
    }

    List<String> comments() {
        return comments;
    }

    boolean isListening() {
        return !said("listening").isEmpty();
    }

    boolean ended() {
        return ended;
    }

    @Override
    public void close() throws IOException {
        response.body().close();
    }
}
