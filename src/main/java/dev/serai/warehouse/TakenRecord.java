package dev.serai.warehouse;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that was taken from Kafka and read.
 *
 * @param partition by its topic's id
 * @param event     null if it is none
 * @param problem   why it is none; otherwise null
 */
record TakenRecord(Partition partition, ConsumerRecord<byte[], byte[]> record, FlatEvent event, String problem) {

    byte[] bytes() {
        return record.value() == null ? new byte[0] : record.value();
    }
}
