package dev.serai.bench;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * A fixed number of connections, each with one request in flight: as many requests as the server answers, or as many as
 * the clock says. Requests are made beforehand and the answers are only counted, so that on a machine shared with the
 * server it takes little. By the clock, a request that its connection sends late counts from when it was due.
 */
final class Load implements AutoCloseable {

    /** @param failures answers other than 200 */
    record Result(long requests, long failures, double seconds, Histogram micros) {
        double perSecond() {
            return requests / seconds;
        }
    }

    private static final byte[] OK = "HTTP/1.1 200".getBytes(StandardCharsets.US_ASCII);

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final List<Buffer> requests = new ArrayList<>();
    private final int port;
    private final AtomicLong failures = new AtomicLong();
    private final Histogram micros = new Histogram(60_000_000L, 3);
    private volatile boolean counting;
    private volatile boolean ended;
    private int next;
    private long nanosBetween;

    Load(int port, String path, List<byte[]> bodies) {
        this.port = port;
        String key = Base64.getEncoder().encodeToString("demo-website-key:".getBytes(StandardCharsets.UTF_8));
        for (byte[] body : bodies) {
            String head = "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAuthorization: Basic " + key
                    + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length + "\r\n\r\n";
            requests.add(Buffer.buffer(head).appendBytes(body));
        }
    }

    /** So many requests a second; fewer if the server does not answer as many. */
    Result runAt(double requestsPerSecond, int connections, double warmUpSeconds, double seconds) throws InterruptedException {
        nanosBetween = (long) (connections * 1e9 / requestsPerSecond);
        return run(connections, warmUpSeconds, seconds);
    }

    Result run(int connections, double warmUpSeconds, double seconds) throws InterruptedException {
        NetClient client = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
        CountDownLatch open = new CountDownLatch(connections);
        long begun = System.nanoTime();
        for (int i = 0; i < connections; i++) {
            long due = begun + nanosBetween * i / connections;
            client.connect(port, "127.0.0.1").onSuccess(socket -> {
                open.countDown();
                new Connection(socket, due).send();
            });
        }
        if (!open.await(10, TimeUnit.SECONDS)) {
            throw new IllegalStateException("the server does not accept " + connections + " connections");
        }
        pause(warmUpSeconds);
        counting = true;
        long begin = System.nanoTime();
        pause(seconds);
        counting = false;
        double took = (System.nanoTime() - begin) / 1e9;
        ended = true;
        return new Result(micros.getTotalCount(), failures.get(), took, micros);
    }

    private static void pause(double seconds) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep((long) (seconds * 1000));
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Answers are small and have a content length; what arrives ends with one answer, never with two. */
    private final class Connection {

        private final NetSocket socket;
        private long sent;
        private Buffer answer;

        Connection(NetSocket socket, long due) {
            this.socket = socket;
            this.sent = due;
            socket.handler(this::received);
        }

        void send() {
            if (nanosBetween == 0) {
                sent = System.nanoTime();
            }
            answer = null;
            socket.write(requests.get(next++ % requests.size()));
        }

        private void received(Buffer part) {
            answer = answer == null ? part : Buffer.buffer().appendBuffer(answer).appendBuffer(part);
            if (!isWhole(answer)) {
                return;
            }
            if (counting) {
                micros.recordValue((System.nanoTime() - sent) / 1000);
                for (int i = 0; i < OK.length; i++) {
                    if (answer.getByte(i) != OK[i]) {
                        failures.incrementAndGet();
                        break;
                    }
                }
            }
            if (!ended) {
                sendNext();
            }
        }

        private void sendNext() {
            sent += nanosBetween;
            // never early, or it would seem to be answered before it was due
            long wait = nanosBetween == 0 ? 0 : (sent - System.nanoTime() + 999_999) / 1_000_000;
            if (wait > 0) {
                vertx.setTimer(wait, now -> send());
            } else {
                send();
            }
        }

        private boolean isWhole(Buffer text) {
            int length = text.length();
            return length > 4 && text.getByte(length - 1) == '}';
        }
    }
}
