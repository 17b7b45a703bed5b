package dev.serai.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.model.SettingsException;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import dev.serai.partner.Sources;
import dev.serai.plan.Plans.Outcome;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of events of a source that has a tracking plan. */
class PlansTest {

    private static final String PLAN = """
            title: Website
            specs: [email]
            events:
              Order Completed:
                versions:
                  "1": {type: object, required: [total], properties: {total: {type: number}, currency: {enum: [CHF, EUR]}}}
                  "2": {type: object, required: [order_id], properties: {order_id: {type: string, pattern: "^o-"}, products: {type: array, items: {type: object, properties: {price: {type: number}}}}}}
            identify: {type: object, properties: {email: {type: string}, age: {type: integer}}}
            common: {type: object, properties: {userId: {type: string, maxLength: 10}}}
            """;

    @TempDir
    private Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T10:00:00Z"));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Path file;

    private Plans plans(String plan, String... settings) throws IOException {
        file = Files.writeString(folder.resolve("website.plan.yaml"), plan);
        Map<String, String> all = new HashMap<>(Map.of("serai.sources.website.writeKey", "k",
                "serai.sources.website.plan", file.toString()));
        for (int i = 0; i < settings.length; i += 2) {
            all.put("serai.sources.website." + settings[i], settings[i + 1]);
        }
        Sources sources = Sources.from(Settings.of(all), PartnerFolders.read(Path.of("routes")).partners());
        assertThat(sources.problems()).isEmpty();
        return new Plans(sources, meters, ((InstantSource) now::get).withZone(ZoneOffset.UTC));
    }

    private static byte[] track(String name, String properties) {
        return ("{\"source\":\"website\",\"type\":\"track\",\"messageId\":\"m-1\",\"event\":\"" + name
                + "\",\"userId\":\"u\",\"context\":{},\"properties\":" + properties + "}").getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode json(Outcome outcome) throws IOException {
        return (ObjectNode) Json.MAPPER.readTree(outcome.value());
    }

    @Test
    void whatIsAsPlannedAndWhatComesFromASourceWithoutAPlanStaysAsItIs() throws Exception {
        Plans plans = plans(PLAN);
        byte[] good = track("Order Completed", "{\"order_id\": \"o-1\"}");
        byte[] bad = track("Order Completed", "{\"order_id\": 1}");

        assertThat(plans.check("website", good).value()).isSameAs(good);
        assertThat(plans.check("other", bad).value()).isSameAs(bad);
        assertThat(plans.check("website", track("Email Opened", "{\"email_id\": \"e\"}")).isBlocked()).isFalse();
        assertThat(plans.tallies()).isEmpty();
    }

    @Test
    void unlessToldOtherwiseAllPassesMarkedAndCounted() throws Exception {
        Plans plans = plans(PLAN);

        JsonNode event = json(plans.check("website", track("Order Completed",
                "{\"order_id\": \"x\", \"products\": [{\"price\": 1}, {\"price\": \"2\"}], \"extra\": 1}")));

        assertThat(event.at("/properties/extra").asInt()).isEqualTo(1);
        assertThat(event.at("/context/violations")).extracting(one -> one.path("type").asText() + one.path("field").asText())
                .containsExactlyInAnyOrder("pattern/properties/order_id", "type/properties/products/1/price");
        assertThat(json(plans.check("website", track("Song Played", "{}"))).path("unplanned").asBoolean()).isTrue();
        assertThat(plans.tallies()).extracting(one -> one.event() + " " + one.kind() + " " + one.field())
                .containsExactlyInAnyOrder("Order Completed pattern /properties/order_id",
                        "Order Completed type /properties/products/*/price",
                        "Order Completed unplanned_property /properties/extra", "Song Played unplanned_event ");
        assertThat(meters.counter("serai.plan.violations", "source", "website", "kind", "pattern").count()).isEqualTo(1);
    }

    @Test
    void omitsWhatOffendsAndSaysSo() throws Exception {
        Plans plans = plans(PLAN, "violations", "omit", "unplannedProperties", "omit");

        JsonNode event = json(plans.check("website", track("Order Completed",
                "{\"order_id\": \"x\", \"products\": [{\"price\": \"2\", \"name\": \"tea\"}], \"a/b\": 1}")));

        assertThat(event.get("properties").toString()).isEqualTo("{\"products\":[{\"name\":\"tea\"}]}");
        assertThat(event.at("/context/protocols/omitted")).extracting(JsonNode::asText).containsExactlyInAnyOrder(
                "/properties/a~1b", "/properties/order_id", "/properties/products/0/price");
    }

    @Test
    void blocksWhatBreaksItsSpecWhatIsUnplannedAndWhatBreaksTheCommonSchema() throws Exception {
        Plans plans = plans(PLAN, "violations", "block", "unplannedEvents", "block");

        Outcome missing = plans.check("website", track("Order Completed", "{}"));
        Outcome unplanned = plans.check("website", track("Song Played", "{}"));
        Outcome traits = plans.check("website", ("{\"type\":\"identify\",\"userId\":\"u\",\"traits\":{\"age\":\"old\"}}")
                .getBytes(StandardCharsets.UTF_8));
        Outcome common = plans(PLAN).check("website",
                "{\"type\":\"page\",\"userId\":\"a-very-long-user-id\"}".getBytes(StandardCharsets.UTF_8));

        assertThat(missing.code()).isEqualTo("violation");
        assertThat(missing.message()).contains("/properties/order_id").contains("required");
        assertThat(unplanned.code()).isEqualTo("unplanned_event");
        assertThat(traits.message()).contains("/traits/age").doesNotContain("old");
        assertThat(common.code()).isEqualTo("violation");
    }

    @Test
    void anEventIsHeldToTheVersionItNamesElseToTheLast() throws Exception {
        Plans plans = plans(PLAN, "violations", "block");
        byte[] first = new String(track("Order Completed", "{\"total\": 3, \"currency\": \"CHF\"}"), StandardCharsets.UTF_8)
                .replace("\"context\":{}", "\"context\":{\"protocols\":{\"event_version\":\"1\"}}").getBytes(StandardCharsets.UTF_8);

        assertThat(plans.check("website", first).isBlocked()).isFalse();
        assertThat(plans.check("website", track("Order Completed", "{\"total\": 3}")).isBlocked()).isTrue();
    }

    @Test
    void aPlanThatChangesIsReadAgainAndABrokenOneLeavesTheLast() throws Exception {
        Plans plans = plans(PLAN, "unplannedEvents", "block");
        byte[] event = track("Song Played", "{}");
        assertThat(plans.check("website", event).isBlocked()).isTrue();

        change("title: Website\nevents: {Song Played: {type: object}}\n", 1);
        await().atMost(Duration.ofSeconds(20)).until(() -> !plans.check("website", event).isBlocked());
        change("title: Website\nevents: [", 2);
        now.updateAndGet(time -> time.plusSeconds(10));
        plans.check("website", event);
        assertThat(plans.check("website", event).isBlocked()).isFalse();
    }

    private void change(String plan, int seconds) throws IOException {
        Files.writeString(file, plan);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(seconds)));
        now.updateAndGet(time -> time.plusSeconds(10));
    }

    @Test
    void aPlanThatCannotBeUsedIsToldWithItsPlace() {
        assertThatThrownBy(() -> plans("title: Website\nspecs: [poetry]\n")).isInstanceOf(SettingsException.class)
                .hasMessageContaining("website.plan.yaml:2:");
        assertThatThrownBy(() -> plans("title: W\nevents: {A: {type: nonsense}}\n")).isInstanceOf(SettingsException.class);
    }

    @Test
    void theSpecsThatComeWithTheHubAreSchemas() throws Exception {
        Plans plans = plans("title: All\nspecs: [ab-testing, b2b-saas, ecommerce, email, live-chat, mobile, surveys, video]\n",
                "violations", "block", "unplannedEvents", "block");

        assertThat(plans.check("website", track("Order Completed", "{\"order_id\": \"1\", \"products\": [{\"price\": 3}]}"))
                .isBlocked()).isFalse();
        assertThat(plans.check("website", track("Order Completed", "{\"products\": [{\"price\": \"3\"}]}")).message())
                .contains("/properties/products/0/price");
        assertThat(plans.check("website", track("Video Ad Started", "{\"quartile\": 4}")).isBlocked()).isTrue();
    }
}
