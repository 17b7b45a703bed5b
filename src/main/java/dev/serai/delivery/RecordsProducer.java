package dev.serai.delivery;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.serai.model.Event;
import dev.serai.model.Json;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Endpoint;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultAsyncProducer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes each item as a record, with a producer for each destination. A producer waits for what it must know of a topic,
 * so sending has a thread of its own; that of the queue never waits.
 */
final class RecordsProducer extends DefaultAsyncProducer {

    private static final int MAX_RECORD_BYTES = 4 * 1024 * 1024;

    private final Map<String, KafkaProducer<byte[], byte[]>> producers = new ConcurrentHashMap<>();
    private ExecutorService sending;

    RecordsProducer(Endpoint endpoint) {
        super(endpoint);
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(4, 4, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "serai-records");
            thread.setDaemon(true);
            return thread;
        });
        pool.allowCoreThreadTimeOut(true);
        sending = pool;
    }

    @Override
    protected void doStop() throws Exception {
        sending.shutdownNow();
        producers.values().forEach(producer -> producer.close(Duration.ofSeconds(1)));
        producers.clear();
        super.doStop();
    }

    @Override
    public boolean process(Exchange exchange, AsyncCallback callback) {
        Batch batch = Batch.of(exchange);
        sending.execute(() -> send(batch, callback));
        return false;
    }

    private void send(Batch batch, AsyncCallback callback) {
        Verdict[] verdicts = new Verdict[batch.size()];
        AtomicInteger open = new AtomicInteger(batch.size());
        KafkaProducer<byte[], byte[]> producer;
        try {
            producer = producers.computeIfAbsent(batch.destination().name(), name -> producer(batch.destination()));
        } catch (KafkaException e) {
            batch.answer(Verdict.stop("kafka_settings", message(e)));
            callback.done(false);
            return;
        }
        for (int i = 0; i < verdicts.length; i++) {
            int place = i;
            try {
                producer.send(newRecord(batch, place), (written, failure) -> {
                    verdicts[place] = verdict(failure);
                    ended(batch, verdicts, open, callback);
                });
            } catch (RuntimeException e) {
                verdicts[place] = verdict(e);
                ended(batch, verdicts, open, callback);
            }
        }
    }

    private static void ended(Batch batch, Verdict[] verdicts, AtomicInteger open, AsyncCallback callback) {
        if (open.decrementAndGet() > 0) {
            return;
        }
        // one record that is too large says nothing of the cluster
        Verdict ofDestination = Arrays.stream(verdicts)
                .filter(verdict -> verdict.kind() == Verdict.Kind.STOP || verdict.kind() == Verdict.Kind.RETRY).findFirst()
                .orElse(Verdict.DELIVERED);
        batch.answer(Arrays.asList(verdicts), ofDestination);
        callback.done(false);
    }

    private static Verdict verdict(Exception failure) {
        if (failure == null) {
            return Verdict.DELIVERED;
        }
        if (failure instanceof RecordTooLargeException) {
            return Verdict.deadLetter("too_large", message(failure));
        }
        if (failure instanceof AuthenticationException || failure instanceof AuthorizationException
                || failure instanceof InvalidTopicException) {
            return Verdict.stop("kafka_refuses", message(failure));
        }
        return Verdict.retry("kafka_unavailable", message(failure), null);
    }

    private static String message(Exception failure) {
        return "Kafka: " + failure.getMessage();
    }

    private static ProducerRecord<byte[], byte[]> newRecord(Batch batch, int place) {
        Envelope envelope = batch.envelope(place);
        boolean byId = batch.destination().setting("key").orElse("user").equals("id");
        byte[] value;
        try {
            value = batch.bodies().get(place) == envelope.json() ? batch.items().get(place).delivery().taken().value()
                    : Json.MAPPER.writeValueAsBytes(batch.bodies().get(place));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
        ProducerRecord<byte[], byte[]> made = new ProducerRecord<>(batch.destination().setting("topic").orElseThrow(),
                bytes(byId ? envelope.id() : envelope.key()), value);
        made.headers().add("id", bytes(envelope.id())).add("source", bytes(envelope.source()))
                .add("type", bytes(envelope.event().map(Event::type).map(type -> type.wireName()).orElse("object")));
        return made;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static KafkaProducer<byte[], byte[]> producer(ConfiguredDestination destination) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, destination.setting("brokers").orElseThrow());
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        properties.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, MAX_RECORD_BYTES);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        properties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        properties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 15_000);
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        String protocol = destination.setting("securityProtocol").orElse("PLAINTEXT");
        properties.put("security.protocol", protocol);
        if (protocol.startsWith("SASL")) {
            String mechanism = destination.setting("saslMechanism").orElse("PLAIN");
            properties.put(SaslConfigs.SASL_MECHANISM, mechanism);
            properties.put(SaslConfigs.SASL_JAAS_CONFIG, (mechanism.startsWith("SCRAM")
                    ? "org.apache.kafka.common.security.scram.ScramLoginModule" : "org.apache.kafka.common.security.plain.PlainLoginModule")
                    + " required username=\"" + quoted(destination.setting("user").orElse("")) + "\" password=\""
                    + quoted(destination.setting("password").orElse("")) + "\";");
        }
        return new KafkaProducer<>(properties);
    }

    private static String quoted(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"");
    }
}
