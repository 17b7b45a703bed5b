package dev.serai.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every code that stands in the hub's classes and in the partner folders has a sentence of its own. */
class RemediesTest {

    private static TreeSet<String> found(Path folder, String suffix, String... patterns) throws IOException {
        TreeSet<String> codes = new TreeSet<>();
        try (Stream<Path> files = Files.walk(folder)) {
            files.filter(file -> file.toString().endsWith(suffix)).forEach(file -> {
                for (String pattern : patterns) {
                    Matcher matcher = Pattern.compile(pattern).matcher(read(file));
                    while (matcher.find()) {
                        codes.add(matcher.group(1));
                    }
                }
            });
        }
        return codes;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void everyCodeOfTheHubHasARemedy() throws Exception {
        Path main = Path.of("src/main/java/dev/serai");
        TreeSet<String> codes = found(main.resolve("ingest"), ".java", "new Rejection\\(\"([a-z_]+)\"", "new ItemRejected\\(\"([a-z_]+)\"",
                "\"([a-z]+_not_(?:string|object|defined))\"", "iolation = \"([a-z_]+)\"");
        codes.addAll(found(main.resolve("delivery"), ".java", "Verdict\\.(?:retry|stop|split|deadLetter)\\(\"([a-z_]+)\"",
                "MappingFailed\\(\"([a-z_]+)\"", "DEAD_LETTER, \"([a-z_]+)\"", "String (?:CONSENT|INTEGRATIONS|MAPPING) = \"([a-z_]+)\"",
                "String (?:SUPPRESSED|REPEATED|ROUTING) = \"([a-z_]+)\""));
        codes.addAll(found(main.resolve("kafka"), ".java", "\"routing\", \"([a-z_]+)\""));
        codes.addAll(found(main.resolve("plan"), ".java", "String (?:UNPLANNED_EVENT|VIOLATION) = \"([a-z_]+)\""));
        codes.addAll(found(main.resolve("sync"), ".java", "giveUp\\(item, \"([a-z_]+)\"", "Rejected\\(\"([a-z_]+)\""));

        assertThat(codes).contains("no_user_anon_id", "no_answer", "consent", "routing_failed", "unplanned_event", "no_id", "mapping_failed",
                "retries_exhausted", "consent_version_should_be_number").allMatch(Remedies::isKnown);
    }

    @Test
    void everyCodeOfThePartnersResponsesHasARemedy() throws Exception {
        assertThat(found(Path.of("routes"), "response.jslt", "\"code\": *\"([a-z_]+)\"")).contains("throttled", "refused")
                .allMatch(Remedies::isKnown);
    }

    @Test
    void anyOtherCodeHasASentenceToo() {
        assertThat(Remedies.of("http_503")).contains("tried again");
        assertThat(Remedies.of("http_302")).contains("address");
        assertThat(Remedies.of("http_418")).contains("replay");
        assertThat(Remedies.of("graph_190_460")).contains("graph_190_460");
    }
}
