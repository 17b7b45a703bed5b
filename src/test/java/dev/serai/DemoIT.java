package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The three stories of {@code serai demo}, by the jar. */
class DemoIT {

    @TempDir
    private Path data;

    @Test
    void allThreeStoriesHold() throws Exception {
        HubProcess demo = HubProcess.java(data, List.of("-Xmx512m", "-jar", System.getProperty("serai.jar"), "demo"));

        int exit = demo.exitCode(Duration.ofMinutes(10));

        assertThat(demo.log()).contains("All three stories hold.").doesNotContain("WRONG");
        assertThat(exit).isZero();
    }
}
