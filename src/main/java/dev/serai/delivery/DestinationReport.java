package dev.serai.delivery;

import dev.serai.observe.Latencies;
import dev.serai.observe.Samples;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How far events came on their way to one destination since the hub's start, and why not further: a count for each stage,
 * and for each reason a few of its events with what was asked and answered. It outlives the destination's queue, which
 * is begun anew when its folder changes.
 *
 * <p>Hazard: written for every event, so what is delivered costs two additions and, some times in a second, a sample. What
 * routing chose other destinations for is not counted at all, but is what is left of all that was routed.
 */
public final class DestinationReport {

    private static final int SAMPLES = 10;
    private static final int RECENT = 20;
    private static final int MADE_PER_SECOND = 40;

    /** Codes may be a partner's own words; past these they are one. */
    private static final int MAX_REASONS = 40;
    private static final String OTHERS = "other";

    static final String SUPPRESSED = "suppressed";
    static final String REPEATED = "repeated";
    static final String ROUTING = "routing";

    /** Where an event may stay. */
    public enum Stage {
        FILTERED_AT_SOURCE("filteredAtSource"), FILTERED("filtered"), RETRYING("retrying"), FAILED("failed");

        private final String word;

        Stage(String word) {
            this.word = word;
        }

        /** As the API writes it. */
        public String word() {
            return word;
        }
    }

    /** @param received all that routing has looked at, and so without what was replayed into its queue */
    public record Counts(long received, long filteredAtSource, long filtered, long retrying, long failed, long delivered) { }

    /** @param text of one of the last; empty if the code says all */
    public record Reason(Stage stage, String code, String text, long count, Instant lastAt, List<DeliverySample> samples) { }

    private record Key(Stage stage, String code) { }

    private static final class Tally {
        private final LongAdder count = new LongAdder();
        private final Samples<DeliverySample> samples = new Samples<>(SAMPLES, MADE_PER_SECOND);
        private volatile long lastAt;
        private volatile String text = "";
    }

    private final LongSupplier events;
    private final LongSupplier objects;
    private final Map<Key, Tally> tallies = new ConcurrentHashMap<>();
    private final LongAdder decided = new LongAdder();
    private final LongAdder delivered = new LongAdder();
    private final Latencies latencies = new Latencies();
    private final Samples<DeliverySample> recent = new Samples<>(RECENT, MADE_PER_SECOND);
    private final Samples<DeliverySample> routedOut = new Samples<>(SAMPLES, MADE_PER_SECOND);
    private volatile ConfiguredDestination destination;
    private volatile long before;
    private volatile long begin;
    private volatile boolean on;

    /** @param events that were routed, to whichever destination, since the hub's start; so {@code objects} */
    DestinationReport(LongSupplier events, LongSupplier objects) {
        this.events = events;
        this.objects = objects;
    }

    /** Events go there from now on. */
    synchronized void begins(ConfiguredDestination how) {
        ends();
        destination = how;
        begin = routed();
        on = true;
    }

    synchronized void ends() {
        if (on) {
            before += routed() - begin;
            on = false;
        }
    }

    private long routed() {
        return events.getAsLong() + (destination.limits().objects() ? objects.getAsLong() : 0);
    }

    boolean isFor(boolean isObject) {
        return on && (!isObject || destination.limits().objects());
    }

    /** Routing chose it, and nothing held the event back. */
    void chosen() {
        decided.increment();
    }

    /** Routing chose others; told of some only. */
    void routedOut(DeliverySample sample) {
        routedOut.add(sample);
    }

    /** The event never came to the queue. */
    void stayed(Stage stage, String code, String text, DeliverySample sample) {
        decided.increment();
        Tally tally = count(stage, code, sample.at().toEpochMilli());
        if (tally.samples.isWanted(sample.at().toEpochMilli())) {
            tally.text = text;
            tally.samples.add(sample);
        }
    }

    /** Of a forgotten person nothing is kept. */
    void suppressedByRouting(long now) {
        decided.increment();
        suppressed(now);
    }

    void suppressed(long now) {
        count(Stage.FILTERED_AT_SOURCE, SUPPRESSED, now);
    }

    void stayed(Stage stage, String code, String text, Envelope envelope, Attempt attempt, long now) {
        Tally tally = count(stage, code, now);
        if (tally.samples.isWanted(now)) {
            tally.text = destination.mask(text);
            tally.samples.add(DeliverySample.of(envelope, attempt, destination, now));
        }
    }

    void delivered(Envelope envelope, Attempt attempt, long now) {
        delivered.increment();
        long accepted = DeliverySample.acceptedAt(envelope);
        if (accepted > 0) {
            latencies.record(Math.max(0, now - accepted), now);
        }
        if (recent.isWanted(now)) {
            recent.add(DeliverySample.of(envelope, attempt, destination, now));
        }
    }

    private Tally count(Stage stage, String code, long now) {
        Key key = new Key(stage, code);
        Tally tally = tallies.get(key);
        if (tally == null) {
            tally = tallies.computeIfAbsent(tallies.size() < MAX_REASONS ? key : new Key(stage, OTHERS), first -> new Tally());
        }
        tally.count.increment();
        tally.lastAt = now;
        return tally;
    }

    private long received() {
        return before + (on ? routed() - begin : 0);
    }

    private long routedOut() {
        return Math.max(0, received() - decided.sum());
    }

    private long sum(Stage stage) {
        return tallies.entrySet().stream().filter(entry -> entry.getKey().stage() == stage)
                .mapToLong(entry -> entry.getValue().count.sum()).sum();
    }

    public Counts counts() {
        return new Counts(received(), sum(Stage.FILTERED_AT_SOURCE), sum(Stage.FILTERED) + routedOut(), sum(Stage.RETRYING),
                sum(Stage.FAILED), delivered.sum());
    }

    /** By stage, the most frequent first. */
    public List<Reason> reasons() {
        List<Reason> reasons = new ArrayList<>();
        tallies.forEach((key, tally) -> reasons.add(new Reason(key.stage(), key.code(), tally.text, tally.count.sum(),
                Instant.ofEpochMilli(tally.lastAt), tally.samples.newestFirst())));
        long others = routedOut();
        if (others > 0) {
            List<DeliverySample> samples = routedOut.newestFirst();
            reasons.add(new Reason(Stage.FILTERED, ROUTING, "", others, samples.isEmpty() ? null : samples.get(0).at(), samples));
        }
        reasons.sort(Comparator.comparing(Reason::stage).thenComparing(Comparator.comparingLong(Reason::count).reversed()));
        return reasons;
    }

    /** The last that were delivered, newest first. */
    public List<DeliverySample> recent() {
        return recent.newestFirst();
    }

    /** Milliseconds from an event's acceptance to the partner's, below which this share of the last minutes' were. */
    public long latency(double share) {
        return latencies.percentile(share);
    }

    public long countSamples(Predicate<DeliverySample> which) {
        return Stream.of(recent.newestFirst().stream(), routedOut.newestFirst().stream(), tallies.values().stream()
                .flatMap(tally -> tally.samples.newestFirst().stream())).flatMap(samples -> samples).filter(which).count();
    }

    /**
     * Takes out the samples that are meant.
     *
     * @return how many there were
     */
    public int removeSamples(Predicate<DeliverySample> which) {
        return recent.removeIf(which) + routedOut.removeIf(which)
                + tallies.values().stream().mapToInt(tally -> tally.samples.removeIf(which)).sum();
    }
}
