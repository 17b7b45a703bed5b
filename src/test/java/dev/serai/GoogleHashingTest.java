package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.partner.Destinations;
import dev.serai.partner.Destinations.ConfiguredDestination;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Program;
import dev.serai.partner.Settings;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Google can match is what it would itself make of the same person: each text in Google's form, then SHA-256. The
 * tables hold what a trait says and what is hashed of it, after Google's guide "Format user data" (Data Manager API).
 */
class GoogleHashingTest {

    private static final Map<String, String> SETTINGS = Map.of("audienceKey", "high_spenders", "audienceId", "1",
            "customerId", "1", "clientId", "client", "clientSecret", "secret", "refreshToken", "refresh");
    private static final ConfiguredDestination GOOGLE_ADS = googleAds();
    private static final Program MAPPING = Program.compile(GOOGLE_ADS.partner(), "google-ads-event.jslt");

    private final ObjectNode traits = Json.MAPPER.createObjectNode();

    @ParameterizedTest
    @CsvSource(textBlock = """
            ada.moser@example.com,             ada.moser@example.com
            '  Ada.Moser@Example.COM ',        ada.moser@example.com
            'ada . moser@example.com',         ada.moser@example.com
            'ada.moser@example.com\u00a0',     ada.moser@example.com
            user.name+NYC@Example.com,         user.name+nyc@example.com
            a.da.mo.ser@gmail.com,             adamoser@gmail.com
            Ada.Moser@GoogleMail.com,          adamoser@googlemail.com
            cloudy.sanfrancisco+shopping@gmail.com, cloudysanfrancisco@gmail.com
            a.b@notgmail.com,                  a.b@notgmail.com
            a.b@gmail.com.example.org,         a.b@gmail.com.example.org
            Jürg.Müller@example.ch,  jürg.müller@example.ch
            """)
    void anEmailAddressIsHashedAsGoogleWritesIt(String email, String normal) throws Exception {
        traits.put("email", email);

        assertThat(identifiers()).isEqualTo(Json.MAPPER.createArrayNode()
                .add(Json.MAPPER.createObjectNode().put("emailAddress", sha256(normal))));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            +18005550100,           +18005550100
            ' +1 (800) 555-0100 ',  +18005550100
            0041 44 555 01 23,      +41445550123
            +41 (0)44 555 01 23,    +41445550123
            +41/44.555.01.23,       +41445550123
            (800) 555-0100,
            044 555 01 23,
            +12,
            +041445550123,
            +1234567890123456,
            unknown,
            """)
    void aPhoneNumberIsHashedInE164OrLeftOutIfItsCountryIsUnknown(String phone, String normal) throws Exception {
        traits.put("email", "ada.moser@example.com").put("phone", phone);

        JsonNode hash = identifiers().findPath("phoneNumber");

        if (normal == null) {
            assertThat(hash.isMissingNode()).isTrue();
        } else {
            assertThat(hash.textValue()).isEqualTo(sha256(normal));
        }
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            Ada,              Moser,               ada,            moser
            ' Zoë ',     ' FranÇois ',   zoë,       françois
            ÉLÉONORE, ØstergÅrd, éléonore, østergård
            Anna Maria,       von Mühlenen,   anna maria,     von mühlenen
            Mrs. Ada,         'Moser, Jr.',        ada,            moser
            Dr Eva,           Moser III,           eva,            moser
            Drew,             Srinivasan,          drew,           srinivasan
            明,           王,              明,         王
            """)
    void namesKeepTheirAccentsAndLoseTitlesAndCapitals(String first, String last, String given, String family)
            throws Exception {
        traits.put("firstName", first).put("lastName", last).putObject("address")
                .put("postalCode", " 8001 ").put("country", "ch");

        assertThat(identifiers().findPath("address")).isEqualTo(Json.MAPPER.createObjectNode()
                .put("givenName", sha256(given)).put("familyName", sha256(family))
                .put("regionCode", "CH").put("postalCode", "8001"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"firstName", "lastName", "postalCode", "country"})
    void anAddressThatIsNotWholeIsLeftOut(String missing) throws Exception {
        traits.put("email", "ada.moser@example.com").put("firstName", "Ada").put("lastName", "Moser")
                .putObject("address").put("postalCode", "8001").put("country", "CH");
        assertThat(identifiers().findPath("address").isObject()).isTrue();

        traits.remove(missing);
        traits.withObject("/address").remove(missing);

        assertThat(identifiers().findPath("address").isMissingNode()).isTrue();
    }

    @Test
    void aCountryByItsNameIsNone() throws Exception {
        traits.put("firstName", "Ada").put("lastName", "Moser").putObject("address").put("postalCode", "8001")
                .put("country", "Switzerland");

        assertThat(map().isNull()).isTrue();
    }

    @Test
    void whatIsHashedAlreadyGoesAsItIs() throws Exception {
        String hash = sha256("ada.moser@example.com");
        traits.put("email", hash.toUpperCase(Locale.ROOT)).put("phone", hash).put("firstName", hash).put("lastName", " " + hash)
                .putObject("address").put("postalCode", "8001").put("country", "CH");

        assertThat(identifiers().findPath("emailAddress").textValue()).isEqualTo(hash);
        assertThat(identifiers().findPath("phoneNumber").textValue()).isEqualTo(hash);
        assertThat(identifiers().findPath("givenName").textValue()).isEqualTo(hash);
        assertThat(identifiers().findPath("familyName").textValue()).isEqualTo(hash);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "no address", "@example.com", "ada@", "+shop@gmail.com"})
    void nothingIsNeverHashed(String email) throws Exception {
        traits.put("email", email).put("phone", "").put("firstName", " ").put("lastName", "").putObject("address")
                .put("postalCode", "8001").put("country", "CH");

        assertThat(map().isNull()).isTrue();
    }

    /** Of the known vector in Google's guide to sending audience members. */
    @Test
    void theHashIsTheOneInGooglesGuide() throws Exception {
        traits.put("email", "dana@example.com");

        assertThat(identifiers().findPath("emailAddress").textValue())
                .isEqualTo("07e2f1394b0ea80e2adca010ea8318df697001a005ba7452720edda4b0ce57b3");
    }

    private JsonNode identifiers() {
        return map().at("/ingest/userData/userIdentifiers");
    }

    private JsonNode map() {
        ObjectNode event = Json.MAPPER.createObjectNode().put("type", "identify").put("userId", "user-4711");
        event.set("traits", traits.put("high_spenders", true));
        return MAPPING.run(Program.variables(GOOGLE_ADS), event);
    }

    private static ConfiguredDestination googleAds() {
        Map<String, String> settings = new HashMap<>();
        SETTINGS.forEach((name, value) -> settings.put("serai.destinations.google-ads." + name, value));
        return Destinations.from(Settings.of(settings), PartnerFolders.read(Path.of("routes")).partners())
                .byName().get("google-ads");
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
