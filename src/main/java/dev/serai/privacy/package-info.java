/**
 * Forgetting a person: their events are suppressed, and what the hub holds of them goes from topics and tables, with a
 * count of what is left as the proof. Kafka cannot delete a record among others, so a partition is copied without the
 * person's and cut off; that is the one delicate thing here, and {@link dev.serai.privacy.TopicRewrite} does it. Of
 * objects, whose topic is compacted, a tombstone clears the person's.
 *
 * <p>May import {@code kafka} and {@code model}; who keeps rows of people implements
 * {@link dev.serai.privacy.PersonStore}. Read {@link dev.serai.privacy.ForgetRun} first.
 */
package dev.serai.privacy;
