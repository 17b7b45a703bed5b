package dev.serai.warehouse;

/**
 * A partition of a topic, by the topic's id and not only its name: a topic that is made anew under the same name
 * begins at offset 0 again, and what was stored of the old one must not count for it.
 *
 * @param topic   its name, for people
 * @param topicId Kafka's id of it
 */
record Partition(String topic, String topicId, int number) {
}
