package dev.serai.warehouse;

import java.time.Instant;

/**
 * How fresh a table is.
 *
 * @param table    schema and name
 * @param rows     written since the start
 * @param newest   when the newest event in it was received
 * @param loadedAt when rows were last committed
 */
public record TableStatus(String table, long rows, Instant newest, Instant loadedAt) {
}
