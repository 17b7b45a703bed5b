package dev.serai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.delivery.Preview;
import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Suppressions;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import dev.serai.model.Problem;
import dev.serai.model.SettingsException;
import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The hub without Kafka behind it: the real HTTP port, the real routes, Kamelets and mappings, and Kafka's own
 * in-memory producer at the end, which remembers what reached each topic. Starts in a second; the clock stands still.
 */
public final class SampleHub implements AutoCloseable {

    public static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private static final HttpLimits LIMITS = new HttpLimits(1024 * 1024, 256, 256, Duration.ofSeconds(30),
            Duration.ofSeconds(10), Duration.ofSeconds(10));

    private final HubHttpServer http;
    private final CamelRuntime camel;
    private final MockProducer<byte[], byte[]> producer;
    private final List<Problem> problems;

    public SampleHub(Map<String, String> settings) {
        this(settings, LIMITS);
    }

    public SampleHub(Map<String, String> settings, HttpLimits limits) {
        this(read(settings), limits, Optional.empty());
    }

    /** With the routes of one partner, and of no file what is not given here. */
    SampleHub(Map<String, String> settings, PartnerFolders folders, Partner only) {
        this(checked(settings, folders), LIMITS, Optional.of(only));
    }

    private SampleHub(Configuration configuration, HttpLimits limits, Optional<Partner> only) {
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        this.http = new HubHttpServer(limits, new IngestMetrics(meters));
        this.producer = new MockProducer<>(cluster("events", "objects", "dead-letters"), true, new RoundRobinPartitioner(),
                new ByteArraySerializer(), new ByteArraySerializer());
        http.listen("127.0.0.1", 0, false);
        this.camel = new CamelRuntime(configuration, http, meters, new Suppressions(), Clock.fixed(NOW, ZoneOffset.UTC));
        camel.bind("publisher", new Publisher(producer));
        camel.serve(null);
        // of a destination that needs no settings nothing is read or sent
        new Preview().bindTo(camel.context());
        this.problems = new ArrayList<>(only.isPresent() ? List.of() : configuration.folders().problems());
        problems.addAll(only.map(camel::load).orElseGet(camel::loadPartners));
        http.ready();
    }

    private static Configuration read(Map<String, String> settings) {
        Properties properties = new Properties();
        properties.putAll(settings);
        properties.put("camel.server.port", "0");
        // not those of the person who runs it: a sample is the same everywhere
        return Configuration.read(Path.of("no-application.properties"), Map.of(), properties, false);
    }

    private static Configuration checked(Map<String, String> settings, PartnerFolders folders) {
        Map<String, String> all = new HashMap<>(settings);
        all.put("camel.server.port", "0");
        Configuration configuration = Configuration.of(Settings.of(all), folders);
        if (!configuration.problems().isEmpty()) {
            throw new SettingsException(configuration.problems());
        }
        return configuration;
    }

    private static Cluster cluster(String... topics) {
        Node node = new Node(0, "localhost", 9092);
        List<PartitionInfo> partitions = new ArrayList<>();
        for (String topic : topics) {
            partitions.add(new PartitionInfo(topic, 0, node, new Node[] {node}, new Node[] {node}));
        }
        return new Cluster("samples", List.of(node), partitions, Set.of(), Set.of());
    }

    public int port() {
        return http.port();
    }

    public HubHttpServer http() {
        return http;
    }

    /** What kept partner folders from being loaded. */
    public List<Problem> problems() {
        return problems;
    }

    /** What reached topic {@code events}, in order. */
    public List<JsonNode> events() {
        return values("events").stream().map(SampleHub::json).toList();
    }

    /** What reached topic {@code objects}, in order. */
    public List<JsonNode> objects() {
        return values("objects").stream().map(SampleHub::json).toList();
    }

    /** The same of events as text, byte for byte. */
    public List<String> rawEvents() {
        return values("events").stream().map(value -> new String(value, StandardCharsets.UTF_8)).toList();
    }

    public List<DeadLetter> deadLetters() {
        return values("dead-letters").stream().map(value -> {
            try {
                return DeadLetter.parse(value);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }).toList();
    }

    private List<byte[]> values(String topic) {
        return producer.history().stream().filter(written -> written.topic().equals(topic))
                .map(written -> written.value()).toList();
    }

    private static JsonNode json(byte[] value) {
        try {
            return Json.MAPPER.readTree(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets what reached the topics. */
    public void clear() {
        producer.clear();
    }

    @Override
    public void close() {
        camel.close();
        http.close();
    }
}
