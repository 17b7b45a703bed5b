package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import dev.serai.kafka.EmbeddedBroker;
import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Suppressions;
import dev.serai.kafka.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The door with a real broker behind it: its threads compute and never wait, whatever Kafka does. */
class EventLoopTest {

    private static final String EVENT = "{\"event\":\"E\",\"userId\":\"u\"}";
    private static final Set<String> WAITS = Set.of("jdk.internal.misc.Unsafe.park", "java.lang.Object.wait",
            "java.lang.Object.wait0", "java.lang.Thread.sleep", "java.lang.Thread.sleep0");
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    private Path data;
    private EmbeddedBroker broker;
    private Publisher publisher;
    private CamelRuntime camel;
    private HubHttpServer http;

    @BeforeEach
    void start() throws Exception {
        broker = EmbeddedBroker.start(data, 0);
        KafkaConnection connection = new KafkaConnection(broker.brokers());
        try (Admin admin = Admin.create(connection.admin())) {
            Topics.create(admin, List.of());
        }
        Properties settings = new Properties();
        settings.putAll(Map.of("camel.server.port", "0", "serai.sources.shop.writeKey", "k"));
        Configuration configuration = Configuration.read(Path.of("none"), Map.of(), settings, true);
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        http = new HubHttpServer(new HttpLimits(1024 * 1024, 256, 256, Duration.ofSeconds(60), Duration.ofSeconds(60),
                Duration.ofSeconds(60)), new IngestMetrics(meters));
        http.observe("/observe/health", ctx -> ctx.end("well"));
        http.listen("127.0.0.1", 0, true);
        camel = new CamelRuntime(configuration, http, meters, new Suppressions(), Clock.systemUTC());
        publisher = new Publisher(connection);
        camel.bind("publisher", publisher);
        camel.serve(null);
        assertThat(camel.loadPartners()).isEmpty();
        http.ready();
    }

    @AfterEach
    void stop() {
        camel.close();
        http.close();
        publisher.close();
        broker.close();
    }

    @Test
    void waitsForNothingWhileRequestsFlow() throws Exception {
        AtomicBoolean sending = new AtomicBoolean(true);
        List<String> waits = new ArrayList<>();
        Thread watcher = new Thread(() -> {
            while (sending.get()) {
                waits.addAll(waitingEventLoops());
            }
        });
        watcher.start();

        for (int round = 0; round < 40; round++) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                answers.add(post("/v1/track"));
            }
            answers.forEach(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
        }

        sending.set(false);
        watcher.join();
        assertThat(waits).isEmpty();
    }

    @Test
    void answersOthersWhileKafkaIsAwayAndThenSaysThatNothingWasAccepted() throws Exception {
        broker.close();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            answers.add(post("/v1/track"));
        }

        HttpResponse<String> health = CLIENT.send(HttpRequest.newBuilder(uri("/observe/health")).build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(health.body()).isEqualTo("well");
        assertThat(answers).noneMatch(CompletableFuture::isDone);
        assertThat(waitingEventLoops()).isEmpty();
        answers.forEach(answer -> {
            assertThat(answer.join().statusCode()).isEqualTo(503);
            assertThat(answer.join().headers().firstValue("Retry-After")).isPresent();
            assertThat(answer.join().body()).contains("kafka_unavailable");
        });
    }

    /** Event loops that wait for something else than the network, with what they wait for. */
    private static List<String> waitingEventLoops() {
        List<String> waiting = new ArrayList<>();
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            if (thread.getName().startsWith("vert.x-eventloop") && stack.length > 0
                    && WAITS.contains(stack[0].getClassName() + "." + stack[0].getMethodName()) && !isPassing(stack)) {
                waiting.add(thread.getName() + " " + List.of(stack));
            }
        });
        return waiting;
    }

    /**
     * Kafka's buffer pool has a lock that is never held while anything is waited for; on a busy machine its holder may be
     * interrupted all the same. Waiting for memory would be a condition's await, and is found.
     */
    private static boolean isPassing(StackTraceElement[] stack) {
        for (int i = 1; i < stack.length; i++) {
            if (stack[i].getClassName().endsWith(".BufferPool")) {
                return stack[i - 1].getClassName().endsWith(".ReentrantLock") && stack[i - 1].getMethodName().equals("lock");
            }
        }
        return false;
    }

    private CompletableFuture<HttpResponse<String>> post(String path) {
        return CLIENT.sendAsync(HttpRequest.newBuilder(uri(path)).header("Authorization", "Basic azo=")
                .POST(HttpRequest.BodyPublishers.ofString(EVENT)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + http.port() + path);
    }
}
