package dev.serai.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.serai.model.DeadLetter;
import dev.serai.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Each sample of a destination through the partner's own routes; {@code -Dsamples.update=true} writes the outputs. */
class DestinationSamplesTest {

    private static final boolean REWRITE = Boolean.getBoolean("samples.update");
    private static final Instant START = Instant.parse("2026-11-24T10:00:05Z");
    private static final Set<String> VOLATILE = Set.of("webhook-timestamp", "webhook-signature");
    private static final Set<String> FILES = Set.of("in.events.json", "in.settings.json", "in.responses.json",
            "out.requests.json", "out.dead-letters.json");

    @TestFactory
    Stream<DynamicTest> samples() throws IOException {
        try (Stream<Path> all = Files.walk(Path.of("routes"))) {
            return all.filter(file -> file.endsWith("in.events.json")).map(Path::getParent).sorted().toList().stream()
                    .map(sample -> DynamicTest.dynamicTest(sample.toString(), () -> run(sample)));
        }
    }

    private static void run(Path sample) throws Exception {
        String partner = sample.getParent().getParent().getFileName().toString();
        Map<String, String> settings = new TreeMap<>();
        read(sample.resolve("in.settings.json")).fields().forEachRemaining(setting ->
                settings.put("serai.destinations." + partner + "." + setting.getKey(), setting.getValue().asText()));
        SampleDelivery delivery = new SampleDelivery(START, answers(sample.resolve("in.responses.json")));
        try (DeliveryContext hub = new DeliveryContext(settings)) {
            delivery.bindTo(hub.camel());
            hub.startPartner(partner);
            List<byte[]> events = new ArrayList<>();
            for (JsonNode event : read(sample.resolve("in.events.json"))) {
                events.add(Json.MAPPER.writeValueAsBytes(event));
            }

            delivery.run(events, Duration.ofHours(6));
        }
        compare(sample.resolve("out.requests.json"), requests(delivery.requests()));
        compare(sample.resolve("out.dead-letters.json"), deadLetters(delivery.deadLetters()));
        try (Stream<Path> files = Files.list(sample)) {
            assertThat(files.map(file -> file.getFileName().toString())).as("no unused files").isSubsetOf(FILES);
        }
    }

    private static List<HttpAnswer> answers(Path file) throws IOException {
        List<HttpAnswer> answers = new ArrayList<>();
        if (Files.exists(file)) {
            for (JsonNode answer : read(file)) {
                Map<String, String> headers = new TreeMap<>();
                answer.path("headers").fields().forEachRemaining(header ->
                        headers.put(header.getKey().toLowerCase(Locale.ROOT), header.getValue().asText()));
                JsonNode body = answer.path("body");
                answers.add(new HttpAnswer(answer.get("status").asInt(), headers, body.isTextual()
                        ? body.textValue().getBytes(StandardCharsets.UTF_8) : Json.MAPPER.writeValueAsBytes(body)));
            }
        }
        return answers;
    }

    private static ArrayNode requests(List<HttpCall> calls) throws IOException {
        ArrayNode requests = Json.MAPPER.createArrayNode();
        for (HttpCall call : calls) {
            ObjectNode request = requests.addObject().put("method", call.method()).put("url", call.url().toString());
            ObjectNode headers = request.putObject("headers");
            call.headers().forEach((name, value) -> headers.put(name, VOLATILE.contains(name) ? "*" : value));
            request.set("body", body(call));
        }
        return requests;
    }

    /** A body that is no JSON, such as one of lines, as its text. */
    private static JsonNode body(HttpCall call) {
        try {
            return Json.MAPPER.readTree(call.body());
        } catch (IOException e) {
            return TextNode.valueOf(new String(call.body(), StandardCharsets.UTF_8));
        }
    }

    private static ArrayNode deadLetters(List<DeadLetter> letters) throws IOException {
        ArrayNode all = Json.MAPPER.createArrayNode();
        for (DeadLetter letter : letters) {
            all.add(Json.MAPPER.readTree(letter.toBytes()));
        }
        return all;
    }

    private static void compare(Path file, ArrayNode actual) throws IOException {
        String text = pretty(actual);
        if (REWRITE && !actual.isEmpty()) {
            Files.writeString(file, text);
        }
        assertThat(text).as(file.toString()).isEqualTo(Files.exists(file)
                ? pretty(read(file)) : pretty(Json.MAPPER.createArrayNode()));
    }

    private static JsonNode read(Path file) throws IOException {
        return Json.MAPPER.readTree(Files.readAllBytes(file));
    }

    private static String pretty(JsonNode tree) throws IOException {
        DefaultPrettyPrinter printer = new DefaultPrettyPrinter()
                .withArrayIndenter(new DefaultIndenter("  ", "\n")).withObjectIndenter(new DefaultIndenter("  ", "\n"));
        return Json.MAPPER.writer(printer).writeValueAsString(tree) + "\n";
    }
}
