package dev.serai.sandbox.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.sandbox.Fault;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AmplitudeFakeTest {

    private static final String GOOD = "{'user_id':'user-#','event_type':'Song Played','time':1795514401250,'insert_id':'m-#'}";

    private static final String GROUP = "{'group_type':'company','group_value':'acme','group_properties':{'$set':"
            + "{'name':'Acme & Co'}}}";

    private final Destination<AmplitudeFake> amplitude = new Destination<>(AmplitudeFake::new);

    @AfterEach
    void stop() {
        amplitude.close();
    }

    private Destination.Answer send(String events) {
        return amplitude.post("/2/httpapi", "{'api_key':'sandbox-amplitude-key','events':" + events + "}");
    }

    @Test
    void countsAndRecordsWhatItTakes() {
        Destination.Answer answer = send(Destination.times(3, GOOD));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.at("/events_ingested").asInt()).isEqualTo(3);
        assertThat(answer.at("/payload_size_bytes").asInt()).isGreaterThan(200);
        assertThat(answer.at("/server_upload_time").asLong()).isEqualTo(Destination.NOW.toEpochMilli());
        assertThat(amplitude.items()).extracting(item -> item.path("insert_id").asText()).containsExactly("m-0", "m-1", "m-2");
        assertThat(amplitude.kinds()).containsOnly("events");
    }

    @Test
    void anInsertIdCountsOnceInSevenDays() {
        send(Destination.times(1, GOOD));
        amplitude.pass(7 * 86_400 - 1);
        assertThat(send(Destination.times(1, GOOD)).status()).isEqualTo(200);
        assertThat(amplitude.fake.received()).hasSize(1);
        assertThat(amplitude.fake.duplicates()).isEqualTo(1);

        amplitude.pass(2);
        send(Destination.times(1, GOOD));
        assertThat(amplitude.fake.received()).hasSize(2);
    }

    @Test
    void theSameInsertIdOfAnotherUserIsAnotherEvent() {
        send("[{'user_id':'user-1','event_type':'a','insert_id':'m'},{'user_id':'user-2','event_type':'a','insert_id':'m'}]");
        assertThat(amplitude.fake.received()).hasSize(2);
    }

    @Test
    void badEventsRefuseTheWholeRequestAndAreNamedByPlace() {
        Destination.Answer answer = send("[{'user_id':'user-1','event_type':'a'},{'user_id':'user-1'},"
                + "{'user_id':'u','event_type':'a'},{'user_id':'user-1','event_type':'a','time':'now'},{'event_type':'a'},"
                + "{'user_id':'user-1','event_type':'a','time':1795514401},{'user_id':7,'event_type':'a'}]");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/code").asInt()).isEqualTo(400);
        assertThat(answer.at("/events_with_missing_fields/event_type")).hasToString("[1]");
        assertThat(answer.at("/events_with_missing_fields/user_id")).hasToString("[4]");
        assertThat(answer.at("/events_with_invalid_id_lengths/user_id")).hasToString("[2]");
        assertThat(answer.at("/events_with_invalid_fields/time")).hasToString("[3,5]");
        assertThat(answer.at("/events_with_invalid_fields/user_id")).hasToString("[6]");
        assertThat(amplitude.fake.received()).isEmpty();
    }

    @Test
    void shortIdsAreTakenIfTheRequestSaysSo() {
        String body = "{'api_key':'sandbox-amplitude-key','options':{'min_id_length':1},"
                + "'events':[{'user_id':'u','event_type':'a'}]}";
        assertThat(amplitude.post("/2/httpapi", body).status()).isEqualTo(200);
    }

    @Test
    void aWrongOrMissingKeyIsA400() {
        Destination.Answer wrong = amplitude.post("/2/httpapi", "{'api_key':'other','events':[]}");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.at("/error").asText()).isEqualTo("Invalid API key: other");
        assertThat(amplitude.post("/2/httpapi", "{'events':[]}").at("/missing_field").asText()).isEqualTo("api_key");
        assertThat(send("[]").at("/missing_field").asText()).isEqualTo("events");
    }

    @Test
    void takes2000EventsAndNoMore() {
        String small = "{'user_id':'user-#','event_type':'a'}";
        assertThat(send(Destination.times(2001, small)).status()).isEqualTo(413);
        assertThat(send(Destination.times(2000, small)).at("/events_ingested").asInt()).isEqualTo(2000);
    }

    @Test
    void bytesAreCountedAfterUnzipping() {
        String body = "{'api_key':'sandbox-amplitude-key','events':[{'user_id':'user-1','event_type':'" + "x".repeat(1 << 20)
                + "'}]}";
        Destination.Answer answer = amplitude.postZipped("/2/httpapi", body);
        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.at("/code").asInt()).isEqualTo(413);
        amplitude.with();
        assertThat(amplitude.postZipped("/2/httpapi", body.replace("x".repeat(1 << 20), "x")).status()).isEqualTo(200);
    }

    @Test
    void aUserWithMoreThan30EventsInASecondIsThrottledByPlace() {
        String one = "{'user_id':'robot-1','event_type':'a','insert_id':'m-#'}";
        assertThat(send(Destination.times(30, one)).status()).isEqualTo(200);

        Destination.Answer answer = send("[{'user_id':'user-2','event_type':'a'},{'user_id':'robot-1','event_type':'a'}]");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.at("/eps_threshold").asInt()).isEqualTo(30);
        assertThat(answer.at("/throttled_events")).hasToString("[1]");
        assertThat(answer.at("/throttled_users/robot-1").asInt()).isEqualTo(1);
        assertThat(answer.at("/throttled_devices").isEmpty()).isTrue();
        assertThat(amplitude.fake.received()).hasSize(30);

        amplitude.pass(1);
        assertThat(send("[{'user_id':'robot-1','event_type':'a'}]").status()).isEqualTo(200);
    }

    @Test
    void groupsComeAsAFormAndAllOrNone() {
        Destination.Answer answer = groups("sandbox-amplitude-key", "[" + GROUP + "]");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.text()).isEqualTo("success");
        assertThat(amplitude.items().get(0).at("/group_properties/$set/name").asText()).isEqualTo("Acme & Co");

        assertThat(groups("sandbox-amplitude-key", "[" + GROUP + ",{'group_type':'company'}]").status()).isEqualTo(400);
        assertThat(groups("other", "[" + GROUP + "]").at("/error").asText()).isEqualTo("Invalid API key: other");
        assertThat(groups("sandbox-amplitude-key", "{").status()).isEqualTo(400);
        assertThat(groups("sandbox-amplitude-key", Destination.times(1025, GROUP)).status()).isEqualTo(413);
        assertThat(amplitude.kinds()).containsExactly("groups");
    }

    private Destination.Answer groups(String key, String identification) {
        return amplitude.post("/groupidentify", "api_key=" + key + "&identification="
                + URLEncoder.encode(Destination.json(identification), StandardCharsets.UTF_8));
    }

    @Test
    void faultsHaveAmplitudesShape() {
        amplitude.strike(Fault.Kind.RATE_LIMIT);
        Destination.Answer limited = send("[]");
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.header("Retry-After")).isEqualTo("7");
        assertThat(limited.at("/eps_threshold").asInt()).isEqualTo(30);
        assertThat(limited.at("/throttled_events").isEmpty()).as("nobody's in particular").isTrue();
        amplitude.strike(Fault.Kind.SERVER_ERROR);
        assertThat(send("[]").at("/code").asInt()).isEqualTo(503);
        amplitude.strike(Fault.Kind.TOO_LARGE);
        assertThat(send("[]").status()).isEqualTo(413);
    }

    @Test
    void everyOtherItemIsRefusedOnDemand() {
        amplitude.strike(Fault.Kind.REFUSE_ITEMS);
        assertThat(send(Destination.times(4, GOOD)).at("/events_with_invalid_fields/sandbox")).hasToString("[0,2]");
        assertThat(send(Destination.times(4, GOOD)).status()).isEqualTo(200);
    }
}
