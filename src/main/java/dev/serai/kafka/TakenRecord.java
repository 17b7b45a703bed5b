package dev.serai.kafka;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * A record of a topic that somebody has taken on: exactly one of {@link #done} and {@link #again} ends it, from any
 * thread. Only what is done is ever committed.
 */
public final class TakenRecord {

    private final String topic;
    private final int partition;
    private final long offset;
    private final byte[] value;
    private final Headers headers;
    private final Ledger ledger;
    private final Runnable ended;

    TakenRecord(ConsumerRecord<byte[], byte[]> read, Ledger ledger, Runnable ended) {
        this(read.topic(), read.partition(), read.offset(), read.value(), read.headers(), ledger, ended);
    }

    private TakenRecord(String topic, int partition, long offset, byte[] value, Headers headers, Ledger ledger,
                        Runnable ended) {
        this.topic = topic;
        this.partition = partition;
        this.offset = offset;
        this.headers = headers;
        this.value = value == null ? new byte[0] : value;
        this.ledger = ledger;
        this.ended = ended;
    }

    /** A record that no reader knows of, for running the hub's parts without Kafka. */
    public static TakenRecord alone(String topic, long offset, byte[] value, Runnable ended) {
        Ledger ledger = new Ledger(offset);
        ledger.take(offset);
        return new TakenRecord(topic, 0, offset, value, new RecordHeaders(), ledger, ended);
    }

    /** Its bytes; none if the record has no value. */
    public byte[] value() {
        return value;
    }

    /** A header of the record, as text. */
    public Optional<String> header(String name) {
        Header header = headers.lastHeader(name);
        return header == null ? Optional.empty() : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
    }

    /** Unique, for what has no id of its own. */
    public String place() {
        return topic + "-" + partition + "-" + offset;
    }

    /** Goes with the record until it is {@link #done}, also over a restart or to another hub; positive. */
    public void note(int note) {
        ledger.note(offset, note);
    }

    /** What was noted, 0 if nothing was. */
    public int noted() {
        return ledger.noted(offset);
    }

    /** Whether it is still this hub's; if not, its partition has moved and another hub takes it up. */
    public boolean isOurs() {
        return !ledger.isClosed();
    }

    public void done() {
        ledger.done(offset);
        ended.run();
    }

    /** It could not be handled now: read it, and all of its partition after it, once more. */
    public void again() {
        ledger.again();
        ended.run();
    }
}
