package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every sample of every partner folder, as {@code ./serai test} runs them. A file that no sample reads is a failure. */
class SamplesTest {

    private static final SampleRunner RUNNER = new SampleRunner(Path.of("routes"));

    @AfterAll
    static void stop() {
        RUNNER.close();
    }

    @TestFactory
    List<DynamicNode> samples() {
        Map<String, List<DynamicTest>> byPartner = new TreeMap<>();
        for (Path sample : RUNNER.samples(Set.of())) {
            byPartner.computeIfAbsent(SampleRunner.partnerOf(sample), partner -> new ArrayList<>()).add(dynamicTest(
                    sample.getFileName().toString(), () -> RUNNER.run(sample, false).forEach(difference ->
                            assertThat(difference.actual()).as(difference.file().toString())
                                    .isEqualTo(difference.expected()))));
        }
        List<DynamicNode> nodes = new ArrayList<>();
        byPartner.forEach((partner, tests) -> nodes.add(dynamicContainer(partner, tests)));
        nodes.add(dynamicTest("no unused files", () -> assertThat(RUNNER.unused()).isEmpty()));
        nodes.add(dynamicTest("every folder can be used", () -> assertThat(RUNNER.problems()).isEmpty()));
        return nodes;
    }

    @Test
    void aDestinationThatASampleStopsIsNotLoggedAsOneOfTheHubs() throws Exception {
        try (CapturedLog log = CapturedLog.capture()) {
            RUNNER.run(Path.of("routes/braze/samples/key-refused-401"), false);

            assertThat(log.text()).doesNotContain("Destination stopped", "Destination delivers again");
        }
    }
}
