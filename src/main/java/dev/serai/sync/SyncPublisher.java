package dev.serai.sync;

import dev.serai.kafka.KafkaConnection;
import dev.serai.kafka.Publisher;
import dev.serai.kafka.Topics;
import dev.serai.model.PartnerObject;
import dev.serai.observe.SourceCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Writes objects, and returns when Kafka has them. A producer of its own, beside {@link Publisher}: syncs run on threads
 * that may wait, and must not take the room that the door needs.
 */
final class SyncPublisher implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long BUFFER_BYTES = 16L * 1024 * 1024;

    private final Producer<byte[], byte[]> producer;
    private final SourceCounts counts;

    SyncPublisher(KafkaConnection kafka, SourceCounts counts) {
        this.counts = counts;
        Map<String, Object> properties = kafka.producer();
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, PATIENCE.toMillis());
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES);
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        this.producer = new KafkaProducer<>(properties);
    }

    void objects(List<PartnerObject> objects) throws SyncFault, InterruptedException {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>(objects.size());
        for (PartnerObject object : objects) {
            records.add(new ProducerRecord<>(Topics.OBJECTS, object.key(), object.toBytes()));
        }
        write(records);
        // those of a page are all of one source
        objects.stream().findFirst().ifPresent(first -> counts.countObjects(first.source(), objects.size()));
    }

    /** @throws SyncFault TRANSIENT if Kafka does not take them; some may be there all the same */
    void write(List<ProducerRecord<byte[], byte[]>> records) throws SyncFault, InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
        try {
            for (ProducerRecord<byte[], byte[]> one : records) {
                sent.add(producer.send(one));
            }
            producer.flush();
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (ExecutionException e) {
            throw new SyncFault(SyncFault.Kind.TRANSIENT, "Kafka: " + e.getCause(), null, e);
        } catch (InterruptException e) {
            throw new InterruptedException();
        } catch (RuntimeException e) {
            throw new SyncFault(SyncFault.Kind.TRANSIENT, "Kafka: " + e, null, e);
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
