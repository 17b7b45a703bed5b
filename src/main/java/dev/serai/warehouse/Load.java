package dev.serai.warehouse;

import java.util.Map;

/**
 * What one transaction writes.
 *
 * @param batch    the rows, all tables made as they need
 * @param from     where each partition stood when its records were read; absent if nothing was ever loaded of it
 * @param to       where it stands when the batch is in
 * @param loadedAt for {@code uuid_ts}: microseconds since 1970, UTC
 */
record Load(Batch batch, Map<Partition, Position> from, Map<Partition, Position> to, long loadedAt) {
}
