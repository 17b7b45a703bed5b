package dev.serai.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.DeadLetter;
import dev.serai.model.Event;
import dev.serai.model.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How events become items, and items requests, by what {@code partner.yaml} declares; the clock is the sample's own. */
class ItemsTest {

    private static final Instant START = Instant.parse("2026-11-24T10:00:00Z");

    @TempDir
    private Path routes;

    /** The route of a partner that takes requests a and b, each at its own path. */
    private static final String TWO_REQUESTS = """
            - route:
                id: shop-events
                from:
                  uri: kamelet:deliveries-source
                  parameters: {partner: shop, mapping: shop.jslt}
                  steps:
                    - choice:
                        when:
                          - simple: "${header.request} == 'a'"
                            steps:
                              - to: {uri: kamelet:request-sink, parameters: {partner: shop, request: a.jslt}}
                        otherwise:
                          steps:
                            - to: {uri: kamelet:request-sink, parameters: {partner: shop, request: b.jslt}}
            """;
    private static final String ONE_REQUEST = """
            - route:
                id: shop-events
                from:
                  uri: kamelet:deliveries-source
                  parameters: {partner: shop, mapping: shop.jslt}
                  steps:
                    - to: {uri: kamelet:request-sink, parameters: {partner: shop, request: a.jslt}}
            """;

    private SampleDelivery deliver(String limits, String mapping, String route, Map<String, String> settings,
                                   List<HttpAnswer> answers, List<Event> events) throws Exception {
        Path folder = Files.createDirectories(routes.resolve("shop"));
        Files.writeString(folder.resolve("partner.yaml"), "title: Shop\ndescription: A partner of this test.\ndestination:\n"
                + limits.indent(2));
        Files.writeString(folder.resolve("shop.jslt"), mapping);
        Files.writeString(folder.resolve("a.jslt"), "{\"url\": \"https://shop.example/a\", \"body\": .items}");
        Files.writeString(folder.resolve("b.jslt"), "{\"url\": \"https://shop.example/b\", \"body\": .items}");
        Files.writeString(folder.resolve("shop-events.camel.yaml"), route);
        SampleDelivery delivery = new SampleDelivery(START, answers);
        try (DeliveryContext hub = new DeliveryContext(routes, settings)) {
            delivery.bindTo(hub.camel());
            hub.startPartner("shop");
            delivery.run(events.stream().map(Event::toBytes).toList(), Duration.ofHours(6));
        }
        return delivery;
    }

    private static List<Event> events(String user, int count) {
        return IntStream.range(0, count).mapToObj(i -> Events.track(user + "-" + i, user, "Song Played")).toList();
    }

    private static List<String> ids(HttpCall call) {
        try {
            List<String> ids = new ArrayList<>();
            for (JsonNode item : Json.MAPPER.readTree(call.body())) {
                ids.add(item.path("id").asText());
            }
            return ids;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static HttpAnswer answer(int status, String body) {
        return new HttpAnswer(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aRequestHasOneKindOfItemsAndAUsersOrderHoldsAcrossKinds() throws Exception {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            for (String user : List.of("mia", "ben")) {
                String name = (user.equals("mia") ? i % 2 : i / 3) == 0 ? "A" : "B";
                events.add(Events.track(user + "-" + i, user, name));
            }
        }

        SampleDelivery delivery = deliver("requests:\n  a: {maxItems: 10}\n  b: {maxItems: 10}\nmaxRequests: 4",
                "if (.event == \"A\") {\"a\": {\"id\": .messageId}} else {\"b\": {\"id\": .messageId}}", TWO_REQUESTS, Map.of(),
                List.of(), events);

        for (HttpCall call : delivery.requests()) {
            String kind = call.url().getPath().equals("/a") ? "A" : "B";
            assertThat(ids(call)).allMatch(id -> events.stream().anyMatch(event -> event.messageId().equals(id)
                    && event.event().orElseThrow().equals(kind)));
        }
        for (String user : List.of("mia", "ben")) {
            assertThat(delivery.requests().stream().flatMap(call -> ids(call).stream()).filter(id -> id.startsWith(user)))
                    .containsExactly(user + "-0", user + "-1", user + "-2", user + "-3", user + "-4", user + "-5");
        }
        // what is of one kind in a row goes together
        assertThat(delivery.requests()).anySatisfy(call -> assertThat(ids(call)).contains("ben-3", "ben-4", "ben-5"));
    }

    @Test
    void whatWasTooLargeTogetherIsHalvedUntilItGoesWhateverOthersFitMeanwhile() throws Exception {
        SampleDelivery delivery = deliver("maxItems: 8\nmaxRequests: 1", "{\"id\": .messageId}", ONE_REQUEST, Map.of(),
                List.of(answer(413, ""), answer(413, ""), answer(200, ""), answer(200, ""), answer(413, ""), answer(200, "")),
                events("u", 12));

        // after the third the partner seems to take twice as many again, but these four were refused together
        assertThat(delivery.requests()).extracting(call -> String.join(" ", ids(call))).containsExactly(
                "u-0 u-1 u-2 u-3 u-4 u-5 u-6 u-7", "u-0 u-1 u-2 u-3", "u-0 u-1", "u-2 u-3", "u-4 u-5 u-6 u-7", "u-4 u-5",
                "u-6 u-7", "u-8 u-9 u-10 u-11");
        assertThat(delivery.deadLetters()).isEmpty();
    }

    @Test
    void anEventMayBecomeSeveralItemsAndIsOneDeadLetterIfOneOfThemIsRefused() throws Exception {
        SampleDelivery delivery = deliver("maxItems: 1",
                "[for ([\"x\", \"y\", \"z\"]) {\"id\": .}]", ONE_REQUEST, Map.of(),
                List.of(answer(200, ""), answer(422, "no y"), answer(200, "")), events("u", 1));

        assertThat(delivery.requests()).extracting(ItemsTest::ids).containsExactly(List.of("x"), List.of("y"), List.of("z"));
        assertThat(delivery.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.id()).isEqualTo("u-0:shop");
            assertThat(letter.message()).contains("no y");
            assertThat(letter.request().at("/item/id").asText()).isEqualTo("y");
        });
    }

    @Test
    void anEventWhoseMappingAnswersNothingOrNoItemIsFilteredOrADeadLetter() throws Exception {
        SampleDelivery delivery = deliver("requests:\n  a: {maxItems: 10}\n  b: {maxItems: 10}",
                "if (.userId == \"none\") null else if (.userId == \"empty\") [] else if (.userId == \"wrong\") {\"c\": 1} "
                        + "else if (.userId == \"text\") \"x\" else {\"a\": {\"id\": .messageId}}", TWO_REQUESTS, Map.of(), List.of(),
                List.of(Events.track("m1", "none", "E"), Events.track("m2", "empty", "E"), Events.track("m3", "wrong", "E"),
                        Events.track("m4", "text", "E"), Events.track("m5", "good", "E")));

        assertThat(delivery.requests()).extracting(ItemsTest::ids).containsExactly(List.of("m5"));
        assertThat(delivery.deadLetters()).extracting(DeadLetter::id).containsExactly("m3:shop", "m4:shop");
        assertThat(delivery.deadLetters()).extracting(DeadLetter::message).allMatch(message -> message.contains("[a, b]"));
    }

    @Test
    void noTwoItemsOfARequestHaveTheSameKey() throws Exception {
        List<Event> events = List.of(Events.track("m1", "u1", "E"), Events.track("m2", "u2", "E"), Events.track("m3", "u3", "E"),
                Events.track("m4", "u1", "E"));

        SampleDelivery delivery = deliver("maxItems: 10\nuniqueBy: mail",
                "{\"id\": .messageId, \"mail\": if (.userId == \"u3\") \"u2@example.com\" else .userId + \"@example.com\"}",
                ONE_REQUEST, Map.of(), List.of(), events);

        assertThat(delivery.requests()).extracting(ItemsTest::ids)
                .containsExactly(List.of("m1", "m2"), List.of("m3", "m4"));
    }

    @Test
    void anItemThatIsTooLargeForThePartnerIsADeadLetterAndCostsNoOther() throws Exception {
        Event large = Events.track("large", "u", "E", json -> json.putObject("properties").put("text", "x".repeat(2_000)));
        Event shortened = Events.track("shortened", "u", "E", json -> json.putObject("properties").put("other", "x".repeat(2_000)));

        SampleDelivery delivery = deliver("maxItems: 10\nmaxItemBytes: 1000",
                "{\"id\": .messageId, \"text\": .properties.text}", ONE_REQUEST, Map.of(), List.of(),
                List.of(large, shortened, Events.track("small", "u", "E")));

        assertThat(delivery.requests()).extracting(ItemsTest::ids).containsExactly(List.of("shortened", "small"));
        assertThat(delivery.deadLetters()).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("too_large");
            assertThat(letter.message()).contains("Shop takes 1000");
        });
    }

    @Test
    void aUserGetsNoMoreThanTheDeclaredItemsInASecondWhileOthersGoOn() throws Exception {
        List<Event> events = new ArrayList<>(events("busy", 12));
        events.addAll(events("calm", 1));

        SampleDelivery delivery = deliver("maxItems: 100\nuserItemsPerSecond: 5", "{\"id\": .messageId}", ONE_REQUEST,
                Map.of(), List.of(), events);

        assertThat(ids(delivery.requests().get(0))).hasSize(6).contains("calm-0", "busy-4").doesNotContain("busy-5");
        for (int i = 0; i < delivery.requests().size(); i++) {
            Instant from = delivery.times().get(i);
            long inThatSecond = IntStream.range(0, delivery.requests().size())
                    .filter(other -> !delivery.times().get(other).isBefore(from)
                            && delivery.times().get(other).isBefore(from.plusSeconds(1)))
                    .mapToLong(other -> ids(delivery.requests().get(other)).stream().filter(id -> id.startsWith("busy")).count())
                    .sum();
            assertThat(inThatSecond).isLessThanOrEqualTo(5);
        }
        assertThat(delivery.requests().stream().flatMap(call -> ids(call).stream()).filter(id -> id.startsWith("busy")))
                .containsExactlyElementsOf(events("busy", 12).stream().map(Event::messageId).toList());
    }

    @Test
    void aDestinationGetsNoMoreThanItsRequestsInAMinuteOrItemsInASecond() throws Exception {
        SampleDelivery requests = deliver("maxItems: 1\nrequestsPerMinute: 30", "{\"id\": .messageId}", ONE_REQUEST,
                Map.of(), List.of(), events("u", 10));
        SampleDelivery items = deliver("maxItems: 10", "{\"id\": .messageId}", ONE_REQUEST,
                Map.of("serai.destinations.shop.itemsPerSecond", "20"), List.of(), events("u", 60));

        assertThat(requests.requests()).hasSize(10);
        assertThat(Duration.between(requests.times().get(0), requests.times().get(9))).isBetween(Duration.ofSeconds(18),
                Duration.ofSeconds(19));
        assertThat(items.requests()).hasSize(6);
        assertThat(Duration.between(items.times().get(0), items.times().get(5))).isBetween(Duration.ofMillis(2_300),
                Duration.ofMillis(2_700));
    }

    @Test
    void objectsGoToPartnersThatTakeThem() throws Exception {
        ObjectNode ticket = Json.MAPPER.createObjectNode().put("source", "zendesk").put("collection", "tickets")
                .put("id", "7").put("version", 5).put("isDeleted", false);
        deliver("maxItems: 10\nobjects: true", "{\"id\": .collection + \"/\" + .id}", ONE_REQUEST, Map.of(), List.of(), List.of());
        SampleDelivery delivery = new SampleDelivery(START, List.of());
        try (DeliveryContext hub = new DeliveryContext(routes, Map.of())) {
            delivery.bindTo(hub.camel());
            hub.startPartner("shop");
            delivery.run(List.of(Json.MAPPER.writeValueAsBytes(ticket)), Duration.ofHours(1));
        }

        assertThat(delivery.requests()).extracting(ItemsTest::ids).containsExactly(List.of("tickets/7"));
    }
}
