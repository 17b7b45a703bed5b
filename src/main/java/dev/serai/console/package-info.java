/**
 * What people look at the hub through: the live stream of events and queries of the warehouse under {@code /api}, and
 * who may use it; also the one thing there that changes something, forgetting a person.
 *
 * <p>Nothing here sits in the path of an event; the stream reads from Kafka like any other consumer, and only while
 * somebody looks. May import {@code docs}, {@code ingest}, {@code warehouse}, {@code privacy}, {@code kafka} and
 * {@code model}. Read {@link dev.serai.console.EventStream} first.
 */
package dev.serai.console;
