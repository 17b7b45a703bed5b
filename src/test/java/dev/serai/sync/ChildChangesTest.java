package dev.serai.sync;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.serai.model.Json;
import dev.serai.sandbox.Fake;
import dev.serai.sandbox.Fault;
import dev.serai.sandbox.Faults;
import dev.serai.sandbox.SandboxAnswer;
import dev.serai.sandbox.SandboxClock;
import dev.serai.sandbox.SandboxRequest;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Children of which events tell, with Stripe's folder: cards of customers by their own, subscription items by their parents'. */
class ChildChangesTest {

    private final SandboxClock clock = new SandboxClock();
    private final Lists stripe = new Lists();
    private Syncing sync;

    @BeforeEach
    void start() throws Exception {
        stripe.put("/v1/customers", object("cus_1", "customer"), object("cus_2", "customer"));
        stripe.put("/v1/customers/cus_1/sources", card("card_1", "cus_1", 2028), card("card_2", "cus_1", 2028));
        stripe.put("/v1/subscriptions", object("sub_1", "subscription"));
        stripe.put("/v1/subscription_items", object("si_1", "subscription_item"), object("si_2", "subscription_item"));
        sync = Syncing.of(stripe, clock, new Faults(), Map.of("collections", "cards,subscription_items"));
    }

    @AfterEach
    void stop() throws Exception {
        sync.close();
    }

    @Test
    void eventsAboutCardsReachTheTableWithoutAnyAboutTheirCustomer() throws Exception {
        sync.sync("cards");
        assertThat(sync.ids("cards")).containsExactly("card_1", "card_2");
        stripe.asked.clear();

        stripe.put("/v1/customers/cus_1/sources", card("card_3", "cus_1", 2031), card("card_1", "cus_1", 2030));
        event(0, "customer.source.deleted", card("card_2", "cus_1", 2028));
        event(0, "customer.source.updated", card("card_1", "cus_1", 2030));
        event(0, "customer.source.created", card("card_3", "cus_1", 2031));
        sync.sync("cards");

        assertThat(sync.ids("cards")).containsExactly("card_1", "card_3");
        assertThat(sync.objects("cards").get("card_1").at("/properties/exp_year").asInt()).isEqualTo(2030);
        assertThat(sync.objects("cards").get("card_3").path("parent").asText()).isEqualTo("customers/cus_1");
        assertThat(stripe.asked).doesNotContain("/v1/customers", "/v1/customers/cus_2/sources");
        assertThat(sync.deadLetters()).isEmpty();
    }

    @Test
    void anOtherKindOfSourceThatIsDeletedDeletesNoCard() throws Exception {
        sync.sync("cards");

        event(0, "customer.source.deleted", object("ba_1", "bank_account").put("customer", "cus_1"));
        sync.sync("cards");

        assertThat(sync.objects("cards")).containsOnlyKeys("card_1", "card_2");
        assertThat(sync.ids("cards")).containsExactly("card_1", "card_2");
    }

    @Test
    void aChildThatIsGoneIsDeletedThoughAnOlderEventComesAgain() throws Exception {
        sync.sync("subscription_items");
        stripe.put("/v1/subscription_items", object("si_3", "subscription_item"), object("si_1", "subscription_item"),
                object("si_2", "subscription_item"));
        event(100, "customer.subscription.updated", object("sub_1", "subscription"));
        sync.sync("subscription_items");
        assertThat(sync.ids("subscription_items")).containsExactly("si_1", "si_2", "si_3");

        stripe.put("/v1/subscription_items", object("si_1", "subscription_item"), object("si_2", "subscription_item"));
        event(0, "customer.subscription.updated", object("sub_1", "subscription"));
        sync.sync("subscription_items");

        assertThat(sync.ids("subscription_items")).containsExactly("si_1", "si_2");
    }

    private void event(int secondsAgo, String type, ObjectNode object) {
        long second = clock.instant().getEpochSecond() - secondsAgo;
        ObjectNode event = object("evt_" + stripe.events.size(), "event").put("type", type).put("created", second);
        event.putObject("data").set("object", object);
        stripe.events.add(0, event);
    }

    private static ObjectNode card(String id, String customer, int year) {
        return object(id, "card").put("customer", customer).put("exp_year", year);
    }

    private static ObjectNode object(String id, String kind) {
        return Json.MAPPER.createObjectNode().put("id", id).put("object", kind);
    }

    /** Lists that fit on a page, and the feed. */
    private static final class Lists implements Fake {

        private final Map<String, List<ObjectNode>> lists = new ConcurrentHashMap<>();
        private final List<ObjectNode> events = new CopyOnWriteArrayList<>();
        private final List<String> asked = new CopyOnWriteArrayList<>();

        void put(String path, ObjectNode... objects) {
            lists.put(path, List.of(objects));
        }

        @Override
        public String partner() {
            return "stripe";
        }

        @Override
        public SandboxAnswer answer(SandboxRequest request) {
            asked.add(request.path());
            ArrayNode data = Json.MAPPER.createArrayNode();
            if (request.path().equals("/v1/events")) {
                long since = Long.parseLong(request.parameter("created[gte]").orElse("0"));
                List<String> types = request.query().getOrDefault("types[]", List.of());
                events.stream().filter(event -> event.path("created").asLong() >= since
                        && types.contains(event.path("type").asText())).forEach(data::add);
            } else {
                lists.getOrDefault(request.path(), List.of()).forEach(data::add);
            }
            ObjectNode list = Json.MAPPER.createObjectNode().put("object", "list").put("url", request.path())
                    .put("has_more", false);
            list.set("data", data);
            return SandboxAnswer.json(200, list);
        }

        @Override
        public SandboxAnswer fail(Fault fault) {
            return SandboxAnswer.json(500, Json.MAPPER.createObjectNode());
        }
    }
}
