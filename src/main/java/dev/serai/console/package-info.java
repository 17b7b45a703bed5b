/**
 * What people look at the hub through: the live stream of events under {@code /api}, and who may see it.
 *
 * <p>Nothing here sits in the path of an event; it reads from Kafka like any other consumer, and only while somebody
 * looks. May import {@code ingest}, {@code kafka} and {@code model}. Read {@link dev.serai.console.EventStream} first.
 */
package dev.serai.console;
