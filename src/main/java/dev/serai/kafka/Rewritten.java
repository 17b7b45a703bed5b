package dev.serai.kafka;

import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Records that were copied to the end of their partition, because what stood among them had to go: Kafka deletes only
 * from the beginning. A copy says in a header at which offset its original stood; a copy of a copy keeps saying so.
 *
 * <p>Hazard: to a reader that was past the original a copy is no news, and original and copy may both be there for a
 * while. Who reads a topic that can be rewritten must ask {@link #originalOffset}.
 */
public final class Rewritten {

    private static final String HEADER = "serai-rewritten";

    private Rewritten() {
    }

    /** Where the first original of this copy stood; empty for a record that is no copy. */
    public static OptionalLong originalOffset(ConsumerRecord<?, ?> read) {
        Header header = read.headers().lastHeader(HEADER);
        return header == null || header.value() == null || header.value().length != Long.BYTES
                ? OptionalLong.empty() : OptionalLong.of(ByteBuffer.wrap(header.value()).getLong());
    }

    /** The record as it is, to be written to the end of its partition. */
    public static ProducerRecord<byte[], byte[]> copy(ConsumerRecord<byte[], byte[]> read) {
        // a record of a very old format has no time, and tells so with a negative one
        Long timestamp = read.timestamp() < 0 ? null : read.timestamp();
        ProducerRecord<byte[], byte[]> copy = new ProducerRecord<>(read.topic(), read.partition(), timestamp,
                read.key(), read.value(), read.headers());
        if (originalOffset(read).isEmpty()) {
            copy.headers().remove(HEADER)
                    .add(HEADER, ByteBuffer.allocate(Long.BYTES).putLong(read.offset()).array());
        }
        return copy;
    }
}
