package dev.serai.bench;

import java.util.Locale;
import java.util.Random;
import java.util.StringJoiner;

/** Streams of events of different shapes; the same seed gives the same events. */
enum Workload {
    ONE_TYPE("1 event type, 12 properties and fields"),
    FIFTY_TYPES("50 event types"),
    WIDE("200-column events");

    final String title;

    Workload(String title) {
        this.title = title;
    }

    /** One event as it is on the topic. */
    String event(Random random, String messageId, String receivedAt) {
        int user = random.nextInt(50_000);
        int type = this == FIFTY_TYPES ? random.nextInt(50) : 0;
        String head = "{\"source\":\"website\",\"type\":\"track\",\"messageId\":\"" + messageId + "\",\"event\":\""
                + (this == FIFTY_TYPES ? "Step " + type + " Completed" : this == WIDE ? "Survey Answered" : "Order Completed")
                + "\",\"userId\":\"user-" + user + "\",\"anonymousId\":\"3f0c7d52-a1b2-" + user
                + "\",\"receivedAt\":\"" + receivedAt + "\",\"sentAt\":\"" + receivedAt + "\",\"originalTimestamp\":\""
                + receivedAt + "\",\"timestamp\":\"" + receivedAt + "\"";
        return head + (this == WIDE ? ",\"properties\":{" + answers(random) + "}}"
                : ",\"context\":{\"ip\":\"203.0.113." + random.nextInt(255) + "\",\"page\":{\"path\":\"/products/"
                        + random.nextInt(500) + "\"}},\"properties\":{\"order_id\":\"o-" + random.nextInt(1_000_000)
                        + "\",\"total\":" + random.nextInt(20_000) / 100.0 + ",\"quantity\":" + (1 + random.nextInt(4)) + "}}");
    }

    private static String answers(Random random) {
        StringJoiner answers = new StringJoiner(",");
        for (int i = 0; i < 190; i++) {
            answers.add(String.format(Locale.ROOT, "\"q%d\":%s", i, switch (i % 4) {
                case 0 -> "\"answer " + random.nextInt(100) + "\"";
                case 1 -> String.valueOf(random.nextInt(1000));
                case 2 -> String.valueOf(random.nextInt(1000) / 8.0);
                default -> String.valueOf(random.nextBoolean());
            }));
        }
        return answers.toString();
    }
}
