package dev.serai.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what was turned away at the door and left no trace behind it. */
public final class IngestMetrics {

    private final Counter unknownWriteKeys;
    private final Counter overload;
    private final Counter suppressed;

    public IngestMetrics(MeterRegistry registry) {
        this.unknownWriteKeys = Counter.builder("serai.ingest.unknown.write.keys")
                .description("requests with a write key that belongs to no source").register(registry);
        this.overload = Counter.builder("serai.ingest.overload")
                .description("requests answered 429 because too much was in flight").register(registry);
        this.suppressed = Counter.builder("serai.ingest.suppressed")
                .description("events of forgotten users, answered with success and dropped").register(registry);
    }

    void countSuppressed() {
        suppressed.increment();
    }

    void countUnknownWriteKey() {
        unknownWriteKeys.increment();
    }

    void countOverload() {
        overload.increment();
    }
}
