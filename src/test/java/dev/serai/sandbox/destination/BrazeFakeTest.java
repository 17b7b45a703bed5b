package dev.serai.sandbox.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.sandbox.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrazeFakeTest {

    private static final String EVENT = "{'external_id':'user-#','name':'Song Played','time':'2026-11-24T10:00:01.250Z'}";
    private static final String PURCHASE = "{'external_id':'user-1','product_id':'tea','currency':'CHF','price':2.5,"
            + "'quantity':1,'time':'2026-11-24T10:00:01Z'}";

    private final Destination<BrazeFake> braze = new Destination<>(BrazeFake::new)
            .with("Authorization", "Bearer sandbox-braze-key");

    @AfterEach
    void stop() {
        braze.close();
    }

    private Destination.Answer track(String body) {
        return braze.post("/users/track", body);
    }

    private String error(String list, String item) {
        Destination.Answer answer = track("{'" + list + "':[" + item + "]}");
        assertThat(answer.status()).isEqualTo(400);
        return answer.at("/errors/0/type").asText();
    }

    @Test
    void takesThreeListsAndCountsEach() {
        Destination.Answer answer = track("{'attributes':[{'external_id':'user-1','plan':'pro'}],'events':"
                + Destination.times(2, EVENT) + ",'purchases':[" + PURCHASE + "]}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body()).hasToString(Destination.json(
                "{'message':'success','attributes_processed':1,'events_processed':2,'purchases_processed':1}"));
        assertThat(braze.kinds()).containsExactly("attributes", "events", "events", "purchases");
    }

    @Test
    void badItemsAreNamedByListAndPlaceStillWith201() {
        Destination.Answer answer = track("{'events':[" + EVENT + ",{'external_id':'user-1','name':'a'}," + EVENT
                + "],'purchases':[" + PURCHASE.replace("'price':2.5,", "") + "]}");

        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.at("/message").asText()).isEqualTo("success");
        assertThat(answer.at("/events_processed").asInt()).isEqualTo(2);
        assertThat(answer.body().has("purchases_processed")).isFalse();
        assertThat(answer.body().path("errors")).extracting(one -> one.path("input_array").asText() + one.path("index")
                + " " + one.path("type").asText())
                .containsExactly("events1 'time' must be an ISO 8601 time", "purchases0 'price' is required");
        assertThat(braze.items()).hasSize(2);
    }

    @Test
    void aRequestOfWhichNothingIsLeftIsA400() {
        assertThat(error("events", "{'name':'a','time':'2026-11-24T10:00:01Z'}")).contains("is required");
        assertThat(braze.fake.received()).isEmpty();
    }

    @Test
    void eachFieldIsChecked() {
        assertThat(error("events", EVENT.replace("Song Played", ""))).startsWith("'name'");
        assertThat(error("events", EVENT.replace("'name'", "'properties':{'$x':1},'name'"))).contains("dollar sign");
        assertThat(error("events", EVENT.replace("'external_id':'user-#'", "'user_alias':{'alias_name':'a'}")))
                .contains("alias_label");
        assertThat(error("purchases", PURCHASE.replace("CHF", "francs"))).startsWith("'currency'");
        assertThat(error("purchases", PURCHASE.replace("'quantity':1", "'quantity':101"))).startsWith("'quantity'");
        assertThat(error("purchases", PURCHASE.replace("tea", ""))).startsWith("'product_id'");
        assertThat(error("attributes", "{'external_id':'u','x':'" + "x".repeat(100_000) + "'}")).contains("100 KB");
    }

    @Test
    void takes75ObjectsOfAllListsTogetherAndNoMore() {
        String attributes = Destination.times(40, "{'external_id':'user-#'}");
        Destination.Answer many = track("{'attributes':" + attributes + ",'events':" + Destination.times(36, EVENT) + "}");
        assertThat(many.status()).isEqualTo(400);
        assertThat(many.at("/message").asText()).isEqualTo("Max Input Length Exceeded");
        assertThat(track("{'attributes':" + attributes + ",'events':" + Destination.times(35, EVENT) + "}").status())
                .isEqualTo(201);
    }

    @Test
    void moreThan4MegabytesAreTooLarge() {
        assertThat(track("{'x':'" + "x".repeat(4_000_000) + "'}").status()).isEqualTo(413);
    }

    @Test
    void knowsNoRepetition() {
        track("{'events':[" + EVENT + "]}");
        track("{'events':[" + EVENT + "]}");
        assertThat(braze.fake.received()).hasSize(2);
        assertThat(braze.fake.duplicates()).isZero();
    }

    @Test
    void aWrongKeyIsA401AndAnotherPathA404() {
        assertThat(braze.post("/users/other", "{}").status()).isEqualTo(404);
        braze.with("Authorization", "Bearer other");
        Destination.Answer answer = track("{}");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.at("/message").asText()).isEqualTo("Invalid API Key");
    }

    @Test
    void a429SaysInAHeaderOfBrazesHowLongItLasts() {
        braze.strike(Fault.Kind.RATE_LIMIT);
        Destination.Answer answer = track("{}");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("X-Ratelimit-Retry-After")).isEqualTo("7");
        braze.strike(Fault.Kind.RATE_LIMIT_BARE);
        assertThat(track("{}").header("X-Ratelimit-Retry-After")).isNull();
    }

    @Test
    void takes3000RequestsInThreeSeconds() {
        for (int i = 0; i < 3000; i++) {
            assertThat(track("{'events':[" + EVENT + "]}").status()).isEqualTo(201);
        }
        Destination.Answer answer = track("{'events':[" + EVENT + "]}");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.header("X-Ratelimit-Retry-After")).isEqualTo("3");
        braze.pass(3);
        assertThat(track("{'events':[" + EVENT + "]}").status()).isEqualTo(201);
    }

    @Test
    void subscriptionGroupsTakeIdsOrAddressesOrNumbers() {
        String group = "{'subscription_groups':[{'subscription_group_id':'g-1','subscription_state':'subscribed',"
                + "'external_ids':['u']}]}";
        Destination.Answer answer = braze.post("/v2/subscription/status/set", group);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.at("/message").asText()).isEqualTo("success");
        assertThat(braze.kinds()).containsExactly("subscription_groups");

        assertThat(subscribe(group.replace("'subscribed'", "'yes'"))).contains("subscription_state");
        assertThat(subscribe(group.replace("'external_ids':['u']", "'emails':['a@example.com'],'phones':['+41441234567']")))
                .contains("one of");
        assertThat(subscribe(group.replace("['u']", Destination.times(51, "'u-#'")))).contains("50");
        assertThat(braze.fake.received()).hasSize(1);
    }

    private String subscribe(String body) {
        Destination.Answer answer = braze.post("/v2/subscription/status/set", body);
        assertThat(answer.status()).isEqualTo(400);
        return answer.at("/message").asText();
    }

    @Test
    void aliasesAreMade() {
        Destination.Answer answer = braze.post("/users/alias/new",
                "{'user_aliases':[{'alias_name':'a','alias_label':'anonymousId'},{'alias_name':'a'}]}");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.at("/aliases_processed").asInt()).isEqualTo(1);
        assertThat(answer.at("/errors/0/index").asInt()).isEqualTo(1);
    }

    @Test
    void everyOtherItemOfEachListIsRefusedOnDemand() {
        braze.strike(Fault.Kind.REFUSE_ITEMS);
        Destination.Answer answer = track("{'events':" + Destination.times(3, EVENT) + ",'purchases':[" + PURCHASE + "]}");
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().path("errors")).extracting(one -> one.path("input_array").asText() + one.path("index"))
                .containsExactly("events0", "events2", "purchases0");
    }
}
