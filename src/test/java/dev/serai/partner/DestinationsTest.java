package dev.serai.partner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.model.Problem;
import dev.serai.partner.Destinations.ConfiguredDestination;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DestinationsTest {

    private static final Map<String, Partner> PARTNERS = PartnerFolders.read(Path.of("routes")).partners();

    @Test
    void aDestinationWithoutItsRequiredSettingsIsOffAndSaysWhich() {
        Destinations destinations = Destinations.from(Settings.of(Map.of()), PARTNERS);

        assertThat(destinations.problems()).isEmpty();
        assertThat(destinations.on()).isEmpty();
        assertThat(destinations.byName().get("webhook").missing()).containsExactly("serai.destinations.webhook.url");
    }

    @Test
    void onePartnerCanBeSeveralDestinations() {
        Destinations destinations = Destinations.from(Settings.of(Map.of(
                "serai.destinations.webhook.url", "https://one.example/",
                "serai.destinations.audit.partner", "webhook",
                "serai.destinations.audit.url", "https://two.example/")), PARTNERS);

        assertThat(destinations.on()).extracting(ConfiguredDestination::name).containsExactly("audit", "webhook");
        assertThat(destinations.of(PARTNERS.get("webhook"))).hasSize(2);
        assertThat(destinations.byName().get("audit").setting("allowPrivateAddresses")).contains("false");
    }

    @Test
    void everyProblemIsToldAtOnceWithItsPlace(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("application.properties"), """
                serai.destinations.webhook.url = ftp://files.example/
                serai.destinations.webhook.allowPrivateAddresses = yes
                serai.destinations.webhook.sekret = x
                serai.destinations.amplitud.apiKey = 0123456789abcdef
                serai.destinations.Upper.partner = webhook
                serai.destinations.named.partner = webhok
                """);

        Destinations destinations = Destinations.from(Settings.load(file, new Properties()), PARTNERS);

        assertThat(destinations.problems()).extracting(Problem::line).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6);
        assertThat(destinations.problems()).extracting(Problem::what).anySatisfy(what ->
                assertThat(what).isEqualTo("setting 'serai.destinations.webhook.url' must be an absolute http or https "
                        + "URL, without user and password"));
        assertThat(destinations.problems()).extracting(Problem::remedy).contains("did you mean 'secret'?");
    }

    @Test
    void secretsAreMaskedAlsoInTheirParts() {
        ConfiguredDestination webhook = Destinations.from(Settings.of(Map.of(
                "serai.destinations.webhook.url", "https://one.example/hooks/T0KEN-IN-PATH?key=0123456789",
                "serai.destinations.webhook.secret", "whsec_abcdef")), PARTNERS).byName().get("webhook");

        assertThat(webhook.mask("no T0KEN-IN-PATH here, nor 0123456789, nor whsec_abcdef"))
                .isEqualTo("no *** here, nor ***, nor ***");
    }
}
