/**
 * The door: the HTTP server and its limits, the tracking API, and the form that an event must have to come in.
 *
 * <p>{@link dev.serai.ingest.HubHttpServer} listens; {@link dev.serai.ingest.HubHttpEngine} runs a Camel route per
 * request without a thread per request; {@link dev.serai.ingest.EventGate} decides about an event. May import
 * {@code partner}, {@code kafka} and {@code model}. Read {@link dev.serai.ingest.EventGate} first.
 */
package dev.serai.ingest;
