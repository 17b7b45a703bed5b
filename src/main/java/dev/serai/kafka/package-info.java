/**
 * The spine: the embedded broker, the topics, and the two ways of talking to them. {@link dev.serai.kafka.Publisher}
 * writes, {@link dev.serai.kafka.TopicReaders} read and commit what is done, {@link dev.serai.kafka.KafkaConnection}
 * tells clients how to connect.
 *
 * <p>May import {@code observe} and {@code model}. Read {@link dev.serai.kafka.Publisher} first.
 */
package dev.serai.kafka;
