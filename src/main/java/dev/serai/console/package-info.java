/**
 * What people look at the hub through, under {@code /api}: the live stream of events, the overview with its sources and
 * destinations, the journey of one event, queries of the warehouse; who may use it; and what people may have the hub do.
 *
 * <p>Nothing here sits in the path of an event; the stream reads from Kafka like any other consumer, and only while
 * somebody looks. May import everything below it: {@code docs}, {@code sample}, {@code ingest}, {@code sync}, {@code delivery}, {@code trait},
 * {@code warehouse}, {@code plan}, {@code partner}, {@code privacy}, {@code kafka}, {@code observe} and {@code model}.
 * Read {@link dev.serai.console.EventStream} first.
 */
package dev.serai.console;
