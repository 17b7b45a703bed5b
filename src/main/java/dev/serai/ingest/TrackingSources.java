package dev.serai.ingest;

import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The sources that are addressed by a write key.
 *
 * @param byWriteKey each source that has a write key
 */
public record TrackingSources(Map<String, TrackingSource> byWriteKey) {

    public TrackingSources {
        byWriteKey = Map.copyOf(byWriteKey);
    }

    /**
     * @param name         the source; becomes the schema in the warehouse
     * @param loopbackOnly whether its key counts only from this machine, as that of the shipped demonstration must
     */
    public record TrackingSource(String name, boolean loopbackOnly) {
        public TrackingSource {
            Objects.requireNonNull(name, "name");
        }
    }

    Optional<TrackingSource> find(String writeKey) {
        return writeKey == null ? Optional.empty() : Optional.ofNullable(byWriteKey.get(writeKey));
    }
}
