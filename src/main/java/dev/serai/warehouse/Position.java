package dev.serai.warehouse;

/**
 * How far a partition is loaded.
 *
 * @param first the first offset that was ever read; everything between it and {@code next} is in the warehouse
 * @param next  the offset to read next
 */
record Position(long first, long next) {
}
