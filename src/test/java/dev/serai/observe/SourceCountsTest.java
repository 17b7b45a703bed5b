package dev.serai.observe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.model.DeadLetter;
import dev.serai.model.EventType;
import dev.serai.model.Intake;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceCountsTest {

    private static final Instant NOW = Instant.parse("2026-11-24T10:00:00Z");

    private final PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final SourceCounts counts = new SourceCounts(meters, () -> NOW);

    private static Intake.Accepted event(EventType type) {
        return new Intake.Accepted(new byte[] {1}, new byte[] {2}, type);
    }

    private static Intake.Reject reject(String id, String code, Instant at, String raw) {
        return new Intake.Reject(0, new DeadLetter(id, "website", "ingest", code, "why " + id, at,
                raw.getBytes(StandardCharsets.UTF_8)), EventType.TRACK);
    }

    @Test
    void countsWhatWasAcceptedByTypeAndRejectedByCodeAlsoForPrometheus() {
        counts.count(new Intake("website", List.of(event(EventType.TRACK), event(EventType.TRACK), event(EventType.PAGE)),
                List.of(reject("m1", "id_required", NOW, "{}")), null));
        counts.count(new Intake("shop", List.of(event(null)), List.of(), null));
        counts.countObjects("shop", 40);

        SourceCounts.Counts website = counts.counts("website");
        assertThat(website.accepted()).isEqualTo(3);
        assertThat(website.rejected()).isEqualTo(1);
        assertThat(website.byType()).containsEntry(EventType.TRACK, 2L).containsEntry(EventType.PAGE, 1L).containsEntry(EventType.ALIAS, 0L);
        assertThat(website.lastAt()).isEqualTo(NOW);
        assertThat(counts.counts("shop").objects()).isEqualTo(41);
        assertThat(counts.counts("shop").accepted()).isZero();
        assertThat(counts.counts("nobody")).isEqualTo(SourceCounts.Counts.NONE);
        assertThat(meters.scrape()).contains(
                "serai_events_total{outcome=\"accepted\",source=\"website\",type=\"track\"} 2.0",
                "serai_events_total{outcome=\"rejected\",source=\"website\",type=\"track\"} 1.0",
                "serai_events_total{outcome=\"accepted\",source=\"shop\",type=\"object\"} 41.0",
                "serai_events_accepted_total{source=\"website\"} 3.0",
                "serai_events_rejected_total{code=\"id_required\",source=\"website\"} 1.0");
    }

    @Test
    void keepsTheNewestTenOfEachCodeWithTheBeginningOfWhatWasSent() {
        for (int i = 0; i < 15; i++) {
            counts.count(new Intake("website", List.of(), List.of(reject("m" + i, "id_required", NOW.plusSeconds(i), "x".repeat(9_000))),
                    null));
        }

        SourceCounts.Rejections rejections = counts.counts("website").rejections().get(0);
        assertThat(rejections.count()).isEqualTo(15);
        assertThat(rejections.message()).isEqualTo("why m14");
        assertThat(rejections.lastAt()).isEqualTo(NOW.plusSeconds(14));
        assertThat(rejections.samples()).hasSize(10).allMatch(sample -> sample.raw().length() == 4 * 1024);
        assertThat(rejections.samples().get(0).messageId()).isEqualTo("m14");
        assertThat(counts.removeSamples(sample -> sample.messageId().equals("m14"))).isEqualTo(1);
        assertThat(counts.counts("website").rejections().get(0).samples()).hasSize(9);
    }

    @Test
    void ofAFloodOnlySomeOfEachSecondAreKept() {
        Samples<Integer> samples = new Samples<>(10, 20);
        List<Integer> made = new ArrayList<>();

        for (int i = 0; i < 1_000; i++) {
            if (samples.isWanted(NOW.toEpochMilli() + i / 500 * 1_000)) {
                samples.add(i);
                made.add(i);
            }
        }

        assertThat(made).hasSize(40);
        assertThat(samples.newestFirst()).hasSize(10).startsWith(519, 518);
    }
}
