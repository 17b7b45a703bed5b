package dev.serai.delivery;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Counts of one destination. Its name and the outcomes are closed lists, so the number of meters is bounded. */
final class DeliveryMetrics implements AutoCloseable {

    private final List<Gauge> gauges = new ArrayList<>();
    private final Map<Verdict.Kind, Counter> outcomes = new EnumMap<>(Verdict.Kind.class);
    private final Counter suppressed;
    private final Counter repeated;
    private final MeterRegistry registry;
    private final Tags tags;

    DeliveryMetrics(MeterRegistry registry, String destination) {
        this.registry = registry;
        this.tags = Tags.of("destination", destination);
        for (Verdict.Kind kind : Verdict.Kind.values()) {
            outcomes.put(kind, outcome(kind.word()));
        }
        suppressed = outcome("suppressed");
        repeated = outcome("repeated");
    }

    private Counter outcome(String word) {
        return Counter.builder("serai.deliveries").description("events by what became of an attempt")
                .tags(tags.and("outcome", word)).register(registry);
    }

    /** Its user is forgotten; there was no attempt, or none more. */
    void countSuppressed() {
        suppressed.increment();
    }

    /** The partner has one of the same {@code messageId} already. */
    void countRepeated() {
        repeated.increment();
    }

    void count(Verdict.Kind kind) {
        outcomes.get(kind).increment();
    }

    /** Counts by outcome, of those that happened. */
    Map<String, Long> outcomes() {
        Map<String, Long> counts = new TreeMap<>();
        outcomes.forEach((kind, counter) -> counts.put(kind.word(), (long) counter.count()));
        counts.put("suppressed", (long) suppressed.count());
        counts.put("repeated", (long) repeated.count());
        counts.values().removeIf(count -> count == 0);
        return counts;
    }

    <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
        gauges.add(Gauge.builder(name, of, value).description(description).tags(tags).register(registry));
    }

    /** Takes the gauges back, so that a queue that is started anew can give its own. */
    @Override
    public void close() {
        gauges.forEach(registry::remove);
    }
}
