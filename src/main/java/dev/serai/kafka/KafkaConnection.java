package dev.serai.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Where the brokers are and what every client needs to reach them.
 *
 * @param brokers          host:port, comma separated
 * @param clientProperties further Kafka client properties, such as {@code security.protocol}; from
 *                         {@code serai.kafka.client.*}
 * @param isAlone          whether no other hub can reach the brokers, since they are in this one
 */
public record KafkaConnection(String brokers, Map<String, String> clientProperties, boolean isAlone) {

    public KafkaConnection {
        Objects.requireNonNull(brokers, "brokers");
        clientProperties = Map.copyOf(clientProperties);
    }

    public KafkaConnection(String brokers) {
        this(brokers, Map.of(), false);
    }

    /** Properties of an admin client, and the base of the two others. */
    public Map<String, Object> admin() {
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, brokers);
        return properties;
    }

    /**
     * Properties of a consumer of bytes that reads only committed records from the beginning and never commits by
     * itself: who consumes knows when it is done.
     */
    public Map<String, Object> consumer(String group) {
        Map<String, Object> properties = admin();
        properties.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return properties;
    }

    /**
     * Properties of a producer of bytes that acknowledges only what all replicas have, in order and once.
     *
     * <p>{@code max.block.ms} is 0: a send happens on the event loop of the HTTP server, where waiting for memory or
     * metadata would stop every other connection. {@link Publisher} sees to it that neither is missing.
     */
    public Map<String, Object> producer() {
        Map<String, Object> properties = admin();
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Publisher.BUFFER_BYTES);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RECORD_BYTES);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 0);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
        // an idle topic must not lose its metadata: the next send would have to wait for it
        properties.put(ProducerConfig.METADATA_MAX_IDLE_CONFIG, Duration.ofDays(3650).toMillis());
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return properties;
    }
}
