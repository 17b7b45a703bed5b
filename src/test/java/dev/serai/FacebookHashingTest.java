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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What both of Facebook's folders make of a person, whose rules are the same: a trait, and what is hashed of it. An empty
 * second column means that nothing is, above all not the hash of nothing.
 */
class FacebookHashingTest {

    private static final List<String> COLUMNS = List.of("external_id", "em", "ph", "fn", "ln", "ge", "doby", "dobm", "dobd",
            "ct", "st", "zp", "country", "madid");
    private static final ConfiguredDestination AUDIENCES = destination("facebook-audiences",
            Map.of("audienceKey", "vip", "audienceId", "1", "accessToken", "token"));
    private static final ConfiguredDestination CONVERSIONS = destination("facebook-conversions",
            Map.of("datasetId", "1", "accessToken", "token"));

    private static ConfiguredDestination destination(String name, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>();
        settings.forEach((key, value) -> all.put("serai.destinations." + name + "." + key, value));
        return Destinations.from(Settings.of(all), PartnerFolders.read(Path.of("routes")).partners()).byName().get(name);
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static ObjectNode event(String name, ObjectNode traits) {
        ObjectNode event = Json.MAPPER.createObjectNode().put("type", "track").put("event", name).put("messageId", "m1")
                .put("userId", "u1").put("timestamp", "2026-11-24T10:00:00.250Z");
        event.putObject("properties").put("audience_key", "vip");
        event.putObject("context").set("traits", traits);
        return event;
    }

    private static String inAudience(String field, ObjectNode traits) {
        JsonNode row = Program.compile(AUDIENCES.partner(), "facebook-audiences-event.jslt")
                .run(Program.variables(AUDIENCES), event("Audience Entered", traits)).get("add");
        return row.get(COLUMNS.indexOf(field)).asText();
    }

    private static String inConversion(String field, ObjectNode traits) {
        return Program.compile(CONVERSIONS.partner(), "facebook-conversions-event.jslt")
                .run(Program.variables(CONVERSIONS), event("Signed Up", traits)).path("user_data").path(field).asText();
    }

    @ParameterizedTest
    @CsvSource(emptyValue = "", textBlock = """
            em, email,         '  Ada.Moser@Example.COM ', ada.moser@example.com
            em, email,         a.d.a@gmail.com,            a.d.a@gmail.com
            em, email,         jürg.müller@example.ch,     jürg.müller@example.ch
            em, email,         '   ',                      ''
            ph, phone,         +41 (0)44 555 01 23,        41445550123
            ph, phone,         0041 44 555 01 23,          41445550123
            ph, phone,         (415) 555-0123,             4155550123
            ph, phone,         none,                       ''
            fn, firstName,     ' José María ',             josé maría
            fn, firstName,     Élodie-Anne,                élodieanne
            fn, first_name,    李,                          李
            ln, lastName,      O'Neill Jr.,                oneill jr
            ln, lastName,      Müller-Łukasz,              müllerłukasz
            ln, lastName,      ...,                        ''
            ge, gender,        Female,                     f
            ge, gender,        M,                          m
            ge, gender,        divers,                     ''
            ct, city,          St. Gallen,                 stgallen
            ct, city,          Zürich,                     zürich
            st, state,         New York,                   newyork
            zp, postalCode,    SW1A 1AA,                   sw1a1aa
            zp, postal_code,   12345-6789,                 123456789
            country, country,  CH,                         ch
            country, country,  Switzerland,                ''
            """)
    void aFieldIsHashedAsFacebookWritesIt(String field, String trait, String given, String normal) throws Exception {
        ObjectNode traits = Json.MAPPER.createObjectNode();
        boolean isOfAddress = List.of("city", "state", "postalCode", "postal_code", "country").contains(trait);
        (isOfAddress ? traits.putObject("address") : traits).put(trait, given);
        String expected = normal.isEmpty() ? "" : sha256(normal);

        assertThat(inAudience(field, traits)).isEqualTo(expected);
        assertThat(inConversion(field, traits)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"em, email", "ph, phone", "fn, firstName", "ln, lastName"})
    void whatIsAHashAlreadyGoesAsItIs(String field, String trait) throws Exception {
        String hash = sha256("ada.moser@example.com");
        ObjectNode traits = Json.MAPPER.createObjectNode().put(trait, hash.toUpperCase(Locale.ROOT));

        assertThat(inAudience(field, traits)).isEqualTo(hash);
        assertThat(inConversion(field, traits)).isEqualTo(hash);
    }

    @Test
    void aBirthdayIsThreeFieldsOfAnAudienceAndOneOfAnEvent() throws Exception {
        ObjectNode traits = Json.MAPPER.createObjectNode().put("birthday", "1990-07-04T00:00:00.000Z");

        assertThat(List.of(inAudience("doby", traits), inAudience("dobm", traits), inAudience("dobd", traits)))
                .containsExactly(sha256("1990"), sha256("07"), sha256("04"));
        assertThat(inConversion("db", traits)).isEqualTo(sha256("19900704"));
    }

    @Test
    void theUserIdIsPlainInAnAudienceAndHashedInAnEvent() throws Exception {
        ObjectNode traits = Json.MAPPER.createObjectNode();

        assertThat(inAudience("external_id", traits)).isEqualTo("u1");
        assertThat(inConversion("external_id", traits)).isEqualTo(sha256("u1"));
    }

    /** In other countries the postal code is whole. */
    @ParameterizedTest
    @CsvSource({"94025-1234, US, 94025", "94025, us, 94025", "1234567, JP, 1234567"})
    void aZipCodeHasFiveDigitsInTheUnitedStates(String postalCode, String country, String normal) throws Exception {
        ObjectNode traits = Json.MAPPER.createObjectNode();
        traits.putObject("address").put("postalCode", postalCode).put("country", country);

        assertThat(inAudience("zp", traits)).isEqualTo(sha256(normal));
        assertThat(inConversion("zp", traits)).isEqualTo(sha256(normal));
    }

    @Test
    void theAdvertisingIdOfWhoWouldNotBeTrackedStaysHere() {
        ObjectNode event = event("Audience Entered", Json.MAPPER.createObjectNode());
        ObjectNode device = event.withObject("/context/device").put("advertisingId", "38400000-8CF0-11BD-B23E-10B96E40000D");
        assertThat(advertisingId(event)).isEqualTo("38400000-8cf0-11bd-b23e-10b96e40000d");

        device.put("adTrackingEnabled", false);
        assertThat(advertisingId(event)).isEmpty();

        device.put("adTrackingEnabled", true).put("advertisingId", "00000000-0000-0000-0000-000000000000");
        assertThat(advertisingId(event)).isEmpty();
    }

    /** Of the examples in Facebook's "Customer information parameters". */
    @Test
    void theHashesAreTheOnesOnFacebooksPage() {
        ObjectNode traits = Json.MAPPER.createObjectNode().put("email", "John_Smith@gmail.com").put("phone", "1 (650)555-1212")
                .put("firstName", "Valéry").put("lastName", "정");

        assertThat(List.of(inConversion("em", traits), inConversion("ph", traits), inConversion("fn", traits),
                inConversion("ln", traits))).containsExactly(
                "62a14e44f765419d10fea99367361a727c12365e2520f32218d505ed9aa0f62f",
                "e323ec626319ca94ee8bff2e4c87cf613be6ea19919ed1364124e16807ab3176",
                "08e1996b5dd49e62a4b4c010d44e4345592a863bb9f8e3976219bac29417149c",
                "8fa8cd9c440be61d0151429310034083132b35975c4bea67fdd74158eb51db14");
    }

    private static String advertisingId(ObjectNode event) {
        return Program.compile(AUDIENCES.partner(), "facebook-audiences-event.jslt")
                .run(Program.variables(AUDIENCES), event).get("add").get(COLUMNS.indexOf("madid")).asText();
    }
}
