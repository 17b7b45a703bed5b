package dev.serai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.Population;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.stripe.StripeFake;
import dev.serai.sandbox.stripe.StripeFake.SignedEvent;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Stripe posts, signed as Stripe signs it, through the real port and the folder's unmodified route. */
class StripeWebhookTest {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final String SECRET = "whsec_old";
    private static final String NEXT_SECRET = "whsec_new";
    private static final long NOW = SampleHub.NOW.getEpochSecond();

    private static SampleHub hub;
    private static StripeFake stripe;
    private static ObjectNode event;

    @BeforeAll
    static void start() {
        hub = new SampleHub(Map.of("serai.sources.stripe.apiKey", "x", "serai.sources.stripe.webhookSecret",
                SECRET + ", " + NEXT_SECRET));
        SandboxClock clock = new SandboxClock();
        clock.set(SampleHub.NOW);
        stripe = new StripeFake(new Population(3), clock, new Faults(), 5);
        stripe.create("customers", Json.MAPPER.createObjectNode().put("email", "mira@example.com").put("name", "Míra €"));
        event = newest("customer.created");
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @BeforeEach
    void forget() {
        hub.clear();
    }

    private static ObjectNode newest(String type) {
        return stripe.events().stream().filter(one -> one.path("type").asText().equals(type)
                && one.path("created").asLong() == NOW).findFirst().orElseThrow();
    }

    private static HttpResponse<String> post(byte[] body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + hub.port() + "/webhooks/stripe"))
                .header("Content-Type", "application/json; charset=utf-8").POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> post(SignedEvent signed) throws Exception {
        return post(signed.body(), "Stripe-Signature", signed.signature());
    }

    private static HttpResponse<String> postSigned(String body) throws Exception {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return post(bytes, "Stripe-Signature", StripeFake.signature(NOW, bytes, SECRET));
    }

    private static void assertRefused(HttpResponse<String> answer, int status, String code) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(Json.MAPPER.readTree(answer.body()).path("error").asText()).isEqualTo(code);
        assertThat(answer.body()).contains("\"message\":\"").doesNotContain(SECRET).doesNotContain(NEXT_SECRET);
        assertThat(hub.objects()).isEmpty();
        assertThat(hub.deadLetters()).isEmpty();
    }

    @Test
    void writesTheObjectOfASignedEventWithTheEventsTimeAsItsVersion() throws Exception {
        // When
        HttpResponse<String> answer = post(stripe.signed(event, SECRET));

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        JsonNode object = hub.objects().get(0);
        assertThat(hub.objects()).hasSize(1);
        assertThat(object.path("source").asText()).isEqualTo("stripe");
        assertThat(object.path("collection").asText()).isEqualTo("customers");
        assertThat(object.path("id").asText()).isEqualTo(event.at("/data/object/id").asText());
        assertThat(object.path("version").asLong() / 1_000_000).isEqualTo(NOW);
        assertThat(object.path("isDeleted").asBoolean()).isFalse();
        assertThat(object.at("/properties/email").asText()).isEqualTo("mira@example.com");
        assertThat(object.at("/properties/name").asText()).isEqualTo("Míra €");
        assertThat(hub.events()).extracting(one -> one.path("event").asText()).containsExactly("Customer Created");
        assertThat(hub.deadLetters()).isEmpty();
    }

    @Test
    void aDeletedObjectIsMarkedAndNewerThanAllElseOfItsSecond() throws Exception {
        // Given
        String id = stripe.create("customers", Json.MAPPER.createObjectNode().put("email", "gone@example.com")).path("id").asText();
        stripe.delete("customers", id);
        ObjectNode created = event.deepCopy();
        ((ObjectNode) created.at("/data/object")).put("id", id);

        // When
        post(stripe.signed(newest("customer.deleted"), SECRET));
        post(stripe.signed(created, SECRET));

        // Then
        List<JsonNode> states = hub.objects().stream().filter(one -> one.path("id").asText().equals(id)).toList();
        assertThat(states).extracting(one -> one.path("isDeleted").asBoolean()).containsExactly(true, false);
        assertThat(states.get(0).path("version").asLong()).isGreaterThan(states.get(1).path("version").asLong());
    }

    @Test
    void aChildSaysWhoseItIsAsInASync() throws Exception {
        // Given
        ObjectNode card = stripe.events().stream().filter(one -> one.path("type").asText().equals("customer.source.created")
                && one.at("/data/object/object").asText().equals("card")).findFirst().orElseThrow();

        // When
        HttpResponse<String> answer = post(stripe.signed(card, SECRET));

        // Then
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(hub.objects()).singleElement().satisfies(object -> {
            assertThat(object.path("collection").asText()).isEqualTo("cards");
            assertThat(object.path("parent").asText()).isEqualTo("customers/"
                    + card.at("/data/object/customer").asText());
        });
    }

    @Test
    void takesEitherSecretWhileOneReplacesTheOther() throws Exception {
        assertThat(post(stripe.signed(event, NEXT_SECRET)).statusCode()).isEqualTo(200);
        assertThat(post(stripe.signed(event, SECRET, NEXT_SECRET)).statusCode()).isEqualTo(200);
        assertThat(post(stripe.signed(event, "whsec_of_another", SECRET)).statusCode()).isEqualTo(200);
        assertThat(hub.objects()).hasSize(3);
    }

    @Test
    void refusesWhatIsNotSignedWithASecretOfTheSource() throws Exception {
        SignedEvent signed = stripe.signed(event, SECRET);
        byte[] changed = signed.body().clone();
        changed[changed.length - 1] = ' ';

        assertRefused(post(stripe.signed(event, "whsec_of_another")), 401, "bad_signature");
        assertRefused(post(changed, "Stripe-Signature", signed.signature()), 401, "bad_signature");
        assertRefused(post(signed.body(), "Stripe-Signature", "t=x,v1=y"), 401, "bad_signature");
        assertRefused(post(signed.body()), 401, "bad_signature");
        assertRefused(post(new byte[0]), 401, "bad_signature");
    }

    @Test
    void refusesASignatureOlderThanFiveMinutes() throws Exception {
        byte[] body = stripe.signed(event, SECRET).body();

        assertThat(post(body, "Stripe-Signature", StripeFake.signature(NOW - 299, body, SECRET)).statusCode()).isEqualTo(200);
        hub.clear();
        assertRefused(post(body, "Stripe-Signature", StripeFake.signature(NOW - 301, body, SECRET)), 401, "bad_signature");
    }

    @Test
    void refusesThinEventsAndWhatIsNoEvent() throws Exception {
        assertRefused(postSigned("{\"object\":\"v2.core.event\",\"id\":\"evt_1\",\"type\":\"v2.core.account.updated\","
                + "\"related_object\":{\"id\":\"acct_1\",\"type\":\"v2.core.account\"}}"), 400, "bad_request");
        assertRefused(postSigned("{\"id\":\"cus_1\",\"object\":\"customer\"}"), 400, "bad_request");
        assertRefused(postSigned("{\"type\":"), 400, "bad_request");
        assertRefused(postSigned("{\"type\":\"plan.updated\",\"data\":{\"object\":{\"id\":\"plan_1\",\"a\":" + "[".repeat(5_000)
                + "]".repeat(5_000) + "}}}"), 400, "bad_request");
        assertRefused(postSigned("{\"type\":\"plan.updated\",\"data\":{\"object\":{\"id\":\"plan_1\",\"a\":1e99999999999}}}"),
                400, "bad_request");
        assertRefused(postSigned("[]"), 400, "bad_request");
        assertRefused(postSigned("\"event\""), 400, "bad_request");
        assertRefused(postSigned(""), 400, "bad_request");
    }

    @Test
    void takesATypeThatNoCollectionHasAndWritesNothing() throws Exception {
        // When
        HttpResponse<String> answer = postSigned("{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"radar.early_fraud_warning.created\","
                + "\"created\":" + NOW + ",\"data\":{\"object\":{\"id\":\"issfr_1\",\"object\":\"radar.early_fraud_warning\"}}}");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(hub.objects()).isEmpty();
        assertThat(hub.deadLetters()).isEmpty();
    }

    @Test
    void takesATextThatWasCutInTheMiddleOfAnEmoji() throws Exception {
        // When
        HttpResponse<String> answer = postSigned("{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"plan.updated\",\"created\":" + NOW
                + ",\"data\":{\"object\":{\"id\":\"plan_1\",\"object\":\"plan\",\"nickname\":\"gold \\ud83d\"}}}");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(hub.objects()).singleElement().satisfies(object ->
                assertThat(object.at("/properties/nickname").asText()).isEqualTo("gold \uD83D"));
    }

    @Test
    void anEventWhoseObjectIsMissingOrHasNoIdIsADeadLetter() throws Exception {
        // When
        HttpResponse<String> answer = postSigned("{\"id\":\"evt_1\",\"object\":\"event\",\"type\":\"plan.updated\",\"created\":" + NOW
                + ",\"data\":{\"object\":{\"object\":\"plan\"}}}");

        // Then
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(hub.objects()).isEmpty();
        assertThat(hub.deadLetters()).singleElement().satisfies(letter -> assertThat(letter.message()).contains("plans"));
    }
}
