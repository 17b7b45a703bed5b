package dev.serai.warehouse;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record as Kafka gave it, and the partition by its topic's id. */
record TopicRecord(Partition partition, ConsumerRecord<byte[], byte[]> record) {
}
