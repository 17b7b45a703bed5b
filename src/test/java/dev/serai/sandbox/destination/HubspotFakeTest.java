package dev.serai.sandbox.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.sandbox.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HubspotFakeTest {

    private static final String PATH = "/crm/v3/objects/contacts/batch/upsert";
    private static final String CONTACT = "{'id':'ada.#@example.com','idProperty':'email','properties':{'plan':'pro'},"
            + "'objectWriteTraceId':'#'}";

    private final Destination<HubspotFake> hubspot = new Destination<>(HubspotFake::new)
            .with("Authorization", "Bearer sandbox-hubspot-token");

    @AfterEach
    void stop() {
        hubspot.close();
    }

    private Destination.Answer upsert(String inputs) {
        return hubspot.post(PATH, "{'inputs':" + inputs + "}");
    }

    @Test
    void tellsOfEachContactWhetherItIsNew() {
        upsert(Destination.times(1, CONTACT));
        Destination.Answer answer = upsert(Destination.times(2, CONTACT));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.at("/status").asText()).isEqualTo("COMPLETE");
        assertThat(answer.body().path("results")).extracting(one -> one.path("new").asBoolean()).containsExactly(false, true);
        assertThat(answer.body().path("results")).extracting(one -> one.path("id").asText()).containsExactly("151", "152");
        assertThat(answer.at("/results/1/objectWriteTraceId").asText()).isEqualTo("1");
        assertThat(answer.at("/results/0/properties/plan").asText()).isEqualTo("pro");
        assertThat(hubspot.items()).hasSize(3);
    }

    @Test
    void theDatedPathIsServedToo() {
        assertThat(hubspot.post("/crm/objects/2026-03/contacts/batch/upsert",
                "{'inputs':" + Destination.times(1, CONTACT) + "}").status())
                .isEqualTo(200);
    }

    @Test
    void a207NamesBadContactsByTheirTraceId() {
        Destination.Answer answer = upsert("[" + CONTACT.replace("#", "7") + ","
                + CONTACT.replace("#", "8").replace("plan", "Shoe Size") + "]");
        assertThat(answer.status()).isEqualTo(207);
        assertThat(answer.at("/numErrors").asInt()).isEqualTo(1);
        assertThat(answer.at("/errors/0/category").asText()).isEqualTo("VALIDATION_ERROR");
        assertThat(answer.at("/errors/0/message").asText()).contains("PROPERTY_DOESNT_EXIST");
        assertThat(answer.at("/errors/0/context/objectWriteTraceId")).hasToString("[\"8\"]");
        assertThat(answer.body().path("results")).hasSize(1);
        assertThat(hubspot.items()).hasSize(1);
    }

    @Test
    void withoutTraceIdsOneBadContactRefusesAll() {
        String bad = CONTACT.replace("@example.com", "").replace(",'objectWriteTraceId':'#'", "");
        Destination.Answer answer = upsert("[" + CONTACT + "," + bad + "]");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/category").asText()).isEqualTo("VALIDATION_ERROR");
        assertThat(hubspot.fake.received()).isEmpty();
    }

    @Test
    void aValueThatIsAnObjectIsRefused() {
        assertThat(upsert("[" + CONTACT.replace("'pro'", "{'a':1}") + "]").status()).isEqualTo(207);
    }

    @Test
    void takes100ContactsAndNoneTwice() {
        assertThat(upsert(Destination.times(101, CONTACT)).status()).isEqualTo(400);
        assertThat(upsert("[]").status()).isEqualTo(400);
        assertThat(upsert(Destination.times(100, CONTACT)).status()).isEqualTo(200);
        assertThat(upsert("[" + CONTACT + "," + CONTACT + "]").at("/message").asText()).startsWith("Duplicate IDs");
    }

    @Test
    void takes100RequestsInTenSeconds() {
        for (int i = 0; i < 100; i++) {
            assertThat(upsert(Destination.times(1, CONTACT)).status()).isEqualTo(200);
        }
        Destination.Answer answer = upsert(Destination.times(1, CONTACT));
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.at("/policyName").asText()).isEqualTo("TEN_SECONDLY_ROLLING");
        assertThat(answer.at("/errorType").asText()).isEqualTo("RATE_LIMIT");
        hubspot.pass(10);
        assertThat(upsert(Destination.times(1, CONTACT)).status()).isEqualTo(200);
    }

    @Test
    void aWrongTokenIsA401() {
        hubspot.with("Authorization", "Bearer other");
        Destination.Answer answer = upsert("[]");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.at("/category").asText()).isEqualTo("INVALID_AUTHENTICATION");
    }

    @Test
    void faultsHaveHubspotsShape() {
        hubspot.strike(Fault.Kind.FORBIDDEN);
        assertThat(upsert("[]").at("/category").asText()).isEqualTo("MISSING_SCOPES");
        hubspot.strike(Fault.Kind.REFUSE_ITEMS);
        assertThat(upsert(Destination.times(3, CONTACT)).at("/numErrors").asInt()).isEqualTo(2);
    }
}
