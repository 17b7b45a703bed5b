package dev.serai.bench;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;

/**
 * Events as a shop's website sends them, about 900 bytes each with the context that Segment's browser SDK adds. The
 * same seed gives the same events; names are the shop's, not random text.
 */
final class Events {

    private static final String[] NAMES = {"Product Viewed", "Product Added", "Checkout Started", "Order Completed",
        "Products Searched"};
    private static final String[] PRODUCTS = {"Espresso Machine", "Milk Frother", "Coffee Grinder", "Filter Papers",
        "Travel Mug", "Descaler", "Cold Brew Jug", "Kettle"};

    private final Random random;
    private long next;

    Events(long seed) {
        this.random = new Random(seed);
    }

    /** One track event; a {@code messageId} makes it one of its own. */
    String track(boolean typed, String messageId) {
        int user = random.nextInt(50_000);
        String product = PRODUCTS[random.nextInt(PRODUCTS.length)];
        double price = random.nextInt(20_000) / 100.0;
        return "{" + (typed ? "\"type\":\"track\"," : "")
                + (messageId == null ? "" : "\"messageId\":\"" + messageId + "\",")
                + "\"event\":\"" + NAMES[random.nextInt(NAMES.length)] + "\""
                + ",\"userId\":\"user-" + user + "\",\"anonymousId\":\"3f0c7d52-" + user + "\""
                + ",\"timestamp\":\"2026-11-24T10:" + String.format(Locale.ROOT, "%02d", random.nextInt(60))
                + ":07.481Z\""
                + ",\"context\":{\"library\":{\"name\":\"analytics.js\",\"version\":\"npm:next-1.77.0\"}"
                + ",\"userAgent\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131\""
                + ",\"locale\":\"en-GB\",\"timezone\":\"Europe/London\",\"ip\":\"203.0.113." + random.nextInt(255)
                + "\",\"page\":{\"path\":\"/products/" + random.nextInt(500) + "\",\"referrer\":"
                + "\"https://www.example.com/search\",\"search\":\"?q=coffee\",\"title\":\"" + product
                + "\",\"url\":\"https://shop.example.com/products/" + random.nextInt(500) + "\"}"
                + ",\"campaign\":{\"name\":\"autumn\",\"source\":\"newsletter\",\"medium\":\"email\"}}"
                + ",\"properties\":{\"product_id\":\"p-" + random.nextInt(500) + "\",\"name\":\"" + product
                + "\",\"price\":" + price + ",\"quantity\":" + (1 + random.nextInt(4))
                + ",\"currency\":\"EUR\",\"category\":\"kitchen\",\"in_stock\":" + random.nextBoolean()
                + ",\"position\":" + random.nextInt(40) + "}}";
    }

    /** The body of one request: a single event, or a batch. */
    byte[] request(int events, boolean withIds) {
        if (events == 1) {
            return track(false, withIds ? id() : null).getBytes(StandardCharsets.UTF_8);
        }
        StringJoiner batch = new StringJoiner(",", "{\"batch\":[", "],\"sentAt\":\"2026-11-24T10:59:59.000Z\"}");
        for (int i = 0; i < events; i++) {
            batch.add(track(true, withIds ? id() : null));
        }
        return batch.toString().getBytes(StandardCharsets.UTF_8);
    }

    private String id() {
        return "bench-" + next++ + "-" + Long.toString(random.nextLong(), 36);
    }
}
