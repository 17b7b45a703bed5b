package dev.serai.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.serai.model.SettingsException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the door does with clients that want too much or take too long. */
class HubHttpServerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final BlockingQueue<RoutingContext> held = new LinkedBlockingQueue<>();
    private final List<Socket> sockets = new ArrayList<>();
    private HubHttpServer server;

    @BeforeEach
    void start() {
        server = new HubHttpServer(new HttpLimits(1000, 8, 2, Duration.ofSeconds(2), Duration.ofSeconds(1),
                Duration.ofSeconds(1)), new IngestMetrics(new SimpleMeterRegistry()));
        server.routes().post("/echo").handler(server.bodyReader())
                .handler(ctx -> ctx.end("read " + ctx.body().length()));
        server.routes().post("/hold").handler(server.bodyReader()).handler(held::add);
        server.observe("/observe/health", ctx -> ctx.end("well"));
        server.listen("127.0.0.1", 0, true);
        server.ready();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.close();
    }

    @Test
    void refusesABodyOverTheLimitBeforeItIsSent() throws Exception {
        Socket socket = send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n");

        assertThat(answer(socket)).startsWith("HTTP/1.1 413").contains("payload_too_large");
    }

    @Test
    void refusesABodyOverTheLimitThatDoesNotSayHowLongItIs() throws Exception {
        String chunk = "1f4\r\n" + "x".repeat(500) + "\r\n";
        Socket socket = send("POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk.repeat(3)
                + "0\r\n\r\n");

        assertThat(answer(socket)).startsWith("HTTP/1.1 413");
    }

    @Test
    void saysThatAHeadIsTooLongAndThatTheConnectionEnds() throws Exception {
        Socket headers = send("POST /echo HTTP/1.1\r\nHost: x\r\nX-Long: " + "x".repeat(17 * 1024) + "\r\n\r\n");
        Socket line = send("POST /" + "x".repeat(9 * 1024) + " HTTP/1.1\r\nHost: x\r\n\r\n");
        Socket nonsense = send("POST /echo HTTP/1.1\r\nHost: x\r\nno header\u0001\u0002: \u0000\r\n\r\n");

        assertThat(answer(headers)).contains(" 431 ").containsIgnoringCase("Connection: close").contains("headers_too_large");
        assertThat(answer(line)).contains(" 414 ").containsIgnoringCase("Connection: close").contains("uri_too_long");
        assertThat(answer(nonsense)).contains(" 400 ").containsIgnoringCase("Connection: close").contains("bad_request");
    }

    @Test
    void takesABodyOfExactlyTheLimit() throws Exception {
        Socket socket = send("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n"
                + "x".repeat(1000));

        assertThat(answer(socket)).startsWith("HTTP/1.1 200").endsWith("read 1000");
    }

    @Test
    void answers429WhenTooManyRequestsAreInFlightAndTakesThemAgainAfterwards() throws Exception {
        String request = "POST /hold HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx";
        Socket first = send(request);
        Socket second = send(request);
        RoutingContext one = held.take();
        RoutingContext two = held.take();

        assertThat(answer(send(request))).startsWith("HTTP/1.1 429").containsIgnoringCase("Retry-After: 1");

        one.end("done");
        two.end("done");
        assertThat(answer(first)).startsWith("HTTP/1.1 200");
        assertThat(answer(second)).startsWith("HTTP/1.1 200");
        assertThat(answer(send("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx")))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void closesAConnectionWhoseHeadDrips() throws Exception {
        Socket socket = send("POST /echo HTTP/1.1\r\nHost: x\r\n");

        await().atMost(PATIENCE).until(() -> isClosedWhileDripping(socket, "X-More: y\r\n"));
    }

    @Test
    void closesAConnectionWhoseSecondHeadDrips() throws Exception {
        Socket socket = send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\nx");
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        socket.getOutputStream().write("POST /echo HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));

        await().atMost(PATIENCE).until(() -> isClosedWhileDripping(socket, "X-More: y\r\n"));
    }

    @Test
    void closesAConnectionWhoseBodyDrips() throws Exception {
        Socket socket = send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n");

        await().atMost(PATIENCE).until(() -> isClosedWhileDripping(socket, "x"));
    }

    @Test
    void closesAnIdleConnection() throws Exception {
        Socket socket = connect();

        assertThat(answer(socket)).isEmpty();
    }

    @Test
    void closesConnectionsOverTheLimitAndTakesOthersWhenTheseHaveGone() throws Exception {
        for (int i = 0; i < 8; i++) {
            connect();
        }
        await().atMost(PATIENCE).until(() -> server.connections() == 8);

        assertThat(answer(connect())).isEmpty();

        sockets.get(0).close();
        await().atMost(PATIENCE).until(() -> server.connections() < 8);
        assertThat(answer(send("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void answers503UntilItIsReadyAndWhileItDrainsButTellsItsHealth() throws Exception {
        server.drain(1);

        assertThat(answer(send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")))
                .startsWith("HTTP/1.1 503").contains("Retry-After");
        assertThat(answer(send("GET / HTTP/1.1\r\nHost: x\r\nAccept: text/html,*/*\r\n\r\n")))
                .startsWith("HTTP/1.1 503").contains("text/html", "http-equiv=\"refresh\"");
        assertThat(answer(send("GET /observe/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void answersWhatIsNoHttpAndStaysUp() throws Exception {
        answer(send("\u0000\u0001\u0002 garbage\r\n\r\n"));
        answer(send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\n\r\n"));
        answer(send("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n"));

        assertThat(answer(send("POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")))
                .startsWith("HTTP/1.1 200");
    }

    @Test
    void saysThatThePortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0)) {
            HubHttpServer other = new HubHttpServer(new HttpLimits(1000, 8, 2, PATIENCE, PATIENCE, PATIENCE),
                    new IngestMetrics(new SimpleMeterRegistry()));
            assertThatThrownBy(() -> other.listen("127.0.0.1", taken.getLocalPort(), true))
                    .isInstanceOf(SettingsException.class).hasMessageContaining("camel.server.port");
            other.close();
        }
    }

    private static boolean isClosedWhileDripping(Socket socket, String drop) {
        try {
            socket.getOutputStream().write(drop.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", server.port());
        socket.setSoTimeout((int) PATIENCE.toMillis());
        sockets.add(socket);
        return socket;
    }

    private Socket send(String text) throws IOException {
        Socket socket = connect();
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return socket;
    }

    /** All that comes until the server closes the connection. */
    private static String answer(Socket socket) throws IOException {
        StringBuilder text = new StringBuilder();
        InputStream in = socket.getInputStream();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                text.append((char) b);
            }
        } catch (SocketException e) {
            // closed with a reset: what came before counts
        }
        return text.toString();
    }
}
