package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.partner.Partner;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Program;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long Facebook is left alone once it has had enough: as long as it says, or else five minutes. */
class FacebookThrottleTest {

    private static final Map<String, Partner> PARTNERS = PartnerFolders.read(Path.of("routes")).partners();

    @ParameterizedTest
    @ValueSource(strings = {"facebook-audiences", "facebook-conversions"})
    void waitsForTheLongestOfTheTimesThatFacebookSays(String partner) {
        JsonNode verdict = verdict(partner, """
                {"1002003004":[{"type":"custom_audience","estimated_time_to_regain_access":19}],
                 "1002003005":[{"type":"ads_management","estimated_time_to_regain_access":0},
                               {"type":"ads_insights","estimated_time_to_regain_access":3}]}""");

        assertThat(verdict.path("verdict").asText()).isEqualTo("retry");
        assertThat(verdict.path("afterSeconds").asInt()).isEqualTo(19 * 60);
    }

    @ParameterizedTest
    @ValueSource(strings = {"facebook-audiences", "facebook-conversions"})
    void waitsFiveMinutesIfFacebookSaysNothingThatCanBeRead(String partner) {
        for (String usage : new String[] {null, "", "no JSON", "{}", "[]", "{\"1\":[{\"call_count\":100}]}"}) {
            JsonNode verdict = verdict(partner, usage);

            assertThat(verdict.path("verdict").asText()).as(usage).isEqualTo("retry");
            assertThat(verdict.path("afterSeconds").asInt()).as(usage).isEqualTo(300);
        }
    }

    /** @param usage the header x-business-use-case-usage, null if there is none */
    private static JsonNode verdict(String partner, String usage) {
        ObjectNode answer = Json.MAPPER.createObjectNode().put("status", 400).put("count", 1);
        ObjectNode headers = answer.putObject("headers");
        if (usage != null) {
            headers.put("x-business-use-case-usage", usage);
        }
        answer.putObject("body").putObject("error").put("code", 80003).put("message", "too many calls");
        answer.putArray("items").addObject().put("event_time", 1);
        return Program.compile(PARTNERS.get(partner), partner + "-response.jslt")
                .run(Map.of("settings", Json.MAPPER.createObjectNode()), answer);
    }
}
