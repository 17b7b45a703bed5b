package dev.serai.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.serai.ingest.HttpLimits;
import dev.serai.ingest.HubHttpServer;
import dev.serai.ingest.IngestMetrics;
import dev.serai.model.Json;
import dev.serai.partner.Destinations;
import dev.serai.partner.PartnerFolders;
import dev.serai.partner.Settings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code /api/routing} over HTTP, with two destinations on. */
class RoutingApiTest {

    private static final Path FILE = Path.of("routes/routing.camel.yaml");

    private static HubHttpServer http;
    private static Destinations destinations;
    private static String text = "";
    private static Optional<String> fault = Optional.empty();

    @BeforeAll
    static void start() {
        PartnerFolders folders = PartnerFolders.read(Path.of("routes"));
        destinations = Destinations.from(Settings.of(Map.of("serai.destinations.webhook.url", "https://example.com/hook",
                "serai.destinations.hook2.partner", "webhook", "serai.destinations.hook2.url", "https://example.com/2")), folders.partners());
        http = new HubHttpServer(new HttpLimits(1 << 20, 100, 100, Duration.ofSeconds(10), Duration.ofSeconds(10),
                Duration.ofSeconds(10)), new IngestMetrics(new SimpleMeterRegistry()));
        new RoutingApi(http, FILE, () -> text, () -> fault, () -> destinations);
        http.listen("127.0.0.1", 0, false);
        http.ready();
    }

    @AfterAll
    static void stop() {
        http.close();
    }

    private static JsonNode answer(String yaml) throws Exception {
        text = yaml;
        HttpResponse<String> answer = HttpClient.newHttpClient().send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                + http.port() + "/api/routing")).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return Json.MAPPER.readTree(answer.body());
    }

    private static JsonNode steps(String yaml) throws Exception {
        return answer(yaml).at("/routes/0/steps");
    }

    private static JsonNode json(String text) throws Exception {
        return Json.MAPPER.readTree(text);
    }

    @Test
    void theShippedFileSendsEventsToEveryDestinationThatIsOn() throws Exception {
        // When
        JsonNode answer = answer(Files.readString(FILE));

        // Then
        assertThat(answer).isEqualTo(json("""
                {"file": "routes/routing.camel.yaml", "fault": null, "routes": [{"id": "routing",
                 "description": "Which destinations get which events and objects", "from": "kamelet:routing-source", "steps": [
                  {"kind": "filter", "expression": "${header.type} != 'object'", "steps": [
                   {"kind": "destination", "name": "hook2", "on": true, "all": true},
                   {"kind": "destination", "name": "webhook", "on": true, "all": true}]}]}]}"""));
    }

    @Test
    void choicesFiltersAndDestinationsAreATreeAndTheRestAreSteps() throws Exception {
        // When
        JsonNode steps = steps("""
                - route:
                    id: routing
                    from:
                      uri: kamelet:routing-source
                      steps:
                        - setHeader:
                            name: vip
                            jq: .traits.vip
                        - log: "an event"
                        - choice:
                            when:
                              - expression:
                                  simple:
                                    expression: "${header.event} == 'A'"
                                steps:
                                  - to: kamelet:destination-sink?destination=webhook
                              - jq: ".total > 100"
                                steps:
                                  - to:
                                      uri: kamelet:destination-sink
                                      parameters:
                                        destination: braze
                            otherwise:
                              steps:
                                - filter:
                                    simple: "${header.userId} != null"
                                    steps:
                                      - to:
                                          uri: kamelet:destination-sink
                                          parameters:
                                            destination: nobody
                        - recipient-list:
                            simple: "kamelet:destination-sink?destination=${header.to}"
                """);

        // Then
        assertThat(steps).isEqualTo(json("""
                [{"kind": "step", "label": "set header vip to jq: .traits.vip"}, {"kind": "step", "label": "log an event"},
                 {"kind": "choice", "branches": [
                  {"label": "when", "expression": "${header.event} == 'A'", "steps": [{"kind": "destination", "name": "webhook", "on": true}]},
                  {"label": "when", "expression": "jq: .total > 100", "steps": [{"kind": "destination", "name": "braze", "on": false}]},
                  {"label": "otherwise", "expression": null, "steps": [{"kind": "filter", "expression": "${header.userId} != null",
                   "steps": [{"kind": "destination", "name": "nobody", "on": false}]}]}]},
                 {"kind": "step", "label": "to each of kamelet:destination-sink?destination=${header.to}"}]"""));
    }

    @Test
    void destinationsInsideOtherStepsAreNotLost() throws Exception {
        // When
        JsonNode steps = steps("""
                - from:
                    uri: kamelet:routing-source
                    steps:
                      - doTry:
                          steps:
                            - to: kamelet:destination-sink?destination=webhook
                          doCatch:
                            - exception: [java.lang.Exception]
                              steps:
                                - to: kamelet:destination-sink?destination=hook2
                      - multicast:
                          description: Both of them
                          steps:
                            - to: kamelet:destination-sink?destination=${header.to}
                            - stop: {}
                """);

        // Then
        assertThat(steps.findValuesAsText("name")).containsExactly("webhook", "hook2");
        assertThat(steps.findValuesAsText("label")).containsExactly("do try", "do catch", "Both of them",
                "to kamelet:destination-sink?destination=${header.to}", "stop");
    }

    @Test
    void aMistakeIsToldBesideWhatIsInUse() throws Exception {
        // Given
        fault = Optional.of("routes/routing.camel.yaml:3:1: no such step; mend it");

        // When
        JsonNode answer = answer("- from: {uri: 'kamelet:routing-source', steps: [stop]}\n");
        fault = Optional.empty();

        // Then
        assertThat(answer.path("fault").asText()).contains("no such step");
        assertThat(answer.at("/routes/0/steps/0/label").asText()).isEqualTo("stop");
    }

    @Test
    void whatIsNoYamlIsToldWithItsPlace() throws Exception {
        JsonNode answer = answer("- route: [\n");

        assertThat(answer.path("fault").asText()).contains("routing.camel.yaml:2:1");
        assertThat(answer.path("routes")).isEmpty();
    }

    @Test
    void aFileThatIsNoListOfRoutesHasNone() throws Exception {
        assertThat(answer("just a text").path("routes")).isEmpty();
        assertThat(answer("").path("routes")).isEmpty();
    }
}
