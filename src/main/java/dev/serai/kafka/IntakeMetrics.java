package dev.serai.kafka;

import dev.serai.model.Intake;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts what Kafka has taken, by source. Sources and codes are closed lists, so the number of counters is bounded;
 * names that a client chooses never become a tag.
 */
final class IntakeMetrics {

    private final MeterRegistry registry;
    private final Map<String, Counter> accepted = new ConcurrentHashMap<>();

    IntakeMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    void count(Intake intake) {
        if (!intake.events().isEmpty()) {
            accepted.computeIfAbsent(intake.source(), source -> Counter.builder("serai.events.accepted")
                    .description("events that Kafka has").tag("source", source).register(registry))
                    .increment(intake.events().size());
        }
        for (Intake.Reject reject : intake.rejects()) {
            Counter.builder("serai.events.rejected")
                    .description("events that became dead letters at the door")
                    .tag("source", intake.source()).tag("code", reject.deadLetter().code())
                    .register(registry).increment();
        }
    }
}
