package dev.serai.console;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.serai.delivery.DeliverySample;
import dev.serai.delivery.DestinationReports;
import dev.serai.observe.SourceCounts;
import dev.serai.privacy.PersonStore;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The samples in this hub's memory, as a place that keeps what people sent. One that only mentions an id goes too: losing a
 * sample of somebody else costs nothing.
 */
public final class SamplesOfPeople implements PersonStore {

    private static final String NAME = "samples";

    private final SourceCounts counts;
    private final DestinationReports reports;

    public SamplesOfPeople(SourceCounts counts, DestinationReports reports) {
        this.counts = counts;
        this.reports = reports;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Map<String, Long> count(String userId) {
        long rejected = counts.countSamples(isRejectedOf(userId));
        long delivered = reports.all().values().stream().mapToLong(report -> report.countSamples(isOf(userId))).sum();
        return told(rejected + delivered);
    }

    @Override
    public Map<String, Long> remove(String userId) {
        long rejected = counts.removeSamples(isRejectedOf(userId));
        long delivered = reports.all().values().stream().mapToLong(report -> report.removeSamples(isOf(userId))).sum();
        return told(rejected + delivered);
    }

    private static Map<String, Long> told(long number) {
        return number == 0 ? Map.of() : Map.of("console", number);
    }

    private static Predicate<SourceCounts.Sample> isRejectedOf(String userId) {
        String quoted = quoted(userId);
        return sample -> sample.raw().contains(quoted);
    }

    private static Predicate<DeliverySample> isOf(String userId) {
        String quoted = quoted(userId);
        return sample -> sample.key().equals(userId)
                || new String(sample.correspondence(), StandardCharsets.UTF_8).contains(quoted);
    }

    private static String quoted(String userId) {
        return '"' + new String(JsonStringEncoder.getInstance().quoteAsString(userId)) + '"';
    }
}
