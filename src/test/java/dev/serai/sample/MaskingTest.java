package dev.serai.sample;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MaskingTest {

    private static final Pattern EMAIL = Pattern.compile("[\\w.+-]+(?:@|%40)[\\w-]+\\.[\\w.-]+");

    private static JsonNode json(String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode masked(String text) {
        return new Masking().mask(json(text));
    }

    @Test
    void whatIsPersonalInAnEventBecomesSomebodyElsesAndTheRestStays() {
        JsonNode event = masked("""
                {"source":"website","type":"track","event":"Order Completed","messageId":"018f3c5a-7d21-4e0b-9c4e-000000000001",
                 "userId":"user-4711","anonymousId":"8d6f2c1e-4b0a-4c8b-9a57-3f0b8a2f6c11",
                 "timestamp":"2026-11-24T10:00:01.250Z",
                 "context":{"ip":"93.184.216.34","userAgent":"Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36","locale":"de-CH",
                   "library":{"name":"analytics.js","version":"4.1.2.0"},"os":{"name":"macOS"},"device":{"name":"Ada's iPhone"},
                   "campaign":{"name":"Autumn","source":"newsletter"},"location":{"latitude":47.3769,"country":"CH"},
                   "page":{"url":"https://shop.example/account?email=ada.keller%40mail.example&utm_source=ads&name=Ada+Keller",
                     "search":"?email=ada.keller%40mail.example&ref=7","title":"Your account"},
                   "traits":{"email":"Ada.Keller@mail.example","firstName":"Ada","lastName":"Keller","phone":"+41 44 668 18 00",
                     "plan":"pro","birthday":"1984-02-29","age":42,"address":{"street":"Limmatquai 1","city":"Zürich",
                     "postalCode":"8001","country":"CH"},"newsletter":true,"logins":17}},
                 "properties":{"orderId":"o-1001","total":59.90,"currency":"CHF","coupon":"KELLER10","note":"leave it at the door",
                   "gift":"For ADA, from user-4711 in Zürich","products":[{"product_id":"p-778899","sku":"SKU-12","name":"Keller Lamp","brand":"Ada",
                     "price":59.9,"category":"Lamps"}]}}
                """);

        assertThat(event.at("/event").asText()).isEqualTo("Order Completed");
        assertThat(event.at("/timestamp").asText()).isEqualTo("2026-11-24T10:00:01.250Z");
        assertThat(event.at("/userId").asText()).matches("user-\\d{4}").isNotEqualTo("user-4711");
        assertThat(event.at("/messageId").asText()).matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}")
                .isNotEqualTo("018f3c5a-7d21-4e0b-9c4e-000000000001");
        assertThat(event.at("/context/ip").asText()).startsWith("203.0.113.");
        assertThat(event.at("/context/userAgent").asText()).isEqualTo("Mozilla/5.0 Chrome/120.0.0.0 Safari/537.36");
        assertThat(event.at("/context/library").toString()).isEqualTo("{\"name\":\"analytics.js\",\"version\":\"4.1.2.0\"}");
        assertThat(event.at("/context/os/name").asText()).isEqualTo("macOS");
        assertThat(event.at("/context/campaign").toString()).isEqualTo("{\"name\":\"Autumn\",\"source\":\"newsletter\"}");
        assertThat(event.at("/context/location/country").asText()).isEqualTo("CH");
        assertThat(event.at("/context/location/latitude").decimalValue().scale()).isEqualTo(4);
        assertThat(event.at("/context/page/title").asText()).isEqualTo("Your account");
        String first = event.at("/context/traits/firstName").asText();
        String last = event.at("/context/traits/lastName").asText();
        assertThat(event.at("/context/page/url").asText())
                .isEqualTo("https://shop.example/account?email=person1%40example.com&utm_source=ads&name=" + first + "+" + last);
        assertThat(event.at("/context/page/search").asText()).isEqualTo("?email=person1%40example.com&ref=7");
        JsonNode traits = event.at("/context/traits");
        assertThat(traits.path("email").asText()).isEqualTo("person1@example.com");
        assertThat(traits.path("phone").asText()).startsWith("+1").contains("555");
        assertThat(traits.path("birthday").asText()).matches("\\d{4}-01-\\d\\d").isNotEqualTo("1984-02-29");
        assertThat(traits.path("plan").asText()).isEqualTo("pro");
        assertThat(traits.path("logins").asInt()).isEqualTo(17);
        assertThat(traits.path("age").asInt()).isEqualTo(42);
        assertThat(traits.at("/address/country").asText()).isEqualTo("CH");
        assertThat(event.at("/properties/gift").asText()).isEqualTo("For " + first.toUpperCase(Locale.ROOT) + ", from "
                + event.at("/userId").asText() + " in " + traits.at("/address/city").asText());
        assertThat(event.at("/properties/products/0").toString()).isEqualTo("{\"product_id\":\"p-778899\",\"sku\":\"SKU-12\","
                + "\"name\":\"Keller Lamp\",\"brand\":\"Ada\",\"price\":59.9,\"category\":\"Lamps\"}");
        assertThat(event.at("/properties/total").asText()).isEqualTo("59.90");
        assertThat(event.at("/properties/coupon").asText()).isEqualTo("KELLER10");
        assertThat(event.toString()).doesNotContain("ada.keller", "Ada.Keller", "668 18", "93.184", "4711", "Limmatquai", "Zürich",
                "Ada's", "leave it", "1984");
    }

    @Test
    void theSameValueIsTheSameFakeInTheWholeFileAndAnotherIsAnother() {
        JsonNode events = masked("""
                [{"userId":"user-1","traits":{"email":"a@mail.example","id":4711,"name":"Ada Keller"}},
                 {"userId":"user-2","traits":{"email":"b@mail.example","id":4712,"name":"Bo Keller"}},
                 {"userId":"user-1","traits":{"email":"A@mail.example","id":4711,"name":"Ada Weber"}}]
                """);

        assertThat(events.at("/0/userId")).isEqualTo(events.at("/2/userId")).isNotEqualTo(events.at("/1/userId"));
        assertThat(events.at("/0/traits/email")).isEqualTo(events.at("/2/traits/email")).isNotEqualTo(events.at("/1/traits/email"));
        assertThat(events.at("/0/traits/id")).isEqualTo(events.at("/2/traits/id")).isNotEqualTo(events.at("/1/traits/id"));
        assertThat(events.at("/0/traits/id").isInt()).isTrue();
        String[] ada = events.at("/0/traits/name").asText().split(" ");
        assertThat(events.at("/2/traits/name").asText()).startsWith(ada[0] + " ").doesNotEndWith(ada[1]);
        assertThat(events.at("/1/traits/name").asText()).endsWith(" " + ada[1]).doesNotStartWith(ada[0]);
    }

    @Test
    void twiceTheSameIsTwiceTheSame() {
        String event = "{\"userId\":\"user-4711\",\"traits\":{\"email\":\"a@mail.example\",\"name\":\"Ada\",\"zip\":\"8001\"}}";

        assertThat(masked(event)).isEqualTo(masked(event));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"items\":[{\"first_name\":\"Adelheid\",\"email\":\"x@mail.example\"}]}|Adelheid",
        "{\"data\":{\"customer\":\"cus_9s6XKzkNRiz8i3\"}}|9s6XKzkNRiz8i3",
        "{\"parent\":\"customers/cus_9s6XKzkNRiz8i3\"}|9s6XKzkNRiz8i3",
        "{\"author\":\"Adelheid Keller\"}|Keller",
        "{\"x\":\"Call me: +41 79 123 45 67 please\"}|123 45 67",
        "{\"x\":\"4111 1111 1111 1111\"}|1111 1111",
        "{\"x\":\"seen at 2a02:120b:2c0f:9a10:0000:8a2e:0370:7334\"}|2a02",
        "{\"x\":\"from 85.1.2.3.\"}|85.1.2.3",
        "{\"x\":\"http://85.1.2.3/\"}|85.1.2.3",
        "{\"x\":\"Adelheid Keller <adelheid@mail.example>\",\"from_name\":\"Adelheid\"}|delheid",
        "{\"from_name\":\"Adelheid <a@mail.example>\"}|delheid",
        "{\"device_token\":\"f3a9c1\"}|f3a9c1",
        "{\"x\":\"8d6f2c1e-4b0a-4c8b-9a57-3f0b8a2f6c11\"}|8d6f2c1e",
        "{\"x\":\"b1946ac92492d2347c6235b4d2611184\"}|b1946ac9",
        "{\"adelheid@mail.example\":true}|adelheid",
        "{\"username\":\"adelheid84\",\"x\":\"https://example.com/u/adelheid84/edit\"}|adelheid84",
        "{\"userId\":\"adelheid@mail.example\"}|adelheid",
        "{\"x\":\"{\\\"email\\\":\\\"adelheid@mail.example\\\"}\"}|adelheid",
        "{\"user_id\":20978392,\"x\":20978392}|20978392",
        "{\"dateOfBirth\":\"29/02/1984\"}|1984",
        "{\"birth_year\":1984}|1984",
        "{\"company\":{\"name\":\"Keller Ltd\"}}|Keller",
        "{\"avatar\":\"https://cdn.example/adelheid.png\"}|adelheid",
        "{\"billing_details\":{\"name\":\"Adelheid\",\"address\":{\"line1\":\"Limmatquai 1\"}}}|Limmatquai",
        "{\"comment\":\"I am Adelheid\"}|Adelheid",
        "{\"name\":\"Адельхайд\",\"email\":\"a@mail.example\"}|Адельхайд"})
    void noTraceIsLeftOf(String text, String original) {
        assertThat(text).contains(original);
        assertThat(masked(text).toString().toLowerCase(Locale.ROOT)).doesNotContain(original.toLowerCase(Locale.ROOT));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{\"shipping\":12,\"tax\":3.50,\"from\":5,\"to\":9}",
        "{\"email_verified\":true,\"email_type\":\"work\",\"phone_status\":\"ok\",\"subscription\":\"opted_in\"}",
        "{\"product\":{\"id\":\"8d6f2c1e-4b0a-4c8b-9a57-3f0b8a2f6c11\",\"name\":\"Lamp\"}}",
        "{\"campaign_id\":23,\"template_id\":\"t-1\",\"plan\":{\"id\":\"gold\",\"name\":\"Gold\"}}",
        "{\"time\":\"1795514400000\",\"at\":\"10:20:30\",\"version\":\"10.2.3.4\",\"build\":\"1.2.3.4\"}",
        "{\"country\":\"CH\",\"state\":\"ZH\",\"timezone\":\"Europe/Zurich\",\"locale\":\"de-CH\",\"currency\":\"CHF\"}",
        "{\"title\":\"Blue in Green\",\"seconds\":337,\"big\":12345678901234567890,\"none\":null,\"empty\":\"\",\"list\":[]}"})
    void staysAsItIs(String text) {
        assertThat(masked(text).toString()).isEqualTo(text);
    }

    /** People made up at random, under keys that are in use, in texts and addresses: nothing of them is left. */
    @ParameterizedTest
    @MethodSource("seeds")
    void nothingOfAnybodyIsLeftAndTheFormStays(int seed) {
        // Given
        Random random = new Random(seed);
        List<String> personal = new ArrayList<>();
        ArrayNode events = Json.MAPPER.createArrayNode();
        for (int i = 0; i < 1 + random.nextInt(5); i++) {
            events.add(event(random, personal));
        }

        // When
        Masking masking = new Masking();
        JsonNode masked = masking.mask(events);

        // Then
        String text = masked.toString().toLowerCase(Locale.ROOT);
        assertThat(personal).allSatisfy(value -> assertThat(text).doesNotContain(value.toLowerCase(Locale.ROOT)));
        assertThat(forms(masked)).isEqualTo(forms(events));
        assertThat(masking.count()).isPositive();
        assertThat(json(masked.toString())).isEqualTo(masked);
    }

    static IntStream seeds() {
        return IntStream.range(0, 200);
    }

    private static ObjectNode event(Random random, List<String> personal) {
        String first = word(random, 6);
        String last = word(random, 8);
        String email = (first + "." + last + random.nextInt(99) + "@" + word(random, 7) + ".example").toLowerCase(Locale.ROOT);
        String id = "user-" + (100_000 + random.nextInt(900_000));
        int number = 10_000_000 + random.nextInt(90_000_000);
        String phone = "+4179" + (1_000_000 + random.nextInt(9_000_000));
        String ip = (11 + random.nextInt(80)) + "." + random.nextInt(256) + "." + random.nextInt(256) + "." + random.nextInt(256);
        String street = word(random, 9) + " " + (1 + random.nextInt(99));
        String city = word(random, 8);
        personal.addAll(List.of(first, last, email, id, String.valueOf(number), phone, ip, street, city));
        ObjectNode event = Json.MAPPER.createObjectNode().put("type", "track").put("event", "Thing Done").put("userId", id);
        ObjectNode traits = event.putObject("context").put("ip", ip).putObject("traits");
        boolean isSnake = random.nextBoolean();
        traits.put(isSnake ? "first_name" : "firstName", first).put(isSnake ? "last_name" : "lastName", last).put("email", email)
                .put("phone", phone).put("name", random.nextBoolean() ? first + " " + last : last + ", " + first);
        traits.putObject("address").put("street", street).put("city", city);
        ObjectNode properties = event.putObject("properties").put("customer_id", number).put("amount", random.nextInt(100))
                .put("label", "For " + first.toUpperCase(Locale.ROOT) + " " + last + " (" + id + ", " + email + ") in " + city
                        + " at " + street + ", call " + phone + " from " + ip)
                .put("link", "https://shop.example/" + id + "/" + first + "?u=" + number + "&mail=" + email.replace("@", "%40")
                        + "&who=" + first + "+" + last + "&utm_medium=email");
        properties.putArray("who").add(email).add(id).add(first + " " + last);
        properties.put(email, true);
        return event;
    }

    private static String word(Random random, int length) {
        StringBuilder word = new StringBuilder().append((char) ('A' + random.nextInt(26)));
        for (int i = 1; i < length; i++) {
            word.append((char) ('a' + random.nextInt(26)));
        }
        return word.toString();
    }

    /** Keys, but those that are addresses, types, and how many there are of each. */
    private static List<String> forms(JsonNode tree) {
        List<String> forms = new ArrayList<>();
        addForms(tree, "", forms);
        return forms;
    }

    private static void addForms(JsonNode node, String at, List<String> forms) {
        forms.add(at + " " + node.getNodeType());
        if (node.isObject()) {
            node.fields().forEachRemaining(field -> addForms(field.getValue(),
                    at + "/" + (field.getKey().contains("@") ? "address" : field.getKey()), forms));
        }
        node.elements().forEachRemaining(element -> {
            if (node.isArray()) {
                addForms(element, at + "/*", forms);
            }
        });
    }

    static Stream<Path> recorded() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            return files.filter(file -> file.getFileName().toString().matches("in\\.(events|sync)\\.json")).sorted().toList().stream();
        }
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void ofRecordedSamplesNoAddressAndNoUserIsLeftAndTheFormStays(Path file) throws IOException {
        JsonNode recorded = Json.MAPPER.readTree(Files.readAllBytes(file));

        JsonNode masked = new Masking().mask(recorded);

        assertThat(forms(masked)).isEqualTo(forms(recorded));
        Set<String> addresses = new HashSet<>();
        EMAIL.matcher(recorded.toString()).results().forEach(found -> addresses.add(found.group()));
        Set<String> left = new TreeSet<>(addresses);
        left.removeIf(address -> !masked.toString().contains(address));
        assertThat(left).isEmpty();
        recorded.findValuesAsText("userId").stream().filter(id -> id.length() > 4).forEach(id ->
                assertThat(masked.findValuesAsText("userId")).doesNotContain(id));
        assertThat(masked.findValuesAsText("event")).isEqualTo(recorded.findValuesAsText("event"));
    }

    @Test
    void ofABodyThatIsNoJsonWhatIsInQuotesAndInAFormIsFoundByItsKey() {
        String broken = new Masking().mask("{\"email\": \"ada@mail.example\", \"first_name\": \"Adelheid\", \"event\": \"Open\", "
                + "\"user_id\": 4711, \"amount\": 12, \"x\": \"by Adelheid\"");
        String form = new Masking().mask("event=open&email=ada%40mail.example&first_name=Adelheid+B&amount=12");

        assertThat(broken).matches("\\{\"email\": \"person1@example.com\", \"first_name\": \"(\\w+)\", \"event\": \"Open\", "
                + "\"user_id\": \\d{4}, \"amount\": 12, \"x\": \"by \\1\"").doesNotContain("Adelheid", "4711");
        assertThat(form).matches("event=open&email=person1%40example.com&first_name=\\w+\\+\\w+&amount=12").doesNotContain("Adelheid");
    }
}
