package dev.serai.observe;

import dev.serai.model.DeadLetter;
import dev.serai.model.EventType;
import dev.serai.model.Intake;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * What came in by each source since the hub's start, once Kafka has it: events by type, objects, and what was rejected,
 * with a few of those as they were sent. Sources, types and codes are closed lists, so the number of counters is bounded;
 * names that a client chooses never become a tag.
 *
 * <p>Asked for every event on the threads of Kafka's client: an accepted event is an addition, with no lock and nothing made.
 */
public final class SourceCounts {

    private static final int SAMPLES = 10;
    private static final int SAMPLES_PER_SECOND = 20;
    private static final int SAMPLE_BYTES = 4 * 1024;
    private static final String UNKNOWN = "unknown";
    private static final String OBJECT = "object";
    private static final EventType[] TYPES = EventType.values();

    /**
     * One source's.
     *
     * @param byType     accepted events; every type is in it
     * @param lastAt     when something came, accepted or rejected; null if nothing did
     * @param rejections the most frequent first
     */
    public record Counts(Map<EventType, Long> byType, long objects, Instant lastAt, List<Rejections> rejections) {

        public static final Counts NONE = new Counts(new EnumMap<>(EventType.class), 0, null, List.of());

        public Counts {
            Map<EventType, Long> all = new EnumMap<>(EventType.class);
            for (EventType type : TYPES) {
                all.put(type, byType.getOrDefault(type, 0L));
            }
            byType = all;
        }

        public long accepted() {
            return byType.values().stream().mapToLong(Long::longValue).sum();
        }

        public long rejected() {
            return rejections.stream().mapToLong(Rejections::count).sum();
        }
    }

    /** @param message of the last one */
    public record Rejections(String code, String message, long count, Instant lastAt, List<Sample> samples) { }

    /** @param raw as it was sent, as far as the first few kilobytes */
    public record Sample(Instant at, String messageId, String raw) { }

    private final MeterRegistry registry;
    private final InstantSource clock;
    private final Map<String, OfSource> bySource = new ConcurrentHashMap<>();

    public SourceCounts(MeterRegistry registry, InstantSource clock) {
        this.registry = registry;
        this.clock = clock;
    }

    /** One request's, when Kafka has all of it. */
    public void count(Intake intake) {
        if (intake.events().isEmpty() && intake.rejects().isEmpty()) {
            return;
        }
        OfSource of = of(intake.source());
        of.lastAt = clock.millis();
        List<Intake.Accepted> events = intake.events();
        int objects = 0;
        for (int i = 0; i < events.size(); i++) {
            EventType type = events.get(i).type();
            if (type == null) {
                objects++;
            } else {
                of.byType[type.ordinal()].increment();
            }
        }
        if (objects < events.size()) {
            of.accepted.increment(events.size() - objects);
        }
        if (objects > 0) {
            of.objects.increment(objects);
        }
        intake.rejects().forEach(reject -> reject(of, reject.deadLetter(), reject.type() == null ? UNKNOWN : reject.type().wireName()));
    }

    /** An object of a sync that nothing could be made of. */
    public void countRejectedObject(DeadLetter letter) {
        reject(of(letter.source()), letter, OBJECT);
    }

    /** Objects that were written beside the door, as syncs do. */
    public void countObjects(String source, int objects) {
        OfSource of = of(source);
        of.lastAt = clock.millis();
        of.objects.increment(objects);
    }

    private void reject(OfSource of, DeadLetter letter, String type) {
        of.rejectedByType.computeIfAbsent(type, first -> counter(of.name, first, "rejected")).increment();
        Reason reason = of.reasons.computeIfAbsent(letter.code(), code -> new Reason(Counter.builder("serai.events.rejected")
                .description("events that became dead letters at the door").tag("source", of.name).tag("code", code)
                .register(registry)));
        reason.counter.increment();
        reason.message = letter.message();
        reason.lastAt = letter.at();
        if (reason.samples.isWanted(letter.at().toEpochMilli())) {
            byte[] raw = letter.raw().length <= SAMPLE_BYTES ? letter.raw() : Arrays.copyOf(letter.raw(), SAMPLE_BYTES);
            reason.samples.add(new Sample(letter.at(), letter.id(), new String(raw, StandardCharsets.UTF_8)));
        }
    }

    private OfSource of(String source) {
        OfSource known = bySource.get(source);
        return known != null ? known : bySource.computeIfAbsent(source, OfSource::new);
    }

    private Counter counter(String source, String type, String outcome) {
        return Counter.builder("serai.events").description("events and states of objects by what became of them at the door")
                .tag("source", source).tag("type", type).tag("outcome", outcome).register(registry);
    }

    /** As it is now. */
    public Counts counts(String source) {
        OfSource of = bySource.get(source);
        if (of == null) {
            return Counts.NONE;
        }
        Map<EventType, Long> byType = new EnumMap<>(EventType.class);
        for (EventType type : TYPES) {
            byType.put(type, (long) of.byType[type.ordinal()].count());
        }
        return new Counts(byType, (long) of.objects.count(), of.lastAt == 0 ? null : Instant.ofEpochMilli(of.lastAt),
                of.reasons.entrySet().stream().map(entry -> entry.getValue().rejections(entry.getKey()))
                        .sorted(Comparator.comparingLong(Rejections::count).reversed()).toList());
    }

    public long countSamples(Predicate<Sample> which) {
        return bySource.values().stream().flatMap(of -> of.reasons.values().stream())
                .flatMap(reason -> reason.samples.newestFirst().stream()).filter(which).count();
    }

    /**
     * Takes out the samples that are meant.
     *
     * @return how many there were
     */
    public int removeSamples(Predicate<Sample> which) {
        return bySource.values().stream().flatMap(of -> of.reasons.values().stream())
                .mapToInt(reason -> reason.samples.removeIf(which)).sum();
    }

    private final class OfSource {

        private final String name;
        private final Counter accepted;
        private final Counter objects;
        private final Counter[] byType = new Counter[TYPES.length];
        private final Map<String, Counter> rejectedByType = new ConcurrentHashMap<>();
        private final Map<String, Reason> reasons = new ConcurrentHashMap<>();
        private volatile long lastAt;

        OfSource(String name) {
            this.name = name;
            this.accepted = Counter.builder("serai.events.accepted").description("events that Kafka has").tag("source", name)
                    .register(registry);
            this.objects = counter(name, OBJECT, "accepted");
            for (EventType type : TYPES) {
                byType[type.ordinal()] = counter(name, type.wireName(), "accepted");
            }
        }
    }

    private static final class Reason {

        private final Counter counter;
        private final Samples<Sample> samples = new Samples<>(SAMPLES, SAMPLES_PER_SECOND);
        private volatile String message = "";
        private volatile Instant lastAt = Instant.EPOCH;

        Reason(Counter counter) {
            this.counter = counter;
        }

        Rejections rejections(String code) {
            return new Rejections(code, message, (long) counter.count(), lastAt, samples.newestFirst());
        }
    }
}
