package dev.serai.sandbox.destination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.serai.sandbox.Fault;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class IterableFakeTest {

    private static final String EVENTS = "/api/events/trackBulk";
    private static final String USERS = "/api/users/bulkUpdate";
    private static final String EVENT = "{'email':'ada@example.com','eventName':'Song Played',"
            + "'id':'m-1','createdAt':1795514401,"
            + "'dataFields':{'n':1}}";

    private final Destination<IterableFake> iterable = new Destination<>(IterableFake::new)
            .with("Api-Key", "sandbox-iterable-key");

    @AfterEach
    void stop() {
        iterable.close();
    }

    private Destination.Answer events(String... events) {
        return iterable.post(EVENTS, "{'events':[" + String.join(",", events) + "]}");
    }

    @Test
    void countsWhatItTakes() {
        Destination.Answer answer = events(EVENT);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).hasToString(Destination.json("{'successCount':1,'failCount':0,'invalidEmails':[],"
                + "'invalidUserIds':[],"
                + "'filteredOutFields':[],'createdFields':[],'disallowedEventNames':[],'failedUpdates':{'invalidEmails':[],"
                + "'invalidUserIds':[],'notFoundEmails':[],'notFoundUserIds':[],'forgottenEmails':[],'forgottenUserIds':[]}}"));
    }

    @Test
    void refusedRowsAreListedByWhatTheyAreKnownBy() {
        iterable.fake.disallow("Debug");
        Destination.Answer answer = events(EVENT, EVENT.replace("ada@example.com", "not an address"),
                EVENT.replace("Song Played", "Debug"),
                EVENT.replace("'email':'ada@example.com'", "'userId':'" + "x".repeat(53) + "'"));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.at("/successCount").asInt()).isEqualTo(1);
        assertThat(answer.at("/failCount").asInt()).isEqualTo(3);
        assertThat(answer.at("/invalidEmails/0").asText()).isEqualTo("not an address");
        assertThat(answer.at("/failedUpdates/invalidEmails/0").asText()).isEqualTo("not an address");
        assertThat(answer.at("/disallowedEventNames/0").asText()).isEqualTo("Debug");
        assertThat(answer.at("/invalidUserIds/0").asText()).hasSize(53);
        assertThat(iterable.items()).hasSize(1);
    }

    @Test
    void aRowOfNobodyIsCountedAndNotListed() {
        Destination.Answer answer = events(EVENT.replace("'email':'ada@example.com',", ""));
        assertThat(answer.at("/failCount").asInt()).isEqualTo(1);
        assertThat(answer.at("/invalidEmails").isEmpty() && answer.at("/failedUpdates/notFoundEmails").isEmpty()).isTrue();
    }

    @Test
    void eventsOfUnknownUsersAreRefusedOnceItIsTold() {
        iterable.fake.onlyKnownUsers(true);
        assertThat(events(EVENT).at("/failedUpdates/notFoundEmails/0").asText()).isEqualTo("ada@example.com");
        iterable.post(USERS, "{'users':[{'email':'ada@example.com','dataFields':{}}]}");
        assertThat(events(EVENT).at("/successCount").asInt()).isEqualTo(1);
    }

    @Test
    void anEventWithAnIdThatCameBeforeTakesItsPlace() {
        events(EVENT);
        events(EVENT.replace("'n':1", "'n':2"));
        assertThat(iterable.items()).hasSize(1);
        assertThat(iterable.items().get(0).at("/dataFields/n").asInt()).isEqualTo(2);
        assertThat(iterable.fake.duplicates()).isEqualTo(1);
    }

    @Test
    void wrongTypesRefuseTheWholeRequest() {
        for (String bad : new String[] {EVENT.replace("Song Played", ""), EVENT.replace("1795514401", "1795514401250"),
            EVENT.replace("{'n':1}", "1")}) {
            Destination.Answer answer = events(EVENT, bad);
            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.at("/code").asText()).isEqualTo("BadParams");
            assertThat(answer.at("/msg").asText()).isNotEmpty();
        }
        assertThat(iterable.fake.received()).isEmpty();
    }

    @Test
    void hasLimitsOfRowsAndBytes() {
        assertThat(iterable.post(EVENTS, "{'events':" + Destination.times(1001, EVENT) + "}").status()).isEqualTo(400);
        assertThat(iterable.post(EVENTS, "{'events':" + Destination.times(1000, EVENT) + "}").status()).isEqualTo(200);
        assertThat(events(EVENT.replace("Song", "x".repeat(4_000_000))).status()).isEqualTo(413);
    }

    @Test
    void takes10RequestsOfEventsAnd5OfUsersInASecond() {
        for (int i = 0; i < 10; i++) {
            assertThat(events(EVENT).status()).isEqualTo(200);
        }
        Destination.Answer answer = events(EVENT);
        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.at("/code").asText()).isEqualTo("RateLimitExceeded");
        for (int i = 0; i < 5; i++) {
            assertThat(iterable.post(USERS, "{'users':[]}").status()).isEqualTo(200);
        }
        assertThat(iterable.post(USERS, "{'users':[]}").status()).isEqualTo(429);
        iterable.pass(1);
        assertThat(events(EVENT).status()).isEqualTo(200);
    }

    @Test
    void listsTakeSubscribersOffAndOn() {
        String body = "{'listId':815,'subscribers':[{'email':'ada@example.com'},{'userId':'user-1','preferUserId':true}]}";
        assertThat(iterable.post("/api/lists/subscribe", body).at("/successCount").asInt()).isEqualTo(2);
        assertThat(iterable.post("/api/lists/unsubscribe", body).at("/successCount").asInt()).isEqualTo(2);
        assertThat(iterable.post("/api/lists/subscribe", body.replace("815", "'815'")).status()).isEqualTo(400);
        assertThat(iterable.kinds()).containsExactly("subscribe", "subscribe", "unsubscribe", "unsubscribe");
    }

    @Test
    void anOrderNeedsUserTotalAndItems() {
        String order = "{'user':{'email':'ada@example.com'},'id':'o-1','total':5,"
                + "'items':[{'id':'i','name':'Tea','price':5,'quantity':1}]}";
        assertThat(iterable.post("/api/commerce/trackPurchase", order).at("/code").asText()).isEqualTo("Success");
        assertThat(iterable.post("/api/commerce/trackPurchase", order.replace("'total'", "'sum'")).status()).isEqualTo(400);
        assertThat(iterable.post("/api/commerce/trackPurchase", order.replace("'price':5,", "")).status()).isEqualTo(400);
        assertThat(iterable.post("/api/commerce/trackPurchase", order.replace("ada@", "ada")).status()).isEqualTo(400);
        iterable.post("/api/commerce/trackPurchase", order);
        assertThat(iterable.kinds()).containsExactly("purchases");
    }

    @Test
    void aWrongKeyIsA401() {
        iterable.with("Api-Key", "other");
        Destination.Answer answer = events(EVENT);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).hasToString(Destination.json("{'msg':'Invalid API key','code':'BadApiKey','params':null}"));
    }

    @Test
    void faultsHaveIterablesShape() {
        iterable.strike(Fault.Kind.SERVER_ERROR);
        assertThat(events(EVENT).at("/code").asText()).isEqualTo("GenericError");
        iterable.strike(Fault.Kind.REFUSE_ITEMS);
        Destination.Answer answer = events(EVENT, EVENT.replace("m-1", "m-2"));
        assertThat(answer.at("/failCount").asInt()).isEqualTo(1);
        assertThat(answer.at("/invalidEmails/0").asText()).isEqualTo("ada@example.com");
    }
}
