package dev.serai.delivery;

import dev.serai.delivery.DestinationReport.Stage;
import dev.serai.kafka.Decisions;
import dev.serai.kafka.Routable;
import dev.serai.model.Event;
import dev.serai.observe.Allowance;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The reports of all destinations that were on since the hub's start. Learns from routing what came to none of their
 * queues, on the thread that brings Kafka's acknowledgements.
 */
public final class DestinationReports implements Decisions {

    private static final int UNCHOSEN_PER_SECOND = 20;

    private final InstantSource clock;
    private final LongAdder events = new LongAdder();
    private final LongAdder objects = new LongAdder();
    private final Map<String, DestinationReport> reports = new ConcurrentHashMap<>();
    private final Allowance unchosen = new Allowance(UNCHOSEN_PER_SECOND);

    public DestinationReports(InstantSource clock) {
        this.clock = clock;
    }

    /** Events go there from now on. */
    public DestinationReport begin(ConfiguredDestination destination) {
        DestinationReport report = reports.computeIfAbsent(destination.name(), name -> new DestinationReport(events::sum, objects::sum));
        report.begins(destination);
        return report;
    }

    void end(String destination) {
        Optional.ofNullable(reports.get(destination)).ifPresent(DestinationReport::ends);
    }

    /** Empty if it was never on. */
    public Optional<DestinationReport> of(String destination) {
        return Optional.ofNullable(reports.get(destination));
    }

    /** By destination, sorted. */
    public Map<String, DestinationReport> all() {
        return new TreeMap<>(reports);
    }

    @Override
    public void made(Routable routable, Map<String, String> byDestination) {
        boolean isObject = count(routable);
        long now = clock.millis();
        byDestination.forEach((destination, why) -> {
            DestinationReport report = reports.get(destination);
            if (report != null && report.isFor(isObject)) {
                if (why.isEmpty()) {
                    report.chosen();
                } else {
                    report.stayed(why.equals(Permission.MAPPING) ? Stage.FILTERED : Stage.FILTERED_AT_SOURCE, why, "",
                            DeliverySample.of(routable, now));
                }
            }
        });
        if (byDestination.size() < reports.size() && unchosen.take(now)) {
            reports.forEach((name, report) -> {
                if (!byDestination.containsKey(name) && report.isFor(isObject)) {
                    report.routedOut(DeliverySample.of(routable, now));
                }
            });
        }
    }

    @Override
    public void failed(Routable routable, String why) {
        boolean isObject = count(routable);
        DeliverySample sample = DeliverySample.of(routable, clock.millis());
        ofAll(isObject).forEach(report -> report.stayed(Stage.FAILED, "routing_failed", why, sample));
    }

    @Override
    public void suppressed(Routable routable) {
        boolean isObject = count(routable);
        long now = clock.millis();
        ofAll(isObject).forEach(report -> report.suppressedByRouting(now));
    }

    private List<DestinationReport> ofAll(boolean isObject) {
        return reports.values().stream().filter(report -> report.isFor(isObject)).toList();
    }

    private boolean count(Routable routable) {
        boolean isObject = !(routable.body() instanceof Event);
        (isObject ? objects : events).increment();
        return isObject;
    }
}
