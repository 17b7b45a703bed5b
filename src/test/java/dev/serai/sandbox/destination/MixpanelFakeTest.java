package dev.serai.sandbox.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.sandbox.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MixpanelFakeTest {

    private static final String PATH = "/import?strict=1&project_id=1000001";
    private static final String EVENT = "{'event':'Song Played','properties':{'time':1795514401250,'distinct_id':'user-1',"
            + "'$insert_id':'m-#','x':1}}";
    private static final String ONE = EVENT.replace("#", "0");
    private static final String PROFILE = "{'$token':'sandbox-mixpanel-token','$distinct_id':'user-1','$set':{'plan':'pro'}}";

    private final Destination<MixpanelFake> mixpanel = new Destination<>(MixpanelFake::new)
            .with("Authorization", Destination.basic("sandbox-user", "sandbox-mixpanel-secret"));

    @AfterEach
    void stop() {
        mixpanel.close();
    }

    @Test
    void importsAnArray() {
        Destination.Answer answer = mixpanel.post(PATH, Destination.times(3, EVENT));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).hasToString(Destination.json("{'code':200,'num_records_imported':3,'status':'OK'}"));
        assertThat(mixpanel.kinds()).containsExactly("import", "import", "import");
    }

    @Test
    void importsLinesAndZippedBodies() {
        mixpanel.with("Authorization", Destination.basic("sandbox-user", "sandbox-mixpanel-secret"), "Content-Type",
                "application/x-ndjson");
        assertThat(mixpanel.postZipped(PATH, ONE + "\n" + ONE.replace("m-0", "m-1"))
                .at("/num_records_imported").asInt()).isEqualTo(2);
    }

    @Test
    void a400HasImportedAllButThoseItNames() {
        Destination.Answer answer = mixpanel.post(PATH, "[" + ONE + "," + ONE.replace("1795514401250", "'now'") + "]");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).hasToString("{\"code\":400,\"error\":\"some data points in the request failed validation\","
                + "\"status\":\"Bad Request\",\"num_records_imported\":1,\"failed_records\":[{\"index\":1,"
                + "\"insert_id\":\"m-0\","
                + "\"field\":\"properties.time\",\"message\":\"'properties.time' is invalid: "
                + "must be specified as seconds since epoch\"}]}");
        assertThat(mixpanel.items()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(quoteCharacter = '"', value = {
        "'Song Played', '', event",
        "'user-1', 'anonymous', properties.distinct_id",
        "'user-1', '00000000-0000-0000-0000-000000000000', properties.distinct_id",
        "'user-1', null, properties.distinct_id",
        "'m-0', 'with a space', properties.$insert_id",
        "'m-0', '0123456789012345678901234567890123456', properties.$insert_id",
        "1795514401250, 31535999, properties.time",
        "1795514401250, 1795518001000, properties.time",
        "'x':1, 'x':{'a':{'b':{'c':{'d':1}}}}, properties"})
    void eachPropertyIsChecked(String good, String bad, String field) {
        Destination.Answer answer = mixpanel.post(PATH, "[" + ONE.replace(good, bad) + "]");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/failed_records/0/field").asText()).isEqualTo(field);
    }

    @Test
    void anEmptyUserAndSecondsAndThreeLevelsAreTaken() {
        String event = ONE.replace("'user-1'", "''").replace("1795514401250", "1795514401")
                .replace("'x':1", "'x':{'a':{'b':{'c':1}}}");
        assertThat(mixpanel.post(PATH, "[" + event + "]").status()).isEqualTo(200);
    }

    @Test
    void hasLimitsOfPropertiesAndElementsAndBytesOfAnEvent() {
        String properties = Destination.times(253, "'p#':1").replaceAll("^\\[|]$", "");
        assertThat(mixpanel.post(PATH, "[" + ONE.replace("'x':1", properties) + "]").status()).isEqualTo(400);
        assertThat(mixpanel.post(PATH, "[" + ONE.replace("'x':1", "'x':" + Destination.times(256, "1")) + "]").status())
                .isEqualTo(400);
        assertThat(mixpanel.post(PATH, "[" + ONE.replace("Song", "x".repeat(1 << 20)) + "]")
                .at("/failed_records/0/message").asText())
                .contains("1 MB");
    }

    @Test
    void takes2000EventsAnd10MegabytesAndNoMore() {
        Destination.Answer many = mixpanel.post(PATH, Destination.times(2001, EVENT));
        assertThat(many.status()).isEqualTo(413);
        assertThat(many.at("/status").asText()).isEqualTo("Request Entity Too Large");
        assertThat(mixpanel.post(PATH, Destination.times(2000, EVENT)).status()).isEqualTo(200);
        assertThat(mixpanel.post(PATH, Destination.times(11, EVENT.replace("Song", "x".repeat(1_000_000)))).status())
                .isEqualTo(413);
    }

    @Test
    void anInsertIdOfTheSameUserTimeAndNameCountsOnce() {
        mixpanel.post(PATH, "[" + ONE + "]");
        mixpanel.post(PATH, "[" + ONE + "," + ONE.replace("user-1", "user-2") + "]");
        assertThat(mixpanel.fake.received()).hasSize(2);
        assertThat(mixpanel.fake.duplicates()).isEqualTo(1);
    }

    @Test
    void credentialsAndProjectAreChecked() {
        assertThat(mixpanel.post("/import?strict=1", "[]").status()).isEqualTo(400);
        assertThat(mixpanel.post("/import?project_id=2", "[]").status()).isEqualTo(403);
        mixpanel.with("Authorization", Destination.basic("sandbox-mixpanel-token", ""));
        assertThat(mixpanel.post("/import", "[" + ONE + "]").status()).isEqualTo(200);
        mixpanel.with();
        Destination.Answer answer = mixpanel.post(PATH, "[]");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).hasToString(Destination.json(
                "{'code':401,'error':'Invalid credentials','status':'Unauthorized'}"));
    }

    @Test
    void profilesAreAllTakenOrNoneWithA200() {
        mixpanel.with();
        assertThat(mixpanel.post("/engage?verbose=1", "[" + PROFILE + "]").body()).hasToString("{\"error\":null,\"status\":1}");
        Destination.Answer answer = mixpanel.post("/engage?verbose=1", "[" + PROFILE + ",{'$token':'sandbox-mixpanel-token'}]");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).hasToString("{\"error\":\"data, missing or empty $distinct_id\",\"status\":0}");
        assertThat(mixpanel.post("/engage", "[" + PROFILE.replace("$set", "set") + "]").text()).isEqualTo("0");
        assertThat(mixpanel.post("/engage", "[" + PROFILE.replace("mixpanel", "other") + "]").status()).isEqualTo(401);
        assertThat(mixpanel.kinds()).containsExactly("engage");
    }

    @Test
    void groupsNeedKeyAndId() {
        String group = PROFILE.replace("'$distinct_id':'user-1'", "'$group_key':'company','$group_id':'acme'");
        assertThat(mixpanel.post("/groups?verbose=1", "[" + group + "]").at("/status").asInt()).isEqualTo(1);
        assertThat(mixpanel.post("/groups?verbose=1", "[" + group.replace("company", "") + "]").at("/error").asText())
                .isEqualTo("data, missing or empty $group_key");
    }

    @Test
    void faultsHaveMixpanelsShape() {
        mixpanel.strike(Fault.Kind.RATE_LIMIT_BARE);
        Destination.Answer limited = mixpanel.post(PATH, "[]");
        assertThat(limited.status()).isEqualTo(429);
        assertThat(limited.header("Retry-After")).isNull();
        assertThat(limited.at("/status").asText()).isEqualTo("Too Many Requests");
        mixpanel.strike(Fault.Kind.REFUSE_ITEMS);
        assertThat(mixpanel.post(PATH, Destination.times(3, EVENT)).at("/num_records_imported").asInt()).isEqualTo(1);
    }
}
