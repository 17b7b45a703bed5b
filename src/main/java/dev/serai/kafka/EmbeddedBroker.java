package dev.serai.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A real Kafka broker (KRaft, one node, broker and controller) in this process, on loopback, for hubs without a
 * cluster of their own.
 *
 * <p>The directory must belong to this process alone: the hub locks its data directory before it comes here. Ports
 * are free ones, new at each start, unless one is asked for; a single voter does not mind that its address changes.
 * Kafka's defaults are made for a machine of its own, so the settings here trade them for memory and start-up time.
 */
public final class EmbeddedBroker implements AutoCloseable {

    private static final String LOOPBACK = "127.0.0.1";
    private static final int NODE = 1;

    private final KafkaRaftServer server;
    private final int port;

    private EmbeddedBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Formats the directory if it is new, and starts; returns when the broker answers.
     *
     * @param port the port of the broker on loopback; 0 for any free one
     */
    public static EmbeddedBroker start(Path directory, int port) {
        int[] free = freePorts();
        int brokerPort = port == 0 ? free[0] : port;
        int controllerPort = free[1];
        try {
            Files.createDirectories(directory);
            // Kafka writes meta.properties last, so without it the directory was never in use
            if (!Files.exists(directory.resolve("meta.properties"))) {
                format(directory);
            }
        } catch (Exception e) {
            throw new IllegalStateException("cannot prepare " + directory + " for Kafka", e);
        }
        KafkaRaftServer server = new KafkaRaftServer(
                new KafkaConfig(properties(directory, brokerPort, controllerPort), false), Time.SYSTEM);
        server.startup();
        return new EmbeddedBroker(server, brokerPort);
    }

    /** host:port for clients. */
    public String brokers() {
        return LOOPBACK + ":" + port;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }

    private static Properties properties(Path directory, int brokerPort, int controllerPort) {
        Properties p = new Properties();
        p.put("process.roles", "broker,controller");
        p.put("node.id", String.valueOf(NODE));
        p.put("controller.quorum.voters", NODE + "@" + LOOPBACK + ":" + controllerPort);
        p.put("listeners", "PLAINTEXT://" + LOOPBACK + ":" + brokerPort
                + ",CONTROLLER://" + LOOPBACK + ":" + controllerPort);
        p.put("advertised.listeners", "PLAINTEXT://" + LOOPBACK + ":" + brokerPort);
        p.put("controller.listener.names", "CONTROLLER");
        p.put("inter.broker.listener.name", "PLAINTEXT");
        p.put("log.dirs", directory.toString());

        p.put("auto.create.topics.enable", "false");
        p.put("offsets.topic.replication.factor", "1");
        p.put("offsets.topic.num.partitions", "4");
        p.put("transaction.state.log.replication.factor", "1");
        p.put("transaction.state.log.min.isr", "1");
        p.put("transaction.state.log.num.partitions", "2");
        p.put("group.initial.rebalance.delay.ms", "0");

        // after a kill the controller takes the broker for alive until its session ends, and lets no other one in
        p.put("broker.session.timeout.ms", "3000");
        p.put("broker.heartbeat.interval.ms", "1500");
        // else the controller writes a record each half second to say that it is there
        p.put("metadata.max.idle.interval.ms", "0");
        p.put("log.segment.bytes", String.valueOf(128 * 1024 * 1024));
        // what is deleted from the beginning of a log leaves the disk by whole segments
        p.put("log.roll.hours", "24");
        p.put("log.cleaner.dedupe.buffer.size", String.valueOf(4 * 1024 * 1024));
        p.put("log.cleaner.io.buffer.size", String.valueOf(128 * 1024));
        p.put("num.network.threads", "2");
        p.put("num.io.threads", "4");
        p.put("background.threads", "2");
        p.put("message.max.bytes", String.valueOf(Topics.MAX_RECORD_BYTES));
        return p;
    }

    private static void format(Path directory) throws Exception {
        Formatter formatter = new Formatter();
        formatter.setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        formatter.setClusterId(Uuid.randomUuid().toString())
                .setNodeId(NODE)
                .setControllerListenerName("CONTROLLER")
                .setMetadataLogDirectory(directory.toString())
                .setDirectories(List.of(directory.toString()))
                .setIgnoreFormatted(true)
                .run();
    }

    /** Two free ports, held at the same time: one after the other could be the same. */
    private static int[] freePorts() {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return new int[] {one.getLocalPort(), two.getLocalPort()};
        } catch (IOException e) {
            throw new UncheckedIOException("no free port on loopback", e);
        }
    }
}
