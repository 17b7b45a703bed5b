package dev.serai.warehouse;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A record that was taken from Kafka and read.
 *
 * @param partition by its topic's id
 * @param event     null if it is none
 * @param object    null if it is none
 * @param problem   why it is neither; otherwise null. All three are null of a record that says nothing
 */
record TakenRecord(Partition partition, ConsumerRecord<byte[], byte[]> record, FlatEvent event, FlatObject object,
        String problem) {

    boolean saysNothing() {
        return event == null && object == null && problem == null;
    }

    byte[] bytes() {
        return record.value() == null ? new byte[0] : record.value();
    }
}
