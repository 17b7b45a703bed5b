/**
 * What people look at the hub through, and have it do things through, all under {@code /api}: the live stream of events,
 * queries of the warehouse, how everything does; and who may use it.
 *
 * <p>Nothing here sits in the path of an event; the stream reads from Kafka like any other consumer, and only while
 * somebody looks. May import {@code docs}, {@code sample}, {@code ingest}, {@code delivery}, {@code sync}, {@code trait},
 * {@code warehouse}, {@code plan}, {@code privacy}, {@code partner}, {@code kafka} and {@code model}. Read
 * {@link dev.serai.console.EventStream} first.
 */
package dev.serai.console;
