package dev.serai.warehouse;

import java.util.Optional;

/**
 * How far a back-fill is.
 *
 * @param table schema and name
 * @param done  records of Kafka that were read
 * @param total records to be read; 0 while unknown
 * @param rows  added to the table
 * @param ended true when all is in the table
 * @param error why it does not go on at the moment; it tries again
 */
public record BackfillStatus(String table, long done, long total, long rows, boolean ended, Optional<String> error) {
}
