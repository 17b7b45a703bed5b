package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fakes;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Sandbox;
import dev.serai.sandbox.SandboxClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * A hub of the jar with something in all that the console shows: a source with a tracking plan and one without, partners of the
 * sandbox to pull from and send to, an audience, a funnel. It can be killed and come back at the same address.
 */
final class ConsoleHub implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int PEOPLE = 20;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    final Path routes;
    final Faults faults = new Faults();
    private final Sandbox sandbox;
    private final Path data;
    private final String[] settings;
    private final int port;
    private final String token;
    private HubProcess process;

    /** @param token the operator's; empty for none */
    ConsoleHub(Path folder, String token, String... more) throws Exception {
        this.token = token;
        SandboxClock clock = new SandboxClock();
        sandbox = Sandbox.start(0, clock, faults, Fakes.all(Fakes.SEED, PEOPLE, clock, faults));
        data = folder.resolve("data");
        routes = folder.resolve("routes");
        copy(Path.of("routes"), routes);
        Path audiences = folder.resolve("audiences");
        copy(Path.of("audiences"), audiences);
        Files.writeString(audiences.resolve("readers.audience.yaml"), "description: Who opens emails.\nwho: {did: Email Opened}\n");
        Path plan = Files.writeString(folder.resolve("app.plan.yaml"),
                "title: App\nspecs: []\nevents: {Song Played: {required: [song_id]}}\n");
        port = freePort();
        List<String> all = new ArrayList<>(List.of("camel.server.port=" + port, "serai.routes.dir=" + routes, "serai.audiences.dir=" + audiences,
                "serai.sandbox.enabled=true", "serai.sandbox.port=" + sandbox.port(), "serai.sources.app.writeKey=app-key",
                "serai.sources.app.plan=" + plan));
        if (!token.isEmpty()) {
            all.add("serai.console.token=" + token);
        }
        all.addAll(List.of(more));
        settings = all.toArray(String[]::new);
        start();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    void start() throws Exception {
        process = HubProcess.ready(data, settings);
    }

    void kill() throws Exception {
        process.kill();
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /** An event of the website, taken. */
    void track(String messageId, String user, String event, String properties) throws Exception {
        HttpResponse<String> answer = post("demo-website-key", "track", """
                {"messageId":"%s","userId":"%s","event":"%s","properties":%s}""".formatted(messageId, user, event, properties));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }

    /** Any call, with what becomes of it. */
    HttpResponse<String> post(String writeKey, String call, String body) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create(url() + "/v1/" + call)).header("Authorization", "Basic "
                + Base64.getEncoder().encodeToString((writeKey + ":").getBytes(StandardCharsets.UTF_8)))
                .POST(HttpRequest.BodyPublishers.ofString(body)).build(), HttpResponse.BodyHandlers.ofString());
    }

    JsonNode get(String path) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url() + path));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return Json.MAPPER.readTree(CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString()).body());
    }

    /** Four people get an email of a campaign, three of them in their inbox, two open it and one clicks. */
    void emails() throws Exception {
        List<String> steps = List.of("Email Sent", "Email Delivered", "Email Opened", "Email Link Clicked");
        for (int step = 0; step < steps.size(); step++) {
            for (int person = 0; person < steps.size() - step; person++) {
                track("mail-" + step + "-" + person, "reader-" + person, steps.get(step), """
                        {"campaign_name":"Spring"}""");
            }
        }
    }

    @Override
    public void close() throws Exception {
        process.close();
        sandbox.close();
    }
}
