package dev.serai.sandbox.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.sandbox.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CustomerioFakeTest {

    private static final String EVENT = "{'type':'person','action':'event','identifiers':{'id':'user-#'},'name':'Song Played',"
            + "'timestamp':1795514401,'id':'01HB4HBDKTFWYZCK01DMRSWRF#'}";
    private static final String PERSON = "{'type':'person','action':'identify','identifiers':{'email':'ada@example.com'},"
            + "'attributes':{'plan':'pro'}}";

    private final Destination<CustomerioFake> customerio = new Destination<>(CustomerioFake::new)
            .with("Authorization", Destination.basic("sandbox-site", "sandbox-customerio-key"));

    @AfterEach
    void stop() {
        customerio.close();
    }

    private Destination.Answer batch(String... items) {
        return customerio.post("/api/v2/batch", "{'batch':[" + String.join(",", items) + "]}");
    }

    private String field(String item) {
        Destination.Answer answer = batch(item);
        assertThat(answer.status()).isEqualTo(207);
        return answer.at("/errors/0/field").asText();
    }

    @Test
    void aGoodBatchIsA200() {
        Destination.Answer answer = batch(EVENT, PERSON,
                "{'type':'object','action':'identify','identifiers':{'object_type_id':'1','object_id':'acme'}}",
                "{'type':'person','action':'merge','primary':{'id':'a'},'secondary':{'email':'b@example.com'}}",
                "{'type':'person','action':'page','identifiers':{'anonymous_id':'77aa'},'name':'https://example.com/'}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.body()).hasToString("{}");
        assertThat(customerio.kinds()).containsExactly("event", "identify", "identify", "merge", "page");
    }

    @Test
    void badItemsAreNamedByPlaceWith207AndTheRestIsTaken() {
        Destination.Answer answer = batch(PERSON, EVENT.replace("Song Played", "x".repeat(101)), EVENT);
        assertThat(answer.status()).isEqualTo(207);
        assertThat(answer.body()).hasToString(Destination.json(
                "{'errors':[{'batch_index':1,'reason':'invalid','field':'name','message':'exceeds 100 bytes'}]}"));
        assertThat(customerio.items()).hasSize(2);
    }

    @Test
    void eachFieldIsChecked() {
        assertThat(field(EVENT.replace("'person'", "'thing'"))).isEqualTo("type");
        assertThat(field(EVENT.replace("'action':'event'", "'action':'dance'"))).isEqualTo("action");
        assertThat(field(EVENT.replace("'id':'user-#'", ""))).isEqualTo("identifiers");
        assertThat(field(EVENT.replace("user-#", "x".repeat(151)))).isEqualTo("identifiers.id");
        assertThat(field(EVENT.replace("'name':'Song Played',", ""))).isEqualTo("name");
        assertThat(field(EVENT.replace("1795514401", "1795514401250"))).isEqualTo("timestamp");
        assertThat(field(PERSON.replace("pro", "x".repeat(1001)))).isEqualTo("attributes.plan");
        assertThat(field("{'type':'person','action':'merge','primary':{'id':'a'}}")).isEqualTo("secondary");
        assertThat(field("{'type':'object','action':'identify','identifiers':{'object_id':'a'}}")).isEqualTo("identifiers");
        assertThat(field("{'type':'person','action':'identify','identifiers':{'anonymous_id':'a'}}")).isEqualTo("identifiers");
    }

    @Test
    void anItemOfMoreThan32KilobytesIsRefusedAlone() {
        Destination.Answer answer = batch(PERSON, EVENT.replace("'id':'01",
                "'attributes':{'x':'" + "x".repeat(32 * 1024) + "'},'id':'01"));
        assertThat(answer.status()).isEqualTo(207);
        assertThat(answer.at("/errors/0/message").asText()).isEqualTo("exceeds 32 KB");
    }

    @Test
    void moreThan500KilobytesAreTooLarge() {
        assertThat(batch(Destination.times(20, EVENT.replace("'id':'01", "'x':'" + "x".repeat(26_000) + "','id':'01"))
                .replaceAll("^\\[|]$", "")).status()).isEqualTo(413);
    }

    @Test
    void takes1000ItemsAndNoMore() {
        String small = "{'type':'person','action':'event','identifiers':{'id':'u'},'name':'a'}";
        assertThat(customerio.post("/api/v2/batch", "{'batch':" + Destination.times(1001, small) + "}").status())
                .isEqualTo(400);
        assertThat(customerio.post("/api/v2/batch", "{'batch':" + Destination.times(1000, small) + "}").status())
                .isEqualTo(200);
    }

    @Test
    void anIdOfAnEventCountsOnce() {
        batch(EVENT, PERSON);
        batch(EVENT, PERSON);
        assertThat(customerio.kinds()).containsExactly("event", "identify", "identify");
        assertThat(customerio.fake.duplicates()).isEqualTo(1);
    }

    @Test
    void aSingleOperationIsTakenOrA400() {
        assertThat(customerio.post("/api/v2/entity", PERSON).status()).isEqualTo(200);
        Destination.Answer answer = customerio.post("/api/v2/entity", PERSON.replace("person", "thing"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/errors/0").has("batch_index")).isFalse();
        assertThat(answer.at("/errors/0/field").asText()).isEqualTo("type");
    }

    @Test
    void aWrongKeyIsA401AndABodyThatIsNoJsonA400() {
        assertThat(customerio.post("/api/v2/batch", "{").at("/errors/0/reason").asText()).isEqualTo("invalid");
        customerio.with("Authorization", Destination.basic("sandbox-site", "other"));
        Destination.Answer answer = batch(EVENT);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.at("/meta/error").asText()).isEqualTo("unauthorized");
    }

    @Test
    void takes3000RequestsInThreeSeconds() {
        for (int i = 0; i < 3000; i++) {
            assertThat(batch(PERSON).status()).isEqualTo(200);
        }
        Destination.Answer answer = batch(PERSON);
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("Retry-After")).isEqualTo("3");
        customerio.pass(3);
        assertThat(batch(PERSON).status()).isEqualTo(200);
    }

    @Test
    void faultsHaveCustomerIosShape() {
        customerio.strike(Fault.Kind.RATE_LIMIT);
        Destination.Answer answer = batch(EVENT);
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("Retry-After")).isEqualTo("7");
        assertThat(answer.at("/errors/0/message").asText()).isNotEmpty();
        customerio.strike(Fault.Kind.REFUSE_ITEMS);
        assertThat(batch(EVENT, PERSON, PERSON).body().path("errors")).extracting(one -> one.path("batch_index").asInt())
                .containsExactly(0, 2);
    }
}
