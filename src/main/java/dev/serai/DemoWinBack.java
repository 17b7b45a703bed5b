package dev.serai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Who has bought nothing and visited nothing for six months, and opens an email, comes into an audience at Facebook and
 * Google, within seconds of opening. Shop and emails know a person by different ids: a user id here, an email there.
 */
final class DemoWinBack {

    private static final int SHOPPERS = 60;

    private final Demo demo;
    private final Instant now = Instant.now();

    /** @param opened whether an email was opened these days */
    private record Shopper(int number, int boughtDaysAgo, int visitedDaysAgo, boolean opened) {

        String id() {
            return "shopper-" + number;
        }

        String email() {
            return id() + "@example.com";
        }

        boolean isToBeWonBack() {
            return boughtDaysAgo > 182 && visitedDaysAgo > 182 && opened;
        }
    }

    DemoWinBack(Demo demo) {
        this.demo = demo;
    }

    boolean run() {
        demo.say("2. Who was away for six months and opens an email enters the win-back audience at Facebook and Google");
        List<Shopper> shoppers = new ArrayList<>();
        for (int i = 0; i < SHOPPERS; i++) {
            shoppers.add(new Shopper(i, i % 3 == 0 ? 20 : 200 + i, i % 5 == 0 ? 3 : 190 + i, i % 2 == 0 || i % 7 == 0));
        }
        ObjectNode batch = demo.object().put("writeKey", Demo.WRITE_KEY).put("sentAt", now.toString());
        ArrayNode calls = batch.putArray("batch");
        for (Shopper one : shoppers) {
            call(calls, "identify", one, 400).putObject("traits").put("email", one.email());
            call(calls, "track", one, one.boughtDaysAgo()).put("event", "Order Completed").putObject("properties").put("total", 20 + one.number());
            call(calls, "page", one, one.visitedDaysAgo()).put("name", "Shop").putObject("properties").put("path", "/");
        }
        demo.post(demo.url() + "/v1/batch", batch);
        demo.awaitRows("SELECT count(*) FROM shop.pages", SHOPPERS);
        demo.say("  %d shoppers, %d of whom were away for six months", SHOPPERS, shoppers.stream().filter(one -> one.boughtDaysAgo() > 182
                && one.visitedDaysAgo() > 182).count());
        demo.run("win-back");

        ObjectNode opens = demo.object();
        for (Shopper one : shoppers) {
            if (one.opened()) {
                ObjectNode event = opens.withArray("/events").addObject().put("event_type", "users.messages.email.Open")
                        .put("id", "open-" + one.number()).put("time", now.minus(Duration.ofHours(1)).getEpochSecond());
                event.putObject("user").put("user_id", "braze-" + one.number());
                event.putObject("properties").put("campaign_name", "Come back").put("email_address", one.email());
            }
        }
        long begin = System.nanoTime();
        demo.post(demo.url() + "/webhooks/braze", opens);
        TreeSet<String> expected = new TreeSet<>();
        shoppers.stream().filter(Shopper::isToBeWonBack).forEach(one -> expected.add(Demo.sha256(one.email())));
        Set<String> facebook = demo.await(expected, () -> at("facebook", shoppers));
        demo.say("  %d open an email, which Braze tells by the address; the audience is at Facebook after %.1f s",
                opens.path("events").size(), (System.nanoTime() - begin) / 1e9);
        return demo.check("Facebook's list", expected, facebook)
                & demo.check("Google's list", expected, demo.await(expected, () -> at("google", shoppers)));
    }

    private ObjectNode call(ArrayNode calls, String type, Shopper shopper, int daysAgo) {
        return calls.addObject().put("type", type).put("userId", shopper.id()).put("messageId", type + "-" + shopper.number())
                .put("timestamp", now.minus(Duration.ofDays(daysAgo)).toString());
    }

    /** Of these people only: the first story's are at Facebook too. */
    private Set<String> at(String partner, List<Shopper> shoppers) {
        Set<String> hashes = new TreeSet<>(shoppers.stream().map(one -> Demo.sha256(one.email())).toList());
        Set<String> list = new LinkedHashSet<>();
        for (JsonNode one : demo.received(partner)) {
            String email = partner.equals("facebook") ? one.at("/item/EMAIL").asText()
                    : one.at("/item/userData/userIdentifiers/0/emailAddress").asText();
            if (!hashes.contains(email)) {
                continue;
            }
            if (Set.of("add", "ingest").contains(one.get("kind").asText())) {
                list.add(email);
            } else {
                list.remove(email);
            }
        }
        return list;
    }
}
