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
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Facebook finds whom it would itself have hashed to the same: each text in Facebook's form, then SHA-256. Both folders
 * must make the same of a person; the tables hold what a trait says and what is hashed of it, nothing where nothing may
 * be said. The hazard is the hash of an empty text, which everybody without that trait would share.
 */
class FacebookHashingTest {

    private static final ConfiguredDestination AUDIENCES = destination("facebook-audiences", "audienceId");
    private static final ConfiguredDestination CONVERSIONS = destination("facebook-conversions", "datasetId");
    private static final Program ROW = Program.compile(AUDIENCES.partner(), "facebook-audiences-event.jslt");
    private static final Program CONVERSION = Program.compile(CONVERSIONS.partner(), "facebook-conversions-event.jslt");

    private final ObjectNode traits = Json.MAPPER.createObjectNode();

    @ParameterizedTest
    @CsvSource(textBlock = """
            ada.moser@example.com,          ada.moser@example.com
            '  Ada.Moser@Example.COM ',     ada.moser@example.com
            'ada.moser@example.com\u00a0',  ada.moser@example.com
            John_Smith@gmail.com,           john_smith@gmail.com
            A.Da.Moser+shop@gmail.com,      a.da.moser+shop@gmail.com
            Jürg.Müller@example.ch,         jürg.müller@example.ch
            no address,
            '   ',
            '',
            """)
    void anEmailAddressIsTrimmedAndInLowerCaseDotsAndAll(String email, String normal) {
        traits.put("email", email);

        assertHashed("EMAIL", "em", normal);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            1(650)555-1212,        16505551212
            +41 44 555 01 23,      41445550123
            0041 44 555 01 23,     41445550123
            +41 (0)44 555 01 23,   41445550123
            +41/44.555.01.23,      41445550123
            00000,
            unknown,
            '',
            """)
    void aPhoneNumberIsDigitsWithItsCountryCode(String phone, String normal) {
        traits.put("phone", phone);

        assertHashed("PHONE", "ph", normal);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            Mary,               mary
            Valéry,             valéry
            정,                 정
            ' ÉLÉONORE ',       éléonore
            O'Neil-Østergård,   oneiløstergård
            Anna Maria,         anna maria
            'Moser, Jr.',       moser jr
            '-.-',
            ' ',
            """)
    void namesKeepTheirAccentsAndLosePunctuation(String name, String normal) {
        traits.put("firstName", name).put("lastName", name);

        assertHashed("FN", "fn", normal);
        assertHashed("LN", "ln", normal);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            Female, f
            F,      f
            male,   m
            ' M ',  m
            woman,
            other,
            '',
            """)
    void aGenderIsOneLetter(String gender, String normal) {
        traits.put("gender", gender);

        assertHashed("GEN", "ge", normal);
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            1987-03-09,                1987, 03, 09
            1987-3-9,                  1987, 03, 09
            19870309,                  1987, 03, 09
            2001-12-31T00:00:00.000Z,  2001, 12, 31
            03/09/1987,                    ,   ,
            9. März,                       ,   ,
            """)
    void aBirthdayIsYearMonthAndDayOfTwoDigits(String birthday, String year, String month, String day) {
        traits.put("birthday", birthday);

        assertThat(row().path("DOBY").textValue()).isEqualTo(sha256(year));
        assertThat(row().path("DOBM").textValue()).isEqualTo(sha256(month));
        assertThat(row().path("DOBD").textValue()).isEqualTo(sha256(day));
        assertThat(userData().path("db").textValue()).isEqualTo(year == null ? null : sha256(year + month + day));
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
            Zürich,      ZH,          8001,         CH,             zürich,    zh,  8001,     ch
            St. Gallen,  St. Gallen,  CH-9000,      ch,             stgallen,  stgallen, ch9000, ch
            London,      ,            SW1A 2AA,     GB,             london,    ,    sw1a2aa,  gb
            Menlo Park,  CA,          94025-1234,   US,             menlopark, ca,  94025,    us
            Menlo Park,  California,  94025,        us,             menlopark, ,    94025,    us
            New York,    ny,          10001,        United States,  newyork,   ny,  10001,
            """)
    void anAddressIsLettersAndCodes(String city, String state, String zip, String country,
                                    String ct, String st, String zp, String iso) {
        traits.putObject("address").put("city", city).put("state", state).put("postalCode", zip).put("country", country);

        assertHashed("CT", "ct", ct);
        assertHashed("ST", "st", st);
        assertHashed("ZIP", "zp", zp);
        assertHashed("COUNTRY", "country", iso);
    }

    @Test
    void aPostalCodeMayBeANumber() {
        traits.putObject("address").put("postalCode", 8001);

        assertHashed("ZIP", "zp", "8001");
    }

    @Test
    void whatIsHashedAlreadyGoesAsItIs() {
        String hash = sha256("ada.moser@example.com");
        traits.put("email", hash.toUpperCase(Locale.ROOT)).put("phone", " " + hash).put("firstName", hash)
                .put("lastName", hash).put("gender", hash)
                .putObject("address").put("city", hash).put("state", hash).put("postalCode", hash).put("country", hash);

        JsonNode row = row();
        JsonNode userData = userData();

        for (String column : List.of("EMAIL", "PHONE", "FN", "LN", "GEN", "CT", "ST", "ZIP", "COUNTRY")) {
            assertThat(row.path(column).textValue()).as(column).isEqualTo(hash);
        }
        for (String field : List.of("em", "ph", "fn", "ln", "ge", "ct", "st", "zp", "country")) {
            assertThat(userData.path(field).textValue()).as(field).isEqualTo(hash);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "\u00a0", "-"})
    void nothingIsNeverHashed(String nothing) {
        traits.put("email", nothing).put("phone", nothing).put("firstName", nothing).put("lastName", nothing)
                .put("gender", nothing).put("birthday", nothing).putObject("address").put("city", nothing)
                .put("state", nothing).put("postalCode", nothing).put("country", nothing);

        assertThat(names(row())).containsExactly("EXTERN_ID");
        assertThat(names(userData())).containsExactly("external_id");
    }

    @Test
    void theUserIdIsPlainInAudiencesAndHashedInConversions() {
        assertThat(row().path("EXTERN_ID").textValue()).isEqualTo("user-4711");
        assertThat(userData().path("external_id").textValue()).isEqualTo(sha256("user-4711"));
    }

    /** Of the examples in Facebook's "Customer Information Parameters". */
    @Test
    void theHashesAreTheOnesInFacebooksGuide() {
        traits.put("email", "John_Smith@gmail.com").put("phone", "1 (650)555-1212").put("firstName", "Valéry")
                .put("lastName", "정");

        JsonNode userData = userData();

        assertThat(userData.path("em").textValue())
                .isEqualTo("62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f");
        assertThat(userData.path("ph").textValue())
                .isEqualTo("e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176");
        assertThat(userData.path("fn").textValue())
                .isEqualTo("08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c");
        assertThat(userData.path("ln").textValue())
                .isEqualTo("8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14");
    }

    /** @param normal what is hashed, null if nothing may be said */
    private void assertHashed(String column, String field, String normal) {
        assertThat(row().path(column).textValue()).as(column).isEqualTo(sha256(normal));
        assertThat(userData().path(field).textValue()).as(field).isEqualTo(sha256(normal));
    }

    private JsonNode row() {
        ObjectNode event = event("Audience Entered");
        event.putObject("properties").put("audience_key", "high_spenders");
        return ROW.run(Program.variables(AUDIENCES), event).path("add");
    }

    private JsonNode userData() {
        return CONVERSION.run(Program.variables(CONVERSIONS), event("Signed Up")).path("user_data");
    }

    private ObjectNode event(String name) {
        ObjectNode event = Json.MAPPER.createObjectNode().put("type", "track").put("event", name).put("userId", "user-4711")
                .put("messageId", "018f3c5a-7d21-4e0b-9c4e-000000000001").put("timestamp", "2026-11-24T10:00:01.250Z");
        event.putObject("context").set("traits", traits);
        return event;
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static ConfiguredDestination destination(String partner, String id) {
        Map<String, String> settings = Map.of("serai.destinations." + partner + ".accessToken", "token",
                "serai.destinations." + partner + "." + id, "1");
        return Destinations.from(Settings.of(settings), PartnerFolders.read(Path.of("routes")).partners())
                .byName().get(partner);
    }

    /** Null of null. */
    private static String sha256(String text) {
        try {
            return text == null ? null : HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
