package dev.serai.sandbox.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.sandbox.Fault;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FacebookFakeTest {

    private static final String AUDIENCE = "/v25.0/6000000000001/users";
    private static final String DATASET = "/v25.0/7000000000001/events";
    private static final String TOKEN = "'access_token':'sandbox-facebook-token',";
    private static final String HASH = Destination.HASH;
    private static final String EVENT = "{'event_name':'Purchase','event_time':1795514400,'event_id':'m-#',"
            + "'action_source':'website','user_data':{'em':['" + HASH + "'],'client_user_agent':'Mozilla/5.0'},"
            + "'custom_data':{'currency':'CHF','value':9.5}}";

    private final Destination<FacebookFake> facebook = new Destination<>(FacebookFake::new);

    @AfterEach
    void stop() {
        facebook.close();
    }

    private Destination.Answer users(String method, String schema, String rows) {
        return facebook.send(method, AUDIENCE, "{" + TOKEN + "'payload':{'schema':" + schema + ",'data':" + rows + "}}");
    }

    private Destination.Answer events(String events) {
        return facebook.post(DATASET, "{" + TOKEN + "'data':" + events + "}");
    }

    /** The message of a refusal of the whole request by code 100. */
    private static String refusal(Destination.Answer answer) {
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.at("/error/code").asInt()).isEqualTo(100);
        assertThat(answer.at("/error/fbtrace_id").asText()).isNotEmpty();
        return answer.at("/error/message").asText();
    }

    @Test
    void usersAreAddedAndRemoved() {
        Destination.Answer answer = users("POST", "['EMAIL','EXTERN_ID']", "[['" + HASH + "','user-1'],['','user-2']]");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).hasToString(Destination.json("{'audience_id':'6000000000001','session_id':'1',"
                + "'num_received':2,'num_invalid_entries':0,'invalid_entry_samples':{}}"));
        assertThat(users("DELETE", "['EXTERN_ID']", "[['user-1']]").at("/num_received").asInt()).isEqualTo(1);
        assertThat(facebook.kinds()).containsExactly("add", "add", "remove");
        assertThat(facebook.items().get(1)).hasToString("{\"EXTERN_ID\":\"user-2\"}");
    }

    @Test
    void whatIsNotHashedRefusesTheWholeRequest() {
        for (String bad : new String[] {"ada@example.com", HASH.toUpperCase(Locale.ROOT), Hashes.OF_NOTHING}) {
            String message = refusal(users("POST", "['EMAIL']", "[['" + HASH + "'],['" + bad + "']]"));
            assertThat(message).contains("data[1][EMAIL]").contains("SHA-256");
        }
        assertThat(facebook.fake.received()).isEmpty();
    }

    @Test
    void rowsAndSchemaAreChecked() {
        assertThat(refusal(users("POST", "['MAIL']", "[['" + HASH + "']]"))).contains("MAIL");
        assertThat(refusal(users("POST", "['EMAIL','FN']", "[['" + HASH + "']]"))).contains("each key");
        assertThat(refusal(users("POST", "['EMAIL','FN']", "[['','']]"))).contains("somebody");
        assertThat(refusal(users("POST", "['EXTERN_ID','LOOKALIKE_VALUE']", "[['u',-1]]"))).contains("LOOKALIKE_VALUE");
        assertThat(refusal(users("POST", "['MADID']", "[['AB-CD']]"))).contains("lower case");
        assertThat(refusal(users("POST", "['EMAIL']", "[]"))).contains("1 to 10000");
    }

    @Test
    void takes10000RowsAndNoMore() {
        assertThat(refusal(users("POST", "['EXTERN_ID']", Destination.times(10_001, "['u#']")))).contains("10000");
        assertThat(users("POST", "['EXTERN_ID']", Destination.times(10_000, "['u#']")).at("/num_received").asInt())
                .isEqualTo(10_000);
    }

    @Test
    void eventsAreTakenOnceByNameAndIdIn48Hours() {
        Destination.Answer answer = events(Destination.times(2, EVENT));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.at("/events_received").asInt()).isEqualTo(2);
        assertThat(answer.at("/fbtrace_id").asText()).isNotEmpty();
        events(Destination.times(2, EVENT));
        events(Destination.times(1, EVENT.replace("Purchase", "Lead")));
        assertThat(facebook.items()).hasSize(3);
        assertThat(facebook.fake.duplicates()).isEqualTo(2);
        facebook.pass(48 * 3600);
        events(Destination.times(1, EVENT));
        assertThat(facebook.items()).hasSize(4);
    }

    @Test
    void anEventOlderThanSevenDaysHasItsOwnSubcode() {
        Destination.Answer answer = events("[" + EVENT.replace("1795514400", "1794909599") + "]");
        assertThat(refusal(answer)).contains("7 days");
        assertThat(answer.at("/error/error_subcode").asInt()).isEqualTo(2804003);
        assertThat(events("[" + EVENT.replace("1795514400", "1794909600") + "]").status()).isEqualTo(200);
    }

    @Test
    void oneBadEventRefusesTheWholeRequest() {
        for (String[] one : new String[][] {{"'Purchase'", "''", "event_name"}, {"1795514400", "1795514400000", "event_time"},
            {"'website'", "'site'", "action_source"}, {HASH, "ada@example.com", "user_data.em"},
            {HASH, Hashes.OF_NOTHING, "user_data.em"}, {"'client_user_agent':'Mozilla/5.0'", "'fbp':'x'", "client_user_agent"},
            {"CHF", "francs", "currency"}, {"9.5", "'much'", "value"}}) {
            assertThat(refusal(events("[" + EVENT + "," + EVENT.replace(one[0], one[1]) + "]")))
                    .contains("data[1]").contains(one[2]);
        }
        assertThat(facebook.fake.received()).isEmpty();
    }

    @Test
    void takes1000EventsAndNoMore() {
        assertThat(refusal(events(Destination.times(1001, EVENT)))).contains("1000");
        assertThat(events(Destination.times(1000, EVENT)).status()).isEqualTo(200);
    }

    @Test
    void theTokenIsTakenFromQueryBodyOrHeader() {
        String body = "{'data':" + Destination.times(1, EVENT) + "}";
        assertThat(facebook.post(DATASET + "?access_token=sandbox-facebook-token", body).status()).isEqualTo(200);
        Destination.Answer none = facebook.post(DATASET, body);
        assertThat(none.at("/error/code").asInt()).isEqualTo(104);
        Destination.Answer wrong = facebook.post(DATASET + "?access_token=other", body);
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.at("/error/code").asInt()).isEqualTo(190);
        facebook.with("Authorization", "Bearer sandbox-facebook-token");
        assertThat(facebook.post(DATASET, body).status()).isEqualTo(200);
    }

    @Test
    void aProofIsCheckedWhereThereIsOne() {
        // echo -n sandbox-facebook-token | openssl dgst -sha256 -hmac sandbox-facebook-secret
        String right = "26dc65a59bdfadf17d29dba2d556a5df9931ecf6c0dd2cd16185b6a660202e60";
        String body = "{" + TOKEN + "'appsecret_proof':'" + right + "','data':" + Destination.times(1, EVENT) + "}";
        assertThat(facebook.post(DATASET, body).status()).isEqualTo(200);
        assertThat(refusal(facebook.post(DATASET, body.replace(right, HASH)))).contains("appsecret_proof");
    }

    @Test
    void anotherObjectIsSubcode33() {
        Destination.Answer answer = facebook.post("/v25.0/1/users", "{" + TOKEN + "'payload':{}}");
        assertThat(refusal(answer)).contains("'1'");
        assertThat(answer.at("/error/error_subcode").asInt()).isEqualTo(33);
    }

    @Test
    void faultsHaveTheCodesOfTheGraph() {
        facebook.strike(Fault.Kind.RATE_LIMIT);
        Destination.Answer limited = events("[]");
        assertThat(limited.status()).isEqualTo(400);
        assertThat(limited.at("/error/code").asInt()).isEqualTo(80003);
        assertThat(limited.header("X-Business-Use-Case-Usage")).contains("\"estimated_time_to_regain_access\":1");
        facebook.strike(Fault.Kind.FORBIDDEN);
        assertThat(events("[]").at("/error/code").asInt()).isEqualTo(200);
        facebook.strike(Fault.Kind.UNAUTHORIZED);
        assertThat(events("[]").at("/error/code").asInt()).isEqualTo(190);
        facebook.strike(Fault.Kind.SERVER_ERROR);
        assertThat(events("[]").at("/error/is_transient").asBoolean()).isTrue();
        facebook.strike(Fault.Kind.REFUSE_ITEMS);
        assertThat(refusal(events(Destination.times(2, EVENT)))).contains("data[0]");
    }
}
